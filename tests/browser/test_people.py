"""People on the phone, without signal: found, told of on two phones at once, linked to who was there."""

import re

import pytest
from playwright.sync_api import Page, expect

from app.core.ids import new_id
from tests.browser.conftest import PHONE, Handset
from tests.browser.faces import FIELD, Walk
from tests.browser.insides import rows_on, until
from tests.browser.steps import all_sent, home, offline_ready, open_shift, press, reopened, save_encounter, sign_in, start_encounter

pytestmark = pytest.mark.browser

NARROW = {"width": 320, "height": 640}


def known(city, *people: tuple[str, str], region: str = "north") -> dict[str, str]:
    """Registered by a colleague in the team's region; ids by what each is called."""
    phone = city.phone("rua2")
    region = str(city.ids[region])
    made = {}
    for called, kind in people:
        person_id = str(new_id())
        body = {"person_id": person_id, "called": called, "called_kind": kind, "age_band": "age_18_59", "sex": None, "region_id": region}
        [outcome] = phone.push(phone.command("people.register", body))
        assert outcome["status"] == "done", outcome
        made[called] = person_id
    return made


@pytest.fixture
def second(playwright, browser, up):
    """A second phone, as the first; no page error may have happened on it."""
    phone = Handset(playwright, up.url, browser=browser)
    yield phone
    phone.close()
    assert phone.errors == []


def tell_name(page: Page, kind: str, name: str, source: str = "A pessoa disse") -> None:
    page.locator("[data-name=tell-name]").click()
    sheet = page.locator("[data-name=name-sheet]")
    sheet.get_by_role("radio", name=re.compile(f"^{kind}")).check()
    sheet.locator("[name=told-name]").fill(name)
    sheet.get_by_role("radio", name=source, exact=True).check()
    sheet.locator("[data-name=name-save]").click()
    expect(sheet).to_be_hidden()


def has_steps(page: Page, *names: str) -> None:
    expect(page.locator("[data-name=step] .row-title")).to_have_text(list(names))


def test_a_nickname_becomes_a_name_on_two_phones_offline(city, handset, second):
    ids = known(city, ("Cabelo", "nickname"))
    pages = []
    for phone, persona in ((handset, "rua"), (second, "rua2")):
        page = phone.open()
        sign_in(page, city, persona)
        offline_ready(page)
        phone.context.set_offline(True)
        page.goto("/app/#/pessoas")
        page.locator("[data-name=person]", has_text="Cabelo").click()
        expect(page.locator("[data-name=person-head]")).to_contain_text("Cabelo")
        pages.append(page)
    tell_name(pages[0], "Nome civil", "Raimundo Nonato", "Visto em documento")
    tell_name(pages[1], "Apelido", "Mundinho")
    has_steps(pages[0], "Cabelo", "Raimundo Nonato")
    has_steps(pages[1], "Mundinho", "Cabelo")
    for phone, page in zip((handset, second), pages, strict=True):
        phone.context.set_offline(False)
        page.goto("/app/#/hoje")
        reopened(page)
        all_sent(page)
    told = city.rows("SELECT field, value, worker_id FROM person_told WHERE municipality_id = :m AND field <> 'age_band' AND taken_back_at IS NULL ORDER BY told_at")
    assert [(row["field"], row["value"]) for row in told] == [
        ("name.nickname", "Cabelo"), ("name.civil", "Raimundo Nonato"), ("name.nickname", "Mundinho"),
    ]  # fmt: skip
    assert [row["worker_id"] for row in told[1:]] == [city.ids["rua"], city.ids["rua2"]]
    for page in pages:
        reopened(page)
        page.goto(f"/app/#/pessoa/{ids['Cabelo']}")
        expect(page.locator("[data-name=step]")).to_have_count(3)
        has_steps(page, "Mundinho", "Cabelo", "Raimundo Nonato")
        expect(page.locator("[data-name=person-head]")).to_contain_text("Mundinho")


