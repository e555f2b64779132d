"""One meeting on two phones: proposed, joined by a person, counted once, undone exactly."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.encounters.made import code, correct, join, known_person, link, offer, present, statuses, unjoin
from tests.make.city import NORTH_POINT
from tests.make.phone import place


def at(minutes):
    return datetime.now(UTC) - timedelta(minutes=minutes)


def near(metres=0):
    return place("gps", NORTH_POINT[0], NORTH_POINT[1] + metres / 111_195)


def met_by(phone, minutes=10, metres=0, **body):
    return phone.encounter(at(minutes), place=near(metres), **body)


def counted(city):
    rows = city.client("supervisao").get("/api/v1/coverage/regions?period=24h")
    assert rows.status_code == 200, rows.get_data(as_text=True)
    return rows.json["totals"]["encounters"], rows.json["totals"]["people"]


def bodies(phone):
    phone.pull()
    return {body["id"]: body for body in phone.of_type("encounter")}


def id_of(met):
    return met["body"]["encounter_id"]


def test_likely_the_same_is_proposed_to_both_phones_and_tells_no_point(city):
    one, two = city.phone("rua"), city.phone("rua2")
    first, second = met_by(one, 12), met_by(two, 3, metres=80)
    far, later, own = met_by(two, 12, metres=300), met_by(two, minutes=40), met_by(one, 13)
    one.push(first, own), two.push(second, far, later)
    found = bodies(one)
    assert found[id_of(first)]["likely_same"] == [id_of(second)]
    assert found[id_of(second)]["likely_same"] == [id_of(own), id_of(first)]
    assert found[id_of(far)]["likely_same"] == found[id_of(later)]["likely_same"] == []
    assert not {"lon", "lat", "cell", "geom"} & set(found[id_of(first)])


def test_at_a_known_point_minutes_apart_is_likely_the_same(city):
    one, two = city.phone("rua"), city.phone("rua2")
    there = place("known_point", point_id=str(city.ids["point"]))
    first, second = one.encounter(at(9), place=there), two.encounter(at(2), place=there)
    lost = two.encounter(at(2), place=place("none", reason="unavailable"))
    one.push(first), two.push(second, lost)
    assert bodies(one)[id_of(first)]["likely_same"] == [id_of(second)]


def test_joined_it_counts_once_and_undone_both_count_as_before(city):
    one, two = city.phone("rua"), city.phone("rua2")
    first, second = met_by(one, people=2), met_by(two, people=3)
    one.push(first), two.push(second)
    before = city.rows("SELECT * FROM encounters WHERE municipality_id = :m ORDER BY id")
    assert counted(city) == (2, 5)
    joined = join(two, first, second)
    assert statuses(two.push(joined)) == ["done"]
    assert counted(city) == (1, 2)
    found = bodies(one)
    assert found[id_of(second)]["status"] == "joined"
    assert found[id_of(second)]["join"] == {"id": joined["body"]["join_id"], "kept_id": id_of(first)}
    assert found[id_of(first)]["join"] is None and found[id_of(first)]["likely_same"] == []
    assert statuses(one.push(unjoin(one, joined))) == ["done"]
    assert counted(city) == (2, 5)
    assert city.rows("SELECT * FROM encounters WHERE municipality_id = :m ORDER BY id") == before
    assert bodies(one)[id_of(second)]["join"] is None


def test_what_can_not_be_joined_is_told_why(city):
    one, two = city.phone("rua"), city.phone("rua2")
    first, second, third, gone = met_by(one), met_by(two), met_by(two), met_by(two)
    one.push(first), two.push(second, third, gone)
    two.push(two.command("encounters.withdraw", {"encounter_id": id_of(gone), "reason": "by_mistake"}))
    assert code(one.push(join(one, first, first))) == "encounters.join_itself"
    assert code(one.push(join(one, first, one.encounter()))) == "encounters.unknown"
    assert code(one.push(join(one, first, gone))) == "encounters.not_valid"
    assert code(one.push(join(one, gone, first))) == "encounters.not_valid"
    done = join(one, first, second)
    assert statuses(one.push(done)) == ["done"] and statuses(one.push(done)) == ["repeated"]
    assert code(two.push(join(two, first, second))) == "encounters.already_joined"
    assert code(two.push(join(two, second, first))) == "encounters.already_joined"  # a ring
    # Into the joined one is into where it counts.
    assert statuses(two.push(join(two, second, third))) == ["done"]
    rows = city.rows("SELECT kept_id FROM encounter_joins WHERE municipality_id = :m")
    assert {str(row["kept_id"]) for row in rows} == {id_of(first)}
    assert code(one.push(unjoin(one, {"body": {"join_id": id_of(first)}}))) == "encounters.not_joined"


def test_neither_of_two_joined_is_withdrawn_until_they_are_separated(city):
    one, two = city.phone("rua"), city.phone("rua2")
    first, second = met_by(one), met_by(two)
    one.push(first), two.push(second)
    joined = join(one, first, second)
    one.push(joined)
    away = {"encounter_id": id_of(second), "reason": "by_mistake"}
    assert code(two.push(two.command("encounters.withdraw", away))) == "encounters.joined"
    kept = one.command("encounters.withdraw", away | {"encounter_id": id_of(first)})
    assert code(one.push(kept)) == "encounters.holds_joined"
    assert statuses(one.push(unjoin(one, joined), kept)) == ["done", "done"]  # a refused command is judged anew


def test_a_correction_of_the_kept_record_keeps_the_join(city):
    one, two = city.phone("rua"), city.phone("rua2")
    first, second = met_by(one), met_by(two)
    one.push(first), two.push(second)
    joined = join(one, first, second)
    one.push(joined)
    fixed = correct(one, first)
    assert statuses(one.push(fixed)) == ["done"]
    assert bodies(two)[id_of(second)]["join"]["kept_id"] == id_of(fixed)
    assert counted(city)[0] == 1
    assert statuses(two.push(unjoin(two, joined))) == ["done"]
    assert counted(city)[0] == 2


def test_told_before_a_correction_was_known_it_joins_the_correction(city):
    one, two = city.phone("rua"), city.phone("rua2")
    first, second = met_by(one), met_by(two)
    one.push(first), two.push(second)
    fixed = correct(one, first)
    one.push(fixed)
    assert statuses(two.push(join(two, first, second))) == ["done"]
    assert bodies(two)[id_of(second)]["join"]["kept_id"] == id_of(fixed)


def test_links_and_offers_of_a_joined_record_are_still_taken_in(city):
    one, two = city.phone("rua"), city.phone("rua2")
    person = known_person(one)
    first, second = met_by(one), met_by(two)
    one.push(first), two.push(second)
    one.push(join(one, first, second))
    assert statuses(two.push(link(two, second, person), offer(two, second))) == ["done", "done"]
    assert present(city, second) == [(person, "sure")]


@pytest.fixture
def other_team(city):
    """A second street team of another unit, with rua2 in it only."""
    from app.accounts.models import Team
    from app.core import clock
    from app.core.ids import new_id
    from app.accounts import service as accounts

    with city.transaction() as session:
        team = Team(
            municipality_id=city.ibge, id=new_id(), name="Equipe Dois", kind="street",
            reference_unit_id=city.ids["creas_unit"],
        )  # fmt: skip
        session.add(team)
        session.flush()
        city.ids["team2"] = team.id
        accounts.grant_role(session, city.ibge, city.ids["rua2"], "outreach_worker", clock.now() - timedelta(days=9), "team", team.id)
    return team


def test_across_teams_only_who_may_unite_persons_joins(city, other_team):
    one, two = city.phone("rua"), city.phone("rua2")
    first = met_by(one)
    second = met_by(two, team_id=str(other_team.id), reference_unit_id=str(city.ids["creas_unit"]))
    one.push(first), two.push(second)
    assert code(one.push(join(one, first, second))) == "encounters.not_yours"
    assert code(two.push(join(two, first, second))) == "encounters.other_team"  # of both teams, and yet
    assert bodies(two)[id_of(second)]["likely_same"] == []
