"""Tables of flags, by subject."""

from app.protection.models.cases import Flag, FlagCall, FlagComplement, FlagCount, FlagDuty, FlagEvent, FlagLink
from app.protection.models.keeping import FlagNote, FlagPeer
from app.protection.models.setting import ProtectionBody, ProtectionRecipient, ProtectionRule, RecipientPhone
from app.protection.models.telling import Communication, CommunicationNumber

__all__ = [
    "Communication", "CommunicationNumber", "Flag", "FlagCall", "FlagComplement", "FlagCount", "FlagDuty", "FlagEvent", "FlagLink", "FlagNote", "FlagPeer", "ProtectionBody", "ProtectionRecipient", "ProtectionRule", "RecipientPhone",
]  # fmt: skip
