"""What the street tells after a flag: more of it, calls, that it was a mistake; in any order, and by whom it may."""

import threading
from datetime import timedelta

from app.core import clock
from app.core.ids import new_id
from app.core.timing import Timing
from app.protection.models import Flag, FlagDuty
from app.protection.service import complement_flag
from app.protection.service import duties as duty_verbs
from app.protection.service.raising import work_through
from tests.make.flags import (
    call,
    complement,
    duties,
    end_roles,
    facts,
    flag,
    mistake,
    notices,
    raise_flag,
    row_of,
    within_case,
    words,
)
from tests.make.journeys import refused

HOUR = timedelta(hours=1)


def story(city):
    return [row["event"] for row in city.rows("SELECT event FROM flag_events WHERE municipality_id = :m ORDER BY noted_at, id")]


# -- by whom --------------------------------------------------------------------------------------------------------


def test_its_author_and_a_companion_of_that_day_add_to_it_and_no_other(city):
    flag_id = raise_flag(city.phone("rua"))
    assert refused(city.phone("rua"), complement(city.phone("rua"), flag_id, risk="soon")) is None
    mate, visitor = city.phone("rua2"), city.phone("pim")
    assert refused(mate, complement(mate, flag_id, sex="female")) is None
    assert refused(mate, call(mate, flag_id)) is None
    for command in (complement(visitor, flag_id, risk="danger_now"), call(visitor, flag_id), mistake(visitor, flag_id)):
        assert refused(visitor, command) == "protection.flag_not_found"
    assert refused(mate, mistake(mate, flag_id)) == "protection.flag_not_found"  # only who raised it says so
    told = facts(city, flag_id)
    assert (told.risk, told.sex) == ("soon", "female")


def test_who_joined_the_team_after_that_day_is_no_companion(city):
    flag_id = raise_flag(city.phone("rua"))
    city.rows("UPDATE team_members SET joined_on = joined_on + 800 WHERE municipality_id = :m AND worker_id = :w RETURNING id", w=city.ids["rua2"])
    mate = city.phone("rua2")
    assert refused(mate, complement(mate, flag_id, risk="soon")) == "protection.flag_not_found"


def test_a_technician_who_sees_the_case_adds_to_it_and_one_of_another_unit_does_not(city):
    flag_id = raise_flag(city.phone("rua"))
    now = clock.now()
    body = complement(city.phone("rua"), flag_id, risk="soon")["body"] | {"flag_id": row_of(city, flag_id)["id"], "complement_id": new_id()}
    with city.transaction() as session:
        complement_flag(session, city.actor_in(session, "creas"), body, Timing(now, now, now, 0, False))
    assert facts(city, flag_id).risk == "soon"


def test_a_left_worker_s_complement_counts_by_the_rights_of_its_moment(city):
    phone, now = city.phone("rua"), clock.now()
    flag_id = raise_flag(phone, now - 3 * HOUR)
    end_roles(city, "rua", now - HOUR)
    assert refused(phone, complement(phone, flag_id, now - 2 * HOUR, risk="soon")) is None
    assert refused(phone, complement(phone, flag_id, now, risk="soon")) == "access.forbidden"


# -- in any order ---------------------------------------------------------------------------------------------------


def test_a_call_that_comes_before_its_flag_waits_for_it(city):
    phone = city.phone("rua")
    raised = flag(phone)
    flag_id = raised["body"]["flag_id"]
    later = [call(phone, flag_id, after=[raised["id"]]), complement(phone, flag_id, after=[raised["id"]], risk="soon"), mistake(phone, flag_id, after=[raised["id"]])]
    assert [outcome["status"] for outcome in phone.push(*later)] == ["waiting"] * 3
    assert [outcome["status"] for outcome in phone.push(*later, raised)] == ["waiting"] * 3 + ["done"]
    assert [outcome["status"] for outcome in phone.push(*later)] == ["done"] * 3
    assert [outcome["status"] for outcome in phone.push(*later)] == ["repeated"] * 3
    assert story(city) == ["raised", "called", "complemented", "mistake_said"]


