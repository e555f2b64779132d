"""Verbs on flags, and what follows from them."""

from app.protection.service.raising import complement_flag, lock_ahead, raise_flag, say_mistake, tell_call
from app.protection.service.watching import recount_city, watch_city

__all__ = ["complement_flag", "lock_ahead", "raise_flag", "recount_city", "say_mistake", "tell_call", "watch_city"]