def test_a_wrong_step_is_taken_back_and_a_wrong_digit_is_said(city, handset):
    known(city, ("Cabelo", "nickname"))
    page = handset.open()
    sign_in(page, city, "rua")
    offline_ready(page)
    handset.context.set_offline(True)
    page.goto("/app/#/pessoas")
    page.locator("[data-name=person]").first.click()
    tell_name(page, "Nome social", "Valéria")
    expect(page.locator(".person-called")).to_have_text("Valéria")
    page.locator("[data-name=step]", has_text="Valéria").click()
    page.get_by_role("radio", name="É de outra pessoa").check()
    page.locator("[data-name=take-back-yes]").click()
    expect(page.locator(".person-called")).to_have_text("Cabelo")

    page.locator("[data-name=to-ficha]").click()
    page.locator("[data-name=ficha-group][data-id=documents] summary").click()
    page.locator("[data-name=ficha-field][data-id='document.cpf']").click()
    sheet = page.locator("[data-name=field-sheet]")
    expect(sheet.locator("input:checked")).to_have_count(0)
    sheet.get_by_role("radio", name="Tem", exact=True).check()
    sheet.locator("[name=field-number]").fill("52998224726")
    expect(sheet.get_by_text("Os números não conferem")).to_be_visible()
    sheet.locator("[name=field-number]").fill("52998224725")
    expect(sheet.get_by_text("Os números não conferem")).to_have_count(0)
    sheet.get_by_role("radio", name="Visto em documento").check()
    sheet.locator("[data-name=field-save]").click()
    expect(page.locator("[data-name=ficha-field][data-id='document.cpf']")).to_contain_text("Respondida")
    # Self-declared, once in a lifetime: told by the person or not at all, and not asked twice.
    page.locator("[data-name=ficha-group][data-id=who] summary").click()
    page.locator("[data-name=ficha-field][data-id=race]").click()
    expect(page.locator("[data-name=source]")).to_have_count(0)
    page.get_by_role("radio", name="Parda").check()
    page.locator("[data-name=field-save]").click()
    page.locator("[data-name=ficha-field][data-id=race]").click()
    expect(page.get_by_text("Esta pergunta já foi respondida")).to_be_visible()
    handset.context.set_offline(False)
    page.goto("/app/#/hoje")
    reopened(page)
    all_sent(page)
    told = city.rows("SELECT field, value, source FROM person_told WHERE municipality_id = :m AND field <> 'age_band' AND taken_back_at IS NULL ORDER BY told_at")
    assert [(row["field"], row["source"]) for row in told] == [
        ("name.nickname", "told"), ("document.cpf", "document"), ("race", "told"),
    ]  # fmt: skip
    assert told[1]["value"] == {"state": "has", "number": "52998224725"}


def test_somebody_is_found_without_signal(city, handset):
    known(
        city, ("Wellington Souza", "civil"), ("Maria da Conceição", "civil"), ("senhor do carrinho azul", "alias"),
        ("🌻 Flor", "nickname"), ("مريم", "social"), ("Antônio", "nickname"),
    )  # fmt: skip
    page = handset.open()
    sign_in(page, city, "rua")
    offline_ready(page)
    handset.context.set_offline(True)
    press(page, "Pessoas que conhecemos")
    people = page.locator("[data-name=person]")
    expect(people).to_have_count(6)
    box = page.locator("[name=person-search]")
    for typed, found in (
        ("uelito", "Wellington Souza"), ("wellignton", "Wellington Souza"), ("conceicao", "Maria da Conceição"),
        ("CARRINHO", "senhor do carrinho azul"), ("flor", "🌻 Flor"), ("مريم", "مريم"), ("antonho", "Antônio"),
    ):  # fmt: skip
        box.fill(typed)
        expect(people).to_have_count(1)
        expect(people.first).to_contain_text(found)
    box.fill("Raimunda")
    expect(people).to_have_count(0)
    page.locator("[data-name=search-city]").click()
    expect(page.locator("[data-name=city-silent]")).to_be_visible()


