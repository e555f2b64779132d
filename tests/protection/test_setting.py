"""The city's own table: telephones on duty, who must be told, what is missing."""

import json
import threading
from datetime import UTC, date, datetime, time
from pathlib import Path
from types import SimpleNamespace

import pytest

from app.protection import editions
from app.protection.queries import setting as queries
from app.protection.roster import gap_of, on_duty, rings_of
from tests.make.flags import end_roles

CASES = json.loads((Path(__file__).parents[1] / "contract" / "duty.json").read_text())
NIGHT = datetime(2026, 11, 28, 2, 40, tzinfo=UTC)  # Friday, 23:40 in the city


def post(client, path, **form):
    return client.post(path, data=form | {"csrf_token": client.csrf})


@pytest.fixture
def admin(city):
    return city.client("admin")


def a_phone(case):
    """A telephone as its row holds it."""
    hours = {name: time.fromisoformat(case[name]) if case[name] else None for name in ("from_time", "to_time")}
    dates = {name: date.fromisoformat(case[name]) if case[name] else None for name in ("starts_on", "ends_on")}
    return SimpleNamespace(**(case | hours | dates))


@pytest.mark.parametrize("case", CASES["on"], ids=lambda case: case["name"])
def test_a_telephone_is_answered_within_its_hours(case):
    phone = a_phone(case["phone"])
    local = datetime.fromisoformat(case["at"])
    assert on_duty(phone.weekdays, phone.from_time, phone.to_time, phone.starts_on, phone.ends_on, local) is case["on"]


@pytest.mark.parametrize("case", CASES["rings"], ids=lambda case: case["name"])
def test_who_is_rung_and_in_which_order(case):
    named = [one | {"phones": [a_phone(phone) for phone in one["phones"]]} for one in case["recipients"]]
    found = rings_of(named, case["code"], case["region_id"], datetime.fromisoformat(case["at"]))
    assert [ring.phone for ring in found] == case["phones"]


def council(admin, phone, **more):
    form = {"code": "guardianship_council", "name": "Conselho Tutelar Norte", "phone": phone, "region_id": ""} | more
    assert post(admin, "/admin/plantao", **form).status_code == 303


def rings(city, region, at=NIGHT, code="guardianship_council"):
    with city.transaction() as session:
        return [ring.phone for ring in queries.phones_on_duty(session, city.ibge, code, city.ids[region], at)]


def test_the_region_is_rung_first_then_the_city_then_its_neighbour(city, admin):
    council(admin, "84 3200-0003", name="Conselho Sul", region_id=str(city.ids["south"]))
    council(admin, "84 3200-0002", name="Plantão geral")
    council(admin, "84 3200-0001", region_id=str(city.ids["north"]))
    council(admin, "84 3200-0004", region_id=str(city.ids["north"]))
    assert rings(city, "north") == ["84 3200-0001", "84 3200-0004", "84 3200-0002", "84 3200-0003"]
    assert rings(city, "south") == ["84 3200-0003", "84 3200-0002", "84 3200-0001", "84 3200-0004"]


def test_one_name_may_answer_for_a_region_by_one_number_and_for_the_city_by_another(city, admin):
    council(admin, "84 3200-0001", region_id=str(city.ids["north"]))
    council(admin, "84 3200-0002")
    assert rings(city, "north") == ["84 3200-0001", "84 3200-0002"] and rings(city, "south") == ["84 3200-0002", "84 3200-0001"]
    with city.transaction() as session:
        assert "guardianship_council" not in {hole["recipient"] for hole in queries.holes(session, city.ibge, NIGHT)}


def test_who_is_off_duty_is_not_rung(city, admin):
    council(admin, "84 3200-0001", from_time="08:00", to_time="17:00")
    council(admin, "84 98888-0002", from_time="17:00", to_time="08:00", weekdays=["4"])
    assert rings(city, "north") == ["84 98888-0002"]
    assert rings(city, "north", datetime(2026, 11, 27, 15, tzinfo=UTC)) == ["84 3200-0001"]


def test_national_numbers_answer_in_a_city_that_named_none(city):
    assert rings(city, "north", code="police_190") == ["190"]
    assert rings(city, "north", code="guardianship_council") == []