def test_complements_count_in_the_order_in_which_they_were_seen(city):
    phone, now = city.phone("rua"), clock.now()
    flag_id = raise_flag(phone, now - 5 * HOUR)
    for hours, age in ((1, "age_14_15"), (3, "age_13")):
        assert refused(phone, complement(phone, flag_id, now - hours * HOUR, age=age)) is None
    assert facts(city, flag_id).age == "age_14_15"


# -- what follows ---------------------------------------------------------------------------------------------------


def test_a_graver_risk_makes_the_time_shorter_and_tells_the_coordination(city):
    phone = city.phone("rua")
    flag_id = raise_flag(phone)
    at = clock.now()
    before = duties(city, flag_id)["guardianship_council"]
    assert refused(phone, complement(phone, flag_id, at, risk="danger_now")) is None
    after = duties(city, flag_id)["guardianship_council"]
    assert after["id"] == before["id"] and after["due_at"] < before["due_at"] and after["minutes"] == 360
    assert row_of(city, flag_id)["is_immediate"] and "police_190" in duties(city, flag_id)
    assert {who for who, kind, _step in notices(city, flag_id) if kind == "case_waiting"} == {"creas", "coordenacao"}


def test_a_lighter_risk_takes_no_duty_away(city):
    phone = city.phone("rua")
    flag_id = raise_flag(phone, kinds=["physical"], risk="danger_now")
    before = duties(city, flag_id)
    assert refused(phone, complement(phone, flag_id, risk="no_sign")) is None
    after = duties(city, flag_id)
    assert after["guardianship_council"] == before["guardianship_council"] and before.keys() <= after.keys()


def test_a_child_who_turns_out_to_be_an_adult_decides(city):
    phone = city.phone("rua")
    flag_id = raise_flag(phone, kinds=["physical"], age="age_16_17", risk="soon", sex="female")
    assert duties(city, flag_id)["guardianship_council"]["obligation"] == "mandatory"
    choice = [{"recipient": "women_centre", "answer": "accepted"}, {"recipient": "police_station", "answer": "declined"}]
    assert refused(phone, complement(phone, flag_id, age="age_18_59", choices=choice)) is None
    told = duties(city, flag_id)
    assert {duty["obligation"] for duty in told.values()} == {"offered"}
    assert duties(city, flag_id, dropped=True)["guardianship_council"]["dropped_reason"] == "not_applicable"
    assert told["women_centre"]["due_at"] and told["police_station"]["due_at"] is None
    assert (told["women_centre"]["choice"], told["police_station"]["choice"]) == ("accepted", "declined")


def test_an_adult_who_turns_out_to_be_a_child_is_protected_at_once(city):
    phone = city.phone("rua")
    flag_id = raise_flag(phone, kinds=["physical"], age="age_18_59", forms=[], risk="soon")
    assert row_of(city, flag_id)["is_immediate"] is False
    at = clock.now()
    assert refused(phone, complement(phone, flag_id, at, age="age_16_17")) is None
    council = duties(city, flag_id)["guardianship_council"]
    assert council["obligation"] == "mandatory" and abs(council["due_at"] - at - HOUR) < timedelta(seconds=2)


def test_words_alone_change_no_duty_and_are_kept_sealed(city):
    phone = city.phone("rua")
    flag_id = raise_flag(phone)
    before = duties(city, flag_id)
    assert refused(phone, complement(phone, flag_id, words=words(phone, flag_id, said="x"))) is None
    [row] = city.rows("SELECT sealed_facts, sealed_words FROM flag_complements WHERE municipality_id = :m")
    assert row["sealed_facts"] is None and row["sealed_words"].startswith("v1.")
    assert duties(city, flag_id) == before


