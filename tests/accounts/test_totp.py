"""The second step of administrators: asked after the password, each code once, whatever the clock says."""

import re
from datetime import timedelta

import pyotp
import pytest

from app.accounts.models import Worker
from app.accounts.service.codes import issue
from app.core import clock
from tests.accounts.test_passkeys import add, enter
from tests.make.city import PASSWORD
from tests.make.passkey import Authenticator


@pytest.fixture(autouse=True)
def just_in_a_step(monkeypatch):
    """The clock stands where a step of the codes begins: none ends between the test and the server."""
    real = clock.now
    late = timedelta(seconds=real().timestamp() % 30)
    monkeypatch.setattr(clock, "now", lambda: real() - late)


def turned_on(city, persona="admin"):
    """(client, authenticator, codes on paper) of somebody who has just turned it on, with the clock's next codes unused."""
    client = city.client(persona)
    form = {"csrf_token": client.csrf, "password": PASSWORD}
    assert client.post("/conta/segundo-passo", data=form).location == "/conta/segundo-passo/codigo"
    page = client.get("/conta/segundo-passo/codigo").get_data(as_text=True)
    secret = re.search(r'<span class="code">([A-Z2-7 ]+)</span>', page)[1].replace(" ", "")
    authenticator = pyotp.TOTP(secret)
    # With the code of the step before, so that the present one is still unused.
    code = at(authenticator, -30)
    told = client.post("/conta/segundo-passo/confirmar", data={"csrf_token": client.csrf, "code": code})
    paper = re.findall(r"<li>([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})</li>", told.get_data(as_text=True))
    assert told.status_code == 200 and len(set(paper)) == 10
    return client, authenticator, paper


def at(authenticator, seconds=0):
    return authenticator.at(int(clock.now().timestamp()) + seconds)


def sign_in(city, code=None, persona="admin", password=PASSWORD):
    body = {"login": city.login(persona), "password": password} | ({} if code is None else {"totp": code})
    return city.app.test_client().post("/api/v1/session", json=body)


def said(answer):
    return answer.status_code, (answer.json or {}).get("code")


def forgive(city):
    """Failed tries are forgotten, so that the next is judged and not only put off."""
    with city.transaction() as session:
        session.connection().exec_driver_sql("DELETE FROM signin_failures")


NEEDED, WRONG = (401, "accounts.totp_needed"), (401, "accounts.wrong_totp")


def test_off_until_somebody_turns_it_on_and_for_administrators_only(city):
    assert sign_in(city).status_code == 200
    for persona in ("rua", "coordenacao", "supervisao"):
        client = city.client(persona)
        form = {"csrf_token": client.csrf, "password": PASSWORD}
        assert client.post("/conta/segundo-passo", data=form).status_code == 403
        assert "segundo-passo" not in client.get("/conta/").get_data(as_text=True)
    assert "/conta/segundo-passo" in city.client("admin").get("/conta/").get_data(as_text=True)


def test_begun_but_not_confirmed_asks_for_nothing(city):
    client = city.client("admin")
    client.post("/conta/segundo-passo", data={"csrf_token": client.csrf, "password": PASSWORD})
    assert sign_in(city).status_code == 200
    wrong = client.post("/conta/segundo-passo/confirmar", data={"csrf_token": client.csrf, "code": "000000"})
    assert wrong.status_code == 401 and "O código não confere" in wrong.get_data(as_text=True)
    assert sign_in(city).status_code == 200


def test_after_the_password_the_code_and_each_once(city):
    _client, authenticator, _paper = turned_on(city)
    assert said(sign_in(city)) == NEEDED
    assert said(sign_in(city, password="errada", code=at(authenticator))) == (401, "accounts.wrong_credentials")
    code = at(authenticator)
    assert sign_in(city, code).status_code == 200
    assert said(sign_in(city, code)) == WRONG
    assert sign_in(city, f" {at(authenticator, 30)[:3]} {at(authenticator, 30)[3:]} ").status_code == 200


def test_a_clock_set_back_gives_no_code_a_second_life(city, monkeypatch):
    _client, authenticator, _paper = turned_on(city)
    code, now = at(authenticator), clock.now()
    assert sign_in(city, code).status_code == 200
    for back in (timedelta(0), timedelta(seconds=30), timedelta(minutes=2)):
        monkeypatch.setattr(clock, "now", lambda back=back: now - back)
        for tried in (code, at(authenticator)):
            assert said(sign_in(city, tried)) == WRONG
            forgive(city)


def test_a_code_of_long_ago_or_of_later_is_none(city):
    _client, authenticator, _paper = turned_on(city)
    assert said(sign_in(city, at(authenticator, 120))) == WRONG
    assert said(sign_in(city, at(authenticator, -120))) == WRONG


