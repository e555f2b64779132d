"""The pages: plain links and forms, each figure leading to its list."""

import re
from datetime import timedelta

from app.core import clock
from tests.coverage.made import met, visited

BEFORE = timedelta(minutes=70)


def page(city, path, persona="supervisao", **headers):
    answer = city.client(persona).get(path, headers=headers)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def test_every_linked_figure_opens_a_list_of_that_many(city):
    met(city, people=3)
    met(city, people=2)
    met(city, people=2, region="south", point=None)
    met(city, region=None)
    visited(city)
    found = re.findall(r'class="board-open" href="([^"]+)" aria-label="(\d+) encontro', page(city, "/painel/?period=24h"))
    assert [int(number) for _where, number in found] == [2, 1, 1, 4]
    for where, number in found:
        assert page(city, where.replace("&amp;", "&")).count("<tr>") == int(number) + 1


def test_the_page_speaks_of_the_period_and_keeps_the_filter(city):
    met(city, clock.now() - timedelta(days=3))
    html = page(city, f"/painel/?period=7d&region={city.ids['north']}&since_on=&until_on=&team=")
    assert re.search(r'value="7d" checked', html)
    assert f'<option value="{city.ids["north"]}" selected>' in html
    assert f"/painel/encontros?period=7d&amp;region={city.ids['north']}" in html
    assert f'data-query="period=7d&amp;region={city.ids["north"]}"' in html


def test_days_that_make_no_sense_are_told_and_today_is_shown(city):
    met(city)
    html = page(city, "/painel/?period=dates&since_on=2026-05-02&until_on=2026-05-01")
    assert "Confira as datas" in html and re.search(r'value="today" checked', html)


def test_a_team_or_chosen_days_have_no_map_but_a_reason(city):
    met(city, clock.now() - BEFORE, people=9)
    for query in (f"period=7d&team={city.ids['team']}", "period=dates&since_on=2026-11-01&until_on=2026-11-02"):
        html = page(city, f"/painel/?{query}")
        assert "board-map-box" not in html and "apontariam uma pessoa" in html


def test_the_table_beside_the_map_says_what_the_map_says(city):
    met(city, clock.now() - BEFORE, people=12, neighbourhood="Cais Velho")
    html = page(city, "/painel/?period=7d")
    assert re.search(r"Cais Velho <small>North</small></td><td class=\"number\">10 a 19<", html)
    met(city, clock.now() - BEFORE, people=3, region="south", point=(-35.41, -5.81), neighbourhood="Beco")
    assert "Beco" not in page(city, "/painel/?period=7d")


def test_a_refresh_brings_the_figures_and_the_cells_alone(city):
    met(city)
    part = page(city, "/painel/?period=today", **{"HX-Request": "true"})
    assert "<html" not in part and 'id="board"' in part and 'hx-swap-oob="innerHTML"' in part


def test_what_people_wrote_stays_text(city):
    met(city, neighbourhood="<script>alert(1)</script>")
    for path in ("/painel/encontros?period=24h", "/painel/?period=24h"):
        assert "<script>alert" not in page(city, path)
    assert "&lt;script&gt;" in page(city, "/painel/encontros?period=24h")


def test_a_coordinator_is_told_that_she_sees_a_part(city):
    for path in ("/painel/", "/painel/encontros"):
        assert "Só os registros das suas equipes" in page(city, path, "coordenacao")
        assert "Só os registros das suas equipes" not in page(city, path)


def test_whoever_is_not_signed_in_is_led_to_sign_in(city):
    answer = city.client().get("/painel/?period=7d")
    assert answer.status_code == 302 and answer.location.startswith("/entrar?de=")