def test_a_voice_that_answered_gives_a_day_for_the_written_word_and_one_that_did_not_gives_nothing(city):
    phone, at = city.phone("rua"), clock.now() - HOUR / 2
    flag_id = raise_flag(phone, at, kinds=["physical"])
    due = duties(city, flag_id)["guardianship_council"]["due_at"]
    for outcome, recipient in (("no_answer", "guardianship_council"), ("busy", "guardianship_council"), ("answered", "samu_192")):
        assert refused(phone, call(phone, flag_id, outcome=outcome, recipient=recipient)) is None
        assert duties(city, flag_id)["guardianship_council"]["due_at"] == due
    assert refused(phone, call(phone, flag_id, number="84 3200-0001", who="Conselheira", protocol="12/2026 🙂")) is None
    assert duties(city, flag_id)["guardianship_council"]["due_at"] == row_of(city, flag_id)["occurred_at"] + 24 * HOUR
    assert len(city.rows("SELECT id FROM flag_calls WHERE municipality_id = :m")) == 4  # every attempt is in the record


def test_a_mistake_is_said_and_its_clock_runs_on_until_a_technician_closes_it(city):
    phone = city.phone("rua")
    flag_id = raise_flag(phone)
    due = row_of(city, flag_id)["due_at"]
    assert refused(phone, mistake(phone, flag_id)) is None
    row = row_of(city, flag_id)
    assert row["mistake_said_at"] and row["status"] == "raised" and row["due_at"] == due
    assert [kind for _who, kind, _step in notices(city, flag_id)] == ["case_new", "case_waiting"]


def test_an_age_told_by_error_and_told_right_again_gives_the_council_no_more_time(city):
    phone, now = city.phone("rua"), clock.now()
    flag_id = raise_flag(phone, now - 3 * HOUR, kinds=["physical"], age="age_13", risk="no_sign")
    before = duties(city, flag_id)["guardianship_council"]
    for minutes, age in ((10, "age_18_59"), (5, "age_13")):
        assert refused(phone, complement(phone, flag_id, now - minutes * HOUR / 60, age=age)) is None
    council = duties(city, flag_id)["guardianship_council"]
    assert (council["id"], council["obligation"], council["due_at"]) == (before["id"], "mandatory", before["due_at"])
    assert duties(city, flag_id)["creas"]["obligation"] == "mandatory"


def test_what_a_technician_dropped_stays_dropped(city):
    phone = city.phone("rua")
    flag_id = raise_flag(phone, kinds=["physical"])
    with within_case(city) as session:
        row = session.get(Flag, (city.ibge, row_of(city, flag_id)["id"]))
        for duty in duty_verbs.duties_of(session, row):
            if duty_verbs.told_of(duty)["recipient"] == "guardianship_council":
                duty_verbs.drop(session, row, duty, "told_together", city.ids["creas"], clock.now())
    assert refused(phone, complement(phone, flag_id, risk="soon")) is None
    assert "guardianship_council" not in duties(city, flag_id)


def test_graver_facts_never_give_more_time_nor_begin_a_missed_one_anew(city):
    phone, now = city.phone("rua"), clock.now()
    flag_id = raise_flag(phone, now - 23 * HOUR, kinds=["child_labour"], risk="no_sign", company="with_adult")
    due = duties(city, flag_id)["guardianship_council"]["due_at"]
    assert refused(phone, complement(phone, flag_id, now, risk="soon")) is None
    council = duties(city, flag_id)["guardianship_council"]
    assert (council["minutes"], council["due_at"]) == (360, due)
    missed = raise_flag(phone, now - 30 * HOUR, kinds=["child_labour"], risk="no_sign", company="with_adult")
    assert refused(phone, complement(phone, missed, now, kinds=["physical"])) is None
    assert abs(duties(city, missed)["guardianship_council"]["due_at"] - now + 6 * HOUR) < timedelta(seconds=2)


def test_a_voice_of_before_told_nothing_of_what_was_seen_later(city):
    phone, now = city.phone("rua"), clock.now()
    flag_id = raise_flag(phone, now - 3 * HOUR, kinds=["child_labour"], risk="no_sign", company="with_adult")
    assert refused(phone, call(phone, flag_id, now - 2 * HOUR)) is None
    assert refused(phone, complement(phone, flag_id, now - HOUR / 2, kinds=["sexual_abuse"])) is None
    assert abs(duties(city, flag_id)["guardianship_council"]["due_at"] - now - HOUR / 2) < timedelta(seconds=2)
    assert refused(phone, call(phone, flag_id, now)) is None
    assert abs(duties(city, flag_id)["guardianship_council"]["due_at"] - now - 23.5 * HOUR) < timedelta(seconds=2)


