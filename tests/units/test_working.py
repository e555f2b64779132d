"""How a unit works: hours, exceptions, conditions, contacts, closing; and what of it reaches the phone."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import event, text

from app.access.problems import Forbidden
from app.core import clock
from app.core.db import db
from app.core.ids import new_id
from app.units import hours, queries, service
from app.units.hours import Span
from app.units.models import Unit
from app.units.problems import (
    AdmissionOutside,
    BadDays,
    ContactNotFound,
    ExceptionNotFound,
    FigureCounted,
    HolidayNotFound,
    HoursOverlap,
    NoWayToReach,
    PeopleExpected,
    UnknownWorkerHere,
)
from tests.make.beds import beds, house, promise, stay
from tests.make.journeys import sent_referral

NIGHT = [Span(day, time(18), time(6)) for day in range(7)]
ENTRY = [Span(day, time(18), time(20, 30)) for day in range(7)]


def act(city, verb, *arguments, as_="admin", unit="shelter"):
    actor = city.actor(as_)
    with city.transaction() as session:
        return getattr(service, verb)(session, actor, city.ids.get(unit, unit), *arguments, clock.now())


def body(city, unit="shelter", now=None):
    with city.transaction() as session:
        return queries.for_phone(session, city.ibge, [city.ids[unit]], now)[0]


def exception(kind="open", from_on=0, to_on=0, opens=None, closes=None):
    today = clock.now().date()
    return {
        "kind": kind, "from_on": today + timedelta(days=from_on), "to_on": today + timedelta(days=to_on), "opens": opens,
        "closes": closes, "reason": "frio",
    }  # fmt: skip


def test_a_week_is_written_whole_and_reaches_the_phone(city):
    act(city, "set_hours", [Span(0, time(8), time(12))], [], {"holiday_rule": "closed", "hours_text": "seg. de manhã"})
    act(city, "set_hours", NIGHT, ENTRY, {"holiday_rule": "closed", "hours_text": "toda noite"})
    told = body(city)
    assert told["hours"]["open"][6] == {"weekday": 6, "opens": "18:00", "closes": "06:00"}
    assert [len(told["hours"][kind]) for kind in ("open", "admission")] == [7, 7]
    assert (told["hours"]["holiday_rule"], told["hours_text"]) == ("closed", "toda noite")
    assert city.rows(
        "SELECT 1 FROM changes WHERE municipality_id = :m AND type = 'unit' AND entity_id = :i", i=city.ids["shelter"]
    )


def test_hours_that_cross_and_entry_past_closing_are_refused_by_the_day(city):
    with pytest.raises(HoursOverlap) as crossed:
        act(city, "set_hours", [Span(2, time(8), time(12)), Span(2, time(11), time(17))], [], {})
    assert "quarta-feira" in str(crossed.value.sentence)
    with pytest.raises(AdmissionOutside) as past:
        act(city, "set_hours", NIGHT, [Span(4, time(17), time(20))], {})
    assert "sexta-feira" in str(past.value.sentence)
    assert body(city)["hours"]["open"] == []


def test_an_exception_stands_until_it_is_over_or_removed(city):
    act(city, "set_hours", NIGHT, [], {})
    row = act(city, "add_exception", exception(to_on=3))
    told = body(city)["hours"]["exceptions"]
    assert [(each["kind"], each["opens"], each["reason"]) for each in told] == [("open", None, "frio")]
    assert body(city, now=clock.now() + timedelta(days=10))["hours"]["exceptions"] == []
    act(city, "remove_exception", row.id)
    assert body(city)["hours"]["exceptions"] == []
    with pytest.raises(ExceptionNotFound):
        act(city, "remove_exception", row.id)
    for wrong in (exception(from_on=2, to_on=1), exception(from_on=-9, to_on=-5), exception(to_on=900)):
        with pytest.raises(BadDays):
            act(city, "add_exception", wrong)


def test_holidays_are_the_city_s_and_close_who_says_so(city, other_city):
    day = clock.now().date() + timedelta(days=10)
    admin = city.actor("admin")
    with city.transaction() as session:
        service.add_holiday(session, admin, day, "Padroeira", clock.now())
    act(city, "set_hours", [Span(n, time(0), time(0)) for n in range(7)], [], {"holiday_rule": "closed"})
    with city.transaction() as session:
        week = queries.weeks_of(session, city.ibge, [city.ids["shelter"]])[city.ids["shelter"]]
        [holiday] = queries.holidays_of(session, city.ibge, clock.now())
        assert queries.holidays_of(session, other_city.ibge, clock.now()) == []
    assert hours._spans_on(week, "open", day) == []
    me = city.phone("rua").pull()["me", str(city.ids["rua"])]
    assert me["holidays"] == [day.isoformat()]
    with city.transaction() as session:
        with pytest.raises(BadDays):
            service.add_holiday(session, admin, date(2001, 1, 1), "Longe", clock.now())
        service.remove_holiday(session, admin, holiday.id, clock.now())
        with pytest.raises(HolidayNotFound):
            service.remove_holiday(session, admin, holiday.id, clock.now())


def test_whom_it_receives_what_it_asks_and_gives(city):
    act(city, "set_conditions", ["women", "families"], ["needs_document"], ["meals", "bath"])
    act(city, "set_conditions", ["women"], [], ["bath", "shelter_night"])
    told = body(city)
    assert (told["receives"], told["entry_conditions"], told["services"]) == (["women"], [], ["shelter_night", "bath"])


def test_contacts_are_tried_in_their_order(city):
    def contact(name, **more):
        return {"name": name, "phone": "", "email": "", "worker_id": None} | more

    act(city, "add_contact", contact("Portaria", phone="(84) 3200-0001"))
    second = act(city, "add_contact", contact("Plantão", worker_id=city.ids["abrigo"]))
    with city.transaction() as session:
        told = queries.contacts_of(session, city.ibge, city.ids["shelter"])
    assert [(each["name"], each["worker"]) for each in told] == [("Portaria", None), ("Plantão", "Abrigo")]
    act(city, "first_contact", second.id)
    with city.transaction() as session:
        assert [each["name"] for each in queries.contacts_of(session, city.ibge, city.ids["shelter"])] == ["Plantão", "Portaria"]
    with pytest.raises(NoWayToReach):
        act(city, "add_contact", contact("Ninguém"))
    with pytest.raises(UnknownWorkerHere):
        act(city, "add_contact", contact("Outra casa", worker_id=city.ids["centropop"]))
    act(city, "remove_contact", second.id)
    for verb in ("remove_contact", "first_contact"):
        with pytest.raises(ContactNotFound):
            act(city, verb, second.id)


def test_its_own_minutes_stand_over_those_of_its_kind(city):
    assert (body(city)["hold_minutes"], body(city)["figure_minutes"]) == (180, 180)
    act(city, "set_terms", {"hold_minutes": 45, "figure_minutes": 60, "max_stay_days": 90, "night_ends_at": time(6)})
    assert (body(city)["hold_minutes"], body(city)["figure_minutes"]) == (45, 60)
    act(city, "set_terms", {"hold_minutes": None})
    assert body(city)["hold_minutes"] == 180


@pytest.mark.parametrize("persona", ["rua", "abrigo", "creas", "supervisao", "coordenacao"])
def test_who_does_not_coordinate_the_house_changes_nothing_of_it(city, persona):
    for verb, arguments in (("set_hours", (NIGHT, [], {})), ("set_conditions", ([], [], [])), ("set_terms", ({},))):
        with pytest.raises(Forbidden):
            act(city, verb, *arguments, as_=persona)


# -- closing ----------------------------------------------------------------------------------------------------------


def test_a_unit_is_not_closed_while_people_are_on_the_way_or_inside(city):
    sent_referral(city, people_count=2)
    house(city, 2)
    stay(city, beds(city)[0]["id"])
    with pytest.raises(PeopleExpected) as refused:
        act(city, "set_unit_open", False)
    assert refused.value.extra == {"coming": 2, "inside": 1}
    assert "2 pessoas encaminhadas" in refused.value.sentence and "1 pessoa está dentro" in refused.value.sentence
    with city.transaction() as session:
        session.execute(text("UPDATE referrals SET status = 'revoked' WHERE municipality_id = :m"), {"m": city.ibge})
        session.execute(text("UPDATE stays SET left_at = now() WHERE municipality_id = :m"), {"m": city.ibge})
    act(city, "set_unit_open", False)


def test_what_nobody_closed_for_weeks_holds_no_unit_open(city):
    sent_referral(city)
    with city.transaction() as session:
        session.execute(
            text("UPDATE referrals SET received_at = now() - interval '20 days', held_until = NULL, arrive_by = NULL WHERE municipality_id = :m"), {"m": city.ibge}
        )
    act(city, "set_unit_open", False)
    assert [row["is_active"] for row in city.rows("SELECT is_active FROM units WHERE id = :u", u=city.ids["shelter"])] == [False]


# -- the figure of free places -----------------------------------------------------------------------------------------


def test_free_places_of_beds_are_computed_by_whom_they_are_for(city):
    now = clock.now()
    house(city, [(["men"], 2), (["women"], 1), ((), 1)], receives=["men", "women"], heard_at=now)
    rows = beds(city)
    stay(city, rows[0]["id"])
    promise(city, rows[2]["id"])
    told = body(city)
    assert (told["free_places"], told["promised"], told["unconfirmed"]) == (2, 1, 0)
    assert told["free_for"] == {"men": 2, "women": 1} and told["free_noted_at"] == now
    # What was typed before the beds were counted says nothing any more.
    assert body(city, "centro_pop")["free_for"] is None


def test_a_computed_figure_is_confirmed_in_one_tap_and_no_other_typed(city):
    house(city, 3)
    assert body(city)["free_noted_at"] is None
    with pytest.raises(FigureCounted):
        act(city, "note_vacancies", 2, as_="abrigo")
    assert act(city, "note_vacancies", 3, as_="abrigo") is None
    assert clock.now() - body(city)["free_noted_at"] < timedelta(minutes=1)
    with city.transaction() as session:
        [figure] = queries.vacancies_of(session, city.actor_in(session, "abrigo"), clock.now())
    assert (figure["free_places"], figure["is_counted"], figure["is_stale"], figure["promised"]) == (3, True, False, 0)
    assert city.client("abrigo").get("/api/v1/units/vacancies").json["units"][0]["is_counted"] is True


def test_a_figure_grows_old_by_the_unit_s_own_limit(city):
    act(city, "note_vacancies", 3, as_="abrigo")
    act(city, "set_terms", {"figure_minutes": 30})
    with city.transaction() as session:
        actor = city.actor_in(session, "abrigo")
        assert [queries.vacancies_of(session, actor, clock.now() + timedelta(minutes=n))[0]["is_stale"] for n in (29, 31)] == [False, True]


def test_the_statements_of_a_listing_do_not_grow_with_the_units(city):
    def statements():
        said = []
        with city.transaction() as session:
            def note(_connection, _cursor, sql, *_more):
                said.append(sql)

            event.listen(db.engine, "before_cursor_execute", note)
            try:
                found = queries.for_phone(session, city.ibge)
            finally:
                event.remove(db.engine, "before_cursor_execute", note)
        return len(found), len(said)

    house(city, 2)
    few = statements()
    with city.transaction() as session:
        session.add_all(
            Unit(municipality_id=city.ibge, id=new_id(), name=f"Casa {n}", kind="shelter", place_rule="capacity", receives=[])
            for n in range(30)
        )
    many = statements()
    assert few[0] == 3 and many[0] == 33 and few[1] == many[1] <= 9
