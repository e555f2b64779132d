"""The roster through its services: planned once, published, changed with a line, nobody in two places, each within her reach."""

from datetime import time, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.core import clock
from app.shifts.roster import problems, queries
from tests.shifts.made import Roster, in_days, today


@pytest.fixture
def roster(city):
    return Roster(city)


def change(roster, id_, **more):
    turn = roster.turn(id_)
    data = {
        "on_date": turn.on_date, "starts": time(8), "ends": time(17), "region_ids": [id_ for id_, _name in turn.regions],
        "vehicle_id": turn.vehicle_id, "note": turn.note,
    }  # fmt: skip
    return roster.does("change_shift", id_, data | more)


def test_planning_twice_adds_nothing_and_touches_nothing_done_by_hand(roster, city):
    roster.pattern()
    judging = roster.reads("preview", in_days(1), in_days(7), None, clock.now())
    assert (len(judging.judged), len(roster.turns())) == (7, 0)  # looking changes nothing
    assert roster.planned().shifts == 7
    first, second, third, *_rest = roster.turns()
    change(roster, first.id, starts=time(9))
    roster.does("cancel_shift", second.id, "Feriado")
    roster.does("take_out", third.id, city.ids["rua"], "")
    assert roster.planned().shifts == 0
    assert roster.turn(first.id).starts_at.hour == 12  # 09:00 in Fortaleza
    assert roster.who(third.id) == {"rua": "removed", "rua2": "planned"}
    assert {turn.id for turn in roster.turns()} == {turn.id for turn in (first, third, *_rest)}  # a cancelled draft is gone
    # A period that overlaps brings only its own days.
    assert roster.planned(5, 9).shifts == 2


def test_a_shift_that_went_to_another_day_is_planned_no_second_time(roster, city):
    roster.pattern()
    roster.planned(1, 3)
    first, second, third = roster.turns(1, 3)
    roster.does("cancel_shift", second.id, "Feriado")
    assert change(roster, first.id, on_date=in_days(2)) == ["hours"]  # the pattern has one of that day already
    assert change(roster, third.id, on_date=in_days(12)) == ["hours"]
    assert roster.planned(1, 3).shifts == 0
    assert [turn.id for turn in roster.turns(1, 3)] == [first.id] and roster.turn(third.id).on_date == in_days(12)


def test_what_is_over_is_published_by_nobody(roster, city):
    now, shift = clock.now(), roster.by_hand(in_days(1))
    with city.transaction() as session:
        session.execute(
            text("UPDATE planned_shifts SET on_date = on_date - 2, starts_at = starts_at - interval '2 days', ends_at = ends_at - interval '2 days'"
                 " WHERE id = :i"), {"i": shift},
        )  # fmt: skip
    assert roster.reads("publishable", in_days(-1), in_days(1), None, now) == {} and roster.published(-1, 1) == 0
    assert roster.turn(shift).status == "draft"


def test_a_draft_is_its_planner_s_and_a_published_shift_is_the_team_s(roster, city):
    roster.pattern("22:00", "02:00")
    roster.planned()
    assert roster.turns(persona="rua") == [] and roster.reads("planned_for_worker", clock.now(), persona="rua") == []
    with city.transaction() as session:
        assert queries.planned(session, city.ibge, clock.now(), clock.now() + timedelta(days=30)) == []
    with pytest.raises(problems.UnknownPlan):
        roster.turn(roster.turns()[0].id, persona="rua")
    assert roster.published(1, 3) == 3
    assert roster.published(1, 3) == 0
    assert len(roster.turns(persona="rua")) == 3
    assert roster.turns(persona="pim") == []
    mine = roster.reads("planned_for_worker", clock.now(), persona="rua")
    assert [each["on_date"] for each in mine] == [in_days(n) for n in (1, 2, 3)]
    assert mine[0]["ends_at"] - mine[0]["starts_at"] == timedelta(hours=4)
    assert (mine[0]["with_names"], mine[0]["region_ids"]) == (["Rua2"], [city.ids["north"]])
    with city.transaction() as session:
        # Midnight lies within the first: it is told for the hour on either side.
        after_midnight = mine[0]["ends_at"] - timedelta(hours=1)
        [there] = queries.planned(session, city.ibge, after_midnight, after_midnight + timedelta(minutes=1))
    assert (there.team_id, there.region_id, there.members) == (city.ids["team"], city.ids["north"], 2)


