"""A person's nights: on her own paper, under whichever of her ids, and nobody's after the term."""

from datetime import timedelta

from app.people.service import merge
from app.privacy.service import anonymise_city
from app.units import queries
from app.units.service import Guest
from tests.people.known import make_person
from tests.units.house import HOUR, House, now

LONG = timedelta(days=9 * 365)


def lived(city):
    """Two ids of one person; one slept, the other came by day; and somebody who is only called something."""
    house, at = House(city, 3), now()
    who, same = make_person(city, "Zuleica"), make_person(city, "Zu")
    [stay] = house.check_in(Guest(person_id=who, called="Zuleica"), on=at - HOUR)
    house.ask("keep_place", stay.id, at + HOUR, "Zuleica no hospital", at)
    house.check_in(Guest(called="Só um nome"), on=at)
    house.ask("note_visit", city.ids["centro_pop"], same, "Zu", ["bath"], at, at, persona="centropop")
    with city.transaction() as session:
        merge(session, city.actor_in(session, "creas"), who, same, {}, None, at)
    return house, who, same, stay


def test_where_she_slept_and_came_by_day_is_on_her_paper(city):
    house, who, same, stay = lived(city)
    [wrong] = house.check_in(Guest(person_id=make_person(city, "Outra")), referral_id=(referral := house.referral()))
    house.ask("take_back_check_in", referral, now())
    with city.transaction() as session:
        found = queries.nights_and_days_of(session, city.ibge, [who, same])
        assert queries.nights_and_days_of(session, city.ibge, [wrong.person_id]) == []
    assert [(each["unit"].split()[0], each["services"]) for each in found] == [("centro_pop", ["bath"]), ("shelter", None)]
    shown = city.client("creas").get(f"/mesa/pessoas/{who}/dados").get_data(as_text=True)
    assert "Onde você dormiu ou foi atendida" in shown and "banho e higiene" in shown


def test_after_the_term_no_night_has_a_name(city):
    house, who, same, stay = lived(city)
    with city.transaction() as session:
        assert anonymise_city(session, city.ibge, now() + LONG) == 0  # she sleeps there
    for one in house.seen().stays:
        house.ask("check_out", one.stay_id, now(), "left", now())
    with city.transaction() as session:
        assert anonymise_city(session, city.ibge, now() + LONG) == 1
    rows = city.rows("SELECT person_id, called FROM stays WHERE municipality_id = :m")
    rows += city.rows("SELECT person_id, called FROM unit_visits WHERE municipality_id = :m")
    assert len(rows) == 3 and {(row["person_id"], row["called"]) for row in rows} == {(None, None)}
    assert "Zuleica" not in str(city.rows("SELECT reason FROM stay_events WHERE municipality_id = :m"))
    assert len(city.rows("SELECT 1 FROM stay_events WHERE municipality_id = :m AND reason = 'left'")) == 2


def test_who_came_by_day_within_the_term_is_not_forgotten(city):
    house, who, same, stay = lived(city)
    for one in house.seen().stays:
        house.ask("check_out", one.stay_id, now(), "left", now())
    city.rows("UPDATE unit_visits SET at = at + interval '8 years' WHERE municipality_id = :m RETURNING 1")
    with city.transaction() as session:
        assert anonymise_city(session, city.ibge, now() + LONG) == 0
