"""A shift as phones tell it: offline, late, in any order, twice, by two phones; and what the clock closes."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import Range

from app.core import clock
from app.core.ids import new_id
from app.desk import jobs as desk_jobs
from app.shifts.roster.models import PlannedShift, PlannedShiftMember
from app.coverage.queries import presence_in
from tests.make.city import NORTH_POINT, OUTSIDE_POINT, SOUTH_POINT
from tests.make.phone import place, stamp
from tests.outreach_requests.made import answer, ask, send

NOW = datetime.now(UTC)


def ago(hours):
    return NOW - timedelta(hours=hours)


def gps(point):
    return place("gps", *point)


def start(phone, hours=0.0, **body):
    full = {
        "shift_id": str(new_id()), "team_id": str(phone.city.ids["team"]), "reference_unit_id": None, "companion_ids": [],
        "region_id": None, "place": None, "planned_shift_id": None,
    } | body  # fmt: skip
    return phone.command("shifts.start", full, ago(hours), version=2)


def end(phone, shift, hours=0.0, **body):
    return phone.command("shifts.end", {"shift_id": shift["body"]["shift_id"]} | body, ago(hours), version=2)


def said(phone, shift, verb, hours=0.0, **body):
    return phone.command(f"shifts.{verb}", {"event_id": str(new_id()), "shift_id": shift["body"]["shift_id"]} | body, ago(hours))


def passed(phone, where, hours=0.0, **body):
    full = {"mark_id": str(new_id()), "shift_id": None, "team_id": str(phone.city.ids["team"]), "region_id": None, "place": where}
    return phone.command("shifts.pass_by", full | body, ago(hours))


def row(city, shift):
    [found] = city.rows("SELECT * FROM shifts WHERE municipality_id = :m AND id = :i", i=shift["body"]["shift_id"])
    return found


def told(outcomes):
    return [o["problem"]["code"] if o["problem"] else o["status"] for o in outcomes]


def hours_of(city, hours=24):
    """(region, from, to) of the city's teams, as hours ago."""
    with city.transaction() as session:
        found = presence_in(session, city.ibge, ago(hours), NOW, NOW)
    names = {str(city.ids["north"]): "north", str(city.ids["south"]): "south", "None": None}
    away = lambda when: round((NOW - when) / timedelta(hours=1), 2)  # noqa: E731
    return [(names[str(p.region_id)], away(p.since), away(p.until), len(p.certain_at)) for p in found]


def test_a_night_is_told_in_one_push_and_read_as_presence(city):
    phone, north, south = city.phone("rua"), str(city.ids["north"]), str(city.ids["south"])
    shift = start(phone, 8, region_id=north, place=gps(NORTH_POINT))
    its = shift["body"]["shift_id"]
    night = [
        shift,
        phone.encounter(ago(7), shift_id=its, place=gps(NORTH_POINT)),
        said(phone, shift, "pause", 6), said(phone, shift, "resume", 5),
        said(phone, shift, "enter_region", 4, region_id=south),
        passed(phone, place("known_point", point_id=str(city.ids["point"])), 3, shift_id=its),
        end(phone, shift, 1, place=gps(NORTH_POINT)),
    ]  # fmt: skip
    assert told(phone.push(*night)) == ["done"] * 7
    assert told(phone.push(*night[::-1])) == ["repeated"] * 7
    kept = row(city, shift)
    assert (kept["end_kind"], kept["start_source"], kept["end_source"]) == ("worker", "gps", "gps")
    assert kept["start_cell"] and len(kept["start_cell"]) == 15
    [mark] = city.rows("SELECT * FROM presence_marks WHERE municipality_id = :m")
    assert mark["known_point_id"] == city.ids["point"] and mark["cell"]
    assert {name for name in mark} & {"geom", "lon", "lat", "place_text"} == set()  # never the exact point of a worker
    where = {city.ids["north"]: "north", city.ids["south"]: "south"}[mark["region_id"]]
    expected = [("north", 8.0, 6.0, 1), ("north", 5.0, 4.0, 0), ("south", 4.0, 1.0, 1)]
    if where == "north":
        expected = [*expected[:2], ("south", 4.0, 3.0, 0), ("north", 3.0, 1.0, 1)]
    assert hours_of(city) == expected


def test_in_any_order_by_two_phones_and_the_end_before_the_start(city):
    """The end waits for its start; what one phone said late changes nothing that another said."""
    phone, mate, north = city.phone("rua"), city.phone("rua2"), str(city.ids["north"])
    shift, other = start(phone, 8, region_id=north), start(mate, 7, region_id=north)
    closing = end(phone, shift, 2) | {"after": [shift["id"]]}
    assert told(phone.push(closing)) == ["waiting"]
    assert told(phone.push(said(phone, shift, "pause", 4))) == ["shifts.unknown"]
    assert told(mate.push(other, end(mate, other, 1))) == ["done"] * 2
    assert told(phone.push(closing, shift)) == ["waiting", "done"]
    assert told(phone.push(closing)) == ["done"]
    assert hours_of(city) == [("north", 8.0, 1.0, 0)]


