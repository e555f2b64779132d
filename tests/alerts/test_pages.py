"""/painel/plantao as a supervisor at night uses it: on duty in one tap, an alert, a word, the end of it; the city's rules."""

import re

import pytest

from tests.alerts.made import Night
from tests.make.forms import form_of
from tests.outreach_requests.made import second_team

PAGE, RULES = "/painel/plantao", "/painel/plantao/regras"


@pytest.fixture
def night(city):
    return Night(city)


def test_from_being_on_duty_to_the_end_of_an_alert(city, night):
    client = city.client("supervisao")
    page = client.get(PAGE).text
    assert "Ninguém disse estar de plantão" in page and "Nada em aberto" in page
    assert client.post(f"{PAGE}/entrar", data={"until": ""}).status_code == 422
    assert client.post(f"{PAGE}/entrar", data=form_of(page, f"{PAGE}/entrar")).status_code == 303
    assert "Sair do plantão" in client.get(PAGE).text
    plan = night.plans(starts=7, ends=12)
    night.watch(8)
    page = client.get(PAGE).text
    [alert] = night.alerts()
    assert "North: turno previsto para" in page and "pode estar sem sinal" in page and f"/mesa/escala/plantoes/{plan}" in page
    assert re.search(r'class="waiting">1<', page) and "ausente" not in page
    where = f"{PAGE}/{alert['id']}/responder"
    assert client.post(where, data={"answer": "other", "words": " "}).status_code == 422
    assert client.post(where, data={"answer": "other", "words": "A <b>van</b> quebrou"}).status_code == 303
    page = client.get(PAGE).text
    assert "A &lt;b&gt;van&lt;/b&gt; quebrou" in page and where not in page and 'class="waiting"' not in page
    assert client.post(where, data={"answer": "called", "words": ""}).status_code == 409
    night.works("team", "north", 8.05)
    night.watch(8.1)
    page = client.get(PAGE).text
    assert "Fechou sozinho: houve notícia" in page and "Nada em aberto" in page
    assert client.post(f"{PAGE}/sair").status_code == 303
    assert "Ninguém disse estar de plantão" in client.get(PAGE).text


def test_a_coordination_sees_what_is_of_her_teams_and_sets_no_rule(city, night):
    second_team(city)
    night.plans("team2", "south", starts=7, ends=12)
    night.watch(8)
    client = city.client("coordenacao")
    assert "Nada em aberto" in client.get(PAGE).text
    [alert] = night.alerts()
    assert client.post(f"{PAGE}/{alert['id']}/responder", data={"answer": "called", "words": ""}).status_code == 404
    assert client.get(RULES).status_code == 403 and city.client("rua").get(PAGE).status_code == 403


def test_the_rules_of_the_city_keep_what_was_typed_and_take_whole_figures_alone(city):
    client = city.client("supervisao")
    names = [f"{city.ids[region]}:{period}" for region in ("north", "south") for period in ("dawn", "morning", "afternoon", "night")]
    listed = [str(city.ids["supervisao"]), str(city.ids["coordenacao"])]
    assert all(f'value="{name}"' in client.get(RULES).text for name in names)
    form = {"key": names, "minutes": ["30", *[""] * 7], "listed": listed}
    assert client.post(RULES, data=form).status_code == 303
    page = client.get(RULES).text
    assert 'value="30"' in page and page.count(" checked") == 2
    for wrong in ("14", "meia hora", "-1"):
        answer = client.post(RULES, data=form | {"minutes": [wrong, *[""] * 7]})
        assert answer.status_code == 422 and f'value="{wrong}"' in answer.text and answer.text.count(" checked") == 2
    answer = client.post(RULES, data=form | {"minutes": ["45", *[""] * 7], "listed": [str(city.ids["rua"])]})
    assert answer.status_code == 422 and 'value="45"' in answer.text
    assert client.post(RULES, data={"key": names, "minutes": [""] * 8}).status_code == 303
    assert city.rows("SELECT 1 FROM alert_region_minutes WHERE municipality_id = :m UNION ALL SELECT 1 FROM alert_fallbacks WHERE municipality_id = :m") == []
