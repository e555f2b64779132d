"""The board in a real browser: the map says what its table says, asks nobody else, and tells no point."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from app.core import clock
from tests.coverage.made import met, visited
from tests.make.city import NORTH_POINT, PASSWORD, SOUTH_POINT

pytestmark = pytest.mark.browser

BEFORE = timedelta(minutes=70)
# With digits of its own, so that it would be recognised among the corners of the cells.
EXACT = (-34.947123, -5.751234)


@pytest.fixture
def desk(page: Page, up):
    """A page that notes every request, every answer's body and whatever the console complains of."""
    page.seen, page.complaints = [], []
    page.on("response", lambda answer: page.seen.append(answer))
    page.on("console", lambda line: page.complaints.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    return page


def sign_in(page: Page, city, persona: str) -> None:
    answer = page.context.request.post("/api/v1/session", data={"login": city.login(persona), "password": PASSWORD})
    assert answer.ok, answer.text()


def test_the_map_draws_the_cells_of_its_table(city, desk, up):
    met(city, clock.now() - BEFORE, people=12, point=EXACT, neighbourhood="Cais")
    met(city, clock.now() - BEFORE, people=60, region="south", point=SOUTH_POINT, neighbourhood="Feira")
    met(city, clock.now() - BEFORE, people=4, point=(NORTH_POINT[0] + 0.03, NORTH_POINT[1]), neighbourhood="Beco")
    visited(city, clock.now() - BEFORE)
    sign_in(desk, city, "supervisao")
    desk.goto("/painel/?period=7d")
    expect(desk.locator("#board-map path.board-region")).to_have_count(2)
    expect(desk.locator("#board-map path.board-cell.level-4")).to_have_count(1)
    expect(desk.locator("#board-map path.board-cell.level-2")).to_have_count(1)
    expect(desk.locator("#board-map path.board-cell")).to_have_count(2)
    expect(desk.locator(".board-cells tbody tr")).to_have_count(2)
    expect(desk.locator(".board-name", has_text="North")).to_have_text(re.compile("North 16"))
    expect(desk.get_by_text("Beco")).to_have_count(0)
    assert {answer.url.split("/")[2] for answer in desk.seen} == {up.url.split("/")[2]}
    told = " ".join(answer.text() for answer in desk.seen if "coverage" in answer.url or "painel" in answer.url)
    assert "North" in told and not [digits for digits in EXACT if str(digits) in told]
    assert desk.complaints == []


def test_a_figure_is_opened_and_left_by_keyboard(city, desk):
    for _ in range(3):
        met(city, people=2)
    sign_in(desk, city, "supervisao")
    desk.goto("/painel/")
    link = desk.get_by_role("link", name="3 encontros: North")
    link.focus()
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", level=1)).to_contain_text("3 encontros")
    expect(desk.locator(".board-list tbody tr")).to_have_count(3)
    desk.get_by_role("link", name="Painel").last.focus()
    desk.keyboard.press("Enter")
    expect(desk.locator("#region")).to_have_value(str(city.ids["north"]))


def test_without_its_script_the_page_says_the_same(city, browser, browser_context_args, up):
    met(city, clock.now() - BEFORE, people=7, neighbourhood="Cais")
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    try:
        page = context.new_page()
        sign_in(page, city, "supervisao")
        page.goto("/painel/?period=7d")
        expect(page.locator(".board-cells tbody tr")).to_have_count(1)
        expect(page.locator("#board-map")).to_be_hidden()
        page.get_by_role("radio", name="30 dias").check()
        page.locator("#region").select_option(label="South")
        page.get_by_role("button", name="Ver").click()
        expect(page).to_have_url(re.compile(r"period=30d.*region="))
        expect(page.locator(".board-regions tbody tr")).to_have_count(1)
    finally:
        context.close()
