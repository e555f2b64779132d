"""Every screen and page, in both themes and at 320 px: axe finds nothing, a finger reaches everything."""

import gzip
import json
import re

import pytest
from playwright.sync_api import expect

from sqlalchemy import text

from app.core import clock
from app.territory import service as territory
from tests.alerts.made import Night
from tests.browser.conftest import PHONE
from tests.browser.faces import DESK, FIELD, Walk
from tests.browser.steps import choose, choose_code, control, home, open_shift, press, reopened, save_encounter, sign_in
from tests.coverage.made import met
from tests.make.city import PASSWORD
from tests.make.territory import WEST, area, collection, feature
from tests.referrals import made
from tests.shifts.made import Roster

pytestmark = pytest.mark.browser

NARROW = {"width": 320, "height": 640}


@pytest.fixture
def phone(new_context, up):
    """A page as narrow as WCAG asks for; no error and no violation of the policy may have happened on it."""
    shape = {name: PHONE[name] for name in ("device_scale_factor", "is_mobile", "has_touch")}
    page = new_context(**shape, viewport=NARROW).new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None)
    page.goto("/app/")
    yield page
    assert errors == []


def refuse_the_next(page, code: str, title: str) -> None:
    """The server's answer to the next push, as it refuses every command of it."""

    def answer(route):
        body = route.request.post_data_buffer
        sent = json.loads(gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body)
        problem = {"code": code, "title": title, "fields": {}}
        outcomes = [{"id": each["id"], "status": "refused", "receipt": None, "problem": problem} for each in sent["commands"]]
        route.fulfill(json={"received_at": sent["sent_at"], "outcomes": outcomes})

    page.route("**/api/v1/sync/push", answer, times=1)


def test_every_screen_of_a_shut_phone(city, phone):
    walk = Walk(phone, FIELD)
    city.rows("UPDATE workers SET term_version = 0, must_change_password = true WHERE municipality_id = :m AND id = :w RETURNING id", w=city.ids["rua"])
    phone.locator("[data-name=sign-in-by-code]").click()
    expect(phone.locator("[name=recovery-code]")).to_be_visible()
    walk.look("sign-in by a code")
    phone.locator("[data-name=by-code-back]").click()
    phone.get_by_label("Usuário").fill(city.login("rua"))
    phone.get_by_label("Senha", exact=True).fill(PASSWORD)
    press(phone, "Entrar")
    expect(phone.locator("[name=new-code]")).to_be_visible()
    phone.locator("[name=new-code]").fill("123456")
    phone.locator("[data-name=keep-code]").click()
    expect(phone.get_by_text("fácil de adivinhar").first).to_be_visible()
    walk.look("choosing the code")
    choose_code(phone)
    expect(phone.locator("[data-name=accept-term]")).to_be_visible()
    walk.look("confidentiality term")
    phone.locator("[data-name=accept-term]").click()
    expect(phone.locator("[data-name=change-password]")).to_be_visible()
    walk.look("a password of one's own")
    phone.locator("[data-name=duty-later]").click()
    phone.locator("[data-name=open-shift]").click()
    phone.get_by_role("button", name="Abrir o turno").last.click()
    expect(phone.get_by_text("Turno aberto há", exact=True)).to_be_visible()
    phone.goto("/app/#/eu")
    for name in ("change-code", "add-passkey"):
        phone.locator(f"[data-name={name}]").click()
        walk.look(f"sheet: {name}")
        phone.get_by_role("button", name="Cancelar").click()
    phone.locator("[data-name=lock-now]").click()
    expect(phone.locator("[data-name=lock-worker]")).to_be_visible()
    walk.look("shut")
    phone.locator("[name=code]").fill("999999")
    phone.locator("[data-name=unlock]").click()
    expect(phone.locator("[data-name=unlock-trouble]")).to_be_visible()
    walk.look("shut, wrong code")
    phone.locator("[data-name=without-entering]").click()
    expect(phone.locator("[data-name=without-save]")).to_be_visible()
    walk.look("without entering")
    phone.get_by_role("radio", name="Família").click()
    phone.locator("[data-name=without-save]").click()
    expect(phone.locator("[data-name=lock-unsent]")).to_be_visible()
    walk.look("shut, something to send")
    phone.locator("[data-name=forgot-code]").click()
    expect(phone.locator("[data-name=code-forgotten]")).to_be_visible()
    walk.look("code forgotten")
    phone.locator("[data-name=open-by-code]").click()
    expect(phone.locator("[data-name=lock-worker]")).to_be_visible()