def test_who_is_elsewhere_gone_or_away_is_told_and_left_out(roster, city):
    van = roster.vehicle()
    other = Roster(city, "supervisao")
    elsewhere = other.by_hand(in_days(1), "16:00", "20:00", members=("rua",), team="pim_team", vehicle=van)
    roster.does("record_absence", {"worker_id": city.ids["rua2"], "from_on": in_days(2), "to_on": in_days(2), "kind": "leave"})
    city_rows = "UPDATE team_members SET left_on = %s WHERE worker_id = %s"
    roster.pattern(vehicle=van)
    with city.transaction() as session:
        session.connection().exec_driver_sql(city_rows, (in_days(3), city.ids["rua"]))
    laid = roster.planned(1, 3)
    found = [{(each.kind, each.worker_id) for each in one.conflicts} for one in laid.judging.judged]
    rua, rua2 = city.ids["rua"], city.ids["rua2"]
    assert found == [
        {("overlap", rua), ("vehicle", None), ("alone", None)}, {("absent", rua2), ("alone", None)},
        {("left_team", rua), ("alone", None)},
    ]  # fmt: skip
    [overlap] = [each for each in laid.judging.judged[0].conflicts if each.kind == "overlap"]
    assert overlap.with_key == elsewhere and laid.judging.whose[elsewhere] == "Equipe PIM"
    assert [roster.who(turn.id) for turn in roster.turns(1, 3)] == [
        {"rua2": "planned"}, {"rua": "planned", "rua2": "absent"}, {"rua2": "planned"},
    ]  # fmt: skip
    assert [turn.vehicle_id for turn in roster.turns(1, 3)] == [None, van, van]
    assert [turn.standing for turn in roster.turns(1, 3)] == ["alone", "short", "alone"]


def test_what_is_wrong_with_shifts_that_stand_is_told_too(roster, city):
    tired, left = (roster.by_hand(in_days(n), members=("rua", "rua2")) for n in (1, 3))
    evening = roster.by_hand(in_days(1), "20:00", "23:00", members=("rua",))
    with city.transaction() as session:
        session.connection().exec_driver_sql(
            "UPDATE team_members SET left_on = %s WHERE worker_id = %s", (in_days(2), city.ids["rua2"])
        )
    judging = roster.reads("troubles", roster.turns(), clock.now())
    found = {one.proposal.key: {(each.kind, each.worker_id) for each in one.conflicts} for one in judging.judged}
    rua = city.ids["rua"]
    assert found == {tired: {("rest", rua)}, evening: {("rest", rua), ("alone", None)}, left: {("left_team", city.ids["rua2"])}}
    assert judging.whose[tired] == "Equipe Rua"


def test_by_hand_what_stands_in_the_way_refuses_by_name(roster, city):
    van = roster.vehicle()
    roster.by_hand(in_days(1), members=("rua",), vehicle=van)
    with pytest.raises(problems.PlannedTwice) as twice:
        roster.by_hand(in_days(1), "16:59", "20:00", members=("rua2", "rua"))
    assert "Rua: Equipe Rua" in twice.value.fields["worker_id"][0] and "08:00–17:00" in twice.value.fields["worker_id"][0]
    with pytest.raises(problems.VehicleBusy):
        roster.by_hand(in_days(1), members=("rua2",), vehicle=van)
    roster.by_hand(in_days(1), "17:00", "20:00", members=("rua",), vehicle=van)  # touching is no overlap
    roster.does("record_absence", {"worker_id": city.ids["rua"], "from_on": in_days(4), "to_on": in_days(6), "kind": "holiday"})
    with pytest.raises(problems.Away):
        roster.by_hand(in_days(6), members=("rua",))
    with pytest.raises(problems.PlanOver):
        roster.by_hand(in_days(-2), members=("rua",))
    with pytest.raises(IntegrityError, match=problems.VehicleTaken.constraint):
        roster.vehicle()


