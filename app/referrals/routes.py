from uuid import UUID

from flask_smorest import Blueprint

from app.access.door import door
from app.core import clock
from app.core.days import start_of_today
from app.referrals import queries, rules, service
from app.referrals.schemas import DeclineIn, InboxItemOut, InboxOut, InboxQuery, MoveIn

blueprint = Blueprint("referrals", __name__, url_prefix="/api/v1")


@blueprint.get("/referrals/inbox")
@door("referrals.read_inbox", query=InboxQuery, gives=InboxOut)
def inbox(session, actor, query):
    now = clock.now()
    since = rules.closed_since(start_of_today(session, actor.municipality_id, now), now)
    found = queries.inbox_of(session, actor, since, now, query["unit_id"])
    service.note_seen(session, actor, [item["id"] for item in found["new"] if item["seen_at"] is None], now)
    return found


@blueprint.post("/referrals/<uuid:referral_id>/accept")
@door("referrals.decide", takes=MoveIn, gives=InboxItemOut)
def accept(session, actor, data, referral_id: UUID):
    service.accept_referral(session, actor, referral_id, clock.now(), **data)
    return queries.referral_of(session, actor, referral_id, clock.now())


@blueprint.post("/referrals/<uuid:referral_id>/decline")
@door("referrals.decide", takes=DeclineIn, gives=InboxItemOut)
def decline(session, actor, data, referral_id: UUID):
    service.decline_referral(session, actor, referral_id, clock.now(), **data)
    return queries.referral_of(session, actor, referral_id, clock.now())


@blueprint.post("/referrals/<uuid:referral_id>/arrived")
@door("referrals.mark_arrival", takes=MoveIn, gives=InboxItemOut)
def arrived(session, actor, data, referral_id: UUID):
    service.mark_arrived(session, actor, referral_id, clock.now(), **data)
    return queries.referral_of(session, actor, referral_id, clock.now())


@blueprint.post("/referrals/<uuid:referral_id>/not-arrived")
@door("referrals.mark_arrival", takes=MoveIn, gives=InboxItemOut)
def not_arrived(session, actor, data, referral_id: UUID):
    service.mark_not_arrived(session, actor, referral_id, clock.now(), **data)
    return queries.referral_of(session, actor, referral_id, clock.now())