def test_every_screen_of_the_street_worker(city, phone):
    walk = Walk(phone, FIELD)
    expect(phone.get_by_label("Usuário")).to_be_visible()
    walk.look("sign-in")
    sign_in(phone, city, "rua")
    phone.evaluate("dispatchEvent(new Event('beforeinstallprompt'))")
    expect(phone.locator("[data-name=install-hint]")).to_be_visible()
    walk.look("today, shift closed, install hint")
    show(phone, walk, "/instalar", "install")
    phone.goto("/app/#/hoje")
    press(phone, "Abrir o turno")
    expect(phone.get_by_text("Unidade de referência")).to_be_visible()
    walk.look("shift")
    phone.get_by_role("button", name="Abrir o turno").last.click()
    expect(phone.get_by_text("Turno aberto há", exact=True)).to_be_visible()
    walk.look("today, empty")

    press(phone, "Novo encontro")
    expect(phone.locator("[data-name=place][data-state=fix]")).to_be_visible()
    walk.look("encounter")
    choose(phone, "Família")
    for _ in range(3):
        phone.get_by_role("button", name="Mais um: Quantas pessoas").click()
    expect(phone.get_by_text("Não observado: 4 pessoas")).to_be_visible()
    walk.look("group with bands")
    sheet(phone, walk, "[data-name=when]", "when", "[data-name=when-back]")
    phone.locator("[data-name=place-strip]").click()
    expect(phone.locator("[data-name=way-map]")).to_be_visible()
    walk.look("place sheet")
    phone.locator("[data-name=way-map]").click()
    expect(phone.locator("[data-name=pin-map] .leaflet-container").or_(phone.locator(".leaflet-container")).first).to_be_visible()
    walk.look("pin on the map")
    phone.locator("[data-name=place-cancel]").click()
    for way in ("known_point", "address", "none"):
        phone.locator("[data-name=place-strip]").click()
        phone.locator(f"[data-name=way-{way}]").click()
        expect(phone.locator(f"[data-name=way-{way}]")).to_have_count(0)
        walk.look(f"place: {way}")
        phone.locator("[data-name=place-cancel], [data-name=place-back]").first.click()
    press(phone, "Abrigo")
    expect(control(phone, re.compile(f"shelter {city.ibge}"))).to_be_visible()
    walk.look("units for a referral")
    press(phone, re.compile(f"shelter {city.ibge}"))
    press(phone, "Sim")
    walk.look("referral")
    press(phone, "Salvar e encaminhar")
    expect(phone.get_by_text("Código para mostrar na porta")).to_be_visible()
    walk.look("code")

    home(phone)
    press(phone, "Novo encontro")
    choose(phone, "Em situação de rua")
    save_encounter(phone)
    walk.look("after save")
    for tile in ("names", "needs", "note", "outcome"):
        sheet(phone, walk, f"[data-name=follow-{tile}]", f"follow-up: {tile}", "[data-name=follow-back]")
    home(phone)
    walk.look("today, full")
    sheet(phone, walk, "[data-name=shift-row]", "shift")
    sheet(phone, walk, "[data-name=pass-by]", "passed by")
    assert walk.wrong == [], "\n".join(map(str, walk.wrong))
    assert len(walk.seen) == 24


