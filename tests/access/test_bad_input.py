"""Whatever is sent: a refusal with a name, never a failure of ours; and one bad thing never holds back another."""

import copy
import itertools
import json
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.access.roles import ROLES
from app.core.ids import new_id
from tests.make.city import ROLES as PERSONAS
from tests.make.city import make_city
from tests.make.doors import doors_of
from tests.make.journeys import refused
from tests.make.phone import place, stamp

QUIET = settings(
    deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
)  # fmt: skip

# Each broke something once, here or elsewhere.
NASTY = [
    None, True, 0, -1, 1.5, 1e308, -1e308, 2**31, 2**53, 2**63 - 1, -(2**63), "", " ", "\x00", "a\x00b", "\x1b[31m",
    "0", "1e400", "NaN", "null", "'; DROP TABLE people; --", "<script>alert(1)</script>", "%s%(x)s{0}{x}", "../../etc/passwd",
    "\u202e\u200b\ufeff", "\U0001f469\u200d\U0001f467", "e\u0301" * 100, "x" * 5000, "9" * 5000, [], {}, [[]], [None] * 400, {"": ""},
    {"\x00": 1}, {"a" * 3000: 1}, "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "9999-12-31T23:59:59.999Z",
    "1970-01-01T00:00:00Z", "2026-13-01T00:00:00Z", "2026-11-22T12:00:00", "0001-01-01", "9999-12-31",
    "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff",
]  # fmt: skip
TEXTS = st.one_of(st.sampled_from([n for n in NASTY if isinstance(n, str)]), st.text(max_size=40))
VALUES = st.one_of(
    st.sampled_from(NASTY),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(codec="utf-8"), max_size=60),
    st.recursive(st.none() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3), max_leaves=10),
)  # fmt: skip


def paths_of(node, at=()):
    """Every place in a command where something could stand instead, and one beside each object."""
    yield at
    if isinstance(node, dict):
        for key, inner in node.items():
            yield from paths_of(inner, (*at, key))
        yield (*at, "a mais")
        yield (*at, "nome\x00")
    elif isinstance(node, list):
        for index, inner in enumerate(node):
            yield from paths_of(inner, (*at, index))


def with_value(command, path, value):
    if not path:
        return value
    changed = copy.deepcopy(command)
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return changed


@pytest.fixture(scope="module")
def place_of_trial(app):
    """A city whose phones send nonsense: made once, everything in it is theirs."""
    return make_city(app)


@pytest.fixture(scope="module")
def phones(place_of_trial):
    return {persona: place_of_trial.phone(persona) for persona in ("rua", "pim")}


def all_commands(street, visitor):
    city = street.city
    met, visit = street.encounter(people=2, note="Nota"), visitor.visit()
    shift = {
        "shift_id": str(new_id()), "team_id": str(city.ids["team"]), "reference_unit_id": str(city.ids["centro_pop"]),
        "companion_ids": [str(city.ids["rua2"])],
    }  # fmt: skip
    addition = {
        "encounter_id": met["body"]["encounter_id"], "addition_id": str(new_id()), "note": "Nota", "outcome": None,
        "needs": ["food"],
        "names": [
            {
                "participation_id": met["body"]["people"][0]["participation_id"], "person_id": str(new_id()),
                "called": "Nome", "called_kind": "nickname",
            }
        ],
    }  # fmt: skip
    return {
        "rua": [
            met,
            street.command("encounters.complete", addition),
            street.encounter(replaces_id=met["body"]["encounter_id"], reason_text="x") | {"name": "encounters.correct"},
            street.command("encounters.withdraw", {"encounter_id": met["body"]["encounter_id"], "reason": "by_mistake"}),
            street.command("shifts.start", shift),
            street.command("shifts.end", {"shift_id": shift["shift_id"]}),
            street.referral(met),
            street.command("referrals.revoke", {"referral_id": str(new_id()), "reason_text": "x"}),
            street.command("sync.withdraw", {"command_id": str(new_id())}),
            {k: v for k, v in street.encounter().items() if k != "body"} | {"sealed": "v1.a.b.c.d"},
        ],
        "pim": [
            visit,
            visitor.visit(replaces_id=visit["body"]["visit_id"], reason_text="x") | {"name": "home_visits.correct"},
            visitor.command("home_visits.withdraw", {"visit_id": visit["body"]["visit_id"], "reason": "by_mistake"}),
        ],
    }


