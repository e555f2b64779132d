"""Builders: a small city with two regions, three units, two teams and a worker for every role."""

import itertools
import random
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import text

from app.access.actor import Actor
from app.accounts import service as accounts
from app.accounts.models import Team, TeamRegion
from app.accounts.queries import grants_of
from app.core import clock, seal
from app.core.db import bind, db, transaction
from app.core.ids import new_id
from app.core.models import Municipality
from app.people.models import Household, HouseholdMember
from app.territory.models import ConcentrationPoint, Edition, Region, Shape
from app.units.models import Unit
from tests.make.hashes import CHEAP
from tests.make.owner import as_owner
from tests.make.phone import Phone

# Drawn once and counted on: hundreds of cities drawn one by one would meet in one run of seventy.
_codes = itertools.count(random.SystemRandom().randrange(1_000_000, 9_900_000))
PASSWORD = "senha-de-teste-1"
_UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_HASH = CHEAP.hash(PASSWORD)

# Two squares of 0.1 degree side by side; NORTH is the upper one. Around Natal, in the sea: nobody lives there.
WEST, SOUTH = -35.0, -5.9
NORTH_POINT = (WEST + 0.05, SOUTH + 0.15)
SOUTH_POINT = (WEST + 0.05, SOUTH + 0.05)
OUTSIDE_POINT = (WEST + 0.5, SOUTH + 0.5)

ROLES = {
    "rua": ("outreach_worker", "team"),
    "rua2": ("outreach_worker", "team"),
    "pim": ("home_visitor", "pim_team"),
    "abrigo": ("unit_desk", "shelter"),
    "centropop": ("unit_desk", "centro_pop"),
    "creas": ("technician", "creas_unit"),
    "coordenacao": ("coordinator", "team"),
    "supervisao": ("supervisor", None),
    "admin": ("administrator", None),
    "auditoria": ("auditor", None),
}


@dataclass
class City:
    """Ids of what make_city made; `phone(name)` and `client(name)` sign a persona in."""

    app: object
    ibge: int
    tag: str
    ids: dict[str, UUID] = field(default_factory=dict)

    def login(self, persona: str) -> str:
        return f"{persona}-{self.tag}"

    def transaction(self):
        """A committed transaction of the application's role, inside an application context."""
        return _InContext(self)

    def actor(self, persona: str) -> Actor:
        """The persona's actor, for calling services directly."""
        with self.transaction() as session:
            return self.actor_in(session, persona)

    def actor_in(self, session, persona: str) -> Actor:
        """The same within a transaction that is already open."""
        return Actor(
            worker_id=self.ids[persona],
            municipality_id=self.ibge,
            name=persona,
            login=self.login(persona),
            locale="pt_BR",
            grants=grants_of(session, self.ibge, self.ids[persona]),
            when=clock.now(),
        )

    def phone(self, persona: str = "rua", vault: bool = False) -> Phone:
        """A phone on which the persona is signed in."""
        return Phone(self, persona, vault).sign_in(PASSWORD)

    def client(self, persona: str | None = None):
        """A Flask test client with `.csrf`; signed in when a persona is named."""
        client = self.app.test_client()
        client.csrf = ""
        if persona:
            answer = client.post("/api/v1/session", json={"login": self.login(persona), "password": PASSWORD})
            assert answer.status_code == 200, answer.get_data(as_text=True)
            client.csrf = answer.json["csrf_token"]
            client.environ_base["HTTP_X_CSRF_TOKEN"] = client.csrf
        return client

    def rows(self, sql: str, **values):
        """What the owner sees (past row level security)."""
        with self.app.app_context(), as_owner(self.app) as session:
            return session.execute(text(sql), values | {"m": self.ibge}).mappings().all()


class _InContext:
    def __init__(self, city: City):
        self.city = city

    def __enter__(self):
        self.context = self.city.app.app_context()
        self.context.push()
        self.inner = transaction(self.city.ibge)
        return self.inner.__enter__()

    def __exit__(self, *error):
        try:
            return self.inner.__exit__(*error)
        finally:
            db.session.remove()
            self.context.pop()


def square(west: float, south: float, side: float = 0.1) -> str:
    """EWKT of a square polygon."""
    east, north = west + side, south + side
    ring = f"{west} {south},{east} {south},{east} {north},{west} {north},{west} {south}"
    return f"SRID=4326;MULTIPOLYGON((({ring})))"


def make_city(app, timezone: str = "America/Fortaleza") -> City:
    """Make and commit a city. Its regions are `north` and `south`.

    The first of each database is made by the services, row by row; the others are its rows with ids of their own.
    """
    ibge = next(_codes)
    city = City(app, ibge, str(ibge))
    url = app.config["VINCULO"].sqlalchemy_owner_url
    with app.app_context(), as_owner(app) as session:
        first = _firsts.get((url, timezone))
        if first is None:
            _build(session, city, timezone)
            _firsts[url, timezone] = _First(city.tag, dict(city.ids), _rows_of(session, ibge))
        else:
            _copy(session, first, city)
    return city


