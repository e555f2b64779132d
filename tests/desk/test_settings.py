"""/mesa/ajustes: the city's figures, set by who answers for the whole of it; what is out of bounds is said where it was typed."""

from sqlalchemy import text

from app.accounts.confidentiality import version_of
from app.core.city_settings import DECLARED
from app.core.models import Municipality
from app.outreach_requests.rules import target_minutes
from app.privacy.queries.paper import retention_years
from app.shifts.rules import Patience, patience_of
from app.sync.rules import settings_of
from tests.make.forms import form_of

PAGE = "/mesa/ajustes"


def said(city):
    [row] = city.rows("SELECT settings FROM municipalities WHERE id = :m")
    return row["settings"]


def test_a_figure_is_set_counts_and_goes_back_to_the_usual_one(city):
    client = city.client("supervisao")
    form = form_of(client.get(PAGE).text, PAGE)
    assert set(form) - {"csrf_token"} == set(DECLARED) and not any(form[name] for name in DECLARED)
    assert client.post(PAGE, data=form).headers["Location"].endswith("feito=igual")
    answer = client.post(PAGE, data=form | {"request_minutes": "45", "shift_longest_hours": " 12 "})
    assert answer.headers["Location"].endswith("feito=guardado")
    assert said(city) == {"request_minutes": 45, "shift_longest_hours": 12}
    [line] = city.rows("SELECT fields, worker_id FROM audit_lines WHERE municipality_id = :m AND action = 'desk.set_city' AND outcome = 'done'")
    assert (line["fields"], line["worker_id"]) == (["request_minutes", "shift_longest_hours"], city.ids["supervisao"])
    kept = form_of(client.get(PAGE).text, PAGE)
    assert (kept["request_minutes"], kept["shift_longest_hours"]) == ("45", "12")
    assert client.post(PAGE, data=kept | {"request_minutes": ""}).status_code == 303
    assert said(city) == {"shift_longest_hours": 12}


def test_what_is_out_of_bounds_changes_nothing_and_stays_typed(city):
    client = city.client("admin")
    form = form_of(client.get(PAGE).text, PAGE)
    answer = client.post(PAGE, data=form | {"request_minutes": "5", "point_fade_days": "muito", "shift_quiet_hours": "3"})
    assert answer.status_code == 422 and said(city) == {}
    assert "de 10 a 1440" in answer.text and "de 30 a 730" in answer.text
    held = form_of(answer.text, PAGE)
    assert (held["request_minutes"], held["point_fade_days"], held["shift_quiet_hours"]) == ("5", "muito", "3")


def test_what_somebody_wrote_by_hand_breaks_no_reader_and_the_page_says_so(city):
    with city.transaction() as session:
        wild = '{"request_minutes": "x", "request_urgent_minutes": -3, "shift_longest_hours": true, "shift_quiet_hours": 1e9, "ombudsman": "162"}'
        session.execute(text("UPDATE municipalities SET settings = CAST(:s AS jsonb) WHERE id = :m"), {"s": wild, "m": city.ibge})
    settings = said(city)
    assert [target_minutes(settings, urgent) for urgent in (False, True)] == [60, 30] and patience_of(settings) == Patience()
    for setting in DECLARED.values():
        for wrong in (None, "", "60", [], {}, True, float("nan"), setting.least - 1, setting.most + 1):
            assert setting.of({setting.name: wrong}) == setting.usual
    # What has no field on the page is read as safely: a phone pulls, a person signs in, nobody is forgotten before her term.
    elsewhere = {"caseload_days": "trinta", "late_limit_hours": None, "free_figure_minutes": -1, "retention_years": "x", "term_version": []}
    assert settings_of(elsewhere) == settings_of({}) and retention_years(elsewhere) == retention_years({})
    assert version_of(Municipality(settings=elsewhere)) == version_of(Municipality(settings={}))
    client = city.client("supervisao")
    page = client.get(PAGE).text
    assert page.count("não serve e não vale") == 4
    form = form_of(page, PAGE) | {"request_minutes": "", "request_urgent_minutes": "", "shift_longest_hours": "", "shift_quiet_hours": ""}
    assert client.post(PAGE, data=form).status_code == 303
    assert said(city) == {"ombudsman": "162"}  # what isn't a figure of this page is left alone


def test_only_who_answers_for_the_whole_city_sets_it(city):
    assert city.client("coordenacao").get(PAGE).status_code == 403
    with city.transaction() as session:
        session.execute(
            text("UPDATE role_grants SET scope_kind = 'region', scope_id = :r WHERE municipality_id = :m AND worker_id = :w"),
            {"m": city.ibge, "r": city.ids["north"], "w": city.ids["supervisao"]},
        )
    client = city.client("supervisao")
    assert client.get(PAGE).status_code == 403 and PAGE not in client.get("/painel/plantao").text
    assert client.post(PAGE, data={name: "" for name in DECLARED}).status_code == 403