def judge(phone, commands):
    """A push of nonsense with one good command at its end, which must be done all the same."""
    good = phone.encounter() if phone.persona == "rua" else phone.visit()
    answer = phone.post([*commands, good])
    assert answer.status_code == 200, answer.get_data(as_text=True)
    outcomes = answer.json["outcomes"]
    assert len(outcomes) == len(commands) + 1
    failed = [
        (command, outcome)
        for command, outcome in zip(commands, outcomes, strict=False)
        if (outcome["problem"] or {}).get("code") == "core.unexpected"
    ]
    assert failed == []
    assert outcomes[-1]["status"] == "done"
    return outcomes


@settings(QUIET, max_examples=40)
@given(st.data())
def test_no_value_anywhere_in_a_command_breaks_a_push(phones, data):
    persona = data.draw(st.sampled_from(["rua", "rua", "rua", "pim"]))
    commands = []
    for command in all_commands(phones["rua"], phones["pim"])[persona]:
        path = data.draw(st.sampled_from(list(paths_of(command))))
        changed = with_value(command, path, data.draw(VALUES))
        if path and path[0] not in ("id",) and isinstance(changed, dict):
            changed["id"] = str(new_id())
        commands.append(changed)
    judge(phones[persona], commands)


def test_every_place_of_every_command_meets_the_worst_values(phones):
    """Not drawn: all of them, two hundred at a time."""
    worst = ["a\x00b", {"\x00": 1}, 2**63 - 1, -1e308, [], "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00"]
    tried = 0
    for persona, commands in all_commands(phones["rua"], phones["pim"]).items():
        batch = []
        for command in commands:
            for path in paths_of(command):
                for value in worst:
                    changed = with_value(command, path, value)
                    if path and path != ("id",):
                        changed["id"] = str(new_id())
                    batch.append(changed)
        tried += len(batch)
        for start in range(0, len(batch), 199):
            judge(phones[persona], batch[start : start + 199])
    assert tried > 800


@pytest.mark.parametrize("year", [2, 1901, 1940, 1970, 1980, 2038, 2100, 2400, 9998])
def test_a_phone_whose_clock_is_far_off_loses_nothing(city, year):
    """An offset of more than sixty-eight years does not fit its column; what the phone holds must still arrive."""
    phone = city.phone("rua")
    then = datetime(year, 3, 1, tzinfo=UTC)
    outcomes = phone.push(phone.encounter(then), phone.encounter(recorded_at=stamp(then)), sent_at=then)
    assert [o["status"] for o in outcomes] == ["done", "done"]
    rows = city.rows("SELECT * FROM encounters WHERE municipality_id = :m")
    assert all(row["occurred_at"] <= row["received_at"] and row["recorded_at"] <= row["received_at"] for row in rows)
    phone.pull()
    assert len(phone.of_type("encounter")) == 2


def test_a_command_that_the_server_can_not_do_does_not_hold_back_the_others(city, monkeypatch):
    """A fault of ours in one verb: its command is told so and kept by the phone, the rest goes through."""
    phone = city.phone("rua")
    good = [phone.encounter(), phone.encounter()]
    odd = phone.command("shifts.end", {"shift_id": str(new_id())})

    def broken(*_arguments):
        raise ZeroDivisionError

    monkeypatch.setattr("app.shifts.service.end_shift", broken)
    outcomes = phone.push(good[0], odd, good[1])
    assert [o["status"] for o in outcomes] == ["done", "refused", "done"]
    assert outcomes[1]["problem"]["code"] == "core.unexpected"


def test_what_a_sender_calls_a_field_is_not_kept(city):
    """A field that nobody knows has a name chosen by who sent it: it may be a person's."""
    phone = city.phone("rua")
    assert refused(phone, phone.encounter(**{"Maria das Dores": 1, "note": 7})) == "core.invalid"
    [row] = city.rows("SELECT problem::text AS told FROM sync_commands WHERE municipality_id = :m")
    assert "Maria" not in row["told"] and "note" in row["told"]


