"""Two desks answer the same referral at the same moment, on two real connections."""

from threading import Event, Thread

from app.core import clock
from app.core.db import db, transaction
from app.core.problems import Problem
from app.referrals import service
from tests.referrals import made


def test_of_two_desks_that_answer_at_once_the_second_is_told(city):
    sent = made.sent(city)
    actor = city.actor("abrigo")
    answered, told = Event(), []

    def second_desk():
        with city.app.app_context():
            try:
                with transaction(city.ibge) as session:
                    answered.set()
                    service.decline_referral(session, actor, sent, clock.now(), "no_place", seen="sent")
            except Problem as problem:
                told.append(problem.code)
            finally:
                db.session.remove()

    other = Thread(target=second_desk)
    with city.transaction() as session:
        service.accept_referral(session, actor, sent, clock.now(), seen="sent")
        other.start()
        assert answered.wait(5)
        waiting = waits_for_a_lock(city)
    other.join(10)
    assert waiting, "the second desk did not wait for the first"
    assert told == ["referrals.already_accepted"]
    rows = city.rows("SELECT status FROM referrals WHERE municipality_id = :m AND id = :i", i=sent)
    assert rows[0]["status"] == "accepted"
    history = city.rows("SELECT 1 FROM referral_events WHERE municipality_id = :m AND referral_id = :i", i=sent)
    assert len(history) == 2


def waits_for_a_lock(city) -> bool:
    """True as soon as some connection waits for a row of referrals (asked until it does, 5 s at most)."""
    deadline = clock.now().timestamp() + 5
    while clock.now().timestamp() < deadline:
        if city.rows(
            "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'SELECT referrals.%'"
        ):
            return True
    return False


def test_two_referrals_with_one_code_sent_at_once_are_both_kept(city):
    first, second = made.encounter(city), made.encounter(city)
    actor = city.actor("rua")
    started, kept = Event(), []

    def other_phone():
        with city.app.app_context():
            with transaction(city.ibge) as session:
                started.set()
                now = clock.now()
                kept.append(
                    service.send_referral(session, actor, made.body(city, second, code="QQQ777"), now, now).code
                )
            db.session.remove()

    other = Thread(target=other_phone)
    with city.transaction() as session:
        now = clock.now()
        service.send_referral(session, actor, made.body(city, first, code="QQQ777"), now, now)
        other.start()
        assert started.wait(5)
    other.join(10)
    assert kept == ["QQQ777"]
    codes = city.rows("SELECT code FROM referrals WHERE municipality_id = :m")
    assert [row["code"] for row in codes] == ["QQQ777"] * 2