def test_what_is_missing_is_told_until_it_is_there(city, admin):
    def holes():
        with city.transaction() as session:
            return {(h["recipient"], h["region"], h["why"]) for h in queries.holes(session, city.ibge, NIGHT)}

    assert ("guardianship_council", None, "nobody") in holes()
    assert "Um alerta pode ficar sem resposta" in admin.get("/admin/quem-avisar").get_data(as_text=True)
    council(admin, "84 3200-0001", region_id=str(city.ids["north"]), from_time="08:00", to_time="17:00")
    assert {("guardianship_council", "North", "off_duty"), ("guardianship_council", "South", "no_phone")} <= holes()
    council(admin, "84 98888-0002", name="Plantão")
    assert "guardianship_council" not in {recipient for recipient, _region, _why in holes()}
    steps = admin.get("/admin/comecar").get_data(as_text=True)
    assert "Quem precisa saber de um alerta" in steps


def test_nobody_who_answers_for_cases_misses_that_the_table_has_holes(city, admin):
    told = "a tabela de quem avisar tem faltas"
    seen = {
        (persona, path): told in city.client(persona).get(path).get_data(as_text=True)
        for persona, path in (
            ("creas", "/mesa/casos"), ("coordenacao", "/mesa/casos/coordenacao"), ("supervisao", "/painel/alertas"),
            ("admin", "/admin/comecar"), ("creas", "/mesa/"), ("abrigo", "/mesa/"),
        )
    }  # fmt: skip
    assert [key for key, shown in seen.items() if not shown] == [("creas", "/mesa/"), ("abrigo", "/mesa/")]
    page = city.client("creas").get("/mesa/casos").get_data(as_text=True)
    assert "Conselho Tutelar" in page
    with city.transaction() as session:
        missing = {hole["recipient"] for hole in queries.holes(session, city.ibge, NIGHT)}
    for number, code in enumerate(sorted(missing)):
        council(admin, f"84 3200-1{number:03d}", code=code, name=f"Nome {number}")
    assert told not in city.client("creas").get("/mesa/casos").get_data(as_text=True)


def test_the_last_telephone_takes_its_owner_along_unless_papers_reach_it(city, admin):
    council(admin, "84 3200-0001")
    [owner] = city.rows("SELECT id FROM protection_recipients WHERE municipality_id = :m AND is_active")
    assert post(admin, f"/admin/plantao/contato/{owner['id']}", email="ct@cidade.example", body="").status_code == 303
    [phone] = city.rows("SELECT id FROM recipient_phones WHERE municipality_id = :m")
    assert post(admin, f"/admin/plantao/{phone['id']}/retirar").status_code == 303
    assert city.rows("SELECT is_active, email FROM protection_recipients WHERE municipality_id = :m") == [
        {"is_active": True, "email": "ct@cidade.example"}
    ]
    council(admin, "84 3200-0001")
    assert post(admin, f"/admin/plantao/contato/{owner['id']}", email="").status_code == 303
    [phone] = city.rows("SELECT id FROM recipient_phones WHERE municipality_id = :m")
    assert post(admin, f"/admin/plantao/{phone['id']}/retirar").status_code == 303
    assert [row["is_active"] for row in city.rows("SELECT is_active FROM protection_recipients WHERE municipality_id = :m")] == [False]


@pytest.mark.parametrize(
    "wrong",
    [
        {"phone": ""}, {"phone": "abc"}, {"phone": "84; --"}, {"name": "x"}, {"from_time": "08:00"},
        {"from_time": "08:00", "to_time": "08:00"}, {"starts_on": "2026-12-31", "ends_on": "2026-12-24"}, {"weekdays": "7"},
        {"code": "nobody"}, {"position": "0"}, {"starts_on": "2026-02-30"},
    ],
    ids=str,
)  # fmt: skip
def test_a_telephone_that_makes_no_sense_is_refused(city, admin, wrong):
    form = {"code": "guardianship_council", "name": "Conselho", "phone": "84 3200-0001", "region_id": ""} | wrong
    assert post(admin, "/admin/plantao", **form).status_code == 422
    assert city.rows("SELECT 1 FROM recipient_phones WHERE municipality_id = :m") == []


