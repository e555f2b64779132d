"""The city's map on the phone: a broken file is never used; a whole one shows the streets by name without a network."""

import pytest
from playwright.sync_api import Page, expect

from app.core import clock
from app.territory import service
from app.territory.basemap import service as baking
from tests.browser.insides import on_shift
from tests.browser.steps import press, sign_in_at_desk
from tests.make.city import NORTH_POINT
from tests.make.territory import collection, feature, line

pytestmark = pytest.mark.browser

STREET = "Rua da Aurora"


def draw(city, name):
    lon, lat = NORTH_POINT
    street = feature(line((lon - 0.01, lat), (lon + 0.01, lat)), name)
    with city.transaction() as session:
        service.import_layer(session, city.actor_in(session, "admin"), "street", "a.geojson", collection(street), clock.now())
        baking.bake(session, city.ibge, clock.now())


@pytest.fixture
def drawn(city):
    draw(city, STREET)
    return city


def fetch_map(page: Page) -> None:
    page.locator("[data-name=map-fetch]").click()
    page.locator("[data-name=map-anyway]").click()


def test_a_broken_map_is_not_used_and_a_whole_one_names_the_streets_offline(drawn, handset):
    page = on_shift(drawn, handset)

    def spoil(route):
        answer = route.fetch()
        body = bytearray(answer.body())
        body[-1] ^= 1
        route.fulfill(response=answer, body=bytes(body))

    page.goto("/app/#/eu")
    handset.context.route("**/api/v1/territory/basemap/*", spoil)
    fetch_map(page)
    expect(page.locator("[data-name=map-trouble]")).to_contain_text("estragado")
    handset.context.unroute("**/api/v1/territory/basemap/*")
    fetch_map(page)
    expect(page.locator("[data-name=city-map]").get_by_text("Neste celular", exact=True)).to_be_visible()

    handset.context.set_offline(True)
    page.goto("/app/#/hoje")
    press(page, "Novo encontro")
    page.locator("[data-name=place-strip]").click()
    page.locator("[data-name=way-map]").click()
    expect(page.locator(".leaflet-container[data-streets=drawn]")).to_be_visible()
    expect(page.locator(".map-word", has_text=STREET).first).to_be_visible()

    draw(drawn, "Rua Nova")
    handset.context.set_offline(False)
    page.goto("/app/#/eu")
    expect(page.get_by_text("Há um mais novo")).to_be_visible()
    fetch_map(page)
    expect(page.get_by_text("Há um mais novo")).to_have_count(0)
    page.locator("[data-name=map-drop]").click()
    page.locator("[data-name=map-drop-yes]").click()
    expect(page.locator("[data-name=map-fetch]")).to_be_visible()
    assert page.evaluate("(async () => { const names = []; for await (const [name] of (await navigator.storage.getDirectory()).entries()) names.push(name); return names })()") == []


def test_the_desk_reads_the_same_file_by_pieces(drawn, up, page):
    pieces = []
    page.on("response", lambda answer: pieces.append(answer.status) if "/territory/basemap/" in answer.url else None)
    sign_in_at_desk(page, drawn, "coordenacao")
    page.goto("/mesa/pontos")
    expect(page.locator("#points-map[data-streets=drawn]")).to_be_visible()
    expect(page.locator("#points-map .map-name.of-point").first).to_be_attached()
    assert set(pieces) == {206}
    page.locator("#points-map .map-point").first.click()
    page.wait_for_url("**/mesa/pontos/*-*")
