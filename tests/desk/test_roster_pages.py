"""/mesa/escala: plain forms from a pattern to what hangs on the wall, each page within its reader's reach."""

import csv
import io
import re

import pytest

from app.core.ids import new_id
from app.units.models import Holiday
from tests.shifts.made import Roster, in_days, today
from tests.make.forms import sent


@pytest.fixture
def planner(city):
    return city.client("coordenacao")


def pattern_form(city, **more):
    return {
        "team_id": str(city.ids["team"]), "kind": "weekly", "starts": "17:00", "ends": "02:00", "weekdays": [str(n) for n in range(7)],
        "cycle_days": "2", "anchor_on": "", "valid_from": str(today()), "valid_to": "", "vehicle_id": "",
        "member_ids": [str(city.ids["rua"]), str(city.ids["rua2"])], "region_ids": str(city.ids["north"]),
    } | more  # fmt: skip


def period(**more):
    return {"since": str(in_days(1)), "until": str(in_days(7)), "team_id": ""} | more


def test_from_a_pattern_to_the_wall(city, planner):
    week, worker = f"/mesa/escala?dia={in_days(2)}", city.client("rua")
    assert "Nenhum plantão nesta semana" in planner.get("/mesa/escala").text
    assert "Rua2" in planner.get(f"/mesa/escala/modelos/novo?equipe={city.ids['team']}").text
    assert planner.post("/mesa/escala/modelos", data=pattern_form(city)).status_code == 303
    pattern = city.rows("SELECT id FROM roster_patterns WHERE municipality_id = :m")[0]["id"]
    assert "Rua2" in planner.get("/mesa/escala/modelos?feito=modelo").text
    assert 'value="17:00"' in planner.get(f"/mesa/escala/modelos/novo?modelo={pattern}").text
    plan = f"/mesa/escala/planejar?de={in_days(1)}&ate={in_days(7)}"
    assert "Fazer 7 rascunhos" in planner.get(plan).text
    assert planner.post("/mesa/escala/planejar", data=period()).headers["Location"].startswith("/mesa/escala/planejar?de=")
    page = planner.get(plan).text
    assert "Nada a fazer" in page and "Publicar 7 plantões" in page
    assert "rascunho" in planner.get(week).text and "17:00–02:00" not in worker.get(week).text
    assert planner.post("/mesa/escala/publicar", data=period()).status_code == 303
    for client in (planner, worker):
        for path in (week, f"/mesa/escala/mes?dia={in_days(2)}", f"/mesa/escala/folha?dia={in_days(2)}"):
            page = client.get(path)
            assert page.status_code == 200 and "17:00–02:00" in page.text, path
    assert "planejar" not in worker.get(week).text and worker.get("/mesa/escala/planejar").status_code == 403
    assert "17:00–02:00" not in city.client("pim").get(week).text


def test_a_shift_s_page_names_who_can_go_and_why_not(city, planner):
    roster = Roster(city)
    roster.pattern(members=("rua",))
    roster.planned()
    first, second, *_rest = [turn.id for turn in roster.turns()]
    roster.by_hand(in_days(1), "12:00", "20:00", members=("rua2",))
    where = f"/mesa/escala/plantoes/{first}"
    page = planner.get(where).text
    option = re.search(rf'<option value="{city.ids["rua2"]}"([^>]*)>([^<]*)', page)
    assert "disabled" in option[1] and "12:00–20:00" in option[2]
    refused = planner.post(f"{where}/entrar", data={"worker_id": str(city.ids["rua2"])})
    assert refused.status_code == 409 and "12:00–20:00" in refused.text
    assert planner.post(f"{where}/publicar").status_code == 303
    assert planner.post(f"/mesa/escala/plantoes/{second}/entrar", data={"worker_id": str(city.ids["rua2"])}).status_code == 303
    taken = {"worker_id": str(city.ids["rua"]), "other": f"{city.ids['rua2']}:{second}", "reason": ""}
    assert planner.post(f"{where}/trocar", data=taken).status_code == 409  # rua is in the second already
    assert planner.post(f"{where}/trocar", data=taken | {"other": "quem for"}).status_code == 422
    form = {"on_date": str(in_days(1)), "starts": "06:00", "ends": "11:00", "vehicle_id": "", "note": "=1+1", "region_ids": ""}
    assert planner.post(f"{where}/mudar", data=form).status_code == 422
    form["region_ids"] = str(city.ids["south"])
    assert planner.post(f"{where}/mudar", data=form).headers["Location"].endswith("feito=mudou")
    seen = city.client("rua").get(where).text
    assert "06:00–11:00" in seen and "antes:" in seen and "/cancelar" not in seen
    assert planner.post(f"{where}/sair", data={"worker_id": str(city.ids["rua"])}).status_code == 303
    assert "Ninguém está neste plantão" in city.client("rua").get(where).text
    assert planner.post(f"{where}/cancelar", data={"reason": "Chuva forte"}).status_code == 303
    assert "Chuva forte" in city.client("rua").get(where).text
    assert city.client("pim").get(where).status_code == 404