def test_beyond_the_caseload_somebody_is_shown_and_kept_nowhere(city, handset):
    known(city, ("Cabelo", "nickname"))
    away = known(city, ("Severino das Graças", "nickname"), region="south")["Severino das Graças"]
    city.rows("UPDATE people SET last_met_at = now() - interval '50 days' WHERE municipality_id = :m AND id = :i RETURNING id", i=away)
    page = handset.open()
    sign_in(page, city, "rua")
    page.goto("/app/#/pessoas")
    expect(page.locator("[data-name=person]")).to_have_count(1)
    page.locator("[name=person-search]").fill("severinu")
    page.locator("[data-name=search-city]").click()
    page.locator("[data-name=city-person]", has_text="Severino das Graças").click()
    expect(page.locator("[data-name=person-head]")).to_contain_text("Severino das Graças")
    assert [row for row in rows_on(page, "pulled") if "Severino" in str(row)] == []
    assert city.rows("SELECT action FROM audit_lines WHERE municipality_id = :m AND action IN ('people.search', 'people.read') ORDER BY 1") != []
    # Told of, she is told of at the right number; reloaded, the phone has forgotten her.
    tell_name(page, "Apelido", "Biu")
    all_sent_on_hoje(page)
    [told] = city.rows("SELECT value FROM person_told WHERE municipality_id = :m AND person_id = :i AND field = 'name.nickname' ORDER BY told_at DESC LIMIT 1", i=away)
    assert told["value"] == "Biu"


def all_sent_on_hoje(page: Page) -> None:
    page.goto("/app/#/hoje")
    all_sent(page)


def test_a_group_holds_one_known_one_new_and_one_nobody_knows(city, handset):
    ids = known(city, ("Cabelo", "nickname"), ("Dona Rosa", "nickname"))
    page = handset.open()
    sign_in(page, city, "rua")
    offline_ready(page)
    open_shift(page)
    handset.context.set_offline(True)
    start_encounter(page, "Em situação de rua")
    for _ in range(2):
        page.get_by_role("button", name=re.compile("Mais um: Quantas pessoas")).click()
    save_encounter(page)
    page.locator("[data-name=follow-names]").click()
    page.locator("[name=called]").fill("cabelu")
    page.locator("[data-name=known-person]", has_text="Cabelo").click()
    page.locator("[data-name=more-names]").click()
    page.locator("[name=called]").fill("Galego da feira")
    page.locator("[data-name=more-names]").click()
    last = page.locator("[data-name=present]").last
    last.locator("[data-name=seen]").click()
    last.get_by_role("radio", name="60 anos ou mais").check()
    last.get_by_role("radio", name="Feminino").check()
    page.locator("[data-name=follow-save]").click()
    expect(page.locator("[data-name=follow-save]")).to_have_count(0)
    home(page)
    # Begun from her own page, the next encounter has her in it.
    page.goto(f"/app/#/pessoa/{ids['Dona Rosa']}")
    page.locator("[data-name=meet-now]").click()
    expect(page.locator("[data-name=with-person]")).to_contain_text("Dona Rosa")
    page.get_by_role("radio", name="Família").check()
    save_encounter(page)
    home(page)
    handset.context.set_offline(False)
    reopened(page)
    all_sent(page)
    there = city.rows(
        "SELECT p.person_id, p.age_band, p.sex, q.called FROM participations p JOIN encounters e ON (e.municipality_id, e.id) = (p.municipality_id, p.encounter_id)"
        " LEFT JOIN people q ON (q.municipality_id, q.id) = (p.municipality_id, p.person_id) WHERE p.municipality_id = :m ORDER BY e.recorded_at, p.position"
    )
    assert [row["called"] for row in there] == ["Cabelo", "Galego da feira", None, "Dona Rosa"]
    assert str(there[0]["person_id"]) == ids["Cabelo"]
    assert (there[2]["age_band"], there[2]["sex"]) == ("age_60_plus", "female")

    # It was not she after all: taken out of the record, with a reason, and counted as unknown.
    page.locator("[data-name=record]", has_text="Família").first.click()
    page.locator("[data-name=unlink]").click()
    page.get_by_role("radio", name="Era outra pessoa").check()
    page.locator("[data-name=unlink-yes]").click()
    expect(page.locator("[data-name=present-person]")).to_have_count(0)
    until(page, lambda: [row["state"] for row in rows_on(page, "commands") if row["name"] == "encounters.unlink"] == ["delivered"])
    [left] = city.rows("SELECT p.person_id FROM participations p JOIN encounters e ON (e.municipality_id, e.id) = (p.municipality_id, p.encounter_id) WHERE p.municipality_id = :m AND e.situation = 'family'")
    assert left["person_id"] is None


