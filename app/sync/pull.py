"""Changes out: what changed since a cursor, read now, as this actor may see it now.

The cursor follows the writing transactions, not a sequence: only transactions older than every running one
are read, so a change that commits late is never skipped. It is bound to municipality, worker, a fingerprint
of the scope and the sync epoch; when one of the last two changed, a new listing of all that is allowed begins,
in pages, at whose end the phone drops the rest.
"""

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import Select, text
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.accounts.queries import teams_of_worker
from app.core import seal
from app.core.db import hold_nothing_opened
from app.core.models import Municipality
from app.coverage.visits import points_visited, routes_ahead
from app.encounters import queries as encounters
from app.home_visits import queries as visits
from app.operations import queries as operations
from app.outreach_requests import queries as outreach
from app.people import queries as people
from app.protection import queries as protection
from app.referrals import queries as referrals
from app.shifts import queries as shifts
from app.sync.cursors import Cursor, read, written
from app.sync.problems import ForeignCursor
from app.sync.rules import settings_of
from app.tasks import queries as tasks
from app.territory import queries as territory
from app.units import queries as units

Bodies = dict[UUID, dict[str, Any]]

# What a phone without the verb never held, and need not be told to forget: an id says when somebody met whom.
# Whoever gains or loses a verb gets another fingerprint, and with it a listing.
_HELD_BY = {
    "household": "people.open_household",
    "task": "tasks.agree",
    "home_visit": "home_visits.record",
    "point": "encounters.record",
    "encounter": "encounters.record",
    "person": "people.register",
    "request": "outreach_requests.close",
}

# (xid, seq) below which everything is settled: no transaction that could still write there is running.
# xmax is above all that have ended; this transaction has not.
_MARK = text(
    "SELECT greatest(pg_snapshot_xmax(pg_current_snapshot())::text::bigint, pg_current_xact_id()::text::bigint + 1)"
)
_HORIZON = text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
_CHANGES = text(
    "SELECT xid::text::bigint AS xid, seq, type, entity_id FROM changes"
    " WHERE municipality_id = :m AND (xid, seq) > (CAST(CAST(:xid AS text) AS xid8), :seq)"
    " AND xid < CAST(CAST(:horizon AS text) AS xid8)"
    " ORDER BY xid, seq LIMIT :limit"
)
_OLDEST = text("SELECT xid::text::bigint FROM changes WHERE municipality_id = :m ORDER BY xid, seq LIMIT 1")