def test_the_table_to_take_along_holds_a_row_a_person_and_no_formula(city, planner):
    roster = Roster(city)
    roster.by_hand(in_days(1), "22:00", "06:00", members=("rua", "rua2"))
    roster.by_hand(in_days(2), members=())
    roster.published()
    with city.transaction() as session:
        session.connection().exec_driver_sql("UPDATE planned_shifts SET note = '=HYPERLINK(1)' WHERE municipality_id = %s", (city.ibge,))
    answer = planner.get(f"/mesa/escala/planilha?de={in_days(1)}&ate={in_days(2)}")
    assert answer.headers["Cache-Control"] == "no-store" and answer.mimetype == "text/csv"
    rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff")), delimiter=";"))
    assert [(row["pessoa"], row["na escala"]) for row in rows] == [("Rua", "Na escala"), ("Rua2", "Na escala"), ("", "sem ninguém")]
    assert (rows[0]["início"], rows[0]["fim"]) == (f"{in_days(1)} 22:00", f"{in_days(2)} 06:00")
    assert {row["recado"] for row in rows} == {"'=HYPERLINK(1)"}


def test_vehicles_absences_and_holidays(city, planner):
    admin = city.client("admin")
    assert sent(admin, "/admin/feriados", on_date=str(in_days(1)), name="Padroeira").status_code == 303
    assert sent(planner, "/mesa/escala/veiculos", name="Van 1", seats="9", is_accessible="1").status_code == 303
    van = city.rows("SELECT id FROM vehicles WHERE municipality_id = :m")[0]["id"]
    assert sent(planner, "/mesa/escala/veiculos", name="Van 1", seats="9").status_code == 409
    assert sent(planner, "/mesa/escala/veiculos", f"/mesa/escala/veiculos/{van}", name="Van 1", seats="7").status_code == 303
    assert "fora de uso" in planner.get("/mesa/escala/veiculos").text
    roster = Roster(city)
    roster.by_hand(in_days(1), members=("rua", "rua2"))
    roster.published()
    form = {"worker_id": str(city.ids["rua"]), "from_on": str(in_days(1)), "to_on": str(in_days(1)), "kind": "leave"}
    assert planner.post("/mesa/escala/ausencias", data=form).headers["Location"].endswith("feito=falta")
    week = planner.get(f"/mesa/escala?dia={in_days(1)}").text
    assert "Padroeira" in week and "Falta gente em 1 plantão" in week
    assert "Licença" not in city.client("rua2").get(f"/mesa/escala?dia={in_days(1)}").text  # that she is away, not why
    absence = city.rows("SELECT id FROM worker_absences WHERE municipality_id = :m")[0]["id"]
    assert "Licença" in planner.get("/mesa/escala/ausencias").text
    assert planner.post(f"/mesa/escala/ausencias/{absence}/retirar").status_code == 303
    assert planner.post(f"/mesa/escala/ausencias/{absence}/retirar").status_code == 404


def test_whose_published_shift_changes_is_told_that_it_did_and_nothing_more(city, planner):
    def told():
        return [
            (row["login"].split("-")[0], row["kind"])
            for row in city.rows(
                "SELECT w.login, n.kind FROM notices n JOIN workers w ON w.municipality_id = n.municipality_id AND w.id = n.worker_id"
                " WHERE n.municipality_id = :m ORDER BY n.id"
            )
        ]

    roster = Roster(city)
    shift = roster.by_hand(in_days(1), members=("rua",))
    where = f"/mesa/escala/plantoes/{shift}"
    entering = {"worker_id": str(city.ids["rua2"])}
    assert planner.post(f"{where}/entrar", data=entering).status_code == 303
    assert told() == []  # a draft is nobody's yet
    roster.published()
    assert planner.post(f"{where}/sair", data=entering).status_code == 303
    assert told() == [("rua2", "roster_changed")]
    assert planner.post(f"{where}/entrar", data=entering).status_code == 303
    assert planner.post(f"{where}/cancelar", data={"reason": "Chuva"}).status_code == 303
    assert sorted(told()) == [("rua", "roster_changed"), *[("rua2", "roster_changed")] * 3]