@pytest.fixture
def phone(new_context, up):
    shape = {name: PHONE[name] for name in ("device_scale_factor", "is_mobile", "has_touch")}
    page = new_context(**shape, viewport=NARROW).new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None)
    page.goto("/app/")
    yield page
    assert errors == []


def test_every_screen_of_people(city, phone):
    known(city, ("Wellington Souza", "civil"), ("Cabelo", "nickname"))
    walk = Walk(phone, FIELD)
    sign_in(phone, city, "rua")
    open_shift(phone)
    phone.goto("/app/#/pessoas")
    expect(phone.locator("[data-name=person]")).to_have_count(2)
    walk.look("people")
    phone.locator("[name=person-search]").fill("uelito")
    expect(phone.locator("[data-name=person]")).to_have_count(1)
    walk.look("search")
    phone.goto("/app/#/pessoas/nova")
    phone.locator("[name=called]").fill("Uélito Sousa")
    expect(phone.locator("[data-name=alike-person]")).to_be_visible()
    walk.look("new person, like another")
    phone.goto("/app/#/pessoas")
    phone.locator("[name=person-search]").fill("")
    phone.locator("[data-name=person]", has_text="Cabelo").click()
    expect(phone.locator("[data-name=ladder]")).to_be_visible()
    walk.look("person")
    phone.locator("[data-name=tell-name]").click()
    phone.get_by_role("radio", name=re.compile("^Nome civil")).check()
    walk.look("sheet: name")
    phone.locator("[data-name=name-back]").click()
    phone.locator("[data-name=step]").first.click()
    walk.look("sheet: take back")
    phone.get_by_role("button", name="Deixar como está").click()
    phone.locator("[data-name=to-ficha]").click()
    expect(phone.locator("[data-name=ficha-group]").first).to_be_visible()
    for group in phone.locator("[data-name=ficha-group] summary").all():
        group.click()
    walk.look("ficha")
    for field in ("race", "birth_on", "document.cpf", "benefits", "animals_count"):
        phone.locator(f"[data-name=ficha-field][data-id='{field}']").click()
        expect(phone.locator("[data-name=field-back]")).to_be_visible()
        walk.look(f"sheet: {field}")
        phone.locator("[data-name=field-back]").click()
    phone.goto("/app/#/hoje")
    start_encounter(phone, "Família")
    phone.get_by_role("button", name=re.compile("Mais um: Quantas pessoas")).click()
    save_encounter(phone)
    phone.locator("[data-name=follow-names]").click()
    phone.locator("[name=called]").fill("Cabelo")
    expect(phone.locator("[data-name=known-person]").first).to_be_visible()
    walk.look("sheet: who was there")
    phone.locator("[data-name=known-person]").first.click()
    phone.locator("[data-name=seen]").or_(phone.locator("[data-name=more-names]")).last.click()
    walk.look("sheet: who was there, one known")
    phone.locator("[data-name=follow-save]").click()
    expect(phone.locator("[data-name=follow-save]")).to_have_count(0)
    home(phone)
    phone.locator("[data-name=record]").first.click()
    expect(phone.locator("[data-name=present-person]")).to_be_visible()
    walk.look("record with somebody known")
    phone.locator("[data-name=unlink]").click()
    walk.look("sheet: unlink")
    assert walk.wrong == []
