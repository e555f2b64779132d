"""Flags (alertas): what is seen or heard of a child at work or a person under violence; sealed, communicated in time.

Nothing here is in a list, a pull, a referral, a notice or a log. Only sync, desk, privacy and create_app import it.
"""
