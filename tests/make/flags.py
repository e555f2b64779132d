"""Flags as a phone raises them, and the desk's way to look at what became of them."""

from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.accounts import service as accounts
from app.core import clock, marks, seal
from app.core.db import bind, cleared
from app.core.ids import new_id
from app.protection.models import (
    Communication,
    CommunicationNumber,
    Flag,
    FlagLink,
    FlagNote,
    FlagPeer,
    ProtectionBody,
    ProtectionRecipient,
    ProtectionRule,
)
from app.protection.queries import facts_of
from app.protection.sealing import CLEARANCE, close_up
from app.protection.service import watch_city
from app.protection.service.duties import duties_of, told_of
from tests.make.city import NORTH_POINT, City
from tests.make.phone import Phone, place, stamp

# What a test plants in a flag's words: they must be found nowhere outside their envelope.
PLANTED = "palavra plantada do relato"


def words(phone: Phone, flag_id: str, **said: str | None) -> str:
    """An envelope of words as a phone makes it; {called, seen, said}."""
    return phone.seal({"flag": flag_id, "called": None, "seen": None, "said": None} | said)


def flag(phone: Phone, occurred_at: datetime | None = None, **facts: Any) -> dict:
    """A protection.raise command: a child of 7 to 12 who sells at the lights of the north; keyword arguments replace."""
    flag_id = facts.pop("flag_id", None) or str(new_id())
    body = {
        "flag_id": flag_id, "team_id": str(phone.city.ids["pim_team" if phone.persona == "pim" else "team"]), "source": "alone",
        "source_id": None, "subject": "unnamed", "person_id": None, "household_id": None, "age": "age_7_12", "sex": None,
        "with_disability": None, "people_count": 1, "kinds": ["child_labour"], "forms": ["street_sale"], "risk": "no_sign",
        "agent_body": None, "company": "with_adult", "adult_benefits": None, "team_knows": None, "already_told": False, "actions": [],
        "choices": [], "place": place("gps", *NORTH_POINT), "late": False, "recorded_at": stamp(occurred_at), "words": None,
    } | facts  # fmt: skip
    return phone.command("protection.raise", body, occurred_at)


def raise_flag(phone: Phone, occurred_at: datetime | None = None, **facts: Any) -> str:
    """Raised and taken in; gives the flag's id."""
    command = flag(phone, occurred_at, **facts)
    [outcome] = phone.push(command)
    assert outcome["status"] == "done", outcome
    return command["body"]["flag_id"]


def complement(phone: Phone, flag_id: str, occurred_at: datetime | None = None, after=(), **facts: Any) -> dict:
    body = {
        "complement_id": str(new_id()), "flag_id": flag_id, "risk": None, "age": None, "sex": None, "with_disability": None,
        "person_id": None, "kinds": [], "forms": [], "actions": [], "choices": [], "place": None, "words": None,
    } | facts  # fmt: skip
    return phone.command("protection.complement", body, occurred_at, after)


def call(phone: Phone, flag_id: str, occurred_at: datetime | None = None, after=(), **told: Any) -> dict:
    body = {
        "call_id": str(new_id()), "flag_id": flag_id, "recipient": "guardianship_council", "number": "84 3200-0000",
        "outcome": "answered", "who": None, "protocol": None,
    } | told  # fmt: skip
    return phone.command("protection.tell_call", body, occurred_at, after)


def mistake(phone: Phone, flag_id: str, after=(), **more: Any) -> dict:
    return phone.command("protection.say_mistake", {"flag_id": flag_id, "reason": "not_it"} | more, after=after)


@contextmanager
def within_case(city: City):
    """A committed transaction that holds the clearance."""
    with city.transaction() as session, cleared(session, CLEARANCE):
        yield session


def row_of(city: City, flag_id: str) -> Any:
    """The flag's row, as the owner reads it."""
    [row] = city.rows("SELECT * FROM flags WHERE municipality_id = :m AND id = :f", f=UUID(flag_id))
    return row


def facts(city: City, flag_id: str) -> Any:
    with within_case(city) as session:
        return facts_of(session.get(Flag, (city.ibge, UUID(flag_id))))


def duties(city: City, flag_id: str, dropped: bool = False) -> dict[str, dict]:
    """{recipient: what the table said, with due_at, choice, done_at, is_late, dropped_reason}."""
    with within_case(city) as session:
        flag_row = session.get(Flag, (city.ibge, UUID(flag_id)))
        return {
            told_of(duty)["recipient"]: told_of(duty)
            | {
                "id": duty.id, "obligation": duty.obligation, "due_at": duty.due_at, "choice": duty.choice, "done_at": duty.done_at,
                "is_late": duty.is_late, "dropped_reason": duty.dropped_reason,
            }
            for duty in duties_of(session, flag_row)
            if dropped or duty.dropped_at is None
        }  # fmt: skip