@pytest.mark.parametrize("code", ["", "   "])
def test_an_empty_code_is_no_try(city, code):
    turned_on(city)
    for _ in range(6):
        assert said(sign_in(city, code)) == NEEDED


@pytest.mark.parametrize("code", ["12345", "1234567", "abcdef", "１２３４５６", "'; --", "\u0661\u0662\u0663\u0664\u0665\u0666", "x" * 40])
def test_what_is_no_code_is_refused(city, code):
    turned_on(city)
    assert said(sign_in(city, code)) == WRONG


def test_guessing_is_slowed_down_by_the_account_whoever_asks(city, monkeypatch):
    still = clock.now()
    monkeypatch.setattr(clock, "now", lambda: still)  # on a busy machine a second is over before the next try
    _client, authenticator, _paper = turned_on(city)
    told = [said(sign_in(city, "000000")) for _ in range(4)]
    assert told == [WRONG] * 3 + [(429, "accounts.slow_down")]
    # The right one waits as well: at most half a minute, never a lock.
    answer = sign_in(city, at(authenticator))
    assert said(answer) == (429, "accounts.slow_down") and int(answer.headers["Retry-After"]) <= 30
    # Who doesn't know the password gets no further than that, and slows nobody's code.
    assert said(sign_in(city, "000000", password="errada")) == (401, "accounts.wrong_credentials")


def test_a_code_on_paper_serves_once(city):
    _client, _authenticator, paper = turned_on(city)
    assert sign_in(city, paper[0].lower()).status_code == 200
    assert said(sign_in(city, paper[0])) == WRONG
    assert sign_in(city, paper[1].replace("-", "")).status_code == 200
    page = city.app.test_client()
    form = {"login": city.login("admin"), "password": PASSWORD}
    token = re.search(r'name="ceremony" value="([^"]+)"', page.post("/entrar", data=form).get_data(as_text=True))[1]
    assert page.post("/entrar/confirmar", data={"ceremony": token, "code": paper[2]}).status_code == 303
    assert "Restam 7 códigos" in page.get("/conta/segundo-passo").get_data(as_text=True)


def test_two_administrators_have_two_secrets(city):
    with city.transaction() as session:
        session.connection().exec_driver_sql(
            "UPDATE role_grants SET role = 'administrator', scope_kind = 'municipality', scope_id = NULL WHERE worker_id = %s",
            (city.ids["supervisao"],),
        )
    _one, first, paper = turned_on(city)
    _two, second, _other = turned_on(city, "supervisao")
    assert said(sign_in(city, at(first), "supervisao")) == WRONG
    assert said(sign_in(city, paper[0], "supervisao")) == WRONG
    assert sign_in(city, at(second), "supervisao").status_code == 200
    assert sign_in(city, at(first)).status_code == 200


def test_turned_off_by_the_password_and_by_nothing_else(city):
    client, _authenticator, paper = turned_on(city)
    wrong = client.post("/conta/segundo-passo/desligar", data={"csrf_token": client.csrf, "password": "errada"})
    assert wrong.status_code == 422 and said(sign_in(city)) == NEEDED
    form = {"csrf_token": client.csrf, "password": PASSWORD}
    assert client.post("/conta/segundo-passo/desligar", data=form).status_code == 303
    assert sign_in(city).status_code == 200
    turned_on(city)
    assert said(sign_in(city, paper[0])) == WRONG


def test_the_secret_is_shown_until_it_is_confirmed_and_never_again(city):
    client = city.client("admin")
    assert client.get("/conta/segundo-passo/qr.svg").status_code == 409
    client.post("/conta/segundo-passo", data={"csrf_token": client.csrf, "password": PASSWORD})
    drawn = client.get("/conta/segundo-passo/qr.svg")
    assert drawn.mimetype == "image/svg+xml" and drawn.data.startswith(b"<?xml") and b"<script" not in drawn.data
    assert drawn.headers["Cache-Control"] == "no-store"
    assert city.client("supervisao").get("/conta/segundo-passo/qr.svg").status_code == 403
    client, _authenticator, _paper = turned_on(city)
    for path in ("qr.svg", "codigo"):
        assert client.get(f"/conta/segundo-passo/{path}").status_code == 409


def test_what_is_kept_is_sealed_and_hashed(city):
    _client, authenticator, paper = turned_on(city)
    [kept] = city.rows("SELECT * FROM totp_secrets WHERE municipality_id = :m")
    assert kept["sealed_secret"].startswith("v1.") and authenticator.secret not in str(dict(kept))
    codes = city.rows("SELECT * FROM totp_codes WHERE municipality_id = :m")
    assert not any(paper[0].replace("-", "").encode() in bytes(row["code_hash"]) for row in codes)
    lines = str([dict(row) for row in city.rows("SELECT * FROM audit_lines WHERE municipality_id = :m")])
    assert "accounts.set_totp" in lines and authenticator.secret not in lines


