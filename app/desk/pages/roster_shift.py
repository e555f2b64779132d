"""/mesa/escala/plantoes: one planned shift: planned by hand, changed, manned, cancelled; and what was done to it since."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect
from flask_babel import lazy_gettext as _
from marshmallow import Schema, ValidationError, fields, validate
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.door import page_door
from app.access.pages import desk_page
from app.core import clock, days
from app.core.fields import Chosen, Day, Line
from app.core.problems import NotFound
from app.desk.pages.roster import short_name
from app.notices import service as notices
from app.shifts.roster import queries, service
from app.shifts.roster.schemas import CancelForm, ChangeForm, MemberForm, NewPlanForm, OutForm
from app.shifts.roster.terms import CONFLICTS, EVENT_KINDS, FIELDS, MEMBER_STATES, STANDINGS, STATUSES, WEEKDAYS
from app.territory.queries import active_regions

blueprint = Blueprint("desk_roster_shift", __name__)

# With whom a shift may be exchanged: of two weeks before and after.
_EXCHANGE = timedelta(days=14)
_TOLD = {
    "novo": _("Plantão planejado, em rascunho. A equipe só vê depois de publicar."),
    "mudou": _("Guardado."),
    "igual": _("Nada mudou."),
    "entrou": _("Entrou na escala."),
    "saiu": _("Saiu da escala."),
    "trocou": _("Troca guardada."),
    "publicado": _("Publicado: a equipe vê a partir de agora."),
}


class DoneQuery(Schema):
    feito = fields.String(load_default=None, validate=validate.OneOf(list(_TOLD)))


class NewQuery(Schema):
    equipe = Chosen(load_default=None, allow_none=True)
    dia = Day(load_default=None, allow_none=True)


class _Other(fields.Field):
    """Who goes in her place, "worker"; or with whom she exchanges, "worker:shift". Loads as one id or two."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> tuple[UUID, ...]:
        try:
            ids = tuple(UUID(each) for each in str(value).split(":"))
        except ValueError:
            ids = ()
        if len(ids) not in (1, 2):
            raise ValidationError(str(_("Escolha quem vai.")))
        return ids


class SwapForm(Schema):
    worker_id = fields.UUID(required=True)
    other = _Other(required=True)
    reason = Line(200, load_default="")


@blueprint.get("/mesa/escala/plantoes/novo")
@page_door("shifts.plan", query=NewQuery)
def new(session, actor, query):
    m = actor.municipality_id
    teams = queries.reached_teams(session, actor, "shifts.plan")
    if query["equipe"] and query["equipe"] not in teams:
        raise NotFound()
    team_id = query["equipe"] or (next(iter(teams)) if len(teams) == 1 else None)
    today = days.today_of(session, m, clock.now())
    on = query["dia"] or today
    people = queries.people_of(session, m, [team_id], on) if team_id else []
    return desk_page(
        session, actor, "desk/roster_new.html", teams=teams, team_id=team_id, on=on, today=today, people=people,
        regions=active_regions(session, m), own_regions=_regions_of_team(session, actor, team_id),
        vehicles=queries.vehicles_of(session, m),
    )  # fmt: skip


@blueprint.post("/mesa/escala/plantoes")
@page_door("shifts.plan", takes=NewPlanForm)
def plan(session, actor, data):
    return _back(service.plan_by_hand(session, actor, data, clock.now()), "novo")


@blueprint.get("/mesa/escala/plantoes/<uuid:planned_shift_id>")
@page_door("shifts.read_roster", query=DoneQuery)
def shift(session, actor, query, planned_shift_id: UUID):
    turn = queries.turn_of(session, actor, planned_shift_id)
    m, now = actor.municipality_id, clock.now()
    zone = days.zone_of(session, m)
    # What a team that was closed still has planned can be taken back, too.
    plans = actor.can("shifts.plan") and turn.team_id in queries.reached_teams(session, actor, "shifts.plan", closed_too=True)
    may_change = plans and turn.status != "cancelled" and turn.ends_at > now
    chosen = {region_id for region_id, _name in turn.regions}
    vehicles = queries.vehicles_of(session, m) if may_change else []
    return desk_page(
        session, actor, "desk/roster_shift.html", turn=turn, may_change=may_change,
        candidates=queries.candidates(session, actor, turn) if may_change else [],
        exchanges=_exchanges(session, actor, turn, now) if may_change else [],
        regions=active_regions(session, m) if may_change else [], chosen=chosen, vehicles=vehicles,
        # Why somebody doesn't go is between her and who plans; why a shift doesn't take place is the team's.
        events=[each if plans or not each["about"] else each | {"reason": None} for each in queries.events_of(session, m, [turn.id])],
        at=lambda instant: f"{instant.astimezone(zone):%H:%M}", local_day=lambda instant: instant.astimezone(zone).date(),
        by_id={each.worker_id: each.name for each in turn.members}, short_name=short_name, told=_TOLD.get(query["feito"]),
        words={
            "conflicts": CONFLICTS, "events": EVENT_KINDS, "fields": FIELDS, "states": MEMBER_STATES,
            "standings": STANDINGS, "statuses": STATUSES, "weekdays": WEEKDAYS,
        },
    )  # fmt: skip