def test_the_name_of_an_unknown_command_is_a_name_or_nothing(city):
    phone = city.phone("rua")
    for name in ("Maria das Dores", "a.b\n", "x", "", "a" * 31 + ".b", "ç.ã", "a.b.c"):
        assert refused(phone, phone.command(name, {})) == "sync.bad_envelope"
    assert refused(phone, phone.command("beds.hold", {})) == "sync.unknown_command"
    lines = city.rows("SELECT DISTINCT action FROM audit_lines WHERE municipality_id = :m AND outcome = 'refused'")
    assert {line["action"] for line in lines} == {"beds.hold"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"people_count": 5000, "people": [{"participation_id": str(new_id())}] * 5000}, "core.invalid"),
        ({"people_count": 301, "people": [{"participation_id": str(new_id())}] * 301}, "core.invalid"),
        ({"note": "n" * 4001}, "core.invalid"),
        ({"place": place("map", 200, 10)}, "core.invalid"),
        ({"place": place("map", 2.35, 48.85)}, "territory.place_outside"),
        ({"place": place("map", 0, 0)}, "territory.place_outside"),
        ({"outro_campo": 1}, "core.invalid"),
        ({"people_count": "1"}, "core.invalid"),
        ({"people_count": True}, "core.invalid"),
        ({"people_count": 1.0}, "core.invalid"),
        ({"late": "sim"}, "core.invalid"),
        ({"situation": "turista"}, "core.invalid"),
    ],
)
def test_each_bad_input_has_its_code_and_its_sentence(city, change, code):
    phone = city.phone("rua")
    command = phone.encounter()
    command["body"] |= change
    [outcome] = phone.push(command)
    assert (outcome["status"], outcome["problem"]["code"]) == ("refused", code)
    assert outcome["problem"]["title"].endswith(".")
    assert city.rows("SELECT count(*) AS n FROM encounters WHERE municipality_id = :m")[0]["n"] == 0


def test_scripts_in_text_fields_come_back_as_text(city):
    phone = city.phone("rua")
    script = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    met = phone.encounter(note=script, place=place("address", text=script))
    referral = phone.referral(met, called="<b onload=x>Zé</b>", note=script)
    assert {o["status"] for o in phone.push(met, referral)} == {"done"}
    for persona, path in (("abrigo", "/mesa/"), ("supervisao", "/painel/encontros"), ("supervisao", "/painel/")):
        page = city.client(persona).get(path).get_data(as_text=True)
        assert "<script>alert" not in page and "<img src=x" not in page and "<b onload" not in page
    page = city.client("abrigo").get(f"/mesa/encaminhamentos/{referral['body']['referral_id']}").get_data(as_text=True)
    assert "&lt;b onload=x&gt;Zé" in page and "<b onload" not in page


# -- every other door -----------------------------------------------------------------------------------------------


NASTY_WORDS = [
    quote(value, safe="")
    for value in ("", "\x00", "a\x00b", "NaN", "9" * 300, "../../etc/passwd", "9999-12-31T23:59:59-12:00", "\u202e%s{0}")
]
READERS = {persona: ROLES[PERSONAS[persona][0]] for persona in ("rua", "abrigo", "creas", "supervisao", "admin")}


def test_no_text_in_a_path_or_a_query_breaks_a_reading(app, place_of_trial):
    """Every word in every place of every door, by the next of those who may open it; once by one who may not."""
    clients = {persona: place_of_trial.client(persona) for persona in READERS}
    words, turns = itertools.cycle(NASTY_WORDS), itertools.count()
    failed, asked_by = [], dict.fromkeys(READERS, 0)
    for door in doors_of(app):
        if door.method != "GET" or door.endpoint == "static":
            continue
        # A public door answers everybody alike.
        may = [persona for persona, verbs in READERS.items() if door.verb in verbs or door.verb is None and persona == "rua"]
        may_not = [persona for persona in READERS if persona not in may and door.verb]
        asked = [(may, url) for url in _nasty_urls(door, words)] if may else []
        # Who may not open a door is refused before anything is read.
        asked += [(may_not, f"{door.path(**_in_path(door, next(words)))}?de={next(words)}")] if may_not else []
        for personas, url in asked:
            persona = personas[next(turns) % len(personas)]
            asked_by[persona] += 1
            status = clients[persona].get(url).status_code
            if status >= 500:
                failed.append((status, persona, url[:200]))
    assert failed == []
    assert min(asked_by.values()) > 100, asked_by


def _nasty_urls(door, words):
    # A name that a door doesn't know refuses the whole query, so each also comes alone.
    yield from (f"{door.path()}?{quote(name)}={next(words)}" for name in ("de", "x\x00"))
    schema = door.schema("query")
    names = schema().fields if schema else () if door.verb else ("de",)
    for word in NASTY_WORDS:
        yield from (f"{door.path()}?{quote(name)}={word}" for name in names)
        if door.converters:
            yield door.path(**_in_path(door, word))


