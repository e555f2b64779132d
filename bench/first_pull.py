"""The first pull of a large caseload: 2,000 people met in 10,000 encounters, as one phone and as a hundred at once.

    .venv/bin/python bench/first_pull.py [--people 2000] [--phones 100] [--slow 4] [--no-browser]

The demonstration with its own people set aside (met too long ago) and so many others in the regions of one team, each met
five times, with a name told two or three times over. Wire: pages of 200 as a phone asks for them, gzip as sent. Limit in
the same run: one SELECT of the same rows (people, what is told, last five contacts), packed as JSON by the database and
read by the application's role, then gzipped. Hundred: as many phones, each with a session of its own, at the real gunicorn at
once; limit: the same SELECT by as many connections as gunicorn has threads. Browser: a phone at a quarter of the CPU's
speed from the moment it may ask until the last person is in its vault; again with the line cut half-way.
"""

import argparse
import gzip
import json
import statistics
import tempfile
import threading
from pathlib import Path
from time import perf_counter
from urllib.parse import urlencode

import psycopg
from city import PASSWORD, WORKER, Bytes, Line, demonstration, kib
from playwright.sync_api import Page, expect, sync_playwright
from sqlalchemy import create_engine, text

from app.core.ids import new_id
from tests.browser.conftest import CHROMIUM_ARGS, PHONE, chromium
from tests.browser.insides import rows_on
from tests.browser.steps import CODE, choose_code

THREADS = 8  # of each of gunicorn's two workers
CONTACTS = 5
SET_ASIDE = "UPDATE people SET last_met_at = last_met_at - interval '400 days', first_met_at = first_met_at - interval '400 days'"
TEAM = """SELECT t.municipality_id AS m, t.id AS team_id, t.reference_unit_id AS unit_id, w.id AS worker_id,
    array_agg(r.region_id) AS regions FROM teams t JOIN team_members tm ON (tm.municipality_id, tm.team_id) = (t.municipality_id, t.id)
    JOIN workers w ON (w.municipality_id, w.id) = (tm.municipality_id, tm.worker_id) JOIN team_regions r ON (r.municipality_id, r.team_id) = (t.municipality_id, t.id)
    WHERE w.login = :login AND t.kind = 'street' GROUP BY 1, 2, 3, 4"""
PEOPLE = """INSERT INTO people (municipality_id, id, called, called_kind, age_band, sex, region_id, first_met_at, last_met_at)
    SELECT :m, id, called, 'nickname', (ARRAY['age_18_59', 'age_60_plus', 'age_13_17', NULL])[1 + n % 4], (ARRAY['male', 'female', NULL])[1 + n % 3],
      region_id, now() - interval '29 days', now() - (n % 24) * interval '1 hour'
    FROM unnest(CAST(:ids AS uuid[]), CAST(:names AS text[]), CAST(:of AS uuid[])) WITH ORDINALITY AS given(id, called, region_id, n)"""
TOLD = """INSERT INTO person_told (municipality_id, id, person_id, field, value, source, certainty, told_at, received_at, worker_id)
    SELECT :m, gen_random_uuid(), id, field, to_jsonb(value), 'told', 'sure', now() - age * interval '1 day', now(), :worker_id
    FROM unnest(CAST(:ids AS uuid[]), CAST(:names AS text[])) WITH ORDINALITY AS given(id, called, n),
      LATERAL (VALUES ('name.alias', 'o do carrinho ' || n, 29), ('name.nickname', called, 12), ('name.civil', called || ' da Silva', 3)) AS said(field, value, age)
    WHERE field <> 'name.civil' OR n % 3 = 0"""
