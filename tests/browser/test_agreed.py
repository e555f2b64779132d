"""What a team agrees and shares: steps, one meeting on two phones, families, offers; begun without signal, the same for all."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.faces import FIELD, Walk
from tests.browser.insides import Line, everything_delivered, let_go, on_shift, opened, until
from tests.browser.steps import home, open_shift, press, reopened, save_encounter, sign_in, start_encounter
from tests.make.city import NORTH_POINT
from tests.make.phone import place

pytestmark = pytest.mark.browser

NARROW = {"width": 320, "height": 640}


def no_signal(page: Page) -> Line:
    return Line(page.context, "**/api/v1/sync/**").breaks(lambda route, request: route.abort())


def back_in_signal(page: Page, line: Line) -> None:
    """The hold of *Desfazer* is over, and what waited has gone."""
    line.mend()
    let_go(page)
    page.evaluate("dispatchEvent(new Event('online'))")
    # The badge of Hoje says it when nothing is left; other screens say nothing then.
    page.goto("/app/#/hoje")
    everything_delivered(page)


def agree(page: Page, what: str, day: str = "day-0") -> None:
    page.get_by_role("button", name=what).click()
    page.locator(f"[data-name={day}]").click()
    page.locator("[data-name=save-task]").click()
    expect(page.locator("[data-name=save-task]")).to_have_count(0)


def colleague(new_context, city, persona: str = "rua2") -> Page:
    shape = {name: PHONE[name] for name in ("viewport", "device_scale_factor", "is_mobile", "has_touch")}
    page = new_context(**shape).new_page()
    page.clock.install()
    page.goto("/app/")
    sign_in(page, city, persona)
    return page


def test_a_step_agreed_without_signal_is_seen_and_closed_by_a_teammate(city, handset, new_context):
    page = on_shift(city, handset)
    line = no_signal(page)
    start_encounter(page, "Em situação de rua")
    save_encounter(page)
    page.locator("[data-name=follow-agree]").click()
    agree(page, "Levar ao posto de saúde")
    page.goto("/app/#/hoje")
    mine = page.locator("[data-name=today-tasks] [data-name=task]")
    expect(mine).to_contain_text("Levar ao posto de saúde")
    page = reopened(page)
    expect(mine).to_contain_text("Hoje")

    back_in_signal(page, line)
    mate = colleague(new_context, city)
    theirs = mate.locator("[data-name=today-tasks] [data-name=task]")
    expect(theirs).to_contain_text("Levar ao posto de saúde")
    theirs.click()
    expect(mate.get_by_text("Combinado por")).to_be_visible()
    mate.locator("[data-name=result-done]").click()
    mate.locator("[name=close-text]").fill("foi com a gente")
    mate.locator("[data-name=close-save]").click()
    expect(theirs).to_have_count(0)
    let_go(mate)
    everything_delivered(mate)
    [task] = city.rows("SELECT status, close_text, team_id FROM tasks WHERE municipality_id = :m")
    assert (task["status"], task["close_text"], task["team_id"]) == ("done", "foi com a gente", city.ids["team"])

    page = reopened(page)
    expect(page.locator("[data-name=me]")).to_be_visible()
    expect(mine).to_have_count(0)


def test_a_step_is_moved_to_another_day_and_taken_back_while_it_is_held(city, handset):
    page = on_shift(city, handset)
    line = no_signal(page)
    start_encounter(page, "Em situação de rua")
    save_encounter(page)
    page.locator("[data-name=follow-agree]").click()
    page.locator("[data-name=save-task]").click()
    # Nothing was said: what is missing stands beside its question.
    expect(page.get_by_text("Diga o que ficou combinado.")).to_be_visible()
    expect(page.get_by_text("Escolha o dia.").first).to_be_visible()
    agree(page, "Procurar de novo")
    page.goto("/app/#/hoje")
    task = page.locator("[data-name=today-tasks] [data-name=task]")
    task.click()
    page.locator("[data-name=result-moved]").click()
    page.locator("[data-name=day-1]").click()
    page.locator("[data-name=close-save]").click()
    expect(page.get_by_text("Nada combinado para hoje.")).to_be_visible()
    page.locator("[data-name=undo]").click()
    expect(task).to_contain_text("Hoje")
    task.click()
    page.locator("[data-name=result-moved]").click()
    page.locator("[data-name=day-1]").click()
    page.locator("[data-name=close-save]").click()
    expect(page.locator("[data-name=all-tasks]")).to_have_text(re.compile("Ver 1 para outro dia"))
    back_in_signal(page, line)
    rows = city.rows("SELECT status, due_on FROM tasks WHERE municipality_id = :m ORDER BY due_on")
    assert [row["status"] for row in rows] == ["moved", "open"]
    assert rows[1]["due_on"] - rows[0]["due_on"] == timedelta(days=1)


def test_one_meeting_on_two_phones_is_joined_by_a_tap_and_parted_again(city, handset):
    page = on_shift(city, handset)
    other = city.phone("rua2")
    other.push(other.encounter(datetime.now(UTC) - timedelta(minutes=4), place=place("gps", *NORTH_POINT)))
    page = reopened(page)
    until(page, lambda: page.locator("[data-name=record]").count() == 1)
    expect(page.locator("[data-name=record]")).to_contain_text("por Rua2")
    start_encounter(page, "Em situação de rua")
    save_encounter(page)
    expect(page.get_by_text(re.compile("Parece o mesmo encontro que Rua2 registrou"))).to_be_visible()
    page.locator("[data-name=same-yes]").click()
    expect(page.locator("[data-name=joined-into]")).to_be_visible()
    home(page)
    everything_delivered(page)
    # Shown once, with a line that says so.
    expect(page.locator("[data-name=record][data-state=remote]")).to_contain_text("conta uma vez")
    statuses = "SELECT status FROM encounters WHERE municipality_id = :m ORDER BY occurred_at"
    assert [row["status"] for row in city.rows(statuses)] == ["valid", "joined"]

    page = reopened(page)
    page.locator("[data-name=record]").first.click()
    page.locator("[data-name=part]").click()
    expect(page.locator("[data-name=joined-here]")).to_have_count(0)
    # Who parted them is not asked again.
    expect(page.locator("[data-name=likely-same]")).to_have_count(0)
    page.goto("/app/#/hoje")
    everything_delivered(page)
    assert [row["status"] for row in city.rows(statuses)] == ["valid", "valid"]


def test_two_meetings_are_not_proposed_again(city, handset):
    page = on_shift(city, handset)
    other = city.phone("rua2")
    other.push(other.encounter(datetime.now(UTC) - timedelta(minutes=2), place=place("gps", *NORTH_POINT)))
    page = reopened(page)
    until(page, lambda: page.locator("[data-name=record]").count() == 1)
    start_encounter(page, "Em situação de rua")
    save_encounter(page)
    page.locator("[data-name=same-no]").click()
    expect(page.locator("[data-name=likely-same]")).to_have_count(0)
    home(page)
    page.locator("[data-name=record][data-state=remote]").click()
    expect(page.get_by_text("Registrado por")).to_be_visible()
    expect(page.locator("[data-name=likely-same]")).to_have_count(0)


def test_a_visitor_keeps_a_family_without_signal(city, handset):
    page = opened(handset)
    sign_in(page, city, "pim")
    everything_delivered(page)
    page = reopened(page)
    line = no_signal(page)
    page.locator("[data-name=all-families]").click()
    page.locator("[data-name=family]").filter(has_text="Família da Rosa").click()
    # A gestante comes, her child is born, they move.
    page.locator("[data-name=event-came]").click()
    page.locator("[name=member-called]").fill("Ana Clara")
    page.locator("[data-name=member-kind]").get_by_role("radio", name="Gestante").check()
    page.locator("[name=member-due]").fill(str(date.today() + timedelta(days=42)))
    page.locator("[data-name=event-save]").click()
    expect(page.locator("[data-name=member]").filter(has_text="Ana Clara")).to_contain_text("34 semanas")
    page.locator("[data-name=member]").filter(has_text="Ana Clara").click()
    page.locator("[data-name=member-birth]").click()
    page.locator("[name=member-called]").fill("Davi")
    page.locator("[data-name=event-save]").click()
    expect(page.locator("[data-name=member]").filter(has_text="Davi")).to_contain_text("menos de 1 mês")
    expect(page.locator("[data-name=member][data-kind=adult]").filter(has_text="Ana Clara")).to_be_visible()
    page.locator("[data-name=event-moved]").click()
    page.locator("[name=address]").fill("atrás da escola nova")
    page.locator("[data-name=event-save]").click()
    expect(page.locator("[data-name=family-card]")).to_contain_text("atrás da escola nova")
    # A new family, visited before the server has heard of it.
    page.goto("/app/#/familia/nova")
    page.locator("[data-name=add-member]").click()
    page.locator("[name=member-called]").fill("Seu Biu")
    page.locator("[data-name=member-kind]").get_by_role("radio", name="Adulto").check()
    page.locator("[data-name=member-keep]").click()
    page.locator("[data-name=save-family]").click()
    expect(page.locator("[data-name=family-card]")).to_contain_text("Família de Seu Biu")
    page.locator("[data-name=visit]").click()
    page.get_by_role("radio", name="Feita").check()
    page.get_by_label("Seu Biu").check()
    press(page, "Salvar visita")
    expect(page.get_by_text("Guardado no aparelho").first).to_be_visible()
    page = reopened(page)
    page.goto("/app/#/familias")
    expect(page.locator("[data-name=family]")).to_have_count(2)

    back_in_signal(page, line)
    members = city.rows(
        "SELECT h.called AS home, m.called, m.kind FROM household_members m JOIN households h"
        " ON (h.municipality_id, h.id) = (m.municipality_id, m.household_id) WHERE m.municipality_id = :m AND m.left_at IS NULL ORDER BY 1, 2"
    )
    assert [tuple(row.values()) for row in members] == [
        ("Família da Rosa", "Ana Clara", "adult"),
        ("Família da Rosa", "Bia", "child"),
        ("Família da Rosa", "Davi", "child"),
        ("Família de Seu Biu", "Seu Biu", "adult"),
    ]
    [rosa] = city.rows("SELECT address_hint FROM households WHERE municipality_id = :m AND called = 'Família da Rosa'")
    assert rosa["address_hint"] == "atrás da escola nova"
    [visit] = city.rows("SELECT h.called FROM home_visits v JOIN households h ON (h.municipality_id, h.id) = (v.municipality_id, v.household_id) WHERE v.municipality_id = :m")
    assert visit["called"] == "Família de Seu Biu"
    # What came back by pull stands in for what was kept here: nobody twice.
    page = reopened(page)
    page.goto("/app/#/familias")
    expect(page.locator("[data-name=family]")).to_have_count(2)
    page.locator("[data-name=family]").filter(has_text="Rosa").click()
    expect(page.locator("[data-name=member]")).to_have_count(3)


def test_what_was_offered_goes_with_its_answer_and_lack_is_no_refusal(city, handset):
    page = on_shift(city, handset)
    line = no_signal(page)
    start_encounter(page, "Em situação de rua")
    save_encounter(page)
    page.locator("[data-name=follow-needs]").click()
    page.locator("[data-name=needs-tiles]").get_by_role("checkbox", name="Pernoite").check()
    page.locator("[data-name=follow-save]").click()
    page.locator("[data-name=follow-offers]").click()
    # What was asked comes first.
    expect(page.locator("[data-name=offer-kinds] button").first).to_have_text(re.compile("Pernoite"))
    page.locator("[data-name=offer-overnight]").click()
    page.locator("[data-kind=overnight]").get_by_role("radio", name="Não havia").check()
    page.locator("[data-kind=overnight] select[name=offer-reason]").select_option("no_vacancy")
    page.locator("[data-name=offer-food]").click()
    expect(page.locator("[data-name=follow-save]")).to_be_disabled()
    page.locator("[data-kind=food]").get_by_role("radio", name="Não quis").check()
    expect(page.locator("[data-name=follow-save]")).to_be_disabled()
    page.locator("[data-kind=food] select[name=offer-reason]").select_option("not_said")
    page.locator("[data-name=follow-save]").click()
    expect(page.locator("[data-name=follow-save]")).to_have_count(0)
    home(page)
    back_in_signal(page, line)
    offers = city.rows("SELECT kind, answer, reason FROM offers WHERE municipality_id = :m ORDER BY kind")
    assert [tuple(row.values()) for row in offers] == [("food", "refused", "not_said"), ("overnight", "unavailable", "no_vacancy")]


def test_every_screen_of_steps_and_families(city, new_context, up):
    """In both themes, on the narrowest phone: axe finds nothing, a finger reaches everything."""
    shape = {name: PHONE[name] for name in ("device_scale_factor", "is_mobile", "has_touch")}
    page = new_context(**shape, viewport=NARROW).new_page()
    page.goto("/app/")
    sign_in(page, city, "rua")
    open_shift(page)
    no_signal(page)
    walk = Walk(page, FIELD)
    start_encounter(page, "Família")
    save_encounter(page)
    walk.look("what may be added")
    page.locator("[data-name=follow-offers]").click()
    page.locator("[data-name=offer-food]").click()
    page.locator("[data-kind=food]").get_by_role("radio", name="Não quis").check()
    walk.look("offers")
    page.locator("[data-name=follow-back]").click()
    page.locator("[data-name=follow-agree]").click()
    walk.look("agreeing")
    agree(page, "Dar uma resposta")
    page.goto("/app/#/combinados")
    walk.look("steps")
    page.locator("[data-name=task]").click()
    walk.look("a step")
    page.locator("[data-name=result-moved]").click()
    walk.look("another day")
    page.locator("[data-name=close-back]").click()
    page.goto("/app/#/familia/nova")
    walk.look("new family")
    page.locator("[data-name=add-member]").click()
    page.locator("[name=member-called]").fill("Ana")
    page.locator("[data-name=member-kind]").get_by_role("radio", name="Gestante").check()
    walk.look("somebody of the family")
    page.locator("[data-name=member-keep]").click()
    page.locator("[data-name=save-family]").click()
    walk.look("a family")
    page.locator("[data-name=member]").click()
    walk.look("a member")
    page.locator("[data-name=member-birth]").click()
    walk.look("a birth")
    page.locator("[name=member-called]").fill("Davi")
    page.locator("[data-name=event-save]").click()
    for event in ("moved", "came", "left", "divided", "closed"):
        page.locator(f"[data-name=event-{event}]").click()
        walk.look(event)
        page.locator("[data-name=event-back]").click()
    page.goto("/app/#/familias")
    walk.look("families")
    assert walk.wrong == []
