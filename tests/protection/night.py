"""A clock that a test turns, and what a technician does at the desk to tell whom must know."""

import html
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.audit.chain import chain, verify
from app.core import clock
from tests.make.flags import flag, words
from tests.make.phone import stamp
from tests.protection.desk import Desk
from tests.make.forms import form_of

ZONE = ZoneInfo("America/Fortaleza")


class Hands:
    """`now` is what the server's clock shows; it stands still until it is set."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch):
        self.now = clock.now()
        monkeypatch.setattr(clock, "now", lambda: self.now)

    def local(self, *parts: int) -> datetime:
        """Set to an instant of the city's own clock, which it gives: local(2026, 11, 27, 23, 40)."""
        self.now = datetime(*parts, tzinfo=ZONE)
        return self.now

    def later(self, **span: float) -> datetime:
        self.now += timedelta(**span)
        return self.now


def sent_in(hands: Hands, phone, *commands: dict) -> None:
    """Pushed when the network is back: the phone's clock goes right."""
    outcomes = phone.push(*commands, sent_at=hands.now)
    assert [outcome["status"] for outcome in outcomes] == ["done"] * len(commands), outcomes


def told_of(phone, at: datetime, said: dict[str, str], **facts) -> tuple[str, dict]:
    """(id, command) of a flag with words, kept by a phone without a network."""
    command = flag(phone, at, recorded_at=stamp(at), **facts)
    command["body"]["words"] = words(phone, command["body"]["flag_id"], **said)
    return command["body"]["flag_id"], command


class Writing(Desk):
    """Communications by their pages, as a browser without JavaScript sends them."""

    def form_of(self, path: str, action: str) -> dict[str, str]:
        """What the page's form to that address holds."""
        return form_of(self.page(path), action)

    def begin(self, flag_id: str, recipient: str) -> str:
        """A draft to this recipient: its address."""
        return self.done(f"/mesa/casos/{flag_id}/comunicacoes", recipient=recipient).split("?")[0]

    def signs(self, draft: str, channel: str, written: dict[str, str], **how: str) -> None:
        """Fills the four parts, reads the page that will be signed, signs."""
        form = self.form_of(draft, draft) | written
        assert self.done(draft, **form, next="review") == f"{draft}/conferir"
        review = self.page(f"{draft}/conferir")
        assert all(html.escape(text) in review for text in written.values())
        form = self.form_of(f"{draft}/conferir", f"{draft}/enviar") | how
        assert self.done(f"{draft}/enviar", **form, channel=channel).startswith(f"{draft}?feito=enviada")


def events(city, flag_id: str) -> list[str]:
    rows = city.rows("SELECT event FROM flag_events WHERE municipality_id = :m AND flag_id = :f ORDER BY noted_at, id", f=flag_id)
    return [row["event"] for row in rows]


def trail_holds(city) -> int:
    """The chain is whole over all that was done; gives how many lines it has."""
    with city.transaction() as session:
        while chain(session, city.ibge):
            pass
    with city.transaction() as session:
        verdict = verify(session, city.ibge)
    assert (verdict.broken_at, verdict.tail) == (None, 0) and verdict.lines > 0, verdict
    return verdict.lines