def test_every_screen_of_what_was_registered(city, phone):
    walk = Walk(phone, FIELD)
    sign_in(phone, city, "rua")
    open_shift(phone)
    press(phone, "Novo encontro")
    choose(phone, "Em situação de rua")
    save_encounter(phone)
    refuse_the_next(phone, "encounters.not_your_team", "Você não é desta equipe.")
    home(phone)
    phone.evaluate("dispatchEvent(new Event('online'))")
    expect(phone.locator("[data-name=needs-you]")).to_be_visible(timeout=40_000)
    walk.look("today, needs you")
    phone.goto("/app/#/envio")
    expect(phone.locator("[data-name=outbox-item][data-state=needs_you]")).to_be_visible()
    walk.look("outbox, needs you")
    sheet(phone, walk, "[data-name=give-up]", "give up")
    phone.locator("[data-name=try-again]").click()
    expect(phone.get_by_text("Tudo enviado").first).to_be_visible(timeout=40_000)
    phone.goto("/app/#/hoje")
    phone.locator("a[href^='#/registro/']").first.click()
    expect(phone.locator("[data-name=correct]")).to_be_visible()
    walk.look("record")
    sheet(phone, walk, "[data-name=withdraw]", "withdraw")
    phone.locator("[data-name=correct]").click()
    expect(phone.locator("[data-name=save], [data-name=save-correction]").first).to_be_visible()
    walk.look("correct")
    phone.goto("/app/#/eu")
    expect(phone.locator("[data-name=sign-out]")).to_be_visible()
    walk.look("me")
    sheet(phone, walk, "[data-name=end-shift]", "end the shift")
    sheet(phone, walk, "[data-name=sign-out]", "sign out")
    show(phone, walk, "/registros", "earlier records")
    show(phone, walk, "/nada", "no such screen")
    assert walk.wrong == [], "\n".join(map(str, walk.wrong))
    assert len(walk.seen) == 11


def test_every_screen_of_an_answered_referral_and_of_a_home_visit(city, phone):
    referral = made.sent(city, called="Seu Raimundo")
    with city.transaction() as session:
        made.service.accept_referral(session, city.actor("abrigo"), referral, clock.now())
    walk = Walk(phone, FIELD)
    sign_in(phone, city, "rua")
    phone.goto(f"/app/#/encaminhamento/{referral}")
    expect(phone.get_by_text("Aceito").first).to_be_visible()
    walk.look("referral accepted")
    phone.context.clear_cookies()
    phone.evaluate("indexedDB.databases().then((all) => all.forEach((each) => indexedDB.deleteDatabase(each.name)))")
    phone.goto("/app/")
    reopened(phone)
    sign_in(phone, city, "pim")
    walk.look("today of a visitor")
    press(phone, "Nova visita")
    expect(control(phone, re.compile("Família da Rosa"))).to_be_visible()
    walk.look("families")
    press(phone, re.compile("Família da Rosa"))
    choose(phone, "Feita")
    expect(phone.get_by_role("checkbox", name="Bia")).to_be_visible()
    walk.look("visit")
    press(phone, "Salvar visita")
    expect(phone.get_by_role("button", name=re.compile("Desfazer"))).to_be_visible()
    walk.look("after a visit")
    assert walk.wrong == [], "\n".join(map(str, walk.wrong))


def show(page, walk: Walk, where: str, name: str) -> None:
    page.goto(f"/app/#{where}")
    expect(page.locator("main:not([aria-busy]) >> visible=true").first).to_be_visible()
    walk.look(name)


def sheet(page, walk: Walk, opener: str, name: str, back: str = "") -> None:
    """Open a sheet, look at it, close it (by its own button, or by Escape)."""
    page.locator(opener).first.click()
    expect(page.locator("dialog[open]")).to_be_visible()
    walk.look(name)
    if back:
        page.locator(back).click()
    else:
        page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)


def at_desk(page, city, persona: str) -> None:
    page.context.clear_cookies()
    answer = page.context.request.post("/api/v1/session", data={"login": city.login(persona), "password": PASSWORD})
    assert answer.ok, answer.text()