@pytest.mark.parametrize(
    ("path", "form", "status"),
    [
        ("/mesa/escala/planejar", {"until": "2001-01-01"}, 422), ("/mesa/escala/planejar", {"until": "9000-01-01"}, 422),
        ("/mesa/escala/publicar", {"since": "hoje"}, 422), ("/mesa/escala/modelos", {"weekdays": "7"}, 422),
        ("/mesa/escala/modelos", {"kind": "cycle"}, 422), ("/mesa/escala/modelos", {"starts": "25:00"}, 422),
        ("/mesa/escala/modelos", {"region_ids": str(new_id())}, 422), ("/mesa/escala/modelos", {"member_ids": str(new_id())}, 422),
        ("/mesa/escala/modelos", {"valid_to": "2001-01-01"}, 422), ("/mesa/escala/modelos", {"vehicle_id": str(new_id())}, 422),
        ("/mesa/escala/modelos", {"team_id": str(new_id())}, 403),
    ],
)  # fmt: skip
def test_bad_input_is_refused_and_nothing_is_planned(city, planner, path, form, status):
    given = pattern_form(city) if "modelos" in path else period()
    assert planner.post(path, data=given | form).status_code == status
    assert city.rows("SELECT 1 FROM roster_patterns WHERE municipality_id = :m") == []


def test_addresses_that_no_period_fits_are_told(planner):
    assert planner.get("/mesa/escala/planejar?de=2026-01-01&ate=2027-01-01").status_code == 422
    assert planner.get("/mesa/escala?dia=0001-01-01").status_code == 422
    assert planner.get("/mesa/escala/planilha?de=2026-01-01").status_code == 422


def test_a_holiday_of_the_city_is_planned_around_as_the_pattern_says(city, planner):
    with city.transaction() as session:
        session.add(Holiday(municipality_id=city.ibge, id=new_id(), on_date=in_days(3), name="Padroeira"))
    form = pattern_form(city, on_holidays="off")
    assert planner.post("/mesa/escala/modelos", data=pattern_form(city, kind="cycle", anchor_on=str(today()), on_holidays="sunday")).status_code == 422
    assert planner.post("/mesa/escala/modelos", data=form).status_code == 303
    assert "feriado: folga" in planner.get("/mesa/escala/modelos").text
    plan = f"/mesa/escala/planejar?de={in_days(1)}&ate={in_days(7)}"
    assert "Fazer 6 rascunhos" in planner.get(plan).text
    planner.post("/mesa/escala/planejar", data=period())
    # One that became a holiday afterwards is told to whoever plans.
    with city.transaction() as session:
        session.add(Holiday(municipality_id=city.ibge, id=new_id(), on_date=in_days(4), name="Facultativo"))
    assert "é feriado, e o modelo não trabalha nele" in planner.get(plan).text


def test_an_absence_is_told_to_the_shift_and_to_the_coordination_without_a_reason(city, planner):
    roster = Roster(city, "supervisao")
    roster.by_hand(in_days(1), members=("rua", "rua2"))
    roster.published(1, 1)
    draft = roster.by_hand(in_days(2), members=("rua", "rua2"))
    form = {"worker_id": str(city.ids["rua"]), "from_on": str(in_days(1)), "to_on": str(in_days(2)), "kind": "leave"}
    assert city.client("supervisao").post("/mesa/escala/ausencias", data=form).status_code == 303
    told = city.rows("SELECT worker_id, kind, subject_id FROM notices WHERE municipality_id = :m")
    names = {city.ids[name]: name for name in ("rua", "rua2", "coordenacao", "supervisao")}
    assert {(names[each["worker_id"]], each["kind"]) for each in told} == {
        ("rua", "roster_changed"), ("rua2", "roster_changed"), ("coordenacao", "roster_short"),
    }  # fmt: skip
    assert draft not in {each["subject_id"] for each in told}


def test_why_somebody_doesn_t_go_is_for_who_plans_and_a_closed_team_s_shift_can_be_taken_back(city, planner):
    roster = Roster(city)
    shift = roster.by_hand(in_days(1), members=("rua", "rua2"))
    roster.published()
    where = f"/mesa/escala/plantoes/{shift}"
    assert planner.post(f"{where}/sair", data={"worker_id": str(city.ids["rua"]), "reason": "Vai operar"}).status_code == 303
    assert "Vai operar" in planner.get(where).text
    seen = city.client("rua2").get(where).text
    assert "Saiu da escala" in seen and "Vai operar" not in seen
    with city.transaction() as session:
        session.connection().exec_driver_sql("UPDATE teams SET is_active = false WHERE id = %s", (city.ids["team"],))
    overseer = city.client("supervisao")
    assert sent(overseer, where, f"{where}/cancelar", reason="A equipe terminou").status_code == 303
    assert roster.reads("turn_of", shift, persona="supervisao").status == "cancelled"
