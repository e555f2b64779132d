"""A night by its route: without signal stop after stop is answered, on both phones of the team it shows the same; its pages at the desk."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.faces import DESK, FIELD, Walk
from tests.browser.insides import let_go, on_shift, until
from tests.browser.steps import press, save_encounter, sign_in_at_desk
from tests.browser.test_agreed import back_in_signal, colleague, no_signal
from tests.make.city import NORTH_POINT
from tests.shifts.routed import second_point, tonight

pytestmark = pytest.mark.browser


def stop(page: Page, point, state: str):
    return page.locator(f"[data-name=stop][data-id='{point}'][data-state={state}]")


def test_the_stops_of_a_night_without_signal(city, handset, new_context):
    lon, lat = NORTH_POINT
    first, second = city.ids["point"], second_point(city)
    third, waits = second_point(city, "Feira", (lon + 0.004, lat)), second_point(city, "Cais", (lon, lat + 0.004))
    city.rows("UPDATE concentration_points SET region_id = :r WHERE municipality_id = :m RETURNING id", r=city.ids["north"])
    route, _on = tonight(city, first, second, third)
    page = on_shift(city, handset)
    line = no_signal(page)
    row = page.locator("[data-name=today-route]")
    expect(row).to_contain_text("0 de 3 paradas")
    row.click()
    expect(stop(page, first, "open")).to_contain_text("1. Viaduto")
    expect(page.locator("[data-name=waiting-points]")).to_contain_text("Cais")
    walk = Walk(page, FIELD)
    walk.look("stops")
    # Done, with about how many; taken back; done again.
    stop(page, first, "open").click()
    expect(page.get_by_text("informação precária").first).to_be_visible()
    walk.look("a stop")
    page.locator("[name=stop-count]").fill("5")
    page.locator("[data-name=stop-done]").click()
    expect(stop(page, first, "done")).to_be_visible()
    press(page, "Desfazer")
    expect(stop(page, first, "open")).to_be_visible()
    stop(page, first, "open").click()
    page.locator("[name=stop-count]").fill("5")
    page.locator("[data-name=stop-done]").click()
    # Not made, and why.
    stop(page, second, "open").click()
    page.locator("[data-name=stop-missed]").click()
    walk.look("why not")
    page.get_by_role("radio", name="Chuva").click()
    expect(stop(page, second, "missed")).to_contain_text("Chuva")
    # An encounter recorded at a stop answers it.
    stop(page, third, "open").click()
    page.locator("[data-name=stop-record]").click()
    page.get_by_role("radio", name="Em situação de rua").click()
    save_encounter(page)
    page.goto("/app/#/roteiro")
    expect(stop(page, third, "done")).to_be_visible()
    expect(page.locator("[data-name=route-whole]")).to_be_visible()
    # A point of no route: nobody.
    stop(page, waits, "open").click()
    page.locator("[data-name=stop-nobody]").click()
    expect(page.locator("[data-name=waiting-points]")).to_have_count(0)
    assert walk.wrong == [], "\n".join(map(str, walk.wrong))
    assert city.rows("SELECT 1 FROM presence_marks WHERE municipality_id = :m") == []
    let_go(page)
    back_in_signal(page, line)
    until(page, lambda: len(city.rows("SELECT 1 FROM presence_marks WHERE municipality_id = :m")) == 2)
    assert {row["kind"] for row in city.rows("SELECT kind FROM presence_marks WHERE municipality_id = :m")} == {"done", "nobody"}

    mate = colleague(new_context, city)
    mate.goto("/app/#/roteiro")
    for point, state in ((first, "done"), (second, "missed"), (third, "done")):
        expect(stop(mate, point, state)).to_be_visible(timeout=20_000)


def test_the_pages_of_a_route_at_the_desk(city, new_context):
    route, on = tonight(city, city.ids["point"], second_point(city), second_point(city, "Feira"))
    city.rows(
        "INSERT INTO route_misses (municipality_id, id, route_id, point_id, on_date, reason, worker_id, occurred_at, received_at)"
        " VALUES (:m, gen_random_uuid(), :r, :p, :on, 'rain', :w, now(), now()) RETURNING id",
        r=route, p=city.ids["point"], on=on, w=city.ids["rua"],
    )  # fmt: skip
    desk = new_context().new_page()
    sign_in_at_desk(desk, city, "coordenacao")
    walk = Walk(desk, DESK)
    for path, words in (("/mesa/roteiros", "Roteiro da noite"), (f"/mesa/roteiros/{route}", "chuva"), (f"/mesa/roteiros/{route}/folha", "1. Viaduto")):
        desk.goto(path)
        expect(desk.locator("main")).to_contain_text(words)
        walk.look(path)
    assert walk.wrong == [], "\n".join(map(str, walk.wrong))