def put_away(city: City) -> None:
    """The city of a test that is over is no municipality any more. What walks over all of them (jobs, the watch, the keys)
    would otherwise walk over every test before it: thousands, at the end of a run. Its rows stay, nobody's: to take them
    away would cost more than the test did."""
    with city.app.app_context(), as_owner(city.app) as session:
        # Only a superuser passes over keys and triggers, as the throw-away cluster's owner is; elsewhere the city stays.
        if session.scalar(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")):
            session.connection().exec_driver_sql(
                "SET LOCAL session_replication_role = replica;"
                f"DELETE FROM procrastinate_jobs WHERE args ->> 'municipality_id' = '{city.ibge}';"
                f"DELETE FROM municipalities WHERE id = {city.ibge}"
            )


@dataclass
class _First:
    tag: str
    ids: dict[str, UUID]
    script: str


_firsts: dict[tuple[str, str], _First] = {}
# Made by a trigger from the shapes; and a pair of keys is each city's own.
_NOT_COPIED = {"territory_pieces", "municipality_keys"}


def _rows_of(session, ibge: int) -> str:
    """Statements that insert all rows of a city."""
    said = []
    for table in db.metadata.sorted_tables:
        key = "id" if table.name == "municipalities" else "municipality_id"
        if key not in table.c or table.name in _NOT_COPIED:
            continue
        names = [column.name for column in table.c]
        literals = " || ', ' || ".join(f"quote_nullable({name}::text)" for name in names)
        for row in session.scalars(text(f"SELECT {literals} FROM {table.name} WHERE {key} = :m"), {"m": ibge}):
            said.append(f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({row})")
    return ";".join(said)


def _copy(session, first: _First, city: City) -> None:
    new = {str(old): new_id() for old in re.findall(f"'({_UUID})'", first.script)}
    script = re.sub(_UUID, lambda found: str(new.get(found[0], found[0])), first.script)
    script = re.sub(rf"(?<![0-9A-Fa-f]){first.tag}(?![0-9A-Fa-f])", city.tag, script)  # not within a geometry
    bind(session, city.ibge)
    session.connection().exec_driver_sql(script)
    city.ids.update({name: new[str(old)] for name, old in first.ids.items()})
    seal.create_key(session, city.ibge, clock.now())


def _build(session, city: City, timezone: str) -> None:
    ibge, ids = city.ibge, city.ids
    now = clock.now()
    before = now - timedelta(days=400)
    session.add(
        Municipality(id=ibge, name=f"Cidade {ibge}", uf="RN", timezone=timezone, created_at=before, settings={})
    )
    session.flush()
    bind(session, ibge)
    seal.create_key(session, ibge, now)

    def add(name: str, row):
        row.municipality_id = ibge
        row.id = ids[name] = row.id or new_id()
        session.add(row)
        session.flush()
        return row

    add("edition", Edition(layer="region", number=1, file_name="made", imported_at=before, report={}))
    for name, south in (("north", SOUTH + 0.1), ("south", SOUTH)):
        add(name, Region(name=name.title()))
        add(
            f"{name}_shape",
            Shape(
                edition_id=ids["edition"],
                layer="region",
                name=name.title(),
                region_id=ids[name],
                geom=square(WEST, south),
            ),
        )
    add(
        "point",
        ConcentrationPoint(
            name="Viaduto", kind="viaduct", region_id=ids["north"],
            geom=f"SRID=4326;POINT({NORTH_POINT[0]} {NORTH_POINT[1]})",
        ),
    )
    for name, kind, takes in (
        ("shelter", "shelter", True), ("centro_pop", "centro_pop", True), ("creas_unit", "creas", True),
    ):
        add(name, Unit(name=f"{name} {ibge}", kind=kind, takes_referrals=takes, receives=["men", "animals"]))
    add("team", Team(name="Equipe Rua", kind="street", reference_unit_id=ids["centro_pop"]))
    add("pim_team", Team(name="Equipe PIM", kind="pim", reference_unit_id=ids["creas_unit"]))
    for region in ("north", "south"):
        add(f"team_{region}", TeamRegion(team_id=ids["team"], region_id=ids[region]))
    for persona, (role, scope) in ROLES.items():
        assert persona not in ids, f"{persona} is a thing of the city too: one of them would be lost"
        worker = accounts.create_worker(session, ibge, city.login(persona), persona.title(), "", before, _HASH)
        worker.term_version, worker.term_accepted_at = 1, before
        ids[persona] = worker.id
        kind = "municipality" if scope is None else "team" if scope.endswith("team") else "unit"
        accounts.grant_role(session, ibge, worker.id, role, before, kind, ids[scope] if scope else None)
        if kind == "team":
            accounts.join_team(session, session.get(Team, (ibge, ids[scope])), worker.id, before.date())
    add(
        "household",
        Household(called="Família da Rosa", visitor_id=ids["pim"], team_id=ids["pim_team"], region_id=ids["north"]),
    )
    add("child", HouseholdMember(household_id=ids["household"], called="Bia", kind="child"))


def instant(*parts: int) -> datetime:
    """An aware UTC datetime: instant(2026, 11, 22, 3)."""
    return datetime(*parts, tzinfo=UTC)