def test_a_voice_that_is_heard_of_late_makes_what_was_written_meanwhile_in_time(city):
    phone, now = city.phone("rua"), clock.now()
    flag_id = raise_flag(phone, now - 5 * HOUR, kinds=["physical"])
    council = duties(city, flag_id)["guardianship_council"]["id"]
    with within_case(city) as session:
        duty_verbs.done_by(session, session.get(FlagDuty, (city.ibge, council)), None, now - HOUR, now - HOUR)
    assert duties(city, flag_id)["guardianship_council"]["is_late"]
    assert refused(phone, call(phone, flag_id, now - 4.8 * HOUR)) is None
    assert not duties(city, flag_id)["guardianship_council"]["is_late"]


def test_what_is_told_of_a_closed_flag_opens_it_again(city):
    phone = city.phone("rua")
    flag_id = raise_flag(phone, risk="no_sign")
    city.rows(
        "UPDATE flags SET status = 'closed', closed_at = now(), close_reason = 'protected', holder_id = :w WHERE municipality_id = :m RETURNING id",
        w=city.ids["creas"],
    )
    for command in (call(phone, flag_id), mistake(phone, flag_id)):
        assert refused(phone, command) is None
    assert row_of(city, flag_id)["status"] == "closed"
    assert ("creas", "case_waiting") in {(who, kind) for who, kind, _step in notices(city, flag_id)}
    before = len(notices(city, flag_id))
    assert refused(phone, complement(phone, flag_id, kinds=["sexual_abuse"], risk="danger_now")) is None
    row = row_of(city, flag_id)
    assert (row["status"], row["holder_id"], row["close_reason"]) == ("taken", city.ids["creas"], None)
    assert row["due_at"] is not None and duties(city, flag_id)["guardianship_council"]["minutes"] == 0
    assert len(notices(city, flag_id)) == before + 2 and story(city)[-2:] == ["reopened", "complemented"]
    assert ("creas", "case_waiting") in {(who, kind) for who, kind, _step in notices(city, flag_id)}


def test_the_same_complement_or_call_under_another_command_is_refused_by_name(city):
    phone = city.phone("rua")
    flag_id = raise_flag(phone)
    more, rang = complement(phone, flag_id, risk="soon"), call(phone, flag_id)
    assert [outcome["status"] for outcome in phone.push(more, rang)] == ["done", "done"]
    assert refused(phone, more | {"id": str(new_id())}) == "protection.complement_taken"
    assert refused(phone, rang | {"id": str(new_id())}) == "protection.call_taken"
    assert story(city) == ["raised", "complemented", "called"]


def test_working_it_through_twice_makes_no_second_duty(city):
    flag_id = raise_flag(city.phone("rua"))
    before = duties(city, flag_id)
    with within_case(city) as session:
        for _turn in range(2):
            assert work_through(session, session.get(Flag, (city.ibge, row_of(city, flag_id)["id"])), clock.now())
    assert duties(city, flag_id) == before


def test_two_pushes_that_name_the_same_flags_in_other_orders_never_wait_in_a_ring(city):
    phone, mate = city.phone("rua"), city.phone("rua2")
    ids = [raise_flag(phone) for _n in range(4)]
    outcomes, errors = [], []

    def pushing(whose, order):
        try:
            outcomes.extend(whose.push(*[complement(whose, flag_id, risk="soon") for flag_id in order]))
        except AssertionError as error:
            errors.append(error)

    threads = [threading.Thread(target=pushing, args=args) for args in ((phone, ids), (mate, ids[::-1]))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == [] and {outcome["status"] for outcome in outcomes} == {"done"} and len(outcomes) == 8


def test_a_body_without_a_flag_is_refused_by_name_also_among_others(city):
    phone = city.phone("rua")
    flag_id = raise_flag(phone)
    bad = [complement(phone, 7), complement(phone, "x"), phone.command("protection.tell_call", {}), complement(phone, flag_id, risk="soon")]
    assert [outcome["status"] for outcome in phone.push(*bad)] == ["refused"] * 3 + ["done"]