class Scope:
    """What one phone may hold, with a reader for each type. Readers give {id: body}, of `ids` when given.

    `listers` give of a type the sorted ids after one, at most so many: with it a listing reads the bodies of a page
    only. What has none is read whole for each page, so that a type that grows with the city needs one.
    """

    def __init__(self, session: Session, actor: Actor, now: datetime, on: date | None = None):
        """`on`: the day whose teams count, when what is asked is what a phone held once."""
        hold_nothing_opened(session)
        self.session, self.actor, self.now = session, actor, now
        self.city = session.get_one(Municipality, actor.municipality_id)
        self.today = now.astimezone(ZoneInfo(self.city.timezone)).date()
        day = on or self.today
        self.teams = teams_of_worker(session, actor.municipality_id, actor.worker_id, day, leaving_too=on is not None)
        self.region_ids = {region for team in self.teams if team["kind"] == "street" for region in team["region_ids"]}
        self.settings = settings_of(self.city.settings)
        self.readers: dict[str, Callable[[Collection[UUID] | None], Bodies]] = {
            "me": self._me,
            "region": self._regions,
            "unit": lambda ids: _by_id(units.for_phone(session, actor.municipality_id, ids)),
            "point": self._points,
            "household": self._households,
            "referral": lambda ids: _by_id(referrals.for_phone(session, actor, ids, now)),
            "encounter": lambda ids: encounters.for_phone(session, actor, now, ids),
            "home_visit": lambda ids: visits.for_phone(session, actor, now, ids),
            "person": self._people,
            "task": self._tasks,
            "request": lambda ids: outreach.for_phone(session, actor, self._street_teams(), ids),
            "ficha": self._ficha,
            "recipient": lambda ids: protection.recipients_for_phone(session, actor, ids),
            "flag_rules": lambda ids: protection.rules_for_phone(session, actor, now, ids),
            "shift": lambda ids: shifts.for_phone(session, actor, now, ids),
        }
        self.listers: dict[str, Callable[[UUID | None, int], list[UUID]]] = {
            "household": self._household_ids,
            "encounter": lambda after, limit: encounters.ids_for_phone(session, actor, now, after, limit),
            "home_visit": lambda after, limit: visits.ids_for_phone(session, actor, now, after, limit),
            "person": self._person_ids,
            "task": self._task_ids,
        }

    def fingerprint(self) -> str:
        """Changes when what this worker may hold changes, or the language in which she holds it."""
        grants = sorted((g.role, g.scope_kind, str(g.scope_id)) for g in self.actor.grants if g.holds_at(self.now))
        teams = [(str(team["id"]), sorted(map(str, team["region_ids"]))) for team in self.teams]
        return _digest([grants, teams, self.settings["caseload_days"], self.actor.locale])

    def _me(self, ids: Collection[UUID] | None) -> Bodies:
        actor = self.actor
        return {} if ids is not None and actor.worker_id not in ids else {
            actor.worker_id: {
                "worker": {"id": actor.worker_id, "name": actor.name, "login": actor.login},
                "roles": actor.roles,
                "teams": self.teams,
                "municipality": {
                    "id": self.city.id,
                    "name": self.city.name,
                    "timezone": self.city.timezone,
                    "is_demo": self.city.is_demo,
                    "sync_epoch": self.city.sync_epoch,
                },
                "seal_key": seal.told(seal.public_key_of(self.session, actor.municipality_id)),
                "settings": self.settings,
                "planned": shifts.planned_ahead(self.session, actor, self.now),
                # In "me", which goes with every pull once it is another: what a colleague did at a stop comes without being announced.
                "routes": routes_ahead(self.session, self.city, self._street_teams() if self.actor.can("shifts.pass_by") else (), self.now),
                "operation": operations.for_phone(self.session, actor, self.now),
                "holidays": [each.on_date for each in units.holidays_of(self.session, actor.municipality_id, self.now)],
            }
        }

    def _regions(self, ids: Collection[UUID] | None) -> Bodies:
        return _of(_by_id(territory.outlines(self.session, self.actor.municipality_id)), ids)

    def _points(self, ids: Collection[UUID] | None) -> Bodies:
        found = points_visited(self.session, self.city, self.now) if self.actor.can("encounters.record") else []
        return _of(_by_id(found), ids)

    def _households(self, ids: Collection[UUID] | None) -> Bodies:
        if not self.actor.can("people.open_household"):
            return {}
        m = self.actor.municipality_id
        found = people.households_of(self.session, self.actor, self._street_teams(), ids)
        dates = visits.last_and_next(self.session, m, found)
        zone = ZoneInfo(self.city.timezone)
        for household_id, body in found.items():
            last, next_on = dates.get(household_id, (None, None))
            body["last_visit_on"] = last.astimezone(zone).date() if last else None
            body["next_visit_on"] = next_on
        return found

    def _household_ids(self, after: UUID | None, limit: int) -> list[UUID]:
        if not self.actor.can("people.open_household"):
            return []
        return people.household_ids_of(self.session, self.actor, self._street_teams(), after, limit)

    def _street_teams(self) -> set[UUID]:
        return {team["id"] for team in self.teams if team["kind"] == "street"}

    def _tasks(self, ids: Collection[UUID] | None) -> Bodies:
        if not self.actor.can("tasks.agree"):
            return {}
        m = self.actor.municipality_id
        found = tasks.for_phone(self.session, self.actor, self.now, ids)
        persons = people.called_of(self.session, m, [body["person_id"] for body in found.values()])
        families = people.family_names(self.session, m, [body["household_id"] for body in found.values()])
        for body in found.values():
            person = persons.get(body["person_id"])
            body["called"] = person.called if person else families.get(body["household_id"])
            body["person_id"] = person.id if person else None
        return found

    def _task_ids(self, after: UUID | None, limit: int) -> list[UUID]:
        return tasks.ids_for_phone(self.session, self.actor, self.now, after, limit) if self.actor.can("tasks.agree") else []

    def held(self, type_: str, ids: Collection[UUID]) -> Collection[UUID]:
        """Of what this phone may no longer see, what it may have had: an id says that there is something, to somebody."""
        if type_ not in _HELD_BY:
            return shifts.own_ids(self.session, self.actor, ids) if type_ == "shift" else ids
        if not self.actor.can(_HELD_BY[type_]):
            return ()
        if type_ == "household":
            return people.household_ids_held(self.session, self.actor, self._street_teams(), ids)
        if type_ == "request":
            return outreach.ids_held(self.session, self.actor, self._street_teams(), ids)
        if type_ == "person":
            return people.person_ids_held(self.session, self.actor, self.region_ids, ids)
        return ids

    def _person_ids(self, after: UUID | None, limit: int) -> list[UUID]:
        if not self.actor.can("people.register"):
            return []
        return people.caseload_ids(
            self.session, self.actor, self.region_ids, self.settings["caseload_days"], self.now, after, limit, self._met()
        )

    def _met(self) -> Select | None:
        since = self.now - timedelta(days=self.settings["caseload_days"])
        return encounters.met_by(self.actor, since) if self.teams else None

    def _people(self, ids: Collection[UUID] | None) -> Bodies:
        if not self.actor.can("people.register"):
            return {}
        found = people.caseload(self.session, self.actor, self.region_ids, self.settings["caseload_days"], self.now, ids, self._met())
        m, clusters = self.actor.municipality_id, {key: (key, *card.also) for key, card in found.items()}
        at_home = visits.last_contacts(self.session, m, [id_ for ids in clusters.values() for id_ in ids])
        contacts = encounters.contacts_of(self.session, m, clusters, also=at_home)
        closed = units.closed_to(self.session, m, clusters, self.today)
        return {key: people.as_phone(card, contacts[key]) | closed.get(key, {}) for key, card in found.items()}

    def _ficha(self, ids: Collection[UUID] | None) -> Bodies:
        if not self.actor.can("people.tell") or (ids is not None and people.FICHA_ID not in ids):
            return {}
        return {people.FICHA_ID: people.ficha_of(self.session, self.actor.municipality_id, self.today)}