def test_a_change_after_publishing_is_dated_and_keeps_what_stood(roster, city):
    shift = roster.by_hand(in_days(1), members=("rua", "rua2"))
    change(roster, shift, note="Levar cobertores")
    roster.published()
    assert change(roster, shift, note="Levar cobertores") == []
    assert change(roster, shift, starts=time(10), region_ids=[city.ids["south"]]) == ["hours", "regions"]
    turn = roster.turn(shift, persona="rua")
    assert (turn.status, turn.is_changed, [name for _id, name in turn.regions]) == ("published", True, ["South"])
    with city.transaction() as session:
        events = queries.events_of(session, city.ibge, [shift])
    assert [each["kind"] for each in events] == ["changed", "published"]
    assert (events[0]["before"], events[0]["fields"], events[0]["by"]) == (f"{in_days(1)}T08:00/17:00", ["hours", "regions"], "Coordenacao")
    # Members move with it: the constraint sees the new hours.
    roster.by_hand(in_days(1), "08:00", "10:00", members=("rua",))
    with pytest.raises(problems.PlannedTwice):
        change(roster, shift, starts=time(9))
    assert roster.turn(shift).starts_at.hour == 13
    rows, changes = roster.reads("period_of", in_days(1), in_days(7), None)
    assert [(row.drafts, row.published, row.changed) for row in rows] == [(1, 1, 1)] and len(changes) == 1


def test_cancelled_says_why_and_frees_who_was_in_it(roster, city):
    van = roster.vehicle()
    shift = roster.by_hand(in_days(1), members=("rua", "rua2"), vehicle=van)
    roster.published()
    with pytest.raises(problems.ReasonMissing):
        roster.does("cancel_shift", shift, "")
    roster.does("cancel_shift", shift, "Operação no outro lado da cidade")
    assert roster.turn(shift, persona="rua").status == "cancelled"
    assert roster.who(shift) == {"rua": "cancelled", "rua2": "cancelled"}
    roster.by_hand(in_days(1), members=("rua", "rua2"), vehicle=van)
    with pytest.raises(problems.PlanCancelled):
        roster.does("put_in", shift, city.ids["rua"])


def test_one_goes_for_another_and_two_exchange(roster, city):
    rua, rua2 = city.ids["rua"], city.ids["rua2"]
    monday, tuesday = (roster.by_hand(in_days(n), members=(who,)) for n, who in ((1, "rua"), (2, "rua2")))
    roster.published()
    roster.does("exchange", monday, rua, tuesday, rua2, "Consulta")
    assert (roster.who(monday), roster.who(tuesday)) == ({"rua": "swapped", "rua2": "planned"}, {"rua2": "swapped", "rua": "planned"})
    roster.does("replace", monday, rua2, rua, "")
    assert roster.who(monday) == {"rua": "planned", "rua2": "swapped"}
    with pytest.raises(problems.NotInShift):
        roster.does("replace", monday, rua2, rua, "")
    with pytest.raises(problems.AlreadyIn):
        roster.does("put_in", monday, rua)
    with pytest.raises(problems.NotInTeam):  # she is of a team that this coordination doesn't lead
        roster.does("put_in", monday, city.ids["pim"])
    # Same hours: both are out before either is in.
    second = roster.by_hand(in_days(1), members=("rua2",))
    roster.does("exchange", monday, rua, second, rua2, "")
    assert (roster.who(monday)["rua2"], roster.who(second)["rua"]) == ("planned", "planned")
    # Half an exchange is none.
    third = roster.by_hand(in_days(2), "12:00", "18:00", members=("rua2",))
    with pytest.raises(problems.PlannedTwice):
        roster.does("exchange", tuesday, rua, monday, rua2, "")
    assert (roster.who(tuesday)["rua"], roster.who(third)) == ("planned", {"rua2": "planned"})


