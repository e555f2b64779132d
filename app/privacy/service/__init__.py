"""Verbs of privacy that join domains: the register of sharings, the encarregado, anonymising after the term."""

from app.privacy.service.anonymising import anonymise_city
from app.privacy.service.officer import name_officer
from app.privacy.service.sharing import note_print, note_sharing

__all__ = ["anonymise_city", "name_officer", "note_print", "note_sharing"]
