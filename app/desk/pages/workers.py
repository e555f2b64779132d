"""/admin/: who works here. Taking on, roles, moving, suspending, giving access back."""

from uuid import UUID

from flask import Blueprint, current_app, redirect
from flask_babel import lazy_gettext as _
from marshmallow import Schema, fields, validate

from app.access.door import page_door
from app.access.pages import desk_page
from app.access.roles import ROLES
from app.access.terms import ROLE_NAMES, SCOPE_NAMES
from app.accounts.queries import coordinated_by
from app.accounts.schemas import Login, RoleAndScope
from app.accounts.service import codes, roles
from app.accounts.service import workers as service
from app.accounts.terms import PROFESSIONS
from app.core import clock, days
from app.core.fields import Day, Line, one_of
from app.desk.queries import administration as queries

blueprint = Blueprint("desk_workers", __name__)

_TOLD = {
    "nome": _("Nome trocado."),
    "profissao": _("Profissão guardada."),
    "perfil": _("Perfil dado."),
    "fim": _("Fim do perfil guardado."),
    "mudanca": _("Mudança guardada. O histórico continua nesta página."),
    "suspensa": _("Suspensa: não entra mais. O que registrou antes ainda é recebido."),
    "volta": _("De volta, com o perfil novo."),
}


class NewWorkerForm(RoleAndScope):
    login = Login(required=True)
    name = Line(required=True, validate=validate.Length(min=2))


class NameForm(Schema):
    name = Line(required=True, validate=validate.Length(min=2))


class ProfessionForm(Schema):
    profession = one_of(["", *PROFESSIONS], required=True)


class GrantForm(RoleAndScope):
    begins_on = Day(load_default=None, allow_none=True)
    last_on = Day(load_default=None, allow_none=True)


class EndForm(Schema):
    last_on = Day(load_default=None, allow_none=True)


class MoveForm(RoleAndScope):
    role = fields.String(load_default=None)
    on = Day(load_default=None, allow_none=True)


class WantedQuery(Schema):
    q = Line(load_default="")


class DoneQuery(Schema):
    feito = fields.String(load_default=None, validate=validate.OneOf(list(_TOLD)))


@blueprint.get("/admin/")
@page_door("accounts.read_workers", query=WantedQuery)
def workers(session, actor, query):
    return desk_page(
        session,
        actor,
        "desk/workers.html",
        found=queries.workers(session, actor, clock.now(), query["q"]),
        wanted=query["q"],
        role_names=ROLE_NAMES,
        scopes=SCOPE_NAMES,
    )


@blueprint.get("/admin/trabalhadores/novo")
@page_door("accounts.create_worker")
def new_worker(session, actor):
    return desk_page(session, actor, "desk/new_worker.html", **_choices(session, actor))


@blueprint.post("/admin/trabalhadores/novo")
@page_door("accounts.create_worker", takes=NewWorkerForm)
def create_worker(session, actor, data):
    given = service.hire(
        session, actor, data["login"], data["name"], data["role"], data["scope"], clock.now(), _secret()
    )
    return _slips(session, actor, [given])


@blueprint.get("/admin/trabalhadores/<uuid:worker_id>")
@page_door("accounts.read_workers", query=DoneQuery)
def worker(session, actor, query, worker_id: UUID):
    now = clock.now()
    return desk_page(
        session,
        actor,
        "desk/worker.html",
        worker=queries.worker(session, actor, worker_id, now),
        told=_TOLD.get(query["feito"]),
        today=days.today_of(session, actor.municipality_id, now),
        professions=PROFESSIONS,
        **_choices(session, actor),
    )


@blueprint.post("/admin/trabalhadores/<uuid:worker_id>/nome")
@page_door("accounts.rename_worker", takes=NameForm)
def rename(session, actor, data, worker_id: UUID):
    service.rename(session, actor, worker_id, data["name"], clock.now())
    return _back(worker_id, "nome")


@blueprint.post("/admin/trabalhadores/<uuid:worker_id>/profissao")
@page_door("accounts.set_profession", takes=ProfessionForm)
def set_profession(session, actor, data, worker_id: UUID):
    service.set_profession(session, actor, worker_id, data["profession"] or None, clock.now())
    return _back(worker_id, "profissao")


@blueprint.post("/admin/trabalhadores/<uuid:worker_id>/perfis")
@page_door("accounts.grant_role", takes=GrantForm)
def grant(session, actor, data, worker_id: UUID):
    roles.grant(
        session, actor, worker_id, data["role"], data["scope"], data["begins_on"], data["last_on"], clock.now()
    )
    return _back(worker_id, "perfil")


@blueprint.post("/admin/trabalhadores/<uuid:worker_id>/perfis/<uuid:grant_id>/fim")
@page_door("accounts.end_role", takes=EndForm)
def end_role(session, actor, data, worker_id: UUID, grant_id: UUID):
    roles.end_role(session, actor, worker_id, grant_id, data["last_on"], clock.now())
    return _back(worker_id, "fim")


@blueprint.post("/admin/trabalhadores/<uuid:worker_id>/perfis/<uuid:grant_id>/mudanca")
@page_door("accounts.move_worker", takes=MoveForm)
def move(session, actor, data, worker_id: UUID, grant_id: UUID):
    roles.move(session, actor, worker_id, grant_id, data["scope"], data["on"], clock.now())
    return _back(worker_id, "mudanca")


@blueprint.post("/admin/trabalhadores/<uuid:worker_id>/suspender")
@page_door("accounts.suspend_worker")
def suspend(session, actor, worker_id: UUID):
    service.suspend(session, actor, worker_id, clock.now())
    return _back(worker_id, "suspensa")


@blueprint.post("/admin/trabalhadores/<uuid:worker_id>/voltar")
@page_door("accounts.reinstate_worker", takes=RoleAndScope)
def reinstate(session, actor, data, worker_id: UUID):
    service.reinstate(session, actor, worker_id, data["role"], data["scope"], clock.now())
    return _back(worker_id, "volta")


@blueprint.post("/admin/trabalhadores/<uuid:worker_id>/papel")
@page_door("accounts.create_worker")
def give_slip(session, actor, worker_id: UUID):
    return _slips(session, actor, [service.give_slip(session, actor, worker_id, clock.now(), _secret())])


@blueprint.get("/mesa/equipe")
@page_door("accounts.read_team")
def own_people(session, actor):
    return desk_page(session, actor, "desk/own_people.html", workers=coordinated_by(session, actor, clock.now()))


@blueprint.post("/mesa/equipe/<uuid:worker_id>/codigo")
@page_door("accounts.give_code")
def give_code(session, actor, worker_id: UUID):
    given = codes.give_code(session, actor, worker_id, clock.now(), _secret())
    back = f"/admin/trabalhadores/{worker_id}" if actor.can("accounts.read_workers") else "/mesa/equipe"
    return desk_page(session, actor, "desk/code.html", given=given, code=codes.shown(given.code), back=back)


def _slips(session, actor, given):
    return desk_page(session, actor, "desk/slips.html", given=given, shown=codes.shown)


def _choices(session, actor) -> dict:
    return {
        "role_names": {role: ROLE_NAMES[role] for role in ROLES},
        "scope_choices": queries.scope_choices(session, actor),
        "scopes": SCOPE_NAMES,
    }


def _secret() -> str:
    return current_app.config["SECRET_KEY"]


def _back(worker_id: UUID, done: str):
    return redirect(f"/admin/trabalhadores/{worker_id}?feito={done}", 303)
