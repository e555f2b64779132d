"""The ladder: technician, coordination, supervision; each step once, whenever the job ran, by night as by day."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import event, text

from app.access.roles import ROLES
from app.core import clock
from app.core.ids import new_id
from app.notices import delivery
from app.notices.queries import Addressee
from app.notices.rules import page_for
from app.protection.models import Flag, FlagDuty
from app.protection.service import communicating, watch_city, watching
from app.protection.service import duties as duty_verbs
from app.protection.service.communicating import Sending
from tests.make.flags import call, complement, duties, end_roles, notices, raise_flag, row_of, watch, within_case
from tests.make.journeys import refused
from tests.make.owner import as_owner
from tests.protection.test_raising import accuse
from tests.protection.writer import Writer

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def climbed(city, flag_id):
    return [(who, kind) for who, kind, step in notices(city, flag_id) if step > 0]


def take(city, flag_id, persona="creas"):
    """As the desk takes it (the desk's own verb is tested with the desk)."""
    with within_case(city) as session:
        flag = session.get(Flag, (city.ibge, row_of(city, flag_id)["id"]))
        flag.status, flag.holder_id, flag.taken_at = "taken", city.ids[persona], clock.now()
        session.flush()
        duty_verbs.settle(session, flag, clock.now())


def test_nobody_takes_an_immediate_one_and_each_is_asked_in_turn(city):
    flag_id = raise_flag(city.phone("rua"), kinds=["physical"])
    row = row_of(city, flag_id)
    due = row["due_at"]
    assert due == row["received_at"] + 15 * MINUTE
    watch(city, due - 8 * MINUTE)
    assert climbed(city, flag_id) == []
    watch(city, due - 7 * MINUTE)
    assert climbed(city, flag_id) == [("creas", "case_waiting")]
    watch(city, due)
    watch(city, due + MINUTE)
    assert climbed(city, flag_id) == [("creas", "case_waiting"), ("coordenacao", "case_late")]
    watch(city, due + 30 * MINUTE)
    watch(city, due + 31 * MINUTE)
    watch(city, due + 24 * HOUR)
    assert climbed(city, flag_id) == [("creas", "case_waiting"), ("coordenacao", "case_late"), ("supervisao", "case_late")]
    assert len(city.rows("SELECT id FROM flag_events WHERE municipality_id = :m AND event = 'climbed'")) == 3


def test_what_nobody_does_is_asked_for_again_each_day_and_a_job_that_was_down_asks_once(city):
    flag_id = raise_flag(city.phone("rua"), kinds=["physical"])
    top = row_of(city, flag_id)["due_at"] + HOUR / 2
    watch(city, top)
    everybody = [("coordenacao", "case_late"), ("creas", "case_late"), ("supervisao", "case_late")]
    for days, expected in ((1, 1), (1.5, 0), (2, 1), (9, 1), (9.5, 0), (10, 1)):
        before = len(climbed(city, flag_id))
        assert watch(city, top + days * 24 * HOUR)["climbed"] == expected, days
        assert sorted(climbed(city, flag_id)[before:]) == everybody * expected, days


def test_what_the_street_told_meanwhile_swallows_no_step_of_the_clock(city):
    """Notices are told once by number: a step must never have that of a complement's."""
    phone = city.phone("rua")
    flag_id = raise_flag(phone, kinds=["physical"])
    for _n in range(2):
        assert refused(phone, call(phone, flag_id, outcome="busy")) is None
    assert refused(phone, complement(phone, flag_id, risk="soon")) is None
    watch(city, row_of(city, flag_id)["due_at"] + HOUR / 2)  # three steps
    take(city, flag_id)
    before = len(climbed(city, flag_id))
    watch(city, row_of(city, flag_id)["due_at"] - MINUTE)
    assert climbed(city, flag_id)[before:] == [("creas", "case_waiting")]


def test_one_flag_that_can_t_be_worked_on_holds_up_no_other(city, monkeypatch):
    bad, good = raise_flag(city.phone("rua"), kinds=["physical"]), raise_flag(city.phone("rua"), kinds=["physical"])
    climb = watching._climb_one

    def broken(session, flag, now):
        if str(flag.id) == bad:
            raise KeyError("x")
        return climb(session, flag, now)

    monkeypatch.setattr(watching, "_climb_one", broken)
    assert watch(city, row_of(city, good)["due_at"])["climbed"] == 2
    assert climbed(city, bad) == [] and len(climbed(city, good)) == 2


def test_a_receipt_that_nobody_gave_is_asked_for_and_then_by_the_coordination(city):
    case = Writer(city)
    sent, rang = case.sent().id, case.draft("peti")
    case.send(rang, Sending("phone", who="Ana"))
    at = case.row(sent)["sent_at"]

    def asked(now):
        before = len(climbed(city, str(case.flag)))
        watch(city, now)
        story = city.rows("SELECT ref_id FROM flag_events WHERE municipality_id = :m AND event = 'receipt_asked'")
        assert {row["ref_id"] for row in story} <= {sent}
        return [who for who, kind in climbed(city, str(case.flag))[before:] if kind == "case_waiting"], len(story)

    watch(city, at + 23 * HOUR)
    assert asked(at + 23.5 * HOUR) == ([], 0)
    assert asked(at + 24 * HOUR) == (["creas"], 1)
    assert asked(at + 25 * HOUR) == ([], 1)
    assert asked(at + 48 * HOUR) == (["coordenacao"], 2)
    assert asked(at + 99 * HOUR)[1] == 2


def test_who_has_the_receipt_or_corrected_it_is_not_asked(city):
    case = Writer(city)
    first = case.sent()
    case.does(communicating.receive, first.id, "Conselheira", "12/2026")
    old = case.sent("peti")
    case.send(case.draft("peti", corrects=old.id), now=clock.now())
    watch(city, first.sent_at + 25 * HOUR)
    refs = {row["ref_id"] for row in city.rows("SELECT ref_id FROM flag_events WHERE municipality_id = :m AND event = 'receipt_asked'")}
    assert first.id not in refs and old.id not in refs and len(refs) == 1


def test_the_clock_reads_what_is_open_by_its_index_and_not_the_years(city):
    """As the application: a plan that reads all flags grows with every year."""
    raise_flag(city.phone("rua"))
    with city.app.app_context(), as_owner(city.app) as session:
        names = session.scalars(text("SELECT column_name FROM information_schema.columns WHERE table_name = 'flags' AND column_name <> 'id'"))
        other = {"status": "'closed'", "closed_at": "now()", "due_at": "NULL", "is_counted": "true"}
        names = list(names)
        session.execute(
            text(f"INSERT INTO flags (id, {', '.join(names)}) SELECT gen_random_uuid(), {', '.join(other.get(name, name) for name in names)}"
                 " FROM flags, generate_series(1, 3000) WHERE municipality_id = :m"),
            {"m": city.ibge},
        )  # fmt: skip
        session.execute(text("ANALYZE flags"))
    with within_case(city) as session:
        plans = []
        connection = session.connection()
        event.listen(connection, "before_cursor_execute", lambda *told: plans.append(told[2:4]))
        watch_city(session, city.ibge, clock.now())
        asked = [(sql, values) for sql, values in plans if "FROM flags" in sql and "SKIP LOCKED" in sql]
        assert len(asked) == 2
        for sql, values in asked:
            plan = "\n".join(row[0] for row in connection.exec_driver_sql(f"EXPLAIN {sql}", values))
            assert "ix_flags_open" in plan or "ix_flags_uncounted" in plan, plan


def test_a_job_that_was_down_for_a_night_does_what_it_would_have_done(city):
    flag_id = raise_flag(city.phone("rua"), kinds=["physical"])
    due = row_of(city, flag_id)["due_at"]
    assert watch(city, due + 9 * HOUR)["climbed"] == 3
    assert climbed(city, flag_id) == [("creas", "case_late"), ("coordenacao", "case_late"), ("supervisao", "case_late")]
    times = [row["at"] for row in city.rows("SELECT at FROM flag_events WHERE municipality_id = :m AND event = 'climbed' ORDER BY at")]
    assert times == [due - 7.5 * MINUTE, due, due + 30 * MINUTE]  # as it is told: when each step was due
    assert watch(city, due + 10 * HOUR)["climbed"] == 0


def test_taken_the_duty_s_own_time_counts_and_climbs_by_its_holder(city):
    flag_id = raise_flag(city.phone("rua"), kinds=["physical"])
    watch(city, row_of(city, flag_id)["due_at"])
    take(city, flag_id)
    row = row_of(city, flag_id)
    assert row["due_at"] == duties(city, flag_id)["guardianship_council"]["due_at"] and row["ladder"] == 0
    before = len(climbed(city, flag_id))
    watch(city, row["due_at"] + 2 * HOUR)
    assert climbed(city, flag_id)[before:] == [("creas", "case_late"), ("coordenacao", "case_late"), ("supervisao", "case_late")]
    assert duties(city, flag_id)["guardianship_council"]["is_late"] and not duties(city, flag_id)["creas"]["is_late"]


def test_done_in_time_nobody_is_asked_and_the_next_duty_has_a_ladder_of_its_own(city):
    flag_id = raise_flag(city.phone("rua"), kinds=["physical"], forms=[])
    take(city, flag_id)
    told = duties(city, flag_id)
    now = clock.now()
    with within_case(city) as session:
        duty_verbs.done_by(session, session.get(FlagDuty, (city.ibge, told["guardianship_council"]["id"])), None, now, now)
    row = row_of(city, flag_id)
    assert row["due_at"] == told["creas"]["due_at"]
    watch(city, told["guardianship_council"]["due_at"] + HOUR)
    assert climbed(city, flag_id) == []
    watch(city, told["creas"]["due_at"])
    assert [who for who, _kind in climbed(city, flag_id)] == ["creas", "coordenacao"]
    with within_case(city) as session:
        duty = session.get(FlagDuty, (city.ibge, told["creas"]["id"]))
        duty_verbs.done_by(session, duty, None, told["creas"]["due_at"] + MINUTE, told["creas"]["due_at"] + MINUTE)
        assert duty.is_late
    assert row_of(city, flag_id)["due_at"] is None


def test_dropped_it_is_asked_for_no_more(city):
    flag_id = raise_flag(city.phone("rua"), kinds=["physical"])
    take(city, flag_id)
    with within_case(city) as session:
        flag = session.get(Flag, (city.ibge, row_of(city, flag_id)["id"]))
        for duty in duty_verbs.duties_of(session, flag):
            duty_verbs.drop(session, flag, duty, "told_together", city.ids["creas"], clock.now())
    assert row_of(city, flag_id)["due_at"] is None and watch(city, clock.now() + 99 * HOUR)["climbed"] == 0


def test_answered_by_voice_the_clock_waits_for_the_written_word(city):
    phone = city.phone("rua")
    flag_id = raise_flag(phone, kinds=["physical"])
    take(city, flag_id)
    assert refused(phone, call(phone, flag_id)) is None
    assert row_of(city, flag_id)["due_at"] == row_of(city, flag_id)["occurred_at"] + 24 * HOUR


def test_what_was_offered_and_accepted_has_a_time_and_declined_none(city):
    told = {"kinds": ["physical"], "age": "age_18_59", "sex": "female", "forms": []}
    phone = city.phone("rua")
    declined = raise_flag(phone, choices=[{"recipient": "ligue_180", "answer": "declined"}], **told)
    accepted = raise_flag(phone, choices=[{"recipient": "ligue_180", "answer": "accepted"}], **told)
    for flag_id in (declined, accepted):
        take(city, flag_id)
    assert row_of(city, declined)["due_at"] is None
    assert row_of(city, accepted)["due_at"] == row_of(city, accepted)["occurred_at"] + HOUR


def test_who_has_no_coordination_has_the_supervision_asked(city):
    end_roles(city, "coordenacao", clock.now() - HOUR)
    flag_id = raise_flag(city.phone("rua"), kinds=["physical"])
    watch(city, row_of(city, flag_id)["due_at"])
    assert [who for who, _kind in climbed(city, flag_id)] == ["creas", "supervisao"]


def test_of_agents_the_ladder_passes_over_whom_it_is_hidden_from(city):
    accuse(city)
    flag_id = raise_flag(city.phone("rua"), kinds=["institutional"], agent_body="social_assistance", age="age_7_12", forms=[])
    watch(city, row_of(city, flag_id)["due_at"] + HOUR)
    assert {who for who, _kind in climbed(city, flag_id)} == {"supervisao"}


@pytest.mark.parametrize("late", [0, 5])
def test_a_flag_that_arrives_after_its_time_is_asked_for_at_once(city, late):
    phone, now = city.phone("rua"), clock.now()
    flag_id = raise_flag(phone, now - (3 + late) * HOUR, kinds=["physical"])
    assert row_of(city, flag_id)["due_at"] == row_of(city, flag_id)["occurred_at"] + HOUR
    watch(city, now + MINUTE)
    assert [who for who, _kind in climbed(city, flag_id)] == ["creas", "coordenacao"]
    watch(city, now + 32 * MINUTE)
    assert [who for who, _kind in climbed(city, flag_id)][2:] == ["supervisao"]


def test_two_clocks_at_once_climb_each_step_once(city):
    """The second finds the flag taken by the first and leaves it."""
    flag_id = raise_flag(city.phone("rua"), kinds=["physical"])
    at = row_of(city, flag_id)["due_at"] + HOUR
    climbing, done, counts = threading.Event(), threading.Event(), {}

    def first():
        with city.transaction() as session:
            counts["first"] = watch_city(session, city.ibge, at)["climbed"]
            climbing.set()
            assert done.wait(20)

    thread = threading.Thread(target=first)
    thread.start()
    assert climbing.wait(20)
    try:
        counts["second"] = watch(city, at)["climbed"]
    finally:
        done.set()
        thread.join(20)
    assert counts == {"first": 3, "second": 0}
    assert watch(city, at)["climbed"] == 0 and len(climbed(city, flag_id)) == 3


def test_a_closed_flag_has_no_clock(city):
    flag_id = raise_flag(city.phone("rua"), kinds=["physical"])
    with within_case(city) as session:
        flag = session.get(Flag, (city.ibge, row_of(city, flag_id)["id"]))
        flag.status, flag.closed_at, flag.close_reason = "closed", clock.now(), "protected"
        session.flush()
        duty_verbs.settle(session, flag, clock.now())
    assert row_of(city, flag_id)["due_at"] is None and watch(city, clock.now() + 99 * HOUR)["climbed"] == 0


def test_notices_say_nothing_and_come_in_quiet_hours_too(city):
    flag_id = raise_flag(city.phone("rua"), kinds=["physical"])
    watch(city, row_of(city, flag_id)["due_at"] + HOUR)
    assert {row["is_urgent"] for row in city.rows("SELECT is_urgent FROM notices WHERE municipality_id = :m")} == {True}
    with city.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM flags")) == 0  # the turn left no clearance behind


@pytest.mark.parametrize(("role", "kind", "page"), [
    ("technician", "case_new", "/mesa/casos"), ("coordinator", "case_late", "/mesa/casos/coordenacao"),
    ("coordinator", "case_opened", "/mesa/casos/aberturas"), ("supervisor", "case_late", "/painel/alertas"),
    ("technician", "referral_new", "/mesa/"), ("outreach_worker", "case_answered", "/"),
])  # fmt: skip
def test_a_notice_opens_the_list_of_whom_it_is_told(role, kind, page):
    assert page_for(ROLES[role], kind) == page


def test_a_letter_does_not_say_by_its_address_that_it_is_of_a_case(app, monkeypatch):
    monkeypatch.setattr(delivery.office, "origin", "https://x.invalid")
    to = Addressee(new_id(), "pt_BR", "a@x.invalid", None, None, ROLES["supervisor"])
    with app.app_context():
        subject, body = delivery._letter([delivery.Telling(to, "case_late", True, clock.now(), [new_id()])])
    for told in (subject, body):
        assert "alerta" not in told.lower() and "caso" not in told.lower()