def test_a_second_shift_closes_the_first_at_that_instant_whichever_comes_first(city):
    phone, again = city.phone("rua"), city.phone("rua")
    first, second = start(phone, 6), start(again, 4)
    assert told(again.push(second)) == ["done"]
    assert told(phone.push(first)) == ["done"]
    kept = row(city, first)
    assert (kept["end_kind"], stamp(kept["ended_at"])) == ("next_shift", second["occurred_at"])
    assert told(phone.push(end(phone, first, 2))) == ["done"]  # still going on there, she said: she was elsewhere
    assert row(city, first)["end_kind"] == "next_shift"
    assert told(phone.push(end(phone, first, 5))) == ["done"]
    kept = row(city, first)
    assert (kept["end_kind"], stamp(kept["ended_at"])) == ("worker", stamp(ago(5)))
    assert row(city, second)["ended_at"] is None
    old = start(phone, 60)  # of days before: when that ended nobody knows yet
    assert told(phone.push(old)) == ["done"] and row(city, old)["ended_at"] is None


def test_a_forgotten_check_out_is_closed_by_rule_says_so_and_yields_to_the_worker(city):
    phone = city.phone("rua")
    forgotten, working = start(phone, 20), start(city.phone("rua2"), 3)
    its = forgotten["body"]["shift_id"]
    phone.push(forgotten, phone.encounter(ago(17), shift_id=its))
    city.phone("rua2").push(working)
    with city.app.app_context():
        desk_jobs.close_forgotten(0)
    kept = row(city, forgotten)
    assert (kept["end_kind"], stamp(kept["ended_at"])) == ("rule", stamp(ago(15)))
    assert kept["closed_by_rule_at"] is not None and row(city, working)["ended_at"] is None
    phone.pull()
    [body] = phone.of_type("shift")
    assert (body["id"], body["end_kind"]) == (its, "rule")
    right = end(phone, forgotten, 13, late=True, place=place("none", reason="other"))
    assert told(phone.push(right)) == ["done"]
    kept = row(city, forgotten)
    assert (kept["end_kind"], stamp(kept["ended_at"])) == ("worker", stamp(ago(13)))
    assert kept["closed_by_rule_at"] is not None
    ends = city.rows("SELECT kind, told_late FROM shift_events WHERE shift_id = :i ORDER BY received_at, kind", i=its)
    assert [(e["kind"], e["told_late"]) for e in ends] == [("closed", False), ("ended", True)]
    phone.pull()
    assert [body["end_kind"] for body in phone.of_type("shift")] == ["worker"]


def test_the_planned_end_closes_a_forgotten_shift_and_the_phone_knows_its_plan(city):
    phone, mate = city.phone("rua"), city.phone("rua2")
    own = {"municipality_id": city.ibge, "team_id": city.ids["team"], "made_by": city.ids["coordenacao"], "made_at": NOW, "published_at": NOW, "status": "published"}
    over = PlannedShift(**own, id=new_id(), on_date=NOW.date(), starts_at=ago(8), ends_at=ago(4))
    ahead = PlannedShift(**own, id=new_id(), on_date=NOW.date(), starts_at=ago(-2), ends_at=ago(-9))
    with city.transaction() as session:
        session.add_all([over, ahead])
        session.flush()
        for plan, state in ((over, "planned"), (ahead, "planned")):
            during = Range(plan.starts_at, plan.ends_at)
            session.add(PlannedShiftMember(municipality_id=city.ibge, id=new_id(), planned_shift_id=plan.id, worker_id=city.ids["rua"], during=during, state=state, changed_at=NOW))
    phone.pull()
    [me] = phone.of_type("me")
    assert [each["id"] for each in me["planned"]] == [str(ahead.id)]
    shift = start(phone, 8, planned_shift_id=str(over.id))
    odd = start(mate, 8, planned_shift_id=str(new_id()))  # a plan that is none holds back no shift
    assert told(phone.push(shift) + mate.push(odd)) == ["done"] * 2
    assert row(city, odd)["planned_shift_id"] is None
    with city.app.app_context():
        desk_jobs.close_forgotten(0)
    assert stamp(row(city, shift)["ended_at"]) == stamp(ago(4)) and row(city, shift)["end_kind"] == "rule"
    assert row(city, odd)["ended_at"] is None


def test_a_team_that_answers_a_request_has_not_forgotten_its_shift(city):
    """Nothing but a request for hours: there an hour ago is a sign of life, there a day ago none."""
    phone, mate = city.phone("rua"), city.phone("rua2")
    shift, silent = start(phone, 17), start(mate, 17)
    request = ask(city, now=ago(18))
    send(city, request, now=ago(17.5))
    assert told(phone.push(shift, answer(phone, request, "set_out", ago(3)), answer(phone, request, "arrive", ago(1)))) == ["done"] * 3
    mate.push(silent)
    with city.app.app_context():
        desk_jobs.close_forgotten(0)
    assert row(city, shift)["ended_at"] is None
    assert row(city, silent)["end_kind"] == "rule"


