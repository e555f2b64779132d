"""The same form twice, from a finger that trembles or a page left open at the other desk: counted once."""

import re
from datetime import timedelta

from app.core import clock, days
from app.core.ids import new_id
from tests.desk.housed import form, with_beds


def fields_of(client, path, action):
    """Hidden fields of the first form of a page that goes there."""
    page = client.get(path).get_data(as_text=True)
    inside = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', page, re.S)[0]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', inside))


def send(client, action, sent):
    answer = client.post(action, data=sent)
    assert answer.status_code == 303, answer.get_data(as_text=True)[-2000:]
    return answer


def number(city, table, also=""):
    [row] = city.rows(f"SELECT count(*) AS n FROM {table} WHERE municipality_id = :m {also}")
    return row["n"]


def test_who_did_not_fit_is_counted_once_a_page_and_again_on_the_next(city):
    with_beds(city)
    desk, action = city.client("abrigo"), f"/mesa/casa/{city.ids['shelter']}/nao-coube"
    for page in ("/mesa/casa", "/mesa/", "/mesa/entrada"):
        before, sent = number(city, "turned_away"), fields_of(desk, page, action)
        for _twice in range(2):
            send(desk, action, sent)
        assert number(city, "turned_away") == before + 1, page
    # Taken back, and then tapped again from the page before: it counts again.
    undo = send(desk, action, sent).headers["Location"].partition("desfazer=")[2]
    send(desk, f"/mesa/nao-coube/{undo}/desfazer", form(desk))
    send(desk, action, sent)
    assert number(city, "turned_away", "AND taken_back_at IS NULL") == 3


def test_another_house_s_line_is_never_taken_for_this_one(city):
    with_beds(city)
    id_ = str(new_id())
    send(city.client("centropop"), f"/mesa/casa/{city.ids['centro_pop']}/nao-coube", form(pop := city.client("centropop"), form_id=id_))
    assert pop
    desk = city.client("abrigo")
    send(desk, f"/mesa/casa/{city.ids['shelter']}/nao-coube", form(desk, form_id=id_))
    assert sorted(row["unit_id"] for row in city.rows("SELECT unit_id FROM turned_away WHERE municipality_id = :m")) == sorted(
        [city.ids["shelter"], city.ids["centro_pop"]]
    )


def test_an_arrival_of_the_day_is_counted_once_a_page(city):
    desk, action = city.client("centropop"), f"/mesa/chegadas/{city.ids['centro_pop']}"
    sent = fields_of(desk, "/mesa/chegadas", action)
    for called in ("", ""):
        send(desk, action, sent | {"called": called})
    assert number(city, "unit_visits") == 1
    send(desk, action, fields_of(desk, "/mesa/chegadas", action) | {"called": ""})
    assert number(city, "unit_visits") == 2


def test_two_desks_that_tap_one_name_of_the_known_list_note_one_arrival(city):
    desk, action = city.client("centropop"), f"/mesa/chegadas/{city.ids['centro_pop']}"
    send(desk, action, form(desk, called="Dona Nira"))
    with city.transaction() as session:
        session.connection().exec_driver_sql(
            "UPDATE unit_visits SET at = at - interval '1 day' WHERE municipality_id = %s", (city.ibge,)
        )
    # Both pages were open: each has a form of its own.
    for _desk in range(2):
        send(desk, action, form(desk, called="dona nira", known="1", form_id=str(new_id())))
    assert number(city, "unit_visits") == 2
    # Somebody else of that name, typed by hand, is somebody else.
    send(desk, action, form(desk, called="Dona Nira", form_id=str(new_id())))
    assert number(city, "unit_visits") == 3


def test_extra_places_that_are_not_there_are_not_opened(city):
    with_beds(city)
    admin, where = city.client("admin"), f"/mesa/unidade/{city.ids['shelter']}/lugares"
    with city.transaction() as session:
        until = days.today_of(session, city.ibge, clock.now()) + timedelta(days=1)
    sent = fields_of(admin, where, f"{where}/extras") | {"count": "3", "until_on": str(until), "until_time": "08:00"}
    for _twice in range(2):
        send(admin, f"{where}/extras", sent)
    assert number(city, "beds", "AND is_extra") == 3
    send(admin, f"{where}/extras", sent | fields_of(admin, where, f"{where}/extras"))
    assert number(city, "beds", "AND is_extra") == 6


def test_a_contact_and_a_special_day_are_kept_once(city):
    admin, where = city.client("admin"), f"/mesa/unidade/{city.ids['shelter']}"
    on = str(clock.now().date() + timedelta(days=9))
    for _twice in range(2):
        send(admin, f"{where}/contatos", form(admin, name="Portaria", phone="84 3200-0001"))
        send(admin, f"{where}/especiais", form(admin, kind="open", from_on=on, to_on=on, hours="", reason="Reforma"))
    assert (number(city, "unit_contacts"), number(city, "unit_exceptions")) == (1, 1)
    send(admin, f"{where}/contatos", form(admin, name="Portaria", phone="84 3200-0002"))
    assert number(city, "unit_contacts") == 2


def test_a_pattern_an_absence_and_a_shift_by_hand_are_one_each(city):
    planner, tomorrow = city.client("coordenacao"), str(days.after(clock.now().date()))
    team, rua = str(city.ids["team"]), str(city.ids["rua"])
    hours = {"team_id": team, "starts": "18:00", "ends": "23:00", "vehicle_id": "", "member_ids": rua}
    once = {"kind": "weekly", "weekdays": "1", "cycle_days": "2", "anchor_on": "", "valid_from": tomorrow, "valid_to": ""}
    for _twice in range(2):
        send(planner, "/mesa/escala/modelos", hours | once)
        send(planner, "/mesa/escala/plantoes", hours | {"on_date": tomorrow, "note": ""})
        send(planner, "/mesa/escala/ausencias", {"worker_id": rua, "from_on": tomorrow, "to_on": tomorrow, "kind": "leave"})
    assert [number(city, table) for table in ("roster_patterns", "planned_shifts", "worker_absences")] == [1, 1, 1]