MET = """WITH made AS (
      INSERT INTO encounters (municipality_id, id, worker_id, team_id, reference_unit_id, occurred_at, device_at, recorded_at, received_at, clock_offset_s,
        time_uncertain, recorded_late, place_source, region_id, neighbourhood, street, status, receipt, people_count, situation, outcome)
      SELECT :m, encounter_id, :other_id, :team_id, :unit_id, at, at, at, at, 0, false, false, 'gps', region_id, 'Cidade Alta', 'Rua Chile', 'valid', 'R', 1,
        'street_situation', 'attended_on_site' FROM given RETURNING id)
    INSERT INTO participations (municipality_id, id, encounter_id, position, age_band, sex, person_id)
    SELECT :m, gen_random_uuid(), encounter_id, 0, age_band, sex, person_id FROM given"""
# Every row that a card needs, in the plainest form, packed by the database itself.
LIMIT = """SELECT coalesce(json_agg(each), '[]')::text FROM (
    SELECT p.id, p.called, p.called_kind, p.age_band, p.sex, p.region_id, p.first_met_at, p.last_met_at,
      (SELECT json_agg(json_build_object('id', t.id, 'field', t.field, 'value', t.value, 'source', t.source, 'certainty', t.certainty) ORDER BY t.told_at)
       FROM person_told t WHERE (t.municipality_id, t.person_id) = (p.municipality_id, p.id) AND t.taken_back_at IS NULL) AS told,
      (SELECT json_agg(c) FROM (SELECT e.id, e.occurred_at, e.outcome, e.street, w.name FROM participations a
         JOIN encounters e ON (e.municipality_id, e.id) = (a.municipality_id, a.encounter_id)
         JOIN workers w ON (w.municipality_id, w.id) = (e.municipality_id, e.worker_id)
         WHERE (a.municipality_id, a.person_id) = (p.municipality_id, p.id) AND e.status = 'valid' ORDER BY e.occurred_at DESC LIMIT 5) c) AS contacts
    FROM people p WHERE p.municipality_id = %(m)s AND p.region_id = ANY(%(regions)s) AND p.last_met_at >= now() - interval '30 days' AND p.ended_at IS NULL) each"""
FIRST = ["Antônio", "Zezinho", "Galego", "Dona Rosa", "Uelinton", "Baixinha", "Seu Chico", "Neguinha", "Bahia", "Magrão", "Tia Lúcia", "Paraíba"]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--people", type=int, default=2000)
    options.add_argument("--phones", type=int, default=100)
    options.add_argument("--slow", type=float, default=4)
    options.add_argument("--no-browser", action="store_true")
    chosen = options.parse_args()
    with demonstration() as server:
        team = crowd(server.config.sqlalchemy_owner_url, chosen.people)
        cookie = sign_in(server.url, 0)
        Pull(server.url, cookie).run()  # warm-up
        alone(server, cookie, team)
        together(server, team, chosen.phones)
        if not chosen.no_browser:
            with sync_playwright() as play:
                whole = browse(play, server.url, chosen.slow, chosen.people, cut=False)
                cut = browse(play, server.url, chosen.slow, chosen.people, cut=True)
            print(f"browser at 1/{chosen.slow:g} of the CPU's speed: {chosen.people} people in the vault after {whole[0]:.1f} s, {whole[1]} requests, {kib(whole[2])}")
            print(f"  with the line cut half-way: {cut[0]:.1f} s of pulling, {cut[1]} requests, {kib(cut[2])}; people asked for twice: {cut[3]}")