def test_a_region_of_another_city_is_none(admin, other_city):
    form = {"code": "", "name": "Conselho", "phone": "84 3200-0001", "region_id": str(other_city.ids["north"])}
    assert post(admin, "/admin/plantao", **form).status_code == 422


def test_the_table_becomes_the_citys_and_old_lines_stay_as_they_were(city, admin):
    assert post(admin, "/admin/quem-avisar/tabela").status_code == 303
    assert post(admin, "/admin/quem-avisar/tabela").status_code == 409
    before = datetime.now(UTC)
    with city.transaction() as session:
        _edition, lines = queries.rules_in_force(session, city.ibge, before)
    assert [line.recipient for line in lines] == [line.recipient for line in editions.DEFAULT]
    first = city.rows("SELECT id FROM protection_rules WHERE municipality_id = :m ORDER BY position LIMIT 1")[0]["id"]
    form = {"obligation": "mandatory", "minutes": "30", "legal_source": "Lei municipal 1/2026", "is_confirmed": "true"}
    assert post(admin, f"/admin/quem-avisar/{first}", **form).status_code == 303
    assert post(admin, f"/admin/quem-avisar/{first}", **form).status_code == 404  # from a page of before
    with city.transaction() as session:
        _edition, then = queries.rules_in_force(session, city.ibge, before)
        _edition, now = queries.rules_in_force(session, city.ibge, datetime.now(UTC))
    assert (then[0].legal_source, then[0].minutes) == (editions.DEFAULT[0].legal_source, editions.DEFAULT[0].minutes)
    assert (now[0].legal_source, now[0].minutes, now[0].is_confirmed) == ("Lei municipal 1/2026", 30, True)
    assert len(now) == len(then)


def test_the_last_mandatory_line_does_not_end(city, admin):
    post(admin, "/admin/quem-avisar/tabela")
    rows = city.rows("SELECT id FROM protection_rules WHERE municipality_id = :m AND obligation = 'mandatory' ORDER BY position")
    for row in rows[:-1]:
        assert post(admin, f"/admin/quem-avisar/{row['id']}/fim").status_code == 303
    assert post(admin, f"/admin/quem-avisar/{rows[-1]['id']}/fim").status_code == 409


def test_only_the_administration_sets_it(city):
    for persona in ("rua", "creas", "coordenacao", "supervisao", "abrigo"):
        client = city.client(persona)
        assert client.get("/admin/quem-avisar").status_code == 403
        assert post(client, "/admin/plantao", name="Noite", phone="84 3200-0001", region_id="").status_code == 403


def test_a_unit_of_a_body_is_told_and_another_citys_is_none(city, other_city, admin):
    def set_body(unit, body):
        return post(admin, "/admin/quem-avisar/orgao", unit_id=str(unit), body=body).status_code

    assert set_body(city.ids["shelter"], "municipal_guard") == 303 and set_body(city.ids["shelter"], "health") == 303
    assert [row["body"] for row in city.rows("SELECT body FROM protection_bodies WHERE municipality_id = :m")] == ["health"]
    assert set_body(city.ids["shelter"], "") == 303
    assert city.rows("SELECT 1 FROM protection_bodies WHERE municipality_id = :m") == []
    assert set_body(other_city.ids["shelter"], "health") in (404, 409)


@pytest.mark.parametrize(("phones", "gap"), [
    ([{}], None),
    ([{"from_time": time(8), "to_time": time(18)}], "2026-11-27T23:40"),
    ([{"from_time": time(8), "to_time": time(20)}, {"from_time": time(20), "to_time": time(8)}], None),
    # Answered at eleven at night and not at three.
    ([{"from_time": time(6), "to_time": time(23, 50)}], "2026-11-27T23:50"),
    # Nobody by day at the weekend.
    ([{"from_time": time(20), "to_time": time(8)}, {"from_time": time(8), "to_time": time(20), "weekdays": 0b0011111}], "2026-11-28T08:00"),
    ([{"ends_on": date(2026, 12, 1)}], "2026-12-02T00:00"),
    ([{"ends_on": date(2026, 12, 31)}], None),
    ([{"starts_on": date(2026, 11, 29)}], "2026-11-27T23:40"),
])  # fmt: skip
def test_a_gap_between_telephones_is_found_at_any_hour_of_the_week(phones, gap):
    plain = {"weekdays": 127, "from_time": None, "to_time": None, "starts_on": None, "ends_on": None}
    found = gap_of([SimpleNamespace(**plain | phone) for phone in phones], datetime(2026, 11, 27, 23, 40))
    assert found == (datetime.fromisoformat(gap) if gap else None)


