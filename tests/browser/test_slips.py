"""/mesa/conferir in a real browser: with the network cut, a desk tells a true slip from an altered one."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from playwright.sync_api import expect

from tests.accounts.test_slip_key import phone_of
from tests.browser.faces import DESK, judged
from tests.browser.insides import until
from tests.browser.test_desk import enter
from tests.referrals import made
from tests.referrals.slip_bytes import base64url, packed, point_of, signature_of

pytestmark = pytest.mark.browser


class Signer:
    """A phone of the city's with a key that the test holds."""

    def __init__(self, city):
        self.city, self.key = city, ec.generate_private_key(ec.SECP256R1())
        self.phone = phone_of(city, key=point_of(self.key))

    def slip(self, referral_id, unit="shelter", **fields):
        now = datetime.now(UTC)
        told = {
            "city": self.city.ibge, "device": UUID(self.phone.device_id), "unit": self.city.ids[unit], "referral": referral_id,
            "issued": now - timedelta(minutes=40), "expires": now + timedelta(hours=23),
        } | fields  # fmt: skip
        raw = packed(**told)
        return base64url(raw + signature_of(self.key, raw))


@pytest.fixture
def signer(city):
    return Signer(city)


@pytest.fixture
def desk(new_context, up, city):
    """A desk's tablet; no error and no violation of the policy may have happened on it."""
    page = new_context(viewport={"width": 1280, "height": 800}).new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None)
    yield page
    assert errors == []


def ready(page):
    """Once there, with network: the page and the keys are kept, and the worker is at its post."""
    page.goto("/mesa/conferir")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    kept = "caches.open('vinculo-desk-slips').then(async c => !!(await c.match('/kept/files')) && !!(await c.match('/api/v1/referrals/slip-keys')))"
    # Not that it already serves this very page: one that was loading while the worker came to its post is served at the next visit.
    until(page, lambda: page.evaluate(kept))


def verdict(page, text):
    page.goto("about:blank")
    page.goto(f"/mesa/conferir#{text}")
    expect(page.locator("#conferir[data-ready=yes]")).to_be_visible()
    return page.locator("[data-name=verdict]")


def test_without_a_network_true_altered_expired_foreign_and_cancelled_are_told_apart(desk, city, signer):
    here = made.sent(city, code="K7M2QX", people_count=2, called="Nomeplantado")
    gone = made.sent(city, code="P3RTVW")
    street = city.phone("rua")
    street.push(street.command("referrals.revoke", {"referral_id": str(gone), "reason_text": None}))
    good = signer.slip(here)
    enter(desk, city, where="/mesa/conferir")
    ready(desk)
    desk.context.set_offline(True)
    expect(verdict(desk, good)).to_contain_text("Via válida")
    expect(desk.locator("h1 + .notice")).to_contain_text("Sem rede")
    expect(verdict(desk, good)).to_contain_text(re.compile("Esperada aqui.*K7M2QX.*pessoas: 2"))
    altered = good[:90] + ("A" if good[90] != "A" else "B") + good[91:]
    expect(verdict(desk, altered)).to_contain_text("Via alterada")
    past = datetime.now(UTC) - timedelta(minutes=5)
    expect(verdict(desk, signer.slip(here, expires=past))).to_contain_text("Via vencida")
    other = verdict(desk, signer.slip(here, unit="centro_pop", code="AAAAAA", referral=UUID(int=7)))
    expect(other).to_contain_text("Via de outra unidade")
    expect(other).to_contain_text(f"centro_pop {city.ibge}")
    expect(verdict(desk, signer.slip(gone, code="P3RTVW"))).to_contain_text(re.compile(r"Via válida.*Cancelado pela equipe.*\d\d:\d\d", re.S))
    expect(verdict(desk, signer.slip(UUID(int=9), code="AAAAAA"))).to_contain_text("Confirme quando houver rede")
    stranger = Signer.__new__(Signer)
    stranger.city, stranger.phone, stranger.key = city, signer.phone, ec.generate_private_key(ec.SECP256R1())
    expect(verdict(desk, stranger.slip(here))).to_contain_text("Via alterada")
    expect(verdict(desk, "A" * 175)).to_contain_text("Via de outra versão")
    expect(verdict(desk, "nada")).to_contain_text("Isto não é uma via")
    assert "Nomeplantado" not in desk.content()


