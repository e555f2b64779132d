"""Planted words are searched for in every log line and every refusal of a real process: no stack, no SQL, no value."""

import json
import os
import subprocess
import sys

import pytest

from app.core.ids import new_id
from tests.make.source import ROOT

WORD = "PalavraPlantada"

# A process of its own, so that what it writes to standard error is what an operator would find.
PROCESS = """
import json, sys
from sqlalchemy import text
from wsgi import app
from app.core.db import transaction

def broken(**_path):
    raise RuntimeError("@W@ SELECT * FROM people")

def broken_sql(**_path):
    with transaction() as session:
        session.execute(text("SELECT CAST(:word AS integer)"), {"word": "@W@"})

app.add_url_rule("/api/v1/broken", "broken", broken)
app.add_url_rule("/api/v1/broken-sql/<word>", "broken_sql", broken_sql)
app.add_url_rule("/broken", "broken_page", broken)
client = app.test_client()
told, token = [], ""
for method, path, given in json.load(sys.stdin):
    answer = client.open(path, method=method, headers={"X-CSRF-Token": token}, **given)
    if path == "/api/v1/session" and answer.status_code == 200:
        token = answer.json["csrf_token"]
    told.append([method, path, answer.status_code, answer.get_data(as_text=True)])
json.dump(told, sys.stdout)
""".replace("@W@", WORD)


