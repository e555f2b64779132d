"""Slips (vias): the paper or screen that goes along with a referral, and how a door tells a true one from another."""