def test_a_wrong_clock_makes_no_negative_shift(city):
    phone = city.phone("rua")
    shift = start(phone, 2)
    assert told(phone.push(shift, end(phone, shift, 5))) == ["done"] * 2
    kept = row(city, shift)
    assert kept["ended_at"] == kept["started_at"]
    dead = start(phone, 24 * 365)
    open_ = start(phone, 1)
    assert told(phone.push(open_, dead)) == ["done"] * 2
    assert row(city, dead)["start_uncertain"]
    assert row(city, open_)["ended_at"] is None  # an hour that nobody knows closes no shift that is being worked


def test_bad_input_is_refused_by_name_and_where_a_phone_was_holds_back_no_shift(city):
    phone, mate = city.phone("rua"), city.phone("rua2")
    shift, other = start(phone, 2, place=gps((10.0, 50.0))), start(mate, 2)
    assert told(phone.push(shift) + mate.push(other)) == ["done"] * 2
    assert row(city, shift)["start_cell"] is None
    unknown = start(phone, 1, region_id=str(new_id()))
    its, pim = {"shift_id": other["body"]["shift_id"]}, str(city.ids["pim_team"])
    nowhere = place("none", reason="moving")
    cases = [
        (unknown, "shifts.unknown_region"),
        (start(phone, 1, place={"source": "gps"}), "core.invalid"),
        (said(phone, other, "pause"), "shifts.unknown"),  # a teammate's shift is not hers to pause
        (end(phone, other), "shifts.unknown"),
        (said(phone, shift, "enter_region", region_id=str(new_id())), "shifts.unknown_region"),
        (said(phone, shift, "enter_region"), "core.invalid"),
        (passed(phone, nowhere), "shifts.pass_nowhere"),
        (passed(phone, gps((10.0, 50.0))), "territory.place_outside"),
        (passed(phone, place("known_point", point_id=str(new_id()))), "territory.unknown_point"),
        (passed(phone, gps(NORTH_POINT), team_id=pim), "access.forbidden"),
        (passed(phone, gps(NORTH_POINT), shift_id=str(new_id())), "shifts.unknown"),
        (passed(phone, gps(OUTSIDE_POINT), **its), "done"),  # a teammate's phone, the same team; outside every region
        (passed(phone, nowhere, region_id=str(city.ids["south"])), "done"),
    ]
    assert told(phone.push(*(command for command, _code in cases))) == [code for _command, code in cases]
    assert told(city.phone("pim").push(start(phone, 1))) == ["access.forbidden"]


def test_the_first_version_is_still_taken(city):
    phone = city.phone("rua")
    body = {"shift_id": str(new_id()), "team_id": str(city.ids["team"]), "reference_unit_id": None, "companion_ids": []}
    first = phone.command("shifts.start", body, ago(3))
    last = phone.command("shifts.end", {"shift_id": body["shift_id"]}, ago(1))
    assert told(phone.push(first, phone.encounter(ago(2), shift_id=body["shift_id"], place=gps(SOUTH_POINT)), last)) == ["done"] * 3
    assert hours_of(city) == [(None, 3.0, 2.0, 0), ("south", 2.0, 1.0, 1)]


def test_a_phone_holds_its_own_shifts_of_three_days_and_no_other(city):
    phone, mate = city.phone("rua"), city.phone("rua2")
    old, new = start(phone, 80), start(phone, 2, region_id=str(city.ids["south"]))
    phone.push(old, end(phone, old, 75), new, said(phone, new, "pause", 1))
    mate.pull()
    phone.pull()
    assert [body["id"] for body in phone.of_type("shift")] == [new["body"]["shift_id"]]
    [body] = phone.of_type("shift")
    assert body["region_id"] == str(city.ids["south"]) and body["paused_at"] and body["ended_at"] is None
    phone.push(said(phone, new, "resume", 0.5))
    assert [body["paused_at"] for body in phone.pull().values() if body.get("id") == new["body"]["shift_id"]] == [None]
    assert mate.pull() and mate.of_type("shift") == []
    assert str(new["body"]["shift_id"]) not in mate.client.get(
        "/api/v1/sync/pull", query_string={"cursor": mate.cursor}
    ).get_data(as_text=True)


def test_presence_is_read_by_index_as_the_application_s_role(city):
    with city.transaction() as session:
        session.execute(text("SET LOCAL enable_seqscan = off"))
        for table, column in (("shifts", "started_at"), ("presence_marks", "occurred_at")):
            plan = session.execute(
                text(f"EXPLAIN SELECT id FROM {table} WHERE municipality_id = :m AND {column} > :t"), {"m": city.ibge, "t": clock.now()}
            ).scalars()
            assert "Index" in " ".join(plan), table