def test_papers_need_somebody_in_each_region_and_cases_somebody_who_takes_them(city, admin):
    def holes():
        with city.transaction() as session:
            return {(hole["recipient"], hole["region"], hole["why"]) for hole in queries.holes(session, city.ibge, NIGHT)}

    council(admin, "84 3200-0001", code="peti", name="PETI Norte", region_id=str(city.ids["north"]))
    assert ("peti", "South", "nobody") in holes() and ("peti", "North", "nobody") not in holes()
    assert "unanswered" not in {why for *_, why in holes()}
    end_roles(city, "creas", datetime(2026, 11, 1, tzinfo=UTC))
    assert (None, None, "unanswered") in holes()


def test_a_table_by_which_nobody_must_be_told_of_a_child_is_a_hole(city, admin):
    post(admin, "/admin/quem-avisar/tabela")
    for row in city.rows("SELECT id FROM protection_rules WHERE municipality_id = :m AND obligation = 'mandatory' AND recipient IN ('guardianship_council', 'creas')"):
        assert post(admin, f"/admin/quem-avisar/{row['id']}/fim").status_code == 303
    with city.transaction() as session:
        missing = [str(hole["what"]) for hole in queries.holes(session, city.ibge, datetime.now(UTC)) if hole["why"] == "no_line"]
    assert "Negligência ou abandono" in missing and "Trabalho infantil" not in missing
    assert "nenhuma linha obriga" in admin.get("/admin/quem-avisar").get_data(as_text=True)
    assert "Negligência ou abandono" in city.client("creas").get("/mesa/casos").get_data(as_text=True)


def test_a_line_of_one_s_own_says_with_whom_and_of_which_disability(city, admin):
    form = {"recipient": "peti", "kinds": ["child_labour"], "company": ["alone"], "disability": "true", "obligation": "mandatory", "minutes": "30"}
    assert post(admin, "/admin/quem-avisar", **form).status_code == 303
    with city.transaction() as session:
        edition, lines = queries.rules_in_force(session, city.ibge, datetime.now(UTC))
    assert (lines[-1].company, lines[-1].disability, lines[-1].minutes) == (("alone",), True, 30)
    assert post(admin, "/admin/quem-avisar", **form | {"company": ["crowd"]}).status_code == 422
    page = admin.get("/admin/quem-avisar").get_data(as_text=True)
    assert "Com quem por perto" in page and "com deficiência" in page


def test_the_edition_is_that_of_the_last_change_wherever_its_line_stands(city, admin):
    post(admin, "/admin/quem-avisar/tabela")
    first = city.rows("SELECT id FROM protection_rules WHERE municipality_id = :m ORDER BY position LIMIT 1")[0]["id"]
    form = {"obligation": "mandatory", "minutes": "30", "legal_source": "Lei municipal 1/2026"}
    assert post(admin, f"/admin/quem-avisar/{first}", **form).status_code == 303
    with city.transaction() as session:
        edition, _lines = queries.rules_in_force(session, city.ibge, datetime.now(UTC))
    assert edition == f"{datetime.now(UTC):%Y-%m-%d}"


def test_two_who_make_the_table_at_once_make_one(city):
    made = []

    def making(client):
        made.append(post(client, "/admin/quem-avisar/tabela").status_code)

    threads = [threading.Thread(target=making, args=[city.client("admin")]) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(made) == [303, 409]
    [row] = city.rows("SELECT count(*) AS n FROM protection_rules WHERE municipality_id = :m")
    assert row["n"] == len(editions.DEFAULT)
