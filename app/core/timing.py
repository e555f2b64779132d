"""When something recorded on a phone happened, as far as it can be known (pure).

The phone's clock may be wrong: each push says what the phone's clock shows (`sent_at`), so the server measures
the offset at that moment and corrects. What is implausible even then is accepted at the instant of receipt
and marked uncertain: a phone with a dead clock loses nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

# Below this the difference is the network's, not the clock's.
_NETWORK = timedelta(seconds=60)
_FUTURE = timedelta(minutes=5)
OLDEST = timedelta(days=90)
# What the offset's column holds: sixty-eight years. A clock further off than that has no offset worth keeping.
_LARGEST_OFFSET_S = 2**31 - 1


@dataclass(frozen=True)
class Timing:
    """Instants are aware UTC. occurred_at is what counts; device_at is what the phone said."""

    occurred_at: datetime
    device_at: datetime
    received_at: datetime
    offset_s: int
    uncertain: bool

    def corrected(self, device_at: datetime) -> datetime:
        """Another instant of the same phone, corrected in the same way and never after the receipt."""
        try:
            return min(device_at + timedelta(seconds=self.offset_s), self.received_at)
        except OverflowError:
            return self.received_at


def judge(device_at: datetime, sent_at: datetime, received_at: datetime) -> Timing:
    """Correct the phone's instant by the offset measured at the push; mark what stays implausible."""
    offset = received_at - sent_at
    if abs(offset) <= _NETWORK:
        offset = timedelta(0)
    offset_s = round(offset.total_seconds())
    try:
        occurred = device_at + timedelta(seconds=offset_s)
    except OverflowError:
        occurred = datetime.min.replace(tzinfo=received_at.tzinfo)
    plausible = received_at - OLDEST <= occurred <= received_at + _FUTURE
    return Timing(
        occurred_at=min(occurred, received_at) if plausible else received_at,
        device_at=device_at,
        received_at=received_at,
        offset_s=max(-_LARGEST_OFFSET_S, min(offset_s, _LARGEST_OFFSET_S)),
        uncertain=not plausible,
    )
