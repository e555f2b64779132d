"""What a phone may ask, on one page: name and version → schema and verb.

Old versions stay accepted: a phone that was off for a month delivers last month's shape.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from marshmallow import Schema
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.core.timing import Timing
from app.encounters import schemas as encounters_in
from app.encounters import service as encounters
from app.home_visits import schemas as visits_in
from app.home_visits import service as visits
from app.outreach_requests import schemas as outreach_in
from app.outreach_requests import service as outreach
from app.people import schemas as people_in
from app.people import service as people
from app.protection import schemas as protection_in
from app.protection import service as protection
from app.referrals import queries as referral_queries
from app.referrals import schemas as referrals_in
from app.referrals import service as referrals
from app.shifts import schemas as shifts_in
from app.shifts import service as shifts
from app.shifts.route_plans import schemas as routes_in
from app.shifts.route_plans import service as routes
from app.sync import withdrawal
from app.sync.schemas import WithdrawIn
from app.tasks import schemas as tasks_in
from app.tasks import service as tasks
from app.territory import points as territory


@dataclass(frozen=True)
class Item:
    """One command ready to be done."""

    id: UUID
    data: dict[str, Any]
    timing: Timing
    receipt: str
    without_entering: bool = False


@dataclass(frozen=True)
class Command:
    """`one` does a single command; `check` and `many`, where given, do a run of the same command at once.
    `touches` names the other command whose stored outcome this one reads and changes. `told`, of the loaded body, gives
    what its outcome says besides, the same when it comes again.
    """

    schema: type[Schema]
    one: Callable[[Session, Actor, Item], Any]
    check: Callable[[Actor, Item], None] | None = None
    many: Callable[[Session, Actor, list[Item]], None] | None = None
    touches: Callable[[Item], UUID] | None = None
    told: Callable[[Session, int, dict[str, Any], datetime], dict[str, Any] | None] | None = None


def _told(item: Item) -> encounters.Told:
    return encounters.Told(item.data, item.timing, item.receipt, item.without_entering)


def _record_encounters(session: Session, actor: Actor, items: list[Item]) -> None:
    encounters.record_encounters(session, actor, [_told(item) for item in items])
    for item in items:
        _note_request(session, actor, item)
    told = [item.data["place"] for item in items]
    spots = [(place["lon"], place["lat"]) for place in told if place["lon"] is not None and place["lat"] is not None]
    territory.announce_near(session, actor.municipality_id, spots, {place["point_id"] for place in told if place["point_id"]})


def _note_request(session: Session, actor: Actor, item: Item) -> None:
    """Of a meeting because of a request: the request knows of it."""
    if item.data["request_id"]:
        outreach.note_met(session, actor.municipality_id, item.data["request_id"], item.data["encounter_id"])


def _record_encounter(session: Session, actor: Actor, item: Item) -> None:
    encounters.may_record(actor, _told(item))
    _record_encounters(session, actor, [item])


def _correct_encounter(session: Session, actor: Actor, item: Item) -> None:
    encounters.correct_encounter(session, actor, _told(item))
    _note_request(session, actor, item)


def _referral(verb: Callable[..., Any]) -> Callable[[Session, Actor, Item], Any]:
    return lambda session, actor, it: verb(session, actor, it.data, it.timing.received_at, it.timing.occurred_at)


def _hold_told(session: Session, municipality_id: int, data: dict[str, Any], now: datetime) -> dict[str, Any] | None:
    return referral_queries.told_of(session, municipality_id, data["referral_id"], now)


COMMANDS: dict[tuple[str, int], Command] = {
    ("shifts.start", 1): Command(
        shifts_in.StartFirstIn, lambda session, actor, it: shifts.start_shift(session, actor, it.data, it.timing)
    ),
    ("shifts.start", 2): Command(
        shifts_in.StartIn, lambda session, actor, it: shifts.start_shift(session, actor, it.data, it.timing)
    ),
    ("shifts.enter_region", 1): Command(
        shifts_in.RegionIn, lambda session, actor, it: shifts.enter_region(session, actor, it.data, it.timing)
    ),
    ("shifts.pause", 1): Command(
        shifts_in.MomentIn, lambda session, actor, it: shifts.pause_shift(session, actor, it.data, it.timing)
    ),
    ("shifts.resume", 1): Command(
        shifts_in.MomentIn, lambda session, actor, it: shifts.resume_shift(session, actor, it.data, it.timing)
    ),
    ("shifts.pass_by", 1): Command(
        shifts_in.PassByIn, lambda session, actor, it: shifts.pass_by(session, actor, it.data, it.timing)
    ),
    ("shifts.visit_point", 1): Command(
        routes_in.VisitPointIn, lambda session, actor, it: shifts.visit_point(session, actor, it.data, it.timing)
    ),
    ("shifts.miss_stop", 1): Command(
        routes_in.MissStopIn, lambda session, actor, it: routes.miss_stop(session, actor, it.data, it.timing)
    ),
    ("shifts.end", 1): Command(
        shifts_in.EndFirstIn, lambda session, actor, it: shifts.end_shift(session, actor, it.data, it.timing)
    ),
    ("shifts.end", 2): Command(
        shifts_in.EndIn, lambda session, actor, it: shifts.end_shift(session, actor, it.data, it.timing)
    ),
    ("encounters.record", 1): Command(
        encounters_in.EncounterIn,
        _record_encounter,
        check=lambda actor, it: encounters.may_record(actor, _told(it)),
        many=_record_encounters,
    ),
    ("encounters.complete", 1): Command(
        encounters_in.AdditionIn,
        lambda session, actor, it: encounters.complete_encounter(session, actor, it.data, it.timing),
    ),
    ("encounters.correct", 1): Command(
        encounters_in.CorrectionIn,
        _correct_encounter,
    ),
    ("encounters.withdraw", 1): Command(
        encounters_in.WithdrawalIn,
        lambda session, actor, it: encounters.withdraw_encounter(session, actor, it.data, it.timing),
    ),
    ("encounters.link", 1): Command(
        encounters_in.LinkIn, lambda session, actor, it: encounters.link_people(session, actor, it.data, it.timing)
    ),
    ("encounters.unlink", 1): Command(
        encounters_in.UnlinkIn, lambda session, actor, it: encounters.unlink_person(session, actor, it.data, it.timing)
    ),
    ("encounters.offer", 1): Command(
        encounters_in.OfferIn, lambda session, actor, it: encounters.record_offers(session, actor, it.data, it.timing)
    ),
    ("encounters.join", 1): Command(
        encounters_in.JoinIn, lambda session, actor, it: encounters.join_encounters(session, actor, it.data, it.timing)
    ),
    ("encounters.unjoin", 1): Command(
        encounters_in.UnjoinIn,
        lambda session, actor, it: encounters.unjoin_encounters(session, actor, it.data, it.timing),
    ),
    ("home_visits.record", 1): Command(
        visits_in.VisitIn,
        lambda session, actor, it: visits.record_visit(session, actor, it.data, it.timing, it.receipt),
    ),
    ("home_visits.correct", 1): Command(
        visits_in.VisitCorrectionIn,
        lambda session, actor, it: visits.correct_visit(session, actor, it.data, it.timing, it.receipt),
    ),
    ("home_visits.withdraw", 1): Command(
        visits_in.VisitWithdrawalIn,
        lambda session, actor, it: visits.withdraw_visit(session, actor, it.data, it.timing),
    ),
    ("people.register", 1): Command(
        people_in.RegisterIn, lambda session, actor, it: people.register_person(session, actor, it.data, it.timing)
    ),
    ("people.tell", 1): Command(
        people_in.TellIn, lambda session, actor, it: people.tell(session, actor, it.data, it.timing)
    ),
    ("people.take_back", 1): Command(
        people_in.TakeBackIn, lambda session, actor, it: people.take_back(session, actor, it.data, it.timing)
    ),
    ("referrals.send", 1): Command(referrals_in.SendFirstIn, _referral(referrals.send_referral), told=_hold_told),
    ("referrals.send", 2): Command(referrals_in.SendIn, _referral(referrals.send_referral), told=_hold_told),
    ("referrals.set_out", 1): Command(referrals_in.SetOutIn, _referral(referrals.set_out)),
    ("referrals.tell_answer", 1): Command(referrals_in.TellAnswerIn, _referral(referrals.tell_answer)),
    ("referrals.plan_trip", 1): Command(referrals_in.TripIn, _referral(referrals.plan_trip)),
    ("referrals.revoke", 1): Command(referrals_in.RevokeIn, _referral(referrals.revoke_referral)),
    ("people.open_household", 1): Command(
        people_in.HouseholdIn, lambda session, actor, it: people.open_household(session, actor, it.data, it.timing)
    ),
    ("people.change_household", 1): Command(
        people_in.HouseholdChangeIn,
        lambda session, actor, it: people.change_household(session, actor, it.data, it.timing),
    ),
    ("tasks.agree", 1): Command(
        tasks_in.TaskIn, lambda session, actor, it: tasks.agree_task(session, actor, it.data, it.timing)
    ),
    ("tasks.close", 1): Command(
        tasks_in.CloseIn, lambda session, actor, it: tasks.close_task(session, actor, it.data, it.timing)
    ),
    ("outreach_requests.set_out", 1): Command(
        outreach_in.OfRequestIn, lambda session, actor, it: outreach.set_out(session, actor, it.data, it.timing)
    ),
    ("outreach_requests.arrive", 1): Command(
        outreach_in.OfRequestIn, lambda session, actor, it: outreach.arrive(session, actor, it.data, it.timing)
    ),
    ("outreach_requests.close", 1): Command(
        outreach_in.CloseIn, lambda session, actor, it: outreach.close(session, actor, it.data, it.timing)
    ),
    ("protection.raise", 1): Command(
        protection_in.RaiseIn,
        lambda session, actor, it: protection.raise_flag(session, actor, it.data, it.timing, it.receipt),
    ),
    ("protection.complement", 1): Command(
        protection_in.ComplementIn,
        lambda session, actor, it: protection.complement_flag(session, actor, it.data, it.timing),
    ),
    ("protection.tell_call", 1): Command(
        protection_in.CallIn, lambda session, actor, it: protection.tell_call(session, actor, it.data, it.timing)
    ),
    ("protection.say_mistake", 1): Command(
        protection_in.MistakeIn, lambda session, actor, it: protection.say_mistake(session, actor, it.data, it.timing)
    ),
    ("sync.withdraw", 1): Command(
        WithdrawIn,
        lambda session, actor, it: withdrawal.withdraw_command(session, actor, it.id, it.data, it.timing.received_at),
        touches=lambda it: it.data["command_id"],
    ),
}
