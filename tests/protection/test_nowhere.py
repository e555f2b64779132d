"""Journey: what a flag says is nowhere but on its case's own pages. Sown words are looked for in every door, pull, notice, line of
the trail and of the log, job, answer to an error, export and in a dump of the database; its codes in every column of its tables.

The walk goes over the URL map itself, so that a door built tomorrow is walked too.
"""

import json
import subprocess

import pytest
import structlog

from app.backup.programs import environment, find_clients
from app.core import clock, logs
from app.core.ids import new_id
from app.protection import jobs
from app.protection.service import recount_city
from tests.make.city import ROLES, make_city
from tests.make.doors import doors_of
from tests.make.flags import call, complement, flag, watch
from tests.make.owner import as_owner
from tests.notices.conftest import mailbox, pushing  # noqa: F401
from tests.notices.test_delivery import delivered, subscribed
from tests.people.planted import pulled
from tests.protection.night import Writing, trail_holds
from tests.protection.sown import SEE_THEM, WORDS, codes_of, places_in, sow, walk, words_in

CASE_TABLES = (
    "flags", "flag_events", "flag_complements", "flag_calls", "flag_duties", "flag_links", "flag_peers", "flag_notes", "communications",
    "communication_numbers", "flag_counts",
)  # fmt: skip
# What else is written beside a case.
AROUND = ("sync_commands", "audit_lines", "notices", "changes")


@pytest.fixture(scope="module")
def sown(app):
    with structlog.testing.capture_logs() as lines:
        found = sow(make_city(app))
    found.told = lines
    return found


@pytest.fixture(scope="module")
def elsewhere(app):
    return make_city(app)


def found_in(walked, but=frozenset()):
    """[(what was asked, words, places)] of answers that tell."""
    told = []
    for door, asked, text in walked:
        words = words_in(text) - (but if door == "GET /api/v1/protection/flags" else set())
        if words or places_in(text):
            told.append((asked, words, places_in(text)))
    return told


def test_on_its_own_pages_who_answers_for_it_finds_every_word(sown):
    """Else the search would find nothing because nothing was sown."""
    desk, mate = Writing(sown.city), Writing(sown.city, "coordenacao")
    case = f"/mesa/casos/{sown.flags[0]}"
    draft = f"{case}/comunicacoes/{sown.ids['communication_id']}"
    text = desk.page(case) + desk.post(f"{case}/relato").get_data(as_text=True) + desk.page(draft) + desk.page(f"{draft}/via")
    text += desk.post(f"{case}/notas/{sown.ids['note_id']}/abrir").get_data(as_text=True)
    assert {word.lower() for word in WORDS} - words_in(text + mate.page("/mesa/casos/aberturas")) <= {"revistosemeado"}


def test_a_page_that_is_only_looked_at_shows_no_written_word(sown):
    desk = Writing(sown.city)
    shown = desk.page("/mesa/casos") + "".join(desk.page(f"/mesa/casos/{flag_id}") for flag_id in sown.flags)
    # Why a colleague opened it is told to who answers for it, and of the case it says nothing.
    hidden = {"nomesemeado", "vistosemeado", "ditosemeado", "maissemeado", "notasemeada", "comunicadosemeado"}
    assert words_in(shown) & hidden == set()


@pytest.mark.parametrize("persona", [None, *ROLES, "colega", "outra", "coord_pim"])
def test_no_door_tells_anybody_of_it(sown, persona):
    # Whoever noted a call reads its protocol again on her own phone.
    own = frozenset({"protocolosemeado"}) if persona in ("rua", "pim") else frozenset()
    assert found_in(walk(sown, persona), own) == []


@pytest.mark.parametrize("persona", ["rua", "creas", "coordenacao", "supervisao", "admin", "auditoria"])
def test_no_door_of_another_city_does(sown, elsewhere, persona):
    assert found_in(walk(sown, persona, elsewhere)) == []