def test_who_lost_phone_and_paper_is_helped_from_the_servers_shell(city):
    turned_on(city)
    run = city.app.test_cli_runner().invoke
    assert "Ninguém tem" in run(args=["worker", "forget-second-step", "ninguem"]).output
    assert run(args=["worker", "forget-second-step", city.login("admin")]).exit_code == 0
    assert sign_in(city).status_code == 200
    again = run(args=["worker", "forget-second-step", city.login("admin")])
    assert again.exit_code == 1 and "não está ligada" in again.output
    lines = city.rows("SELECT worker_id FROM audit_lines WHERE municipality_id = :m AND action = 'accounts.remove_totp'")
    assert [line["worker_id"] for line in lines] == [None]


def test_a_code_by_voice_still_asks_for_the_second_step(city):
    """Whoever gives a code to an administrator must not pass by her second step with it."""
    _client, authenticator, _paper = turned_on(city)
    with city.transaction() as session:
        worker = session.get(Worker, (city.ibge, city.ids["admin"]))
        now = clock.now()
        [given] = issue(session, [worker], "recovery", now, now + timedelta(minutes=10), city.app.config["SECRET_KEY"], None)
    body = {"login": city.login("admin"), "code": given.code, "new_password": "outra senha bem longa", "device": None}
    client = city.app.test_client()
    answer = client.post("/api/v1/session/recover", json=body)
    assert said(answer) == NEEDED and "Set-Cookie" not in answer.headers
    assert said(sign_in(city, password="outra senha bem longa")) == NEEDED
    assert sign_in(city, at(authenticator), password="outra senha bem longa").status_code == 200


# -- at the desk, without a script ----------------------------------------------------------------------------------


def first_step(city, client, de="/admin/"):
    page = client.post("/entrar", data={"login": city.login("admin"), "password": PASSWORD, "de": de})
    assert page.status_code == 200 and "Set-Cookie" not in page.headers
    text = page.get_data(as_text=True)
    assert PASSWORD not in text
    return re.search(r'name="ceremony" value="([^"]+)"', text)[1]


def test_the_desk_asks_for_the_code_on_a_page_of_its_own_and_leads_on(city):
    _client, authenticator, _paper = turned_on(city)
    client = city.app.test_client()
    token = first_step(city, client)
    assert client.get("/conta/").status_code == 302
    wrong = client.post("/entrar/confirmar", data={"ceremony": token, "code": "000000", "de": "/admin/"})
    assert wrong.status_code == 401 and "O código não confere" in wrong.get_data(as_text=True)
    right = client.post("/entrar/confirmar", data={"ceremony": token, "code": at(authenticator), "de": "/admin/"})
    assert right.status_code == 303 and right.location == "/admin/"
    assert client.get("/conta/").status_code == 200
    again = client.post("/entrar/confirmar", data={"ceremony": token, "code": at(authenticator, 30)})
    assert again.status_code == 401 and "O tempo para o código passou" in again.get_data(as_text=True)


def test_the_first_step_alone_is_over_in_five_minutes_and_leads_nobody_out(city, monkeypatch):
    _client, authenticator, _paper = turned_on(city)
    client = city.app.test_client()
    token, now = first_step(city, client, de="https://mal.example/"), clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=6))
    late = client.post("/entrar/confirmar", data={"ceremony": token, "code": at(authenticator)})
    assert late.status_code == 401
    monkeypatch.setattr(clock, "now", lambda: now)
    answer = client.post("/entrar/confirmar", data={"ceremony": token, "code": at(authenticator), "de": "//mal.example"})
    assert answer.location == "/"


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "x" * 500])
def test_an_invented_first_step_is_none(city, token):
    answer = city.app.test_client().post("/entrar/confirmar", data={"ceremony": token, "code": "000000"})
    assert answer.status_code in (401, 422)


def test_another_sites_form_ends_no_sign_in(city):
    _client, authenticator, _paper = turned_on(city)
    client = city.app.test_client()
    token = first_step(city, client)
    answer = client.post(
        "/entrar/confirmar",
        data={"ceremony": token, "code": at(authenticator)},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 403


def test_a_passkey_is_two_factors_already(city):
    client, _authenticator, _paper = turned_on(city)
    key = Authenticator()
    assert add(client, key).status_code == 201
    assert enter(city.app.test_client(), key).status_code == 200
