"""The administration's pages: telephones on duty, and who must be told of what by which law."""

from uuid import UUID

from flask import Blueprint, redirect
from flask_babel import lazy_gettext as _
from marshmallow import Schema, fields, pre_load, validate

from app.access.door import page_door
from app.access.pages import desk_page
from app.core import clock
from app.core.fields import Chosen, Day, Line, Many, Note, one_of
from app.protection.queries import setting as queries
from app.protection.service import setting as service
from app.protection.terms import AGES, BODIES, COMPANY, MINORS, OBLIGATIONS, RECIPIENTS, RISKS, SEXES, VIOLATIONS
from app.units.queries import settings_of
from app.units.terms import WEEKDAYS

blueprint = Blueprint("protection_setting", __name__)

_TOLD = {
    "telefone": _("Telefone guardado."),
    "retirado": _("Telefone retirado."),
    "contato": _("Contato guardado."),
    "ouvidoria": _("Ouvidoria guardada. As próximas vias já saem com ela."),
    "tabela": _("A tabela agora é da cidade: cada linha pode ser mudada."),
    "linha": _("Linha guardada. Vale para os alertas que chegarem de agora em diante."),
    "fim": _("Linha encerrada. O que já foi decidido por ela fica."),
    "orgao": _("Órgão da unidade guardado."),
}
_HOLES = {
    "nobody": _("ninguém cadastrado"),
    "no_phone": _("sem telefone"),
    "off_duty": _("sem telefone de plantão em alguma hora dos próximos 7 dias"),
    "no_line": _("nenhuma linha obriga a avisar alguém sobre criança, adolescente ou pessoa idosa"),
    "unanswered": _("ninguém assume os casos"),
}


class DoneQuery(Schema):
    feito = fields.String(load_default=None, validate=validate.OneOf(list(_TOLD)))


class FormIn(Schema):
    """A form sends an empty text for what was not said."""

    @pre_load
    def empty_is_unsaid(self, data, **_kw):
        return {key: value for key, value in data.items() if value != ""} if isinstance(data, dict) else data


class DutyPhoneForm(FormIn):
    """code: of RECIPIENTS; unsaid: the city's own, told apart by its name. weekdays: 0 Monday … 6 Sunday; none: every day."""

    code = one_of(RECIPIENTS, load_default=None)
    name = Line(required=True, validate=validate.Length(min=2))
    phone = Line(40, required=True, validate=validate.Regexp(r"[+()0-9 .-]{3,40}\Z"))
    label = Line(60, load_default="")
    region_id = Chosen(load_default=None)
    position = fields.Integer(validate=validate.Range(1, 99), load_default=None)
    weekdays = Many(fields.Integer(validate=validate.Range(0, 6)), load_default=list)
    from_time = fields.Time(load_default=None)
    to_time = fields.Time(load_default=None)
    starts_on = Day(load_default=None)
    ends_on = Day(load_default=None)


class ContactForm(FormIn):
    email = fields.Email(load_default="")
    address = Line(200, load_default="")
    system_name = Line(80, load_default="")
    body = one_of(BODIES, load_default=None)


class RuleForm(FormIn):
    """minutes: 0 is immediate; unsaid: no deadline."""

    obligation = one_of(OBLIGATIONS, required=True)
    minutes = fields.Integer(validate=validate.Range(0, 43_200), load_default=None)
    legal_source = Note(load_default="", validate=validate.Length(max=300))
    is_confirmed = fields.Boolean(load_default=False)


class NewRuleForm(RuleForm):
    recipient = fields.String(required=True, validate=validate.Regexp(r"[a-z][a-z0-9_]{1,39}\Z"))
    kinds = Many(one_of(VIOLATIONS), load_default=list)
    ages = Many(one_of(AGES), load_default=list)
    sexes = Many(one_of(SEXES), load_default=list)
    risks = Many(one_of(RISKS), load_default=list)
    company = Many(one_of(COMPANY), load_default=list)
    disability = fields.Boolean(load_default=None, allow_none=True)


class BodyForm(FormIn):
    unit_id = fields.UUID(required=True)
    body = one_of(BODIES, load_default=None)


@blueprint.get("/admin/plantao")
@page_door("protection.configure", query=DoneQuery)
def duty_phones(session, actor, query):
    return desk_page(
        session, actor, "protection/duty_phones.html", **queries.setting_of(session, actor, clock.now()), words=RECIPIENTS,
        bodies_in_words=BODIES, weekdays=WEEKDAYS, why=_HOLES, told=_TOLD.get(query["feito"]),
        ombudsman=str(settings_of(session, actor.municipality_id).get("ombudsman") or ""),
    )  # fmt: skip


@blueprint.post("/admin/plantao")
@page_door("protection.configure", takes=DutyPhoneForm)
def add_phone(session, actor, data):
    service.add_phone(session, actor, data, clock.now())
    return redirect("/admin/plantao?feito=telefone", 303)


@blueprint.post("/admin/plantao/<uuid:phone_id>/retirar")
@page_door("protection.configure")
def remove_phone(session, actor, phone_id: UUID):
    service.remove_phone(session, actor, phone_id, clock.now())
    return redirect("/admin/plantao?feito=retirado", 303)


@blueprint.post("/admin/plantao/contato/<uuid:recipient_id>")
@page_door("protection.configure", takes=ContactForm)
def set_contact(session, actor, recipient_id: UUID, data):
    service.set_contact(session, actor, recipient_id, data, clock.now())
    return redirect("/admin/plantao?feito=contato", 303)


@blueprint.get("/admin/quem-avisar")
@page_door("protection.configure", query=DoneQuery)
def rules(session, actor, query):
    return desk_page(
        session, actor, "protection/rules.html", **queries.setting_of(session, actor, clock.now()), line_of=queries.line_of,
        words=RECIPIENTS, violations=VIOLATIONS, ages=AGES, minors=MINORS, sexes=SEXES, risks=RISKS, company=COMPANY, obligations=OBLIGATIONS,
        bodies_in_words=BODIES, why=_HOLES, told=_TOLD.get(query["feito"]),
    )  # fmt: skip


@blueprint.post("/admin/quem-avisar/tabela")
@page_door("protection.configure")
def own_table(session, actor):
    service.own_table(session, actor, clock.now())
    return redirect("/admin/quem-avisar?feito=tabela", 303)


@blueprint.post("/admin/quem-avisar")
@page_door("protection.configure", takes=NewRuleForm)
def add_rule(session, actor, data):
    service.add_rule(session, actor, data, clock.now())
    return redirect("/admin/quem-avisar?feito=linha", 303)


@blueprint.post("/admin/quem-avisar/<uuid:rule_id>")
@page_door("protection.configure", takes=RuleForm)
def change_rule(session, actor, rule_id: UUID, data):
    service.change_rule(session, actor, rule_id, data, clock.now())
    return redirect("/admin/quem-avisar?feito=linha", 303)


@blueprint.post("/admin/quem-avisar/<uuid:rule_id>/fim")
@page_door("protection.configure")
def end_rule(session, actor, rule_id: UUID):
    service.end_rule(session, actor, rule_id, clock.now())
    return redirect("/admin/quem-avisar?feito=fim", 303)


@blueprint.post("/admin/quem-avisar/orgao")
@page_door("protection.configure", takes=BodyForm)
def set_body(session, actor, data):
    service.set_body(session, actor, data["unit_id"], data["body"], clock.now())
    return redirect("/admin/quem-avisar?feito=orgao", 303)