@blueprint.post("/mesa/escala/plantoes/<uuid:planned_shift_id>/mudar")
@page_door("shifts.plan", takes=ChangeForm)
def change(session, actor, data, planned_shift_id: UUID):
    with _telling(session, actor, planned_shift_id):
        changed = service.change_shift(session, actor, planned_shift_id, data, clock.now())
    return _back(planned_shift_id, "mudou" if changed else "igual")


@blueprint.post("/mesa/escala/plantoes/<uuid:planned_shift_id>/publicar")
@page_door("shifts.plan")
def publish(session, actor, planned_shift_id: UUID):
    service.publish_one(session, actor, planned_shift_id, clock.now())
    return _back(planned_shift_id, "publicado")


@blueprint.post("/mesa/escala/plantoes/<uuid:planned_shift_id>/cancelar")
@page_door("shifts.plan", takes=CancelForm)
def cancel(session, actor, data, planned_shift_id: UUID):
    on = queries.turn_of(session, actor, planned_shift_id).on_date
    with _telling(session, actor, planned_shift_id):
        service.cancel_shift(session, actor, planned_shift_id, data["reason"], clock.now())
    return redirect(f"/mesa/escala?dia={on}&feito=cancelado", 303)


@blueprint.post("/mesa/escala/plantoes/<uuid:planned_shift_id>/entrar")
@page_door("shifts.plan", takes=MemberForm)
def put_in(session, actor, data, planned_shift_id: UUID):
    with _telling(session, actor, planned_shift_id):
        service.put_in(session, actor, planned_shift_id, data["worker_id"], clock.now())
    return _back(planned_shift_id, "entrou")


@blueprint.post("/mesa/escala/plantoes/<uuid:planned_shift_id>/sair")
@page_door("shifts.plan", takes=OutForm)
def take_out(session, actor, data, planned_shift_id: UUID):
    with _telling(session, actor, planned_shift_id):
        service.take_out(session, actor, planned_shift_id, data["worker_id"], data["reason"], clock.now())
    return _back(planned_shift_id, "saiu")


@blueprint.post("/mesa/escala/plantoes/<uuid:planned_shift_id>/trocar")
@page_door("shifts.plan", takes=SwapForm)
def swap(session, actor, data, planned_shift_id: UUID):
    who, reason, now = data["worker_id"], data["reason"], clock.now()
    other_worker, *other_shift = data["other"]
    with _telling(session, actor, planned_shift_id, *other_shift):
        if other_shift:
            service.exchange(session, actor, planned_shift_id, who, other_shift[0], other_worker, reason, now)
        else:
            service.replace(session, actor, planned_shift_id, who, other_worker, reason, now)
    return _back(planned_shift_id, "trocou")


def _back(planned_shift_id: UUID, done: str):
    return redirect(f"/mesa/escala/plantoes/{planned_shift_id}?feito={done}", 303)


@contextmanager
def _telling(session: Session, actor: Actor, *planned_shift_ids: UUID) -> Iterator[None]:
    """Whose published shift is another afterwards is told that her roster changed, each time anew: never what of it."""
    before = {id_: queries.turn_of(session, actor, id_) for id_ in planned_shift_ids}
    yield
    for id_, was in before.items():
        if was.published_at is None:
            continue
        now_is = queries.turn_of(session, actor, id_)
        old, new = ({each.worker_id for each in turn.there} for turn in (was, now_is))
        same = replace(was, members=(), is_changed=False) == replace(now_is, members=(), is_changed=False)
        whom = (old ^ new if same else old | new) - {actor.worker_id}
        step = len(queries.events_of(session, actor.municipality_id, [id_]))
        notices.tell(session, actor.municipality_id, whom, "roster_changed", id_, clock.now(), step)


def _exchanges(session: Session, actor: Actor, turn: queries.PlannedTurn, now: Any) -> list[dict[str, Any]]:
    """Whose shift might be exchanged for this one: of the same team, of the days around, not over, without who is in both."""
    inside = {each.worker_id for each in turn.members if each.is_there}
    around = queries.shifts_between(session, actor, turn.on_date - _EXCHANGE, turn.on_date + _EXCHANGE, turn.team_id)
    return [
        {"worker_id": member.worker_id, "name": member.name, "shift_id": other.id, "starts_at": other.starts_at, "on": other.on_date}
        for other in sorted(around, key=lambda each: each.starts_at)
        if other.id != turn.id and other.status != "cancelled" and other.ends_at > now
        for member in other.there
        if member.worker_id not in inside
    ]


def _regions_of_team(session: Session, actor: Actor, team_id: UUID | None) -> set[UUID]:
    return queries.regions_of_team(session, actor.municipality_id, team_id) if team_id else set()

