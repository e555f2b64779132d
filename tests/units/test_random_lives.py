"""Random lives of a house: whatever happens in whatever order, no bed is had twice, no family is promised in part, the states
add up, and what is computed is what the claims say."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.core.problems import Problem
from app.units import queries, service
from app.units.models import Stay, Unit
from app.units.service import Asked, Guest
from tests.units.house import House, now

MINUTE = timedelta(minutes=1)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["hold", "come", "late", "walk", "leave", "undo", "release", "block", "unblock", "move", "wait", "hear"]),
        st.integers(0, 7), st.integers(0, 240),
    ),
    min_size=4, max_size=14,
)  # fmt: skip


class Undone(Exception):
    """Everything is rolled back at the end of an example."""


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(STEPS)
def test_random_lives(life, steps):
    house, referrals = life
    try:
        with house.city.transaction() as session:
            live(session, house, house.city.actor_in(session, "abrigo"), referrals, steps)
            raise Undone()
    except Undone:
        pass


@pytest.fixture
def life(city):
    """A house of four beds and referrals to it of one, two and three people."""
    house = House(city, 4)
    return house, [(house.referral(people), people) for people in (1, 2, 1, 3, 1, 2)]


def live(session, house, actor, referrals, steps):
    city, at, start = house.city, now(), now()
    m, unit_id = city.ibge, house.unit_id
    free_referrals, held, stays = list(referrals), [], []
    for step, which, minutes in steps:
        at += MINUTE
        before = {stay.id for stay in open_stays(session, m)}
        try:
            with session.begin_nested():
                if step == "wait":
                    at += minutes * MINUTE
                elif step == "hold" and free_referrals:
                    referral_id, people = free_referrals.pop()
                    answer = service.hold_places(session, m, unit_id, referral_id, Asked(people), at)
                    assert len(answer.bed_ids) in (0, people)
                    assert (answer.answer == "granted") == bool(answer.bed_ids)
                    session.execute(
                        text("UPDATE referrals SET status = :s, held_until = :u WHERE municipality_id = :m AND id = :r"),
                        {"s": "held" if answer.bed_ids else "sent", "u": answer.until, "m": m, "r": referral_id},
                    )
                    held.append((referral_id, people))
                elif step in ("come", "late") and held:
                    referral_id, people = held.pop(which % len(held))
                    came = max(start, at - minutes * MINUTE) if step == "late" else at
                    stays += service.check_in(session, actor, unit_id, [Guest()] * people, came, at, referral_id=referral_id)
                    session.execute(
                        text("UPDATE referrals SET status = 'arrived' WHERE municipality_id = :m AND id = :r"), {"m": m, "r": referral_id}
                    )
                elif step == "walk":
                    stays += service.check_in(session, actor, unit_id, [Guest()] * (1 + which % 2), at, at)
                elif step in ("leave", "undo", "move") and stays:
                    stay = stays[which % len(stays)]
                    if step == "leave":
                        service.check_out(session, actor, stay.id, at, "left", at)
                    elif step == "undo":
                        service.undo_check_out(session, actor, stay.id, at)
                    else:
                        service.move_guest(session, actor, stay.id, house.beds[minutes % len(house.beds)], at)
                elif step == "release" and held:
                    service.release_places(session, m, held[which % len(held)][0], at)
                elif step in ("block", "unblock"):
                    bed = house.beds[which % len(house.beds)]
                    if step == "block":
                        service.block_bed(session, actor, bed, at + (minutes + 1) * MINUTE, "repair", at)
                    else:
                        service.unblock_bed(session, actor, bed, at)
                elif step == "hear":
                    service.hear(session, m, [unit_id], at)
        except Problem:
            pass
        session.expire_all()
        gone = before - {stay.id for stay in open_stays(session, m)}
        assert not gone or step == "leave"  # nobody is sent away by what happens to others
        check(session, house, at)


def open_stays(session, m):
    return session.query(Stay).filter_by(municipality_id=m, left_at=None).all()


def check(session, house, at):
    m = house.city.ibge
    claims = session.execute(
        text(
            "SELECT bed_id, kind, stay_id, referral_id, reason, lower(during) AS since, upper(during) AS until FROM bed_claims"
            " WHERE municipality_id = :m AND NOT isempty(during)"
        ),
        {"m": m},
    ).all()
    for index, one in enumerate(claims):
        for other in claims[:index]:
            if one.bed_id == other.bed_id:
                assert (one.until and one.until <= other.since) or (other.until and other.until <= one.since)
    unit = session.get(Unit, (m, house.unit_id))
    beds = queries.beds_of(session, m, [house.unit_id], at)
    assert {bed.id: bed.state for bed in beds} == {bed: state_of(session, m, unit, bed, claims, at) for bed in house.beds}
    free = queries.free_of(session, m, [house.unit_id], at)[house.unit_id]
    assert free.free + free.promised + free.occupied + free.blocked + free.lapsed == free.total == len(house.beds)
    here = {stay.id for stay in open_stays(session, m)}
    with_bed = [claim.stay_id for claim in claims if claim.kind == "stay" and claim.until is None]
    assert set(with_bed) <= here and len(with_bed) == len(set(with_bed))
    assert queries.clashes_of(session, m, [house.unit_id], at).waiting.keys() == here - set(with_bed)


def state_of(session, m, unit, bed: UUID, claims, at) -> str:
    """Brute force: by looking at every claim of the bed."""
    mine = [claim for claim in claims if claim.bed_id == bed]
    for claim in mine:
        if claim.since <= at and (claim.until is None or at < claim.until):
            return claim.kind
    past = [claim for claim in mine if claim.until is not None and claim.until <= at]
    if not past:
        return "free"
    last = max(past, key=lambda claim: claim.until)
    if last.kind != "hold" or last.reason is not None or (unit.heard_at is not None and unit.heard_at >= last.until):
        return "free"
    status = session.scalar(text("SELECT status FROM referrals WHERE municipality_id = :m AND id = :r"), {"m": m, "r": last.referral_id})
    return "lapsed" if status in ("sent", "held", "accepted", "on_the_way", "not_arrived") else "free"