def test_without_a_network_the_letters_are_looked_up_as_the_desk_knew_them(desk, city):
    for people in (1, 3):
        made.sent(city, code="K7M2QX", people_count=people)
    enter(desk, city, where="/mesa/conferir")
    ready(desk)
    desk.context.set_offline(True)
    desk.goto("/mesa/conferir")
    desk.get_by_label("Código de seis letras e números").fill("k7m-2qx")
    desk.keyboard.press("Enter")
    found = desk.locator("[data-name=verdict]")
    expect(found).to_contain_text("Mais de um tem este código")
    expect(found).to_contain_text("pessoas: 3")
    expect(found).to_contain_text(re.compile(r"Como esta mesa sabia às \d\d:\d\d"))
    assert judged(desk, DESK, ("light", "dark")) == []
    desk.context.set_offline(False)
    desk.get_by_label("Código de seis letras e números").fill("K7M2QX")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("button", name="Chegou")).to_have_count(2)


def test_with_a_network_a_true_slip_is_one_tap_from_the_arrival(desk, city, signer):
    sent = made.sent(city, code="K7M2QX", called="Dona Rosa")
    asked = []
    desk.on("request", lambda request: asked.append(request.url))
    enter(desk, city, where="/mesa/conferir")
    text = signer.slip(sent)
    expect(verdict(desk, text)).to_contain_text("Via válida")
    assert judged(desk, DESK, ("light", "dark")) == []
    desk.get_by_role("button", name="Chegou").click()
    expect(desk.locator("#told")).to_contain_text("Chegada marcada.")
    assert city.rows("SELECT status FROM referrals WHERE municipality_id = :m")[0]["status"] == "arrived"
    # What follows # never went out.
    assert asked and not [url for url in asked if text[:60] in url.split("#")[0]]


def test_a_slip_pasted_in_the_field_is_judged_here_and_not_sent(desk, city, signer):
    sent = made.sent(city, code="K7M2QX")
    asked = []
    desk.on("request", lambda request: asked.append(request.url))
    enter(desk, city, where="/mesa/conferir")
    expect(desk.locator("#conferir[data-ready=yes]")).to_be_visible()
    text = signer.slip(sent)
    desk.get_by_label("Código de seis letras e números").fill(f"https://outro.example/mesa/conferir#{text}")
    desk.keyboard.press("Enter")
    expect(desk.locator("[data-name=verdict]")).to_contain_text("Via válida")
    assert not [url for url in asked if text[:60] in url.split("#")[0]]


def test_nothing_is_kept_after_the_sign_out_nor_for_another_worker(desk, city):
    enter(desk, city, where="/mesa/conferir")
    ready(desk)
    desk.locator("details.menu > summary").click()
    desk.get_by_role("button", name="Sair").click()
    desk.wait_for_url(re.compile("/entrar|/$"))
    until(desk, lambda: not desk.evaluate("caches.has('vinculo-desk-slips')"))
    enter(desk, city, "centropop", where="/mesa/")
    whose = "caches.match('/api/v1/referrals/slip-keys').then(async found => found ? (await found.json()).pack.worker_id : null)"
    until(desk, lambda: desk.evaluate(whose) is not None)
    assert desk.evaluate(whose) == str(city.ids["centropop"])


def test_what_is_a_day_old_is_used_no_more(desk, city, signer):
    sent = made.sent(city, code="K7M2QX")
    text = signer.slip(sent)
    enter(desk, city, where="/mesa/conferir")
    ready(desk)
    desk.context.set_offline(True)  # before: the page may still be fetching the keys that it has now
    desk.evaluate(
        """async () => {
          const cache = await caches.open('vinculo-desk-slips'), where = '/api/v1/referrals/slip-keys'
          const kept = await (await cache.match(where)).json()
          kept.pack.server_time = new Date(Date.parse(kept.pack.server_time) - 25 * 3600e3).toISOString()
          await cache.put(where, new Response(JSON.stringify(kept)))
        }"""
    )
    expect(verdict(desk, text)).to_contain_text("Não dá para conferir agora")
    until(desk, lambda: not desk.evaluate("caches.match('/api/v1/referrals/slip-keys').then(found => !!found)"))


def test_a_clock_a_day_off_at_the_desk_changes_nothing(desk, city, signer):
    sent = made.sent(city, code="K7M2QX")
    desk.clock.install(time=datetime.now(UTC) + timedelta(days=1))
    enter(desk, city, where="/mesa/conferir")
    ready(desk)
    expect(verdict(desk, signer.slip(sent))).to_contain_text("Via válida")