@pytest.mark.parametrize("size", [NARROW, {"width": 1280, "height": 800}], ids=["narrow", "wide"])
def test_every_page_of_the_desk(city, new_context, up, size):
    referral = made.sent(city, called="Maria das Dores", people_count=4, with_children=True, with_animals=True, note="A pé.")
    for _ in range(3):
        met(city, people=5, neighbourhood="Cais")
    raw = collection(feature(area(), "Norte"), feature(area(WEST + 0.005), "Sul"), feature(None, "X"))
    actor = city.actor("admin")
    with city.transaction() as session:
        edition = territory.import_layer(session, actor, "neighbourhood", "bairros.geojson", raw, clock.now()).edition.id
    silent_phones(city)
    night = Night(city)
    night.plans(starts=7, ends=12)
    night.watch(8)
    roster = Roster(city)
    roster.pattern(vehicle=roster.vehicle())
    roster.planned(0, 7)
    roster.published(0, 3)
    page = new_context(viewport=size).new_page()
    walk = Walk(page, DESK)
    places = {
        None: ["/entrar", "/api/", "/nada"],
        "abrigo": ["/mesa/", f"/mesa/encaminhamentos/{referral}", "/mesa/vagas", "/conta/", "/sair", "/painel/", "/nada"],
        "supervisao": ["/painel/", "/painel/?period=7d", "/painel/encontros", "/painel/aparelhos", "/painel/plantao", "/painel/plantao/regras", "/mesa/ajustes"],
        "coordenacao": [
            "/mesa/hoje", "/painel/tempo", "/mesa/escala", "/mesa/escala/mes", "/mesa/escala/planejar", "/mesa/escala/modelos",
            f"/mesa/escala/modelos/novo?equipe={city.ids['team']}", "/mesa/escala/ausencias", "/mesa/escala/veiculos",
        ],
        "admin": ["/admin/", "/admin/territorio", f"/admin/territorio/{edition}", "/admin/saude"],
    }
    for persona, paths in places.items():
        if persona:
            at_desk(page, city, persona)
        for path in paths:
            page.goto(path)
            if path == "/painel/?period=7d":
                expect(page.locator("#board-map path.board-region")).to_have_count(2)
            walk.look(f"{persona}: {path}")
    page.locator("details.menu summary").click()
    walk.look("menu")
    assert walk.wrong == [], "\n".join(map(str, walk.wrong))
    assert len(walk.seen) == 31


def silent_phones(city):
    """One that told of unsent work days ago, and one that nobody heard of for longer."""
    for persona, days_ago, waiting in (("rua", 4, 3), ("pim", 9, 0)):
        phone = city.phone(persona)
        with city.transaction() as session:
            session.execute(
                text("UPDATE devices SET waiting = :w, waiting_at = now() - :d * interval '1 day', last_seen_at = now() - :d * interval '1 day' WHERE id = CAST(:i AS uuid)"),
                {"w": waiting, "d": days_ago, "i": phone.device_id},
            )


