"""The desk of cases as it is seen: in both themes, narrow and wide; one press hides it, also from the way back."""

import pytest
from playwright.sync_api import expect

from tests.browser.faces import DESK, Walk
from tests.browser.steps import sign_in_at_desk
from tests.make.colleague import another
from tests.protection.desk import WHY, Desk, case, woman

pytestmark = pytest.mark.browser

SHAPES = {"narrow": {"width": 360, "height": 740}, "wide": {"width": 1280, "height": 800}}


@pytest.fixture
def lived(city):
    """Cases in every state, one opened by a colleague with a reason."""
    another(city, "colega", "technician", profession="social_worker")
    another(city, "chefia", "coordinator")
    desk, other = Desk(city), Desk(city, "colega")
    waiting = case(city, risk="danger_now", already_told=True, actions=["stayed", "calmed"])
    mine = woman(city, risk="soon", choices=[{"recipient": "ligue_180", "answer": "declined"}])
    theirs = case(city)
    desk.done(f"/mesa/casos/{mine}/assumir")
    other.done(f"/mesa/casos/{theirs}/assumir")
    other.done(f"/mesa/casos/{theirs}/notas", words="Nota minha.")
    desk.done(f"/mesa/casos/{theirs}/abrir", reason=WHY)
    desk.done(f"/mesa/casos/{mine}/orientar", guidance="stay")
    return {"waiting": waiting, "mine": mine, "theirs": theirs}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_page_of_cases_is_seen_and_reached(city, lived, new_context, up, shape):
    page = new_context(viewport=SHAPES[shape]).new_page()
    walk = Walk(page, DESK)
    sign_in_at_desk(page, city, "creas")
    for name, path in (
        ("queue", ""), ("untaken", f"/{lived['waiting']}"), ("mine", f"/{lived['mine']}"), ("a colleague's", f"/{lived['theirs']}"),
    ):  # fmt: skip
        page.goto(f"/mesa/casos{path}")
        walk.look(name)
    page.goto(f"/mesa/casos/{lived['mine']}")
    page.get_by_role("button", name="Abrir o relato").click()
    expect(page.get_by_text("Aberto só nesta vez")).to_be_visible()
    walk.look("words")
    page.evaluate("document.querySelectorAll('main details').forEach(each => { each.open = true })")
    walk.look("every form of a case")
    # Back to what a form opened the browser asks first; to a page that was only looked at it goes by itself.
    page.goto(f"/mesa/casos/{lived['mine']}")
    page.get_by_role("button", name="Esconder").click()
    expect(page.get_by_role("heading", name="Assistência social")).to_be_visible()
    walk.look("hidden")
    page.go_back()
    expect(page.get_by_role("heading", name="Assistência social")).to_be_visible()
    page.get_by_role("link", name="Continuar").click()
    expect(page.get_by_role("heading", name="Casos", exact=True)).to_be_visible()
    assert walk.wrong == [] and len(walk.seen) == 7


def test_every_page_of_who_looks_over_them(city, lived, new_context, up):
    page = new_context(viewport=SHAPES["narrow"]).new_page()
    walk = Walk(page, DESK)
    sign_in_at_desk(page, city, "chefia")
    for name, path in (("course", f"/mesa/casos/{lived['theirs']}/andamento"), ("overseen", "/mesa/casos/coordenacao"), ("openings", "/mesa/casos/aberturas")):
        page.goto(path)
        walk.look(name)
    page.context.clear_cookies()
    sign_in_at_desk(page, city, "supervisao")
    page.goto("/painel/alertas")
    walk.look("counts")
    assert walk.wrong == []