def test_a_coordination_sees_how_it_goes_and_neither_a_word_nor_what_where_or_whom(sown):
    pages = ""
    for persona, flag_id in (("coordenacao", sown.flags[0]), ("coord_pim", sown.flags[1])):
        desk = Writing(sown.city, persona)
        pages += desk.page("/mesa/casos/coordenacao") + desk.page(f"/mesa/casos/{flag_id}/andamento")
    told = {"trabalho infantil", "negligência", "tráfico", "7 a 12", "0 a 6", "perigo agora", "conhecida", "conselho tutelar", "viaduto"}
    assert words_in(pages) == set() and places_in(pages) == set()
    assert {each for each in told if each in pages.lower()} == set()


def test_no_phone_holds_a_word_nor_the_flag_a_new_one_neither(sown):
    for phone in (*sown.phones.values(), *(sown.city.phone(persona) for persona in ("rua2", "rua", "pim"))):
        held = pulled(phone)
        assert words_in(held) == set() and [flag_id for flag_id in sown.flags if flag_id in held] == []


def test_notices_jobs_trail_and_commands_hold_no_word_and_no_code(sown):
    city = sown.city
    codes = codes_of(sown) - {sown.ids["person_id"]}  # read at the desk, a person's id stands in the trail as anybody's does
    for table in AROUND:
        text = " ".join(row["row"] for row in city.rows(f"SELECT t::text AS row FROM {table} t WHERE municipality_id = :m"))
        assert words_in(text) == set() and places_in(text) == set(), table
        if table in ("notices", "sync_commands"):
            assert {code for code in codes if code in text} == set(), table
    with city.app.app_context(), as_owner(city.app) as session:
        args = " ".join(session.connection().exec_driver_sql("SELECT args::text FROM procrastinate_jobs").scalars())
    assert words_in(args) == set() and [flag_id for flag_id in sown.flags if flag_id in args] == []
    lines = city.rows("SELECT action, fields::text AS fields FROM audit_lines WHERE municipality_id = :m AND action LIKE 'protection.%'")
    assert len(lines) > 15 and {code for code in codes if code in str(lines)} == set()


def test_no_column_of_a_case_holds_what_where_or_whom(sown):
    codes = codes_of(sown)
    for table in CASE_TABLES:
        rows = sown.city.rows(f"SELECT t::text AS row FROM {table} t WHERE municipality_id = :m")
        text = " ".join(row["row"] for row in rows)
        # The view counts by region; of which flag, whom and what are marks there.
        held = {code for code in codes if code in text} - ({str(sown.city.ids["north"])} if table == "flag_counts" else set())
        assert (table, held, words_in(text), places_in(text)) == (table, set(), set(), set())


def test_what_an_encounter_a_visit_and_a_person_keep_does_not_tell_that_there_is_a_flag(sown):
    with sown.city.app.app_context(), as_owner(sown.city.app) as session:
        tables = session.connection().exec_driver_sql(
            "SELECT DISTINCT table_name FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)"
            " WHERE column_name = 'municipality_id' AND table_schema = 'public' AND table_type = 'BASE TABLE'"
        ).scalars().all()  # fmt: skip
    tells = {}
    for table in set(tables) - set(CASE_TABLES):
        text = " ".join(row["row"] for row in sown.city.rows(f"SELECT t::text AS row FROM {table} t WHERE municipality_id = :m"))
        if any(flag_id in text for flag_id in sown.flags):
            tells[table] = True
    # Who is told of something, and who did it: by the flag's id, which says nothing more.
    assert set(tells) <= {"notices", "audit_lines"}