@pytest.fixture(scope="module")
def lived(app, config, town):
    """(answers, log) of a process that was asked everything with the planted word in it."""
    phone = town.phone("rua")
    met = phone.encounter(note=WORD, place={"source": "address", "lon": None, "lat": None, "accuracy_m": None,
        "point_id": None, "text": WORD, "reason": None, "fixed_at": None})  # fmt: skip
    bad = phone.encounter(note=WORD * 500, situation=WORD)
    worse = phone.encounter(team_id=str(new_id()), note=WORD)
    referral = phone.referral(met, called=WORD, note=WORD)
    push = {"device_id": phone.device_id, "sent_at": met["occurred_at"], "commands": [met, bad, worse, referral]}
    sign_in = {"login": town.login("rua"), "password": "senha-de-teste-1", "device": {"id": str(new_id()), "label": WORD}}
    asked = [
        ("POST", "/api/v1/session", {"json": {"login": WORD, "password": WORD}}),
        ("POST", "/entrar", {"data": {"login": WORD, "password": WORD, "outro": WORD}}),
        ("POST", "/api/v1/session", {"data": WORD, "content_type": "application/json"}),
        ("POST", "/api/v1/session", {"json": sign_in}),
        ("POST", "/api/v1/sync/push", {"json": push}),
        ("POST", "/api/v1/sync/push", {"json": push | {"sent_at": WORD}}),
        ("POST", "/api/v1/session", {"json": sign_in | {"device": sign_in["device"] | {"vault": True}}}),
        ("POST", "/api/v1/sync/push", {"json": push, "environ_base": {"HTTP_AUTHORIZATION": f"Bearer {phone.delivery_token}"}}),
        ("POST", "/api/v1/sync/push", {"json": push, "environ_base": {"HTTP_AUTHORIZATION": f"Bearer {WORD}"}}),
        ("GET", "/api/v1/sync/pull", {"environ_base": {"HTTP_X_VINCULO_VAULT": WORD}}),
        ("POST", "/api/v1/account/vault/open", {"json": {"envelope": f"v1.{WORD}"}}),
        ("GET", f"/api/v1/sync/pull?cursor={WORD}", {}),
        ("GET", f"/api/v1/referrals/inbox?unit_id={WORD}", {}),
        ("GET", f"/mesa/encaminhamentos/{WORD}", {}),
        ("GET", f"/{WORD}?q={WORD}", {}),
        ("GET", f"/api/v1/{WORD}", {}),
        ("PUT", "/api/v1/account/locale", {"json": {"locale": WORD}}),
        ("GET", "/api/v1/broken", {}),
        ("GET", f"/api/v1/broken-sql/{WORD}", {}),
        ("GET", "/broken", {}),
    ]
    environ = {
        "PATH": os.environ["PATH"], "DATABASE_URL": config.database_url, "VINCULO_SECRET_KEY": config.secret_key,
        "VINCULO_STATE": str(config.state_dir), "VINCULO_LOG_LEVEL": "debug",
    }  # fmt: skip
    ended = subprocess.run(
        [sys.executable, "-c", PROCESS], cwd=ROOT, env=environ, input=json.dumps(asked), capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stderr[-2000:]
    return json.loads(ended.stdout), ended.stderr, phone


def test_the_process_was_really_asked(lived):
    answers, log, _phone = lived
    statuses = [status for _method, _path, status, _text in answers]
    assert {200, 400, 401, 403, 404, 422, 500} <= set(statuses)
    assert statuses.count(500) == 3
    assert len([line for line in log.splitlines() if '"event": "request"' in line]) == len(answers)
    assert log.count('"event": "failure"') == 3


def test_no_log_line_holds_what_somebody_typed(lived, town):
    _answers, log, _phone = lived
    assert WORD.lower() not in log.lower()
    for secret in ("senha-de-teste-1", town.login("rua"), "SELECT", "INSERT", "argon2", "Seu Zé"):
        assert secret not in log


def test_no_token_is_in_the_log(lived):
    answers, log, phone = lived
    told = [json.loads(text) for _m, path, status, text in answers if path == "/api/v1/session" and status == 200]
    tokens = [one[name] for one in told for name in ("csrf_token", "delivery_token", "vault_token") if name in one]
    assert len(tokens) == 5
    assert [status for _m, path, status, _t in answers if path == "/api/v1/sync/push"].count(200) == 2
    for token in (*tokens, phone.delivery_token):
        assert token not in log


def test_every_log_line_is_json_with_a_route_and_not_a_path(lived):
    _answers, log, _phone = lived
    lines = [json.loads(line) for line in log.splitlines()]
    routes = {line["route"] for line in lines if line["event"] == "request"}
    assert {"(none)", "/api/v1/sync/push", "/api/v1/broken-sql/<word>"} <= routes
    for line in lines:
        if line["event"] == "failure":
            assert line["error"] in ("RuntimeError", "DataError") and line["places"]


def test_no_refusal_repeats_a_value_nor_shows_how_we_are_made(lived):
    answers, _log, _phone = lived
    wrong = []
    for method, path, status, text in answers:
        # A page says back the login that was typed, to whom typed it, so that one letter can be mended.
        if status < 400 or path == "/entrar":
            continue
        for word in (WORD, "Traceback", "SELECT", "psycopg", "sqlalchemy", "RuntimeError", ".py", "senha-de-teste"):
            if word.lower() in text.lower():
                wrong.append((method, path, status, word))
    assert wrong == []


def test_a_refused_command_is_told_by_field_and_not_by_value(lived):
    answers, _log, _phone = lived
    [outcomes] = [
        json.loads(text)["outcomes"] for _m, path, status, text in answers if path == "/api/v1/sync/push" and status == 200
    ][:1]
    assert [o["status"] for o in outcomes] == ["done", "refused", "refused", "done"]
    assert set(outcomes[1]["problem"]["fields"]) == {"note", "situation"}
    assert WORD not in json.dumps(outcomes)


def test_a_password_is_never_said_back(lived):
    answers, _log, _phone = lived
    [page] = [text for _m, path, _s, text in answers if path == "/entrar"]
    assert page.count(WORD) <= 1
    assert 'type="password"' in page


def test_settings_that_are_secret_do_not_show_themselves(config):
    shown = repr(config)
    for secret in (config.secret_key, config.database_url, config.database_owner_url):
        assert secret not in shown
