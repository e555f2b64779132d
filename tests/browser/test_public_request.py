"""A citizen's request by a pin, on a phone: by finger and by arrows, on the city's own lines; without a script by the street."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from app.core import clock
from app.outreach_requests.service import gate
from tests.browser.conftest import PHONE
from tests.browser.faces import DESK, Walk
from tests.make.city import OUTSIDE_POINT
from tests.outreach_requests.made import WORDS
from tests.outreach_requests.test_desk import streets

pytestmark = pytest.mark.browser

# The city's language and clock are every browser's here.
SHAPE = {name: PHONE[name] for name in ("viewport", "device_scale_factor", "is_mobile", "has_touch")}


def waited(page, city) -> None:
    """The page as if a person had taken half a minute to fill it in."""
    proof = gate.token(city.app.config["SECRET_KEY"], city.ibge, clock.now() - timedelta(seconds=30))
    page.locator("[name=proof]").evaluate("(field, value) => { field.value = value }", proof)


def test_a_place_is_marked_by_finger_and_by_arrows_and_one_outside_is_told(city, up, new_context):
    streets(city, "Rua das Flores")
    page, complaints, fetched = new_context(**SHAPE).new_page(), [], []
    page.on("console", lambda line: complaints.append(line.text) if "Content Security Policy" in line.text else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("response", lambda answer: fetched.append(answer) if "/mapa" in answer.url else None)
    page.goto(f"/pedido/{city.ibge}/")
    page.get_by_label("O que acontece").fill(WORDS)
    opener = page.get_by_role("button", name="Marcar no mapa")
    expect(opener).to_be_visible()
    assert fetched == []  # nothing before it is asked for
    opener.click()
    page.get_by_role("application").focus()
    expect(page.locator("path.pin-region")).to_have_count(2)
    # The first arrow puts it in the middle of the city, the others move it northwards into the northern square.
    for key in ("ArrowUp",) * 3 + ("+",) * 8:
        page.keyboard.press(key)
    told = page.locator(".pin-told [role=status]")
    expect(told).to_have_text(re.compile("Lugar marcado: North"))
    lat = lambda: float(page.locator("[name=lat]").input_value())  # noqa: E731
    before = lat()
    page.get_by_role("application").click(position={"x": 60, "y": 60})
    expect(page.locator("[name=lat]")).not_to_have_value(str(before))
    assert before < lat() < before + 0.05
    walk = Walk(page, DESK)
    walk.look("public form with its map")
    # What machines fill in lies off the screen, for nobody's finger.
    assert [each for each in walk.wrong if each[2] != "site"] == []
    # Taken off and given by the phone itself: the same two fields.
    page.get_by_role("button", name="Tirar o ponto").click()
    expect(page.locator("[name=lat]")).to_have_value("")
    page.context.set_geolocation({"longitude": OUTSIDE_POINT[0], "latitude": OUTSIDE_POINT[1]})
    page.get_by_role("button", name="É aqui onde estou agora").click()
    expect(told).to_contain_text("fora do desenho da cidade")
    waited(page, city)
    page.get_by_role("button", name="Enviar pedido").click()
    expect(page.locator(".wrong")).to_contain_text("fora deste município")
    expect(page.get_by_label("O que acontece")).to_have_value(WORDS)
    page.get_by_role("button", name="Marcar no mapa").click()
    expect(page.locator(".pin-mark")).to_have_attribute("display", "inline")
    page.get_by_role("button", name="Tirar o ponto").click()
    expect(page.locator(".pin-mark")).to_have_attribute("display", "none")
    page.get_by_role("application").focus()
    for key in ("ArrowUp",) * 3:
        page.keyboard.press(key)
    expect(page.locator("[name=lat]")).not_to_have_value("")
    waited(page, city)
    page.get_by_role("button", name="Enviar pedido").click()
    expect(page.locator(".big-code")).to_be_visible()
    [row] = city.rows("SELECT place_kind, region_id FROM outreach_requests WHERE municipality_id = :m")
    assert (row["place_kind"], row["region_id"]) == ("pin", city.ids["north"])
    assert complaints == [] and all(answer.headers["cache-control"].startswith("public") for answer in fetched)


def test_without_a_script_the_street_is_enough(city, up, new_context):
    streets(city, "Rua das Flores")
    page = new_context(**SHAPE, java_script_enabled=False).new_page()
    page.goto(f"/pedido/{city.ibge}/")
    expect(page.get_by_role("button", name="Marcar no mapa")).to_be_hidden()
    page.get_by_label("Rua ou avenida").fill("flores")
    page.get_by_role("button", name="Enviar pedido").click()
    # Sent at once, as machines do: it waits, and the street is still there.
    expect(page.get_by_role("alert")).to_contain_text("Espere")
    expect(page.get_by_label("Rua ou avenida")).to_have_value("flores")
