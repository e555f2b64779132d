"""What became of one referral: its moves in their order, and the facts in its row that they leave behind."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.demo.dice import Dice

_FATES = {"arrived": 64, "declined": 14, "not_arrived": 11, "redirected": 7, "revoked": 4}
_DECLINED = {"no_place": 60, "profile": 15, "closed": 12, "capacity_technical": 10, "other": 3}
_ANSWERS = {"attended": 58, "followed": 20, "referred_on": 12, "left": 7, "other": 3}
_ANSWERS_PLACE = {"sheltered": 84, "left": 8, "refused": 6, "referred_on": 2}
_TEXTS = {"other": "Veio só se informar; volta na segunda-feira.", "referred_on": "Encaminhado ao CAPS AD."}
_REVOKED = (None, "A pessoa mudou de ideia.", "Foi com um parente.")
# The paths of those that are under way, for the doors at which somebody signs in.
_PATHS: dict[str, tuple[str, ...]] = {
    "sent": (), "held": (), "accepted": ("accepted",), "on_the_way": ("accepted", "on_the_way"), "arrived": ("accepted", "arrived"),
    "in_service": ("accepted", "arrived", "in_service"), "ended": ("accepted", "arrived", "in_service", "ended"),
}  # fmt: skip

Move = tuple[str, datetime, UUID | None, str | None]


class Story:
    """moves: (status, when, who, reason). desk None: the team speaks for a unit without one."""

    def __init__(self, sender: UUID, desk: UUID | None, sent: datetime, received: datetime, is_held: bool):
        self.sender, self.desk, self.received = sender, desk or sender, received
        self.held_until: datetime | None = None
        self.moves: list[Move] = [("sent", sent, sender, None)]
        if is_held:
            self.moves.append(("held", received, None, None))

    def live(
        self, dice: Dice, purpose: str, fate: str | None, hold: datetime | None, is_open: Callable[[datetime], bool] | None
    ) -> None:
        """A whole life by chance. hold: until when a place is promised; is_open: of a door that is shut by day."""
        fate = fate or dice.one_of(_FATES)
        decided = self.received + timedelta(minutes=min(dice.lognormvariate(2.6, 0.9), 60 if hold else 400))
        if fate == "revoked":
            self._add(fate, decided, self.sender, dice.choice(_REVOKED))
        elif fate == "declined" or fate == "redirected" and dice.random() < 0.6:
            reason = dice.one_of(_DECLINED)
            self._add("declined", decided, self.desk, "Combinar por telefone antes." if reason == "other" else reason)
        if fate == "redirected":
            self._add(fate, decided + timedelta(minutes=dice.uniform(3, 25)), self.sender)
        elif fate in ("arrived", "not_arrived"):
            self._come(dice, purpose, fate, decided, hold, is_open)

    def _come(
        self, dice: Dice, purpose: str, fate: str, decided: datetime, hold: datetime | None, is_open: Callable[[datetime], bool] | None
    ) -> None:
        at = decided
        if dice.random() < 0.85:
            self._add("accepted", at, self.desk)
        if dice.random() < 0.6:
            at += timedelta(minutes=dice.uniform(2, 9))
            self._add("on_the_way", at, self.sender)
        # Somebody came before her place was given on; who didn't is given up after hours.
        wait = (hold - at) * dice.uniform(0.3, 0.95) if hold and hold > at else timedelta(minutes=dice.uniform(20, 200))
        at += wait if fate == "arrived" else timedelta(hours=10)
        while fate == "arrived" and is_open and not is_open(at):
            at += timedelta(minutes=30)
        self._add(fate, at, self.desk)
        if fate != "arrived":
            return
        if dice.random() < 0.5:
            at += timedelta(minutes=dice.uniform(3, 40))
            self._add("in_service", at, self.desk)
        at += timedelta(minutes=dice.uniform(15, 90) if purpose != "place" else dice.uniform(60, 700))
        if dice.random() < 0.06:
            at += timedelta(days=dice.uniform(1, 2))
        self._answer(at, dice.one_of(_ANSWERS_PLACE if purpose == "place" else _ANSWERS))

    def follow(self, script: str, now: datetime) -> None:
        """So far and no further, in the time since it was received."""
        path, span = _PATHS[script], now - self.received
        if span < timedelta(minutes=2):
            return
        for number, name in enumerate(path, 1):
            at = self.received + span * number / (len(path) + 1)
            if name == "ended":
                self._answer(at, "attended")
            else:
                self._add(name, at, self.sender if name == "on_the_way" else self.desk)

    def _answer(self, at: datetime, answer: str) -> None:
        self._add("ended", at, self.desk, answer)

    def _add(self, name: str, at: datetime, who: UUID, reason: str | None = None) -> None:
        self.moves.append((name, at, who, reason))

    def cut(self, now: datetime) -> None:
        """Nothing of what has not happened yet."""
        self.moves = [move for move in self.moves if move[1] <= now]

    @property
    def status(self) -> str:
        return self.moves[-1][0]

    def has(self, name: str) -> bool:
        return any(move[0] == name for move in self.moves)

    def at(self, name: str) -> datetime:
        return next(move[1] for move in self.moves if move[0] == name)


def told(
    story: Story, dice: Dice, purpose: str, hold: datetime | None, minutes: int, other: UUID | None, now: datetime
) -> dict[str, Any]:
    """The columns of a referral's row that its moves leave. hold: until when its place was first promised; `minutes` anew by a
    desk that accepts; other: the unit that one which declines proposes."""
    at = {name: moment for name, moment, _who, _reason in story.moves}
    reasons = {name: reason for name, _at, _who, reason in story.moves}
    decided = at.get("accepted") or at.get("declined")
    held = max(hold, at["accepted"] + timedelta(minutes=minutes)) if hold and "accepted" in at else hold
    story.held_until = held
    gave_up = at.keys() & {"declined", "revoked", "redirected", "not_arrived"}
    declined = reasons.get("declined")
    code = "other" if declined and declined not in _DECLINED else declined
    answer = reasons.get("ended")
    waits = story.status in ("sent", "held", "on_the_way") and decided is None
    seen = min(filter(None, (decided, at.get("arrived"), at.get("not_arrived"))), default=None)
    appointed = purpose == "appointment" and story.status == "accepted" and now - at["accepted"] < timedelta(days=1)
    meets = (now + timedelta(days=dice.randint(1, 6))).replace(hour=13, minute=0, second=0, microsecond=0) if appointed else None
    return {
        "seen_at": seen, "decided_at": decided, "decided_by": story.desk if decided else None, "decline_reason": code,
        "decline_text": declined if code == "other" else None,
        "proposed_unit_id": other if code in ("no_place", "profile") else None, "arrived_at": at.get("arrived"),
        "held_until": None if gave_up else held, "arrive_by": held, "next_unit_id": None, "appointment_at": meets,
        "appointment_note": "Levar os documentos que tiver." if meets else None, "left_at": at.get("on_the_way"),
        "in_service_at": at.get("in_service"), "ended_at": at.get("ended"), "answer": answer,
        "answer_text": _TEXTS.get(answer) if answer else None, "escalated": 0,
        "awaited_since": story.received if waits else None,
    }  # fmt: skip