def pull(
    session: Session, actor: Actor, cursor: str | None, limit: int, now: datetime, secret: str
) -> dict[str, Any]:
    """One page of changes. Raises BadCursor or ForeignCursor."""
    scope = Scope(session, actor, now)
    horizon = session.scalar(_HORIZON)
    fingerprint = scope.fingerprint()
    at = read(cursor, secret) if cursor else None
    if at is not None and (at.m, at.w) != (actor.municipality_id, str(actor.worker_id)):
        raise ForeignCursor()
    reset = at is None or (at.f, at.e) != (fingerprint, scope.city.sync_epoch) or _fell_behind(session, at)
    if reset:
        # What is settled now need not be read again after the listing; what isn't will come as a change.
        whose, epoch = (actor.municipality_id, str(actor.worker_id)), scope.city.sync_epoch
        at = Cursor(*whose, fingerprint, epoch, horizon - 1, 2**62, page=[0, ""])
    assert at is not None
    page = _list(scope, at, limit) if at.page is not None else _since(scope, at, limit, horizon)
    return {
        "changes": page.changes,
        "forget": page.forget,
        "keep": at.page is not None,
        "reset": reset,
        "cursor": written(page.cursor, secret),
        "has_more": page.has_more,
        "server_time": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        # Of a listing: what was settled when it began. Holds with the last page.
        "seen": page.cursor.x + 1 if at.page is not None else horizon,
    }


def mark_of(session: Session) -> int:
    """Every change written so far, in this transaction too, is below it: listed by the pull whose `seen` reaches it."""
    return session.scalar(_MARK)


