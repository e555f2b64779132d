"""Verbs on people, by subject."""

from app.people.service.registering import register_people

__all__ = ["register_people"]