@pytest.mark.parametrize("size", [NARROW, {"width": 1280, "height": 800}], ids=["narrow", "wide"])
def test_every_page_of_administration(city, new_context, up, size):
    page = new_context(viewport=size).new_page()
    walk = Walk(page, DESK)
    page.goto("/entrar/codigo")
    walk.look("by a code")
    page.get_by_label("Nome de acesso").fill("ninguem")
    page.get_by_label("Código").fill("AAAA-AAAA")
    for label in ("Senha nova", "Senha nova, outra vez"):
        page.get_by_label(label, exact=True).fill("uma-senha-longa-7")
    page.get_by_role("button", name="Guardar a senha e entrar").click()
    walk.look("by a code, refused")
    at_desk(page, city, "coordenacao")
    page.goto("/mesa/equipe")
    walk.look("one's own people")
    page.get_by_role("button", name="Dar código").first.click()
    walk.look("a code to read out")
    at_desk(page, city, "admin")
    person = f"/admin/trabalhadores/{city.ids['rua']}"
    for path in (
        "/admin/comecar", "/admin/", "/admin/trabalhadores/novo", person, "/admin/equipes",
        f"/admin/equipes/{city.ids['team']}", "/admin/unidades", "/admin/unidades/nova",
        f"/admin/unidades/{city.ids['shelter']}", "/admin/plantao", "/admin/quem-avisar", "/admin/importar", "/admin/termo", "/conta/senha",
        "/conta/termo",
    ):  # fmt: skip
        page.goto(path)
        for more in page.locator("main details > summary").all():
            more.click()
        walk.look(path)
    page.goto("/admin/importar")
    rows = f"acesso;nome;perfil;equipe\nana-{city.tag};Ana;abordagem;Equipe Rua\nbia;Bia;imperador;Equipe Rua\n"
    page.locator("#file").set_input_files(files=[{"name": "p.csv", "mimeType": "text/csv", "buffer": rows.encode()}])
    page.get_by_role("button", name="Conferir antes de incluir").click()
    expect(page.get_by_role("button", name="Incluir 1 pessoa")).to_be_visible()
    walk.look("a file judged")
    page.get_by_role("button", name="Incluir 1 pessoa").click()
    walk.look("slips")
    page.goto(person)
    page.locator("summary", has_text="Suspender").click()
    page.get_by_role("button", name="Suspender Rua").click()
    walk.look("suspended")
    page.goto("/admin/trabalhadores/novo")
    page.get_by_label("Nome", exact=True).fill("Ana")
    page.get_by_label("Nome de acesso").fill("Ana Reis")
    page.get_by_label("Perfil").select_option(label="Supervisão")
    page.get_by_label("Onde vale").select_option("municipality")
    page.get_by_role("button", name="Incluir e mostrar o código").click()
    expect(page.get_by_text("Nome de acesso:")).to_be_visible()
    walk.look("refused, with what to mend")
    assert walk.wrong == [], "\n".join(map(str, walk.wrong))
    assert len(walk.seen) == 23


def test_the_keyboard_alone_comes_from_the_top_of_the_desk_to_an_answer(city, new_context, up):
    referral = made.sent(city, called="Seu Raimundo")
    page = new_context(viewport={"width": 1280, "height": 800}).new_page()
    at_desk(page, city, "abrigo")
    page.goto("/mesa/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    reached = []
    for _ in range(30):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id"))
        if reached[-1] == f"aceitar-{referral}":
            break
    assert reached[-1] == f"aceitar-{referral}", reached
    page.keyboard.press("Enter")
    expect(page.locator("#told")).to_contain_text("Aceito.")


def test_the_judge_sees_what_is_wrong(page):
    """A page made wrong on purpose: else a face that is never found faulty would prove nothing."""
    page.set_viewport_size(NARROW)
    page.set_content(
        """<html lang="pt-BR"><title>x</title><style>
        :root { color-scheme: light dark } button { display: block; height: 60px } .low { height: 30px }
        .over { position: fixed; inset: 0 0 auto; height: 300px; background: #ccc }
        @media (prefers-color-scheme: dark) { .faint { color: #333; background: #222 } }
        </style><main><h1>x</h1><button>Coberto</button><button class="low">Baixo</button><p class="faint">Apagado</p>
        <input type="text" style="height: 60px"><p style="width: 900px">Largo</p><div class="over"></div></main>"""
    )
    walk = Walk(page, FIELD)
    walk.look("wrong")
    assert {(each[1], each[2]) for each in walk.wrong} >= {
        ("covered", "Coberto"), ("low", "Baixo"), ("wider than the screen", "HTML"),
        ("label", "light"), ("color-contrast", "dark"),
    }  # fmt: skip
    assert ("color-contrast", "light") not in {(each[1], each[2]) for each in walk.wrong}