def test_a_dump_of_the_database_holds_no_word_and_no_place(sown, app):
    url = app.config["VINCULO"].database_owner_url
    with app.app_context(), as_owner(app) as session:
        version = session.connection().exec_driver_sql("SHOW server_version_num").scalar_one()
    clients = find_clients(int(version) // 10_000)
    dumped = subprocess.run(
        [clients.path("pg_dump"), "--data-only", "--no-password", "--schema=public"], env=environment(url), capture_output=True, timeout=300
    )
    assert dumped.returncode == 0, dumped.stderr
    text = dumped.stdout.decode("utf-8", "replace")
    assert sown.flags[0] in text and len(text) > 100_000
    assert words_in(text) == set() and places_in(text) == set()


def test_no_line_of_the_log_of_the_whole_run_holds_a_word(sown, capfd):
    with structlog.testing.capture_logs() as lines:
        watch(sown.city, clock.now())
        with sown.city.transaction() as session:
            recount_city(session, sown.city.ibge, clock.now())
        with sown.city.app.app_context():
            jobs.watch(0)
            jobs.recount(0)
    # As they are written: by the list of what a line may say.
    written = json.dumps([logs.redact(None, "", line) for line in (*sown.told, *lines)], default=str, ensure_ascii=False)
    out = capfd.readouterr()
    assert len(sown.told) > 20 and words_in(written + out.out + out.err) == set()
    assert [flag_id for flag_id in sown.flags if flag_id in written] == []


def test_what_is_wrong_is_answered_without_a_word_of_it_and_kept_sealed(sown, capfd):
    phone = sown.phones["rua"]
    said = "Vistosemeado por engano"
    wrong = [
        flag(phone, kinds=[said]), flag(phone, words=said), flag(phone, risk=said), flag(phone, place={"source": "gps", "text": said}),
        flag(phone, choices=[{"recipient": said, "answer": "accepted"}]), flag(phone, **{"outro": said}), flag(phone, team_id=said),
        complement(phone, sown.flags[0], words=said), complement(phone, str(new_id()), kinds=[said]),
        call(phone, sown.flags[0], who=said * 20), call(phone, sown.flags[0], outcome=said), call(phone, str(new_id()), who=said),
    ]  # fmt: skip
    with structlog.testing.capture_logs() as lines:
        answer = phone.post(wrong)
        raw = [phone.post(wrong[:1], sent_at=None, **{"device_id": said}), phone.client.post("/api/v1/sync/push", data=said)]
    assert {one["status"] for one in answer.json["outcomes"]} == {"refused"}
    for one in (answer, *raw):
        assert words_in(one.get_data(as_text=True)) == set()
    written = json.dumps([logs.redact(None, "", line) for line in lines], default=str, ensure_ascii=False)
    out = capfd.readouterr()
    rows = sown.city.rows("SELECT t::text AS row FROM sync_commands t WHERE municipality_id = :m AND status = 'refused'")
    lines = sown.city.rows("SELECT t::text AS row FROM audit_lines t WHERE municipality_id = :m")
    assert len(rows) >= len(wrong)
    assert words_in(written + out.out + out.err + str(rows) + str(lines)) == set()


def test_no_form_of_a_stranger_is_answered_with_it(sown, elsewhere):
    """Every form of a case, sent by who may not see it: another unit, another city, other roles."""
    told = []
    for city, persona in ((sown.city, "outra"), (sown.city, "rua2"), (sown.city, "abrigo"), (elsewhere, "creas"), (elsewhere, "coordenacao")):
        client = sown.client(persona, city)
        for door in doors_of(city.app):
            if door.method == "POST" and door.rule.startswith("/mesa/casos"):
                answer = client.post(door.path(**sown.ids), data={"csrf_token": client.csrf}, follow_redirects=True)
                if words_in(answer.get_data(as_text=True)) or answer.status_code < 400:
                    told.append((persona, str(door), answer.status_code))
    assert told == []


def test_what_is_pushed_and_mailed_says_that_there_is_something(sown, pushing, mailbox):  # noqa: F811
    city, phone = sown.city, sown.phones["rua"]
    browser = subscribed(city, "creas", pushing)
    flag_id = str(new_id())
    said = phone.seal({"flag": flag_id, "called": "Nomesemeado", "seen": "Vistosemeado", "said": None})
    assert phone.push(flag(phone, flag_id=flag_id, words=said, risk="danger_now"))[0]["status"] == "done"
    delivered(city)
    read = browser.reads()
    assert read and words_in(str(read)) == set() and flag_id not in str(read)
    told = {"trabalho", "criança", "perigo", "violência", "tráfico", "viaduto", "alerta", "relato", "denúncia"}
    assert {word for word in told if word in str(read).lower()} == set(), read
    assert words_in(str(vars(mailbox))) == set()


def test_the_trail_is_whole_after_all_of_it(sown):
    assert trail_holds(sown.city) > 40 and set(SEE_THEM) <= {*ROLES, "colega", "coord_pim"}