@dataclass(frozen=True)
class _Page:
    changes: list[dict[str, Any]]
    forget: list[dict[str, Any]]
    cursor: Cursor
    has_more: bool


def _list(scope: Scope, at: Cursor, limit: int) -> _Page:
    """The next page of everything allowed, by type and id."""
    index, after = at.page or [0, ""]
    names = list(scope.readers)
    changes: list[dict[str, Any]] = []
    me = at.me
    while index < len(names) and len(changes) < limit:
        name = names[index]
        taken, bodies, rest = _part(scope, name, UUID(after) if after else None, limit - len(changes))
        # A body may be gone since its id was listed; the page goes on behind it all the same.
        changes += [_change(name, key, bodies[key]) for key in taken if key in bodies]
        if name == "me" and changes:
            me = changes[-1]["version"]
        if rest:
            return _Page(changes, [], replace(at, me=me, page=[index, str(taken[-1])]), True)
        index, after = index + 1, ""
    more = index < len(names)
    return _Page(changes, [], replace(at, me=me, page=[index, after] if more else None), more)


def _part(scope: Scope, type_: str, after: UUID | None, most: int) -> tuple[list[UUID], Bodies, bool]:
    """At most so many ids of a type behind one, their bodies, and whether there are more."""
    lister = scope.listers.get(type_)
    if lister is None:
        bodies = scope.readers[type_](None)
        ids = sorted(key for key in bodies if after is None or key > after)
    else:
        bodies, ids = {}, lister(after, most + 1)
    taken = ids[:most]
    if lister is not None and taken:
        bodies = scope.readers[type_](taken)
    return taken, bodies, len(ids) > most


def _since(scope: Scope, at: Cursor, limit: int, horizon: int) -> _Page:
    """Changes after the cursor, each entity once, with what may no longer be seen to forget."""
    rows = scope.session.execute(
        _CHANGES, {"m": at.m, "xid": at.x, "seq": at.s, "horizon": horizon, "limit": limit}
    ).all()
    wanted: dict[str, dict[UUID, None]] = {}
    for row in rows:
        wanted.setdefault(row.type, {})[row.entity_id] = None
    changes: list[dict[str, Any]] = []
    forget: list[dict[str, Any]] = []
    for type_, ids in wanted.items():
        reader = scope.readers.get(type_)
        bodies = reader(list(ids)) if reader else {}
        changes += [_change(type_, key, bodies[key]) for key in ids if key in bodies]
        gone = [key for key in ids if key not in bodies] if reader else []
        if gone:
            held = scope.held(type_, gone)
            forget += [{"type": type_, "id": key} for key in gone if key in held]
    own = scope.actor.worker_id
    me = _change("me", own, scope.readers["me"](None)[own])
    if me["version"] != at.me:
        changes.append(me)
    x, s = (rows[-1].xid, rows[-1].seq) if rows else (at.x, at.s)
    return _Page(changes, forget, replace(at, x=x, s=s, me=me["version"]), len(rows) == limit)


def _fell_behind(session: Session, at: Cursor) -> bool:
    """True when changes that the cursor has not read were purged meanwhile."""
    purged_to = session.scalar(
        text("SELECT (settings->>'changes_purged_to')::bigint FROM municipalities WHERE id = :m"), {"m": at.m}
    )
    # `<=`: the cursor may stand in the middle of the last transaction that was purged.
    return at.page is None and purged_to is not None and at.x <= purged_to


def _change(type_: str, entity_id: UUID, body: dict[str, Any]) -> dict[str, Any]:
    return {"type": type_, "id": entity_id, "version": _digest(body), "body": body}


def _digest(value: Any) -> str:
    packed = orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
    return hashlib.sha256(packed).hexdigest()[:16]


def _by_id(bodies: list[dict[str, Any]]) -> Bodies:
    return {body["id"]: body for body in bodies}


def _of(bodies: Bodies, ids: Collection[UUID] | None) -> Bodies:
    return bodies if ids is None else {key: bodies[key] for key in ids if key in bodies}
