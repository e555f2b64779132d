"""Workers and teams from a file: judged line by line, shown, then taken in once.

Judging changes nothing and is done again at the taking in, so what was shown can't have been tampered with, and a file
sent twice finds its people there already.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from marshmallow import ValidationError
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.access.roles import SCOPES_OF
from app.accounts import queries
from app.accounts.models import Team, Worker
from app.accounts.roster import Roster, Row, key_of, read
from app.accounts.schemas import Login
from app.accounts.service import create_worker
from app.accounts.service.codes import BY_SLIP, Given, issue
from app.accounts.service.roles import give
from app.accounts.service.teams import create_team
from app.accounts.terms import NO_PASSWORD, ROLE_WORDS, TEAM_KIND_WORDS
from app.audit import trail
from app.core import days

_SHORTEST_NAME, _LONGEST_NAME = 2, 80
# Where a file must say a role's place; leaving the cell empty would give the whole city by oversight.
_PLACED = {"team": "equipe", "unit": "unidade", "region": "região"}


@dataclass(frozen=True)
class Judged:
    """One line and what would come of it: `new`, `known` (there already) or `wrong`, with why in words."""

    number: int
    state: str
    words: str
    why: str = ""
    login: str = ""
    name: str = ""
    role: str = ""
    scope: tuple[str, UUID | None] = ("municipality", None)
    kind: str = ""
    unit_id: UUID | None = None
    region_ids: tuple[UUID, ...] = ()


def judge(session: Session, actor: Actor, raw: bytes) -> tuple[str, list[Judged]]:
    """`workers` or `teams`, and what each line of the file would do. Raises BadFile or Forbidden."""
    roster = read(raw)
    require(actor, "accounts.create_worker" if roster.kind == "workers" else "accounts.manage_teams")
    known = queries.scopes_of_city(session, actor.municipality_id)
    named = {kind: {key_of(name): id_ for id_, name in places.items()} for kind, places in known.items()}
    each = _workers if roster.kind == "workers" else _teams
    return roster.kind, each(session, actor, roster, named)


def take_in(
    session: Session, actor: Actor, raw: bytes, now: datetime, secret: str
) -> tuple[str, list[Judged], list[Given]]:
    """Judge again and write the new lines; gives the lines and, for new workers, their first-access codes."""
    # Two confirmations of one file wait for each other, so the second finds everybody there.
    session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 0))"), {"what": f"roster:{actor.municipality_id}"}
    )
    kind, judged = judge(session, actor, raw)
    new = [line for line in judged if line.state == "new"]
    if kind == "teams":
        for line in new:
            create_team(session, actor, line.name, line.kind, line.unit_id, line.region_ids, now)
        return kind, judged, []
    today = days.today_of(session, actor.municipality_id, now)
    workers = []
    for line in new:
        worker = create_worker(session, actor.municipality_id, line.login, line.name, "", now, NO_PASSWORD)
        give(session, worker, line.role, line.scope, now, None, today)
        workers.append(worker)
    given = issue(session, workers, "first", now, now + BY_SLIP, secret, actor.worker_id)
    trail.write(
        session,
        [
            trail.line(actor, "accounts.create_worker", now, "worker", worker.id, ["login", "name", "role"])
            for worker in workers
        ],
    )
    return kind, judged, given


def _workers(session: Session, actor: Actor, roster: Roster, named: dict[str, dict[str, UUID]]) -> list[Judged]:
    logins = [row.cells.get("login", "").lower() for row in roster.rows]
    taken = set(
        session.scalars(
            text("SELECT l FROM unnest(CAST(:logins AS text[])) l WHERE EXISTS (SELECT FROM find_login(l))"),
            {"logins": logins},
        )
    )
    here = {
        row.login: row.name
        for row in session.execute(
            select(Worker.login, Worker.name).where(
                Worker.municipality_id == actor.municipality_id, Worker.login.in_(logins)
            )
        )
    }
    judged: list[Judged] = []
    seen: dict[str, int] = {}
    for row in roster.rows:
        line = _worker(row, named, taken, here, seen)
        seen.setdefault(row.cells.get("login", "").lower(), row.number)
        judged.append(line)
    return judged


def _worker(
    row: Row,
    named: dict[str, dict[str, UUID]],
    taken: set[str],
    here: dict[str, str],
    seen: dict[str, int],
) -> Judged:
    cells = row.cells
    words = " · ".join(cells[column] for column in ("login", "name") if cells.get(column))

    def wrong(why: str) -> Judged:
        return Judged(row.number, "wrong", words, why)

    if row.wrong:
        return wrong(row.wrong)
    try:
        login = Login().deserialize(cells["login"])
    except ValidationError as error:
        return wrong(_("Nome de acesso: %(why)s", why=" ".join(error.messages)))
    name, role = cells["name"], ROLE_WORDS.get(key_of(cells["role"]))
    if not _SHORTEST_NAME <= len(name) <= _LONGEST_NAME:
        return wrong(_("O nome deve ter de 2 a 80 letras."))
    if login in seen:
        return wrong(_("Este nome de acesso já está na linha %(line)s.", line=seen[login]))
    if role is None:
        return wrong(_("O perfil “%(role)s” não existe.", role=cells["role"]) if cells["role"] else _("Falta o perfil."))
    if role == "administrator":
        return wrong(_("O perfil de administração não vem de planilha: dê-o na página da pessoa."))
    placed = {kind: cells[kind] for kind in _PLACED if cells.get(kind)}
    if len(placed) > 1:
        return wrong(_("Diga só um lugar: equipe, unidade ou região."))
    kind = next(iter(placed), "municipality")
    if kind not in SCOPES_OF[role] or (kind == "municipality" and SCOPES_OF[role][0] != "municipality"):
        places = ", ".join(_PLACED[kind] for kind in SCOPES_OF[role] if kind in _PLACED)
        return wrong(_("Para este perfil, preencha: %(places)s.", places=places))
    scope_id = None
    if placed:
        scope_id = named[kind].get(key_of(placed[kind]))
        if scope_id is None:
            return wrong(_nowhere(kind, placed[kind]))
    if login in here:
        if key_of(here[login]) == key_of(name):
            return Judged(row.number, "known", words, _("Já estava no sistema: nada muda."))
        return wrong(_("Este nome de acesso já é de outra pessoa desta cidade."))
    if login in taken:
        return wrong(_("Este nome de acesso já está em uso."))
    return Judged(row.number, "new", words, login=login, name=name, role=role, scope=(kind, scope_id))


def _nowhere(kind: str, name: str) -> str:
    if kind == "team":
        return _("A equipe “%(name)s” não existe ou está fechada.", name=name)
    if kind == "unit":
        return _("A unidade “%(name)s” não existe ou está fechada.", name=name)
    return _("A região “%(name)s” não existe.", name=name)


def _teams(session: Session, actor: Actor, roster: Roster, named: dict[str, dict[str, UUID]]) -> list[Judged]:
    there = {
        key_of(name)
        for name in session.scalars(select(Team.name).where(Team.municipality_id == actor.municipality_id))
    }
    judged: list[Judged] = []
    seen: dict[str, int] = {}
    for row in roster.rows:
        line = _team(row, named, there, seen)
        seen.setdefault(key_of(row.cells.get("team", "")), row.number)
        judged.append(line)
    return judged


def _team(row: Row, named: dict[str, dict[str, UUID]], there: set[str], seen: dict[str, int]) -> Judged:
    name = row.cells.get("team", "")

    def wrong(why: str) -> Judged:
        return Judged(row.number, "wrong", name, why)

    if row.wrong:
        return wrong(row.wrong)
    kind = TEAM_KIND_WORDS.get(key_of(row.cells["kind"]))
    if not _SHORTEST_NAME <= len(name) <= _LONGEST_NAME:
        return wrong(_("O nome deve ter de 2 a 80 letras."))
    if key_of(name) in seen:
        return wrong(_("Esta equipe já está na linha %(line)s.", line=seen[key_of(name)]))
    if kind is None:
        return wrong(_("O tipo “%(kind)s” não existe: escreva rua ou PIM.", kind=row.cells["kind"]))
    unit, unit_id = row.cells.get("unit", ""), None
    if unit:
        unit_id = named["unit"].get(key_of(unit))
        if unit_id is None:
            return wrong(_nowhere("unit", unit))
    region_ids = []
    for region in _parted(row.cells.get("region", "")):
        if key_of(region) not in named["region"]:
            return wrong(_nowhere("region", region))
        region_ids.append(named["region"][key_of(region)])
    if key_of(name) in there:
        return Judged(row.number, "known", name, _("Já estava no sistema: nada muda."))
    return Judged(row.number, "new", name, name=name, kind=kind, unit_id=unit_id, region_ids=tuple(region_ids))


def _parted(regions: str) -> list[str]:
    """Several regions in one cell, parted by a stroke, a comma or a semicolon."""
    for mark in ",;/":
        regions = regions.replace(mark, "|")
    return [region.strip() for region in regions.split("|") if region.strip()]