def _in_path(door, word):
    return {name: word or "x" for name, _kind in door.converters}


@pytest.mark.parametrize("dates", ["0001-01-01..0001-01-01", "9999-12-31..9999-12-31", "0001-01-01..9999-12-31", "2026-12-31..2026-01-01"])
def test_periods_at_the_ends_of_the_calendar(place_of_trial, dates):
    client = place_of_trial.client("supervisao")
    since, _, until = dates.partition("..")
    for path in ("/api/v1/coverage/regions", "/api/v1/coverage/encounters", "/painel/", "/painel/encontros"):
        answer = client.get(path, query_string={"period": "dates", "since_on": since, "until_on": until})
        assert answer.status_code in (200, 422), path


@settings(QUIET, max_examples=120)
@given(data=st.data())
def test_no_form_breaks_a_page(app, place_of_trial, data):
    persona = data.draw(st.sampled_from(["abrigo", "creas", "supervisao"]))
    client = _clients(place_of_trial, persona)
    writes = [d for d in doors_of(app) if d.method == "POST" and not d.is_api and d.rule not in ("/sair", "/entrar")]
    door = data.draw(st.sampled_from(writes))
    fields = ["seen", "reason", "text", "proposed_unit_id", "back", "free_places", "theme", "locale", "password"]
    form = data.draw(st.dictionaries(st.sampled_from(fields) | TEXTS, TEXTS, max_size=5))
    known = {"unit_id": place_of_trial.ids["shelter"]}
    assert door.knock(client, form | {"csrf_token": client.csrf}, **known).status_code < 500


_signed_in = {}


def _clients(city, persona):
    if (city.ibge, persona) not in _signed_in:
        _signed_in[city.ibge, persona] = city.client(persona)
    return _signed_in[city.ibge, persona]


@pytest.mark.parametrize("path", ["/entrar", "/api/v1/session"])
def test_no_sign_in_breaks(app, path):
    client = app.test_client()
    wrong = []
    # Each unknown login costs a whole argon2 hash, on purpose.
    for value in ("\x00", "a\x00b", "x" * 5000, "\u202e", None, [], {"\x00": 1}, 2**63 - 1):
        for name in ("login", "password", "de", "device"):
            body = {"login": f"x{len(wrong)}", "password": "x"} | {name: value}
            if path == "/entrar":
                answer = client.post(path, data={k: v if isinstance(v, str) else json.dumps(v) for k, v in body.items()})
            else:
                answer = client.post(path, json=body)
            if answer.status_code not in (400, 401, 422, 429):
                wrong.append((name, value, answer.status_code))
    assert wrong == []


def test_a_device_may_be_called_anything_that_can_be_kept(city):
    client = city.app.test_client()
    body = {"login": city.login("rua"), "password": "senha-de-teste-1"}
    odd = client.post("/api/v1/session", json=body | {"device": {"id": str(new_id()), "label": "a\x00b"}})
    assert (odd.status_code, odd.json["code"]) == (422, "core.invalid")
    fine = client.post("/api/v1/session", json=body | {"device": {"id": str(new_id()), "label": "<b>'; --"}})
    assert fine.status_code == 200


@settings(QUIET, max_examples=150)
@given(data=st.data())
def test_the_whole_contract_as_a_street_worker(app, place_of_trial, data):
    """schemathesis draws what the contract allows and what it does not; nothing is a failure of ours."""
    client = _clients(place_of_trial, "rua")
    operation = data.draw(st.sampled_from(_operations(app)))
    mode = data.draw(st.sampled_from(list(schemathesis.GenerationMode)))
    try:
        strategy = operation.as_strategy(generation_mode=mode)
        case = data.draw(strategy)
    except schemathesis.errors.InvalidSchema:
        raise
    answer = case.call(
        headers={"X-CSRF-Token": client.csrf}, cookies={"vinculo": client.get_cookie("vinculo").value}
    )
    assert answer.status_code < 500, (operation.label, answer.text)
    if answer.status_code >= 400:
        assert answer.headers["content-type"][0] == "application/problem+json"


_contract = {}


def _operations(app):
    if not _contract:
        schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
        # Signing out would make every later case a stranger's.
        _contract["all"] = [
            found
            for result in schema.get_all_operations()
            if (found := result.ok()).label not in ("DELETE /api/v1/session", "POST /api/v1/session")
        ]
    return _contract["all"]