def test_an_absence_leaves_a_shift_short_until_somebody_goes_or_she_is_back(roster, city):
    first, second, third = (roster.by_hand(in_days(n), "22:00", "06:00", members=("rua", "rua2")) for n in (1, 2, 3))
    roster.published()
    away = {"worker_id": city.ids["rua"], "from_on": in_days(2), "to_on": in_days(3), "kind": "other"}
    assert roster.does("record_absence", away) == [second, third]
    # The night that began on the eve is still worked.
    assert [roster.turn(each).standing for each in (first, second, third)] == ["whole", "short", "short"]
    supervisor = Roster(city, "supervisao")
    supervisor.does("replace", second, city.ids["rua"], city.ids["pim"], "")
    assert roster.who(second) == {"rua": "absent", "rua2": "planned", "pim": "planned"}
    assert roster.turn(second).standing == "whole"
    # Who went for her doesn't: it is short again.
    supervisor.does("take_out", second, city.ids["pim"], "")
    assert roster.turn(second).standing == "short"
    supervisor.does("replace", second, city.ids["rua"], city.ids["pim"], "")
    [(absence, _name)] = roster.reads("absences_of", today())
    assert roster.does("take_back_absence", absence.id) == [third]
    assert (roster.who(second)["rua"], roster.who(third)["rua"]) == ("absent", "planned")
    with pytest.raises(problems.UnknownAbsence):
        roster.does("take_back_absence", absence.id)


def test_ending_a_pattern_takes_back_only_drafts_that_nobody_touched(roster, city):
    pattern = roster.pattern()
    roster.planned(1, 6)
    shifts = [turn.id for turn in roster.turns()]
    roster.published(1, 2)
    change(roster, shifts[4], note="Reunião às 9h")
    assert roster.does("end_pattern", pattern, today()) == 3
    assert [turn.id for turn in roster.turns()] == [shifts[0], shifts[1], shifts[4]]
    assert roster.planned().shifts == 0
    # A new one takes the free days at once: what went holds nobody.
    roster.pattern("07:00", "13:00")
    assert [len(turn.there) for turn in roster.turns()] == [2, 2, 2]
    assert roster.planned(1, 6).shifts == 6
    assert sum(len(turn.there) for turn in roster.turns() if turn.starts_at.hour == 10) == 6
    # An end is only ever brought forward.
    roster.does("end_pattern", pattern, in_days(30))
    assert {each.valid_to for each in roster.reads("patterns_of") if each.id == pattern} == {today()}


def test_each_plans_within_her_reach(roster, city):
    with pytest.raises(problems.TeamOutOfReach):
        roster.by_hand(in_days(1), members=(), team="pim_team")
    shift = Roster(city, "supervisao").by_hand(in_days(1), members=("pim",), team="pim_team")
    for verb, arguments in (("cancel_shift", ["x"]), ("put_in", [city.ids["rua"]]), ("publish_one", [])):
        with pytest.raises(problems.UnknownPlan):
            roster.does(verb, shift, *arguments)
    pim = {"worker_id": city.ids["pim"], "from_on": today(), "to_on": today(), "kind": "leave"}
    with pytest.raises(problems.NotInTeam):
        roster.does("record_absence", pim)
    for persona in ("rua", "creas", "admin", "abrigo"):
        with pytest.raises(Exception, match="access.forbidden"):
            Roster(city, persona).planned()
    assert roster.published() == 0 and Roster(city, "supervisao").published() == 1
