"""Checking a slip at the desk with the network cut: from the text to the verdict, in Chromium at a quarter of the CPU's speed.

    .venv/bin/python bench/slip.py [--times 30] [--slow 4]

Ours: from the change of the address (a slip that was scanned) until the verdict stands on the page; with 400 devices' keys and
50 open codes, as a large city's desk has them. Limit: a bare crypto.subtle.importKey and verify of the same bytes in the same page.
"""

import argparse
import statistics
from datetime import UTC, datetime, timedelta
from uuid import UUID

from city import PASSWORD, demonstration
from cryptography.hazmat.primitives.asymmetric import ec
from playwright.sync_api import sync_playwright

from tests.browser.conftest import CHROMIUM_ARGS, chromium
from tests.referrals.slip_bytes import base64url, packed, point_of, signature_of

FILL = """async ([keys, open]) => {
  const cache = await caches.open('vinculo-desk-slips'), where = '/api/v1/referrals/slip-keys'
  const kept = await (await cache.match(where)).json()
  kept.pack.keys = keys
  kept.pack.open = open.map(one => ({ ...one, unit_id: kept.pack.units.find(unit => unit.is_own).id }))
  await cache.put(where, new Response(JSON.stringify(kept)))
  return [kept.pack.city, kept.pack.units.find(unit => unit.is_own).id]
}"""
OURS = """text => new Promise(done => {
  const place = document.querySelector('[data-name=verdict]')
  place.replaceChildren()
  const began = performance.now()
  new MutationObserver((_all, watch) => { watch.disconnect(); done([performance.now() - began, place.dataset.verdict]) }).observe(place, { childList: true })
  location.hash = text
})"""
BARE = """async ([key, text]) => {
  const bytes = letters => Uint8Array.from(atob(letters.replace(/-/g, '+').replace(/_/g, '/')), one => one.charCodeAt(0))
  const raw = bytes(text), began = performance.now()
  const theirs = await crypto.subtle.importKey('raw', bytes(key), { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify'])
  const good = await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, theirs, raw.slice(67), raw.slice(0, 67))
  if (!good) throw new Error('the bare verify failed')
  return performance.now() - began
}"""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--times", type=int, default=30)
    options.add_argument("--slow", type=float, default=4)
    chosen = options.parse_args()
    with demonstration() as server, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(), headless=True, chromium_sandbox=False, args=CHROMIUM_ARGS)
        context = browser.new_context(base_url=server.url, locale="pt-BR")
        page = context.new_page()
        page.goto("/entrar?de=/mesa/conferir")
        page.get_by_label("Nome de acesso").fill("abrigo")
        page.get_by_label("Senha").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_function("caches.match('/kept/files').then(found => !!found)")
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        key = ec.generate_private_key(ec.SECP256R1())
        devices = [UUID(int=number) for number in range(1, 401)]
        point = point_of(key)
        keys = [{"device_id": str(device), "key": point, "revoked_at": None} for device in devices]
        now = datetime.now(UTC).isoformat()
        standings = [
            {"code": "K7M2QX", "referral_id": str(UUID(int=number)), "status": "held", "people_count": 1, "received_at": now, "at": now}
            for number in range(1, 51)
        ]
        city, unit = page.evaluate(FILL, [keys, standings])
        context.set_offline(True)
        page.goto("/mesa/conferir")
        page.wait_for_selector("#conferir[data-ready=yes]")
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": chosen.slow})
        ours, bare = [], []
        for turn in range(chosen.times):
            begun = datetime.now(UTC)
            when = {"issued": begun - timedelta(minutes=turn + 1), "expires": begun + timedelta(days=1)}
            raw = packed(city=city, device=devices[-1], unit=UUID(unit), referral=UUID(int=50), **when)
            text = base64url(raw + signature_of(key, raw))
            took, verdict = page.evaluate(OURS, text)
            if verdict != "valid":
                raise SystemExit(f"the desk said {verdict}")
            ours.append(took)
            bare.append(page.evaluate(BARE, [point, text]))
        browser.close()
    mine, limit = statistics.median(ours), statistics.median(bare)
    print(f"slip verified offline, at 1/{chosen.slow:g} of the CPU's speed, median of {chosen.times}: {mine:.1f} ms"
          f" ({min(ours):.1f} to {max(ours):.1f}); bare verify {limit:.1f} ms ({min(bare):.1f} to {max(bare):.1f}): {mine / limit:.1f} ×")


if __name__ == "__main__":
    main()