def crowd(owner_url: str, people: int) -> dict:
    """The caseload, its rows committed and analysed."""
    engine = create_engine(owner_url)
    with engine.begin() as owner:
        owner.execute(text(SET_ASIDE))
        team = dict(owner.execute(text(TEAM), {"login": WORKER}).mappings().first())
        team["other_id"] = owner.execute(text("SELECT id FROM workers WHERE municipality_id = :m AND id <> :worker_id LIMIT 1"), team).scalar()
        ids = [new_id() for _ in range(people)]
        of = [team["regions"][n % len(team["regions"])] for n in range(people)]
        given = team | {"ids": ids, "of": of, "names": [f"{FIRST[n % len(FIRST)]} {n}" for n in range(people)]}
        owner.execute(text(PEOPLE), given)
        owner.execute(text(TOLD), given)
        owner.execute(text("""CREATE TEMP TABLE given AS SELECT uuid_in(md5(random()::text || n || k)::cstring) AS encounter_id, p.id AS person_id, p.region_id, p.age_band, p.sex,
            now() - interval '25 hours' - (n % 24) * interval '1 hour' - k * interval '5 days' AS at
            FROM unnest(CAST(:ids AS uuid[])) WITH ORDINALITY AS g(id, n) JOIN people p ON p.id = g.id, generate_series(0, :contacts - 1) k"""), given | {"contacts": CONTACTS})
        owner.execute(text(MET), team)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as owner:
        owner.execute(text("ANALYZE"))
    engine.dispose()
    return team


def sign_in(url: str, n: int) -> str:
    body = json.dumps({"login": WORKER, "password": PASSWORD, "device": {"id": str(new_id()), "label": f"Celular {n}"}}).encode()
    answer, _, _ = Line(url).ask("POST", "/api/v1/session", body, Content_Type="application/json")
    return "; ".join(value.split(";")[0] for name, value in answer.getheaders() if name.lower() == "set-cookie")


class Pull:
    """One phone's first pull over a line of its own."""

    def __init__(self, url: str, cookie: str):
        self.line, self.cookie, self.bytes, self.people, self.pages = Line(url), cookie, Bytes(), 0, 0

    def run(self) -> float:
        began, cursor = perf_counter(), None
        while True:
            asked = urlencode({"limit": 200} | ({"cursor": cursor} if cursor else {}))
            _, content, cost = self.line.ask("GET", f"/api/v1/sync/pull?{asked}", Cookie=self.cookie)
            page = json.loads(gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content)
            self.bytes, self.pages, cursor = self.bytes + cost, self.pages + 1, page["cursor"]
            self.people += sum(change["type"] == "person" for change in page["changes"])
            if not page["has_more"]:
                return perf_counter() - began


def packed(url: str, team: dict) -> tuple[float, int, int]:
    """Seconds, bytes and gzipped bytes of the limit, by the application's role."""
    with psycopg.connect(url.replace("postgresql+psycopg", "postgresql")) as connection:
        connection.execute("SELECT set_config('vinculo.municipality', %s, true), set_config('vinculo.worker', %s, true)", (str(team["m"]), str(team["worker_id"])))
        began = perf_counter()
        [[whole]] = connection.execute(LIMIT, {"m": team["m"], "regions": team["regions"]}).fetchall()
        small = gzip.compress(whole.encode(), 6)
        return perf_counter() - began, len(whole.encode()), len(small)


def alone(server, cookie: str, team: dict, times: int = 3) -> None:
    ours, limit = [], []
    for _ in range(times):
        phone = Pull(server.url, cookie)
        ours.append(phone.run())
        limit.append(packed(server.config.sqlalchemy_url, team))
    took, least = statistics.median(ours), statistics.median(each[0] for each in limit)
    print(f"one phone: {phone.people} people in {phone.pages} pages, {kib(phone.bytes.down)} down as sent, {kib(phone.bytes.heads)} of heads,"
          f" {took:.2f} s ({min(ours):.2f} to {max(ours):.2f})")
    print(f"  limit, one SELECT packed as JSON and gzipped: {kib(limit[0][2])}, {least:.2f} s; {took / least:.1f} times the time, {phone.bytes.down / limit[0][2]:.1f} times the bytes")


def together(server, team: dict, phones: int) -> None:
    cookies = [sign_in(server.url, n + 1) for n in range(phones)]
    each = in_threads([lambda cookie=cookie: Pull(server.url, cookie).run() for cookie in cookies], phones)
    limit = in_threads([lambda: packed(server.config.sqlalchemy_url, team)[0] for _ in range(phones)], 2 * THREADS)
    print(f"{phones} phones at once: all done in {each[0]:.1f} s; a phone waits {statistics.median(each[1]):.1f} s (longest {max(each[1]):.1f})")
    print(f"  limit, as many SELECTs: {limit[0]:.1f} s; {each[0] / limit[0]:.1f} times")


