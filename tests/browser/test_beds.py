"""The house at the desk in a real browser: two taps at the door, the whole night without JavaScript, every face looked at."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from app.core import clock
from tests.browser.faces import DESK, Walk
from tests.browser.test_desk import enter
from tests.desk.housed import sleeper, stays, with_beds
from tests.desk.test_arrivals import came
from tests.referrals import made

pytestmark = pytest.mark.browser


def test_no_code_and_no_name_two_taps(new_context, up, city):
    with_beds(city)
    sent = made.sent(city, called=None)
    page = new_context(viewport={"width": 1280, "height": 800}).new_page()
    enter(page, city)
    # She stands there: one tap on her card, and she is in. (The other tap opened the inbox.)
    page.locator(f"#chegou-{sent}").click()
    expect(page.locator("#told")).to_contain_text("Chegada marcada")
    expect(page.locator(f"#r-{sent}")).to_contain_text("Chegou")
    [stay] = stays(city)
    assert stay["bed"] and stay["called"] is None


def test_a_night_without_javascript(new_context, up, city):
    beds = with_beds(city)
    page = new_context(java_script_enabled=False, viewport={"width": 360, "height": 740}).new_page()
    enter(page, city, where="/mesa/casa")
    page.get_by_role("link", name="Entrada sem encaminhamento").click()
    page.get_by_label("Como quer ser chamada").fill("Dona Rosa")
    page.get_by_label("Leito", exact=True).select_option(str(beds[2]))
    page.get_by_role("button", name="Registrar entrada").click()
    expect(page.locator("#told")).to_contain_text("Entrada registrada")
    page.get_by_role("link", name="Chamada").click()
    page.get_by_text("Está aqui", exact=True).click()
    page.get_by_role("button", name="Guardar a chamada").click()
    expect(page.locator("#told")).to_contain_text("Chamada guardada")
    page.get_by_role("button", name="Não coube +1").click()
    expect(page.locator("#told")).to_contain_text("Não conta como recusa")
    page.get_by_role("button", name="Desfazer").click()
    expect(page.locator("#told")).to_contain_text("Anotação desfeita")
    page.get_by_role("link", name="Dona Rosa").click()
    page.get_by_role("button", name="Foi para outra unidade").click()
    expect(page.locator("#told")).to_contain_text("Saída registrada")
    [stay] = stays(city)
    assert stay["left_reason"] == "moved_on"


def test_every_face_of_a_house(new_context, up, city):
    beds = with_beds(city, rooms=(3, 3))
    ids = [sleeper(city, name, bed) for name, bed in zip(("Tião", "Dona Francisca de Assis", None), beds, strict=False)]
    city.rows(
        "UPDATE stays SET due_at = now() - interval '1 hour' WHERE municipality_id = :m AND id = :s RETURNING id", s=ids[0]
    )
    sent = made.sent(city, called="Dona Rosa", with_animals=True, travel="on_foot", vehicle_asked=True)
    client = city.client("abrigo")
    soon = (clock.now() + timedelta(days=2)).date().isoformat()
    client.post(f"/mesa/estadias/{ids[2]}/lugar", data={"csrf_token": client.csrf, "on": soon})
    client.post(
        f"/mesa/leitos/{beds[5]}/bloquear",
        data={"csrf_token": client.csrf, "reason": "repair", "unidade": str(city.ids["shelter"])},
    )
    came(city, "Marlene", days=2)
    came(city, "Caio")
    page = new_context(viewport={"width": 320, "height": 640}).new_page()
    walk = Walk(page, DESK)
    enter(page, city)
    for name, where in (
        ("inbox", "/mesa/"), ("house", "/mesa/casa"), ("stay", f"/mesa/estadias/{ids[1]}"), ("entry", "/mesa/entrada"),
        ("roll-call", "/mesa/casa/chamada"), ("morning", "/mesa/casa/manha"), ("sheet", "/mesa/folha"),
        ("sheet entered", "/mesa/folha/lancar"), ("referral", f"/mesa/encaminhamentos/{sent}"),
    ):  # fmt: skip
        page.goto(where)
        walk.look(name)
    page.context.close()
    page = new_context(viewport={"width": 320, "height": 640}).new_page()
    walk.page = page
    enter(page, city, "centropop", "/mesa/chegadas")
    walk.look("arrivals")
    page.get_by_text("Serviços usados").click()
    walk.look("services used")
    assert walk.wrong == []