def watch(city: City, now: datetime) -> dict[str, int]:
    """One turn of the clock."""
    with city.transaction() as session:
        return watch_city(session, city.ibge, now)


def notices(city: City, flag_id: str | None = None) -> list[tuple[str, str, int]]:
    """(persona, kind, step) of each notice about flags, in order."""
    who = {id_: name for name, id_ in city.ids.items()}
    rows = city.rows(
        "SELECT worker_id, kind, step FROM notices WHERE municipality_id = :m AND kind LIKE 'case%'"
        " AND (CAST(:f AS uuid) IS NULL OR subject_id = CAST(:f AS uuid)) ORDER BY made_at, step, id",
        f=flag_id,
    )
    return [(who[row["worker_id"]], row["kind"], row["step"]) for row in rows]


@contextmanager
def shut_key():
    """The server has lost the secret that unwraps every city's key: what is sealed can't be opened within the block."""
    before, seal.keyring.secret = seal.keyring.secret, b"another secret, as after a loss"
    try:
        yield
    finally:
        seal.keyring.secret = before


def numbers(city: City, what: str, scope: str) -> list[int | None]:
    """Figures of `flag_numbers` (None: hidden) for one of terms.COUNTED, as the application reads them without any clearance."""
    with city.transaction() as session:
        key = marks.key_of(session, city.ibge, clock.now())
        return list(
            session.scalars(
                text("SELECT n FROM flag_numbers WHERE scope = :s AND what = :w ORDER BY n"), {"s": scope, "w": marks.mark(key, "what", what)}
            )
        )


def grant(city: City, persona: str, role: str, kind: str, thing: str | None = None) -> None:
    """One more role of a persona, since yesterday."""
    with city.transaction() as session:
        accounts.grant_role(
            session, city.ibge, city.ids[persona], role, clock.now() - timedelta(days=1), kind, city.ids[thing] if thing else None
        )


def end_roles(city: City, persona: str, at: datetime) -> None:
    city.rows(
        "UPDATE role_grants SET valid_to = :at WHERE municipality_id = :m AND worker_id = :w RETURNING id", at=at, w=city.ids[persona]
    )


def whole_case(city: City, said: str) -> dict[str, UUID]:
    """A row in every table of flags, with `said` as the words of all that is sealed. Gives ids by the names that doors give them."""
    phone, mate, now = city.phone("rua"), city.phone("rua2"), clock.now()
    flag_id = str(new_id())
    raise_flag(phone, flag_id=flag_id, place=place("address", text=said), words=words(phone, flag_id, called=said, seen=said, said=said))
    other = raise_flag(mate)
    outcomes = phone.push(complement(phone, flag_id, words=words(phone, flag_id, said=said)), call(phone, flag_id, who=said, protocol=said))
    assert [outcome["status"] for outcome in outcomes] == ["done", "done"], outcomes
    m, creas, first = city.ibge, city.ids["creas"], UUID(flag_id)
    ids = {name: new_id() for name in ("communication_id", "recipient_id", "rule_id", "note_id", "peer_id", "link_id")}
    one, two = sorted((first, UUID(other)))
    with within_case(city) as session:
        bind(session, m, creas, {CLEARANCE})  # a note shows, and is written, to its holder alone
        sealed = {name: close_up(session, m, id_, {"text": said}) for name, id_ in ids.items()}
        session.add_all(
            [
                FlagPeer(
                    municipality_id=m, id=ids["peer_id"], flag_id=first, worker_id=creas, given_by=creas, kind="break_glass", valid_from=now,
                    valid_to=now + timedelta(hours=1), sealed_reason=sealed["peer_id"],
                ),
                FlagLink(municipality_id=m, id=ids["link_id"], flag_id=one, other_id=two, linked_by=creas, linked_at=now),
                FlagNote(
                    municipality_id=m, id=ids["note_id"], flag_id=first, author_id=creas, holder_id=creas, profession="psychologist",
                    sealed_body=sealed["note_id"], written_at=now,
                ),
                Communication(
                    municipality_id=m, id=ids["communication_id"], flag_id=first, sealed_content=sealed["communication_id"], made_by=creas,
                    made_at=now, changed_at=now,
                ),
                CommunicationNumber(municipality_id=m, year=now.year, last=0),
                ProtectionRecipient(municipality_id=m, id=ids["recipient_id"], code="peti", name=said, changed_at=now),
                ProtectionRule(
                    municipality_id=m, id=ids["rule_id"], edition="x", position=1, when_={}, recipient="peti", obligation="offered",
                    valid_from=now,
                ),
                ProtectionBody(municipality_id=m, unit_id=city.ids["shelter"], body="health"),
            ]
        )  # fmt: skip
    return ids | {"flag_id": first, "other_id": UUID(other)}
