"""A lost phone: which ones there are, saying that one is lost, and the paper for the incident report."""

from datetime import datetime, timedelta
from uuid import UUID

from flask import Blueprint, redirect
from flask_babel import lazy_gettext as _
from marshmallow import Schema, fields

from app.access.door import page_door
from app.access.pages import desk_page
from app.accounts import queries as accounts
from app.accounts.service import devices
from app.core import clock, days
from app.core.problems import Invalid
from app.sync.queries import held_by
from app.sync.rules import due_on

blueprint = Blueprint("sync_pages", __name__)

# A clock of a desk may be a little ahead of ours.
_AHEAD = timedelta(minutes=5)
_OLDEST = timedelta(days=365)


class LostForm(Schema):
    """`seen_at` in the city's own time, as an `input type=datetime-local` writes it."""

    seen_at = fields.NaiveDateTime(required=True, format="%Y-%m-%dT%H:%M")


@blueprint.get("/aparelhos/")
@page_door("accounts.report_team_lost")
def phones(session, actor):
    return desk_page(session, actor, "sync/phones.html", phones=accounts.devices_in_reach(session, actor))


@blueprint.get("/aparelhos/<uuid:device_id>/perdido")
@page_door("accounts.report_lost")
def lost(session, actor, device_id: UUID):
    phone = accounts.device_in_reach(session, actor, device_id)
    now, zone = clock.now(), days.zone_of(session, actor.municipality_id)
    back = "/conta/" if phone.worker.id == actor.worker_id else "/aparelhos/"
    if phone.device.lost_at is None:
        latest = now.astimezone(zone).strftime("%Y-%m-%dT%H:%M")
        return desk_page(session, actor, "sync/lost_form.html", phone=phone, latest=latest, back=back)
    return desk_page(
        session,
        actor,
        "sync/lost_report.html",
        phone=phone,
        held=held_by(session, actor, phone, now),
        due=due_on(phone.device.lost_at.astimezone(zone).date()),
        back=back,
    )


@blueprint.post("/aparelhos/<uuid:device_id>/perdido")
@page_door("accounts.report_lost", takes=LostForm)
def report_lost(session, actor, data, device_id: UUID):
    now = clock.now()
    seen_at = data["seen_at"].replace(tzinfo=days.zone_of(session, actor.municipality_id))
    _check_seen(seen_at, now)
    devices.report_lost(session, actor, device_id, min(seen_at, now), now)
    return redirect(f"/aparelhos/{device_id}/perdido", 303)


def _check_seen(seen_at: datetime, now: datetime) -> None:
    if seen_at > now + _AHEAD:
        raise Invalid(fields={"seen_at": [str(_("Esta hora ainda não chegou."))]})
    if seen_at < now - _OLDEST:
        raise Invalid(fields={"seen_at": [str(_("Diga uma data do último ano."))]})
