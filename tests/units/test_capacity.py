"""Rooms, beds and plain capacity: changed by who coordinates, never from under somebody."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.access.problems import Forbidden
from app.core import clock
from app.core.ids import new_id
from app.units import queries, service
from app.units.models import Bed
from app.units.problems import (
    BadDays,
    BedInUse,
    BedNameTaken,
    BedNotFound,
    OtherPlaces,
    PlacesInUse,
    RoomNameTaken,
    RoomNotFound,
    UnitInactive,
)
from tests.make.beds import beds, block, house, promise, stay


def act(city, verb, *arguments, as_="admin", unit="shelter"):
    actor = city.actor(as_)
    with city.transaction() as session:
        return getattr(service, verb)(session, actor, city.ids.get(unit, unit), *arguments, clock.now())


def free(city):
    with city.transaction() as session:
        return queries.free_of(session, city.ibge, [city.ids["shelter"]], clock.now())[city.ids["shelter"]]


def names(city):
    return [bed["name"] for bed in beds(city)]


def test_a_number_of_places_becomes_numbered_beds_and_keeps_them(city):
    house(city, 3)
    before = {bed["name"]: bed["id"] for bed in beds(city)}
    assert list(before) == ["1", "2", "3"]
    act(city, "set_capacity", [((), 5)])
    after = {bed["name"]: bed["id"] for bed in beds(city)}
    assert list(after) == ["1", "2", "3", "4", "5"] and before.items() <= after.items()
    act(city, "set_capacity", [((), 2)])
    assert names(city) == ["1", "2"]


def test_places_by_whom_they_are_for_add_up(city):
    house(city, [(["men"], 3), (["women"], 1), (["men"], 1)])
    assert free(city).total == 5
    with city.transaction() as session:
        assert queries.counted_groups(session, city.ibge, city.ids["shelter"], clock.now()) == {("men",): 4, ("women",): 1}
    act(city, "set_capacity", [(["women"], 2)])
    with city.transaction() as session:
        assert queries.counted_groups(session, city.ibge, city.ids["shelter"], clock.now()) == {("women",): 2}


def test_a_capacity_is_not_lowered_below_who_sleeps_there_or_was_promised(city):
    house(city, 4)
    rows = beds(city)
    stay(city, rows[3]["id"])
    promise(city, rows[1]["id"])
    with pytest.raises(PlacesInUse) as refused:
        act(city, "set_capacity", [((), 1)])
    assert refused.value.extra == {"in_use": 2}
    assert len(beds(city)) == 4
    act(city, "set_capacity", [((), 2)])
    assert names(city) == ["2", "4"]  # the idle ones went, whatever their numbers


def test_a_promise_whose_desk_fell_silent_holds_its_bed_against_removal(city):
    house(city, 1)
    bed = beds(city)[0]["id"]
    promise(city, bed, until=clock.now() - timedelta(minutes=10), since=clock.now() - timedelta(hours=2))
    assert free(city).lapsed == 1
    with pytest.raises(PlacesInUse):
        act(city, "set_capacity", [((), 0)])


def test_rooms_come_with_beds_and_a_bed_may_be_changed_and_taken_away(city):
    act(city, "set_place_rule", "beds")
    room = act(city, "add_room", "Quarto 1", 2, ["women"])
    assert names(city) == ["1", "2"] and {bed["room_id"] for bed in beds(city)} == {room.id}
    bed = act(city, "add_bed", "Beliche A", [], None)
    act(city, "edit_bed", bed.id, "Beliche B", ["wheelchair"], room.id)
    changed = next(row for row in beds(city) if row["id"] == bed.id)
    assert (changed["name"], changed["receives"], changed["room_id"]) == ("Beliche B", ["wheelchair"], room.id)
    act(city, "remove_bed", bed.id)
    assert names(city) == ["1", "2"]
    with pytest.raises(BedNotFound):
        act(city, "remove_bed", bed.id)
    act(city, "add_bed", "Beliche B", [], None)  # a name is free again


def test_a_bed_slept_in_or_promised_is_not_taken_away(city):
    house(city, 3)
    slept, promised, blocked = (bed["id"] for bed in beds(city))
    stay(city, slept)
    promise(city, promised)
    block(city, blocked)
    for bed in (slept, promised):
        with pytest.raises(BedInUse):
            act(city, "remove_bed", bed)
    act(city, "remove_bed", blocked)
    assert [bed["id"] for bed in beds(city)] == [slept, promised]
    open_claims = "SELECT bed_id FROM bed_claims WHERE municipality_id = :m AND (upper_inf(during) OR upper(during) > now())"
    assert {row["bed_id"] for row in city.rows(open_claims)} == {slept, promised}


def test_names_rooms_and_the_way_of_counting_are_refused_by_name(city, other_city):
    with pytest.raises(OtherPlaces):
        act(city, "add_room", "Quarto 1", 2, [])
    with pytest.raises(OtherPlaces):
        act(city, "set_capacity", [((), 3)])
    with pytest.raises(OtherPlaces):
        act(city, "add_extra", 3, clock.now() + timedelta(hours=3))
    act(city, "set_place_rule", "beds")
    act(city, "add_room", "Quarto 1", 1, [])
    with pytest.raises(Exception) as twice:
        act(city, "add_room", "Quarto 1", 1, [])
    assert RoomNameTaken.constraint in str(twice.value)
    with pytest.raises(Exception) as again:
        act(city, "add_bed", "1", [], None)
    assert BedNameTaken.constraint in str(again.value)
    with pytest.raises(RoomNotFound):
        act(city, "add_bed", "9", [], new_id())
    with pytest.raises(BedNotFound):
        act(city, "remove_bed", new_id())


def test_another_way_of_counting_ends_idle_beds_and_waits_for_the_others(city):
    house(city, 2)
    stay(city, beds(city)[0]["id"])
    with pytest.raises(PlacesInUse):
        act(city, "set_place_rule", "beds")
    with city.transaction() as session:
        session.execute(text("UPDATE bed_claims SET during = tstzrange(lower(during), now()) WHERE municipality_id = :m"), {"m": city.ibge})
    act(city, "set_place_rule", "beds")
    assert beds(city) == []


def test_extra_places_end_by_themselves(city):
    house(city, 1)
    until = clock.now() + timedelta(hours=10)
    act(city, "add_extra", 2, until)
    assert free(city).total == 3
    with city.transaction() as session:
        later = queries.free_of(session, city.ibge, [city.ids["shelter"]], until + timedelta(seconds=1))
    assert later[city.ids["shelter"]].total == 1
    for wrong in (clock.now() - timedelta(hours=1), clock.now() + timedelta(days=500)):
        with pytest.raises(BadDays):
            act(city, "add_extra", 2, wrong)


def test_a_number_of_places_leaves_extra_ones_alone(city):
    house(city, 2)
    act(city, "add_extra", 2, clock.now() + timedelta(hours=10))
    act(city, "set_capacity", [((), 1)])
    assert names(city) == ["1", "extra 1", "extra 2"]


def test_only_who_coordinates_the_house_changes_its_beds(city):
    for persona in ("abrigo", "rua", "supervisao", "coordenacao"):  # the coordinator of the team is not of the shelter
        with pytest.raises(Forbidden):
            act(city, "set_place_rule", "beds", as_=persona)
    with city.transaction() as session:
        session.execute(text("UPDATE units SET is_active = false WHERE id = :i"), {"i": city.ids["shelter"]})
    with pytest.raises(UnitInactive):
        act(city, "set_place_rule", "beds")


def test_a_bed_is_ended_never_erased(city):
    house(city, 2)
    act(city, "set_capacity", [((), 0)])
    with city.transaction() as session:
        assert session.query(Bed).filter_by(unit_id=city.ids["shelter"]).count() == 2
    told = city.rows("SELECT fields FROM audit_lines WHERE municipality_id = :m AND action = 'units.set_beds'")
    assert [line["fields"] for line in told] == [["capacity"], ["capacity"]]