def in_threads(work: list, at_once: int) -> tuple[float, list[float]]:
    """Seconds for all, and of each; so many at a time. Raises what any of them raised."""
    took, failed, waiting, lock = [], [], list(work), threading.Lock()

    def go() -> None:
        while True:
            with lock:
                if not waiting:
                    return
                next_ = waiting.pop()
            try:
                took.append(next_())
            except BaseException as error:  # noqa: BLE001  told by the main thread
                failed.append(error)
                return

    began = perf_counter()
    threads = [threading.Thread(target=go) for _ in range(at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return perf_counter() - began, took


def browse(play, url: str, slow: float, people: int, cut: bool) -> tuple[float, int, int, int]:
    """Seconds from the code to the last person in the vault, requests, bytes as sent, people sent twice."""
    with tempfile.TemporaryDirectory() as profile:
        context = play.chromium.launch_persistent_context(
            str(Path(profile)), executable_path=chromium(), headless=True, chromium_sandbox=False, args=CHROMIUM_ARGS, base_url=url, **PHONE,
        )  # fmt: skip
        try:
            return first_pull(context, slow, people, cut)
        finally:
            context.close()


def first_pull(context, slow: float, people: int, cut: bool) -> tuple[float, int, int, int]:
    page = context.pages[0]
    seen: dict[str, int] = {}
    tally = {"requests": 0, "bytes": 0}
    down = {"now": False}

    def pulled(route) -> None:
        if down["now"]:
            return route.abort()
        answer = route.fetch()
        body = answer.body()
        changes = [change["id"] for change in json.loads(body)["changes"] if change["type"] == "person"]
        for id_ in changes:
            seen[id_] = seen.get(id_, 0) + 1
        tally["requests"] += 1
        tally["bytes"] += len(gzip.compress(body, 6))
        # Cut while the answer is on its way: the phone never gets this page.
        if cut and "cut" not in tally and len(seen) > people / 2:
            tally["cut"] = 1
            down["now"] = True
            return route.abort()
        return route.fulfill(response=answer)

    context.route("**/api/v1/sync/pull*", pulled)
    page.goto("/app/")
    page.get_by_label("Usuário").fill(WORKER)
    page.get_by_label("Senha", exact=True).fill(PASSWORD)
    page.get_by_label("Nome deste celular").fill("Banco de provas")
    page.get_by_role("button", name="Entrar").click()
    expect(page.locator("[name=new-code]")).to_be_visible(timeout=60_000)
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slow})
    choose_code(page, CODE)
    began = perf_counter()
    spent = 0.0
    if cut:
        wait_for(page, lambda: down["now"])
        spent = perf_counter() - began
        page.wait_for_timeout(1500)
        held = sum(row["type"] == "person" for row in rows_on(page, "pulled"))
        assert 0 < held < people, held
        down["now"] = False
        began = perf_counter()
        page.evaluate("dispatchEvent(new Event('online'))")
    wait_for(page, lambda: "Baixando" not in page.content() and len(seen) >= people)
    # Signals filled: the phone itself says that nothing is under way.
    while sum(row["type"] == "person" for row in rows_on(page, "pulled")) < people:
        page.wait_for_timeout(200)
    return spent + perf_counter() - began, tally["requests"], tally["bytes"], sum(n > 1 for n in seen.values())


def wait_for(page: Page, true, seconds: int = 180) -> None:
    give_up = perf_counter() + seconds
    while not true():
        if perf_counter() > give_up:
            raise SystemExit("it did not come in time")
        page.wait_for_timeout(100)


if __name__ == "__main__":
    main()
