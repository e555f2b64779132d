"""Access given back: a code by voice, once, for half an hour; nobody learns anybody's password by it."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from statistics import median
from time import perf_counter

import pytest
from sqlalchemy import text

from app.accounts import recovery
from app.accounts.problems import NotForYourself, OutOfReach, Suspended, WorkerNotFound
from app.accounts.service import codes, workers
from app.core import clock
from app.core.ids import CODE_ALPHABET, new_id
from tests.make.city import PASSWORD, make_city

NEW = "girassol-na-janela-7"


def given(city, persona="rua", issuer="coordenacao"):
    """A code as the issuer would read it out."""
    with city.transaction() as session:
        secret = city.app.config["SECRET_KEY"]
        return codes.give_code(session, city.actor_in(session, issuer), city.ids[persona], clock.now(), secret).code


def use(city, code, persona="rua", client=None, password=NEW, **more):
    body = {"login": city.login(persona), "code": code, "new_password": password} | more
    return (client or city.app.test_client()).post("/api/v1/session/recover", json=body)


def can_enter(city, password, persona="rua"):
    answer = city.app.test_client().post("/api/v1/session", json={"login": city.login(persona), "password": password})
    return answer.status_code == 200


def at(monkeypatch, when):
    monkeypatch.setattr(clock, "now", lambda: when)


def forget_delays(city):
    with city.transaction() as session:
        session.execute(text("DELETE FROM signin_failures"))


def test_a_code_opens_a_session_with_a_password_that_only_the_worker_knows(city):
    code = given(city)
    assert len(code) == 8 and set(code) <= set(CODE_ALPHABET)
    device = {"id": str(new_id()), "label": "Celular da rua"}
    client = city.app.test_client()
    answer = use(city, codes.shown(code).lower(), client=client, device=device)
    assert answer.status_code == 200
    told = answer.json
    assert told["worker"]["login"] == city.login("rua") and told["device_id"] == device["id"]
    assert told["recovery"]["issued_by"] == "Coordenacao" and told["recovery"]["issued_at"]
    assert (told["must_change_password"], told["term_pending"]) == (False, False)
    assert client.get("/api/v1/sync/pull").status_code == 200
    assert can_enter(city, NEW) and not can_enter(city, PASSWORD)


def test_a_session_says_nothing_of_a_recovery_that_was_not(city):
    assert "recovery" not in city.client("rua").get("/api/v1/session").json


def test_the_worker_s_other_sessions_end_and_her_new_one_delivers(city):
    before = city.client("rua")
    phone = city.phone("rua")
    kept = phone.encounter()
    answer = use(city, given(city), client=phone.client, device={"id": phone.device_id, "label": "O mesmo"})
    assert before.get("/api/v1/session").status_code == 401
    phone.csrf = answer.json["csrf_token"]
    assert answer.json["device_id"] == phone.device_id
    assert phone.push(kept)[0]["status"] == "done"


def test_a_code_works_once(city):
    code = given(city)
    assert use(city, code).status_code == 200
    answer = use(city, code, password="outra-senha-qualquer-9")
    assert (answer.status_code, answer.json["code"]) == (401, "accounts.wrong_code")
    assert can_enter(city, NEW)


def test_two_at_once_use_a_code_once(city):
    code = given(city)
    with ThreadPoolExecutor(2) as both:
        done = list(both.map(lambda n: use(city, code, password=f"{NEW}-{n}").status_code, range(2)))
    assert sorted(done) == [200, 401]


def test_a_new_code_ends_the_one_before(city):
    first, second = given(city), given(city)
    assert use(city, first).status_code == 401
    assert use(city, second).status_code == 200


def test_a_code_ends_after_half_an_hour_and_no_clock_set_back_wakes_it_up(city, monkeypatch):
    now = clock.now()
    code = given(city)
    at(monkeypatch, now + timedelta(minutes=30, seconds=5))
    assert use(city, code).status_code == 401
    forget_delays(city)
    at(monkeypatch, now + timedelta(minutes=10))
    assert use(city, code).status_code == 401


def test_a_clock_set_to_before_the_code_ends_it_too(city, monkeypatch):
    now = clock.now()
    code = given(city)
    at(monkeypatch, now - timedelta(hours=2))
    assert use(city, code).status_code == 401
    forget_delays(city)
    at(monkeypatch, now + timedelta(minutes=1))
    assert use(city, code).status_code == 401


def test_too_many_wrong_tries_end_a_code(city, monkeypatch):
    monkeypatch.setattr(recovery, "MOST_TRIES", 5)
    code = given(city)
    for guess in range(5):
        forget_delays(city)
        assert use(city, f"AAAAAAA{guess + 2}").status_code == 401
    forget_delays(city)
    assert use(city, code).status_code == 401
    lines = city.rows(
        "SELECT outcome, problem FROM audit_lines WHERE municipality_id = :m AND action = 'accounts.recover'"
    )
    assert [(line["outcome"], line["problem"]) for line in lines] == [("refused", "accounts.wrong_code")] * 5


def test_guesses_side_by_side_are_counted_one_by_one(city, monkeypatch):
    """Each from an address of its own, so that no delay holds them back: five count, the code is gone."""
    monkeypatch.setattr(recovery, "MOST_TRIES", 5)
    given(city)
    clients = [city.app.test_client() for _ in range(10)]
    for number, client in enumerate(clients):
        client.environ_base["REMOTE_ADDR"] = f"10.0.0.{number}"
    with ThreadPoolExecutor(10) as many:
        done = list(many.map(lambda client: use(city, "AAAAAAAA", client=client).status_code, clients))
    assert done == [401] * 10
    [row] = city.rows("SELECT tries, voided_at FROM access_codes WHERE municipality_id = :m")
    assert row["tries"] == 5 and row["voided_at"]


def test_a_suspended_issuer_comes_back_by_no_code_of_hers(city):
    """She kept a code that she gave to somebody else: with her own access it ends."""
    code = given(city)
    with city.transaction() as session:
        workers.suspend(session, city.actor_in(session, "admin"), city.ids["coordenacao"], clock.now())
    assert use(city, code).status_code == 401


def test_a_stranger_who_knows_a_login_ends_no_code(city):
    code = given(city)
    for guess in range(20):
        forget_delays(city)
        assert use(city, f"AAAAAA{guess + 20}").status_code == 401
    forget_delays(city)
    assert use(city, code).status_code == 200


def test_the_delay_grows_as_at_the_sign_in(city, monkeypatch):
    at(monkeypatch, clock.now())  # it stands: on a busy machine the delay's second is over before the next try
    code = given(city)
    for _ in range(3):
        use(city, "AAAAAAAA")
    answer = use(city, code)
    assert (answer.status_code, answer.json["code"]) == (429, "accounts.slow_down")
    assert answer.headers["Retry-After"]


def test_a_code_of_another_worker_or_city_opens_nothing(city, other_city):
    code = given(city)
    assert use(city, code, "rua2").status_code == 401
    assert use(other_city, code).status_code == 401
    assert use(city, code).status_code == 200


def test_a_suspended_worker_gets_no_code_and_uses_none(city):
    code = given(city)
    with city.transaction() as session:
        session.execute(text("UPDATE workers SET is_active = false WHERE id = :w"), {"w": city.ids["rua"]})
    assert use(city, code).status_code == 401
    with pytest.raises(Suspended):
        given(city, issuer="admin")


def test_unknown_login_and_wrong_code_are_told_the_same(city):
    given(city)
    wrong = use(city, "AAAAAAAA")
    unknown = city.app.test_client().post(
        "/api/v1/session/recover", json={"login": "ninguem-assim", "code": "AAAAAAAA", "new_password": NEW}
    )
    without = use(city, "AAAAAAAA", "pim")
    for answer in (wrong, unknown, without):
        assert answer.status_code == 401 and answer.json == wrong.json
        assert "Set-Cookie" not in answer.headers


def test_unknown_login_and_wrong_code_cost_the_same_work(city, monkeypatch):
    """Told by what is computed, since a clock on a shared machine is no witness: one argon2 hash each, no more."""
    hashed = []
    inner = recovery.hash_password
    monkeypatch.setattr(recovery, "hash_password", lambda password: hashed.append(1) or inner(password))
    given(city)
    spent = {}
    for name, login in (("wrong", city.login("rua")), ("unknown", "ninguem-assim")):
        before, took = len(hashed), []
        for _ in range(3):
            forget_delays(city)
            started = perf_counter()
            body = {"login": login, "code": "AAAAAAAA", "new_password": NEW}
            city.app.test_client().post("/api/v1/session/recover", json=body)
            took.append(perf_counter() - started)
        assert len(hashed) - before == 3
        spent[name] = median(took)
    assert max(spent.values()) < 5 * min(spent.values())


@pytest.mark.parametrize("weak", ["curta", "aaaaaaaaaaaa", "1234567890", "senhasenha1"])
def test_a_weak_password_is_refused_before_the_code_is_spent(city, weak):
    code = given(city)
    answer = use(city, code, password=weak)
    assert (answer.status_code, answer.json["code"]) == (422, "accounts.weak_password")
    assert use(city, code, password=city.login("rua") + "-1").status_code == 422
    assert use(city, code).status_code == 200


def test_another_site_s_form_uses_no_code(city):
    code = given(city)
    body = {"login": city.login("rua"), "code": code, "new_password": NEW}
    sent = city.app.test_client().post("/api/v1/session/recover", data=str(body), content_type="text/plain")
    assert sent.status_code == 400
    form = body | {"again": NEW}
    page = city.app.test_client().post("/entrar/codigo", data=form, headers={"Sec-Fetch-Site": "cross-site"})
    assert page.status_code == 403
    assert use(city, code).status_code == 200


# -- who may give one ----------------------------------------------------------------------------------------------


def test_a_coordination_gives_to_its_own_team_only(city):
    assert given(city, "rua") and given(city, "rua2")
    for other in ("pim", "abrigo", "creas"):
        with pytest.raises(OutOfReach):
            given(city, other)


@pytest.mark.parametrize("above", ["admin", "supervisao", "auditoria"])
def test_a_coordination_of_the_whole_city_gives_none_to_who_stands_above(city, above):
    with city.transaction() as session:
        session.execute(
            text("UPDATE role_grants SET scope_kind = 'municipality', scope_id = NULL WHERE worker_id = :w"),
            {"w": city.ids["coordenacao"]},
        )
    assert given(city, "abrigo")
    with pytest.raises(OutOfReach):
        given(city, above)
    assert given(city, above if above != "admin" else "supervisao", issuer="admin")


def test_who_serves_elsewhere_too_or_will_administer_tomorrow_is_out_of_reach(city):
    with city.transaction() as session:
        for persona, role, scope, scope_id in (
            ("rua", "unit_desk", "unit", city.ids["shelter"]), ("rua2", "administrator", "municipality", None),
        ):  # fmt: skip
            session.execute(
                text(
                    "INSERT INTO role_grants (municipality_id, id, worker_id, role, scope_kind, scope_id, valid_from)"
                    " VALUES (:m, :i, :w, :r, :k, :s, now() + interval '1 day')"
                ),
                {"m": city.ibge, "i": new_id(), "w": city.ids[persona], "r": role, "k": scope, "s": scope_id},
            )
    for persona in ("rua", "rua2"):
        with pytest.raises(OutOfReach):
            given(city, persona)


def test_a_coordination_of_a_unit_reaches_its_desk_and_the_teams_that_refer_to_it(city):
    with city.transaction() as session:
        session.execute(
            text("UPDATE role_grants SET scope_kind = 'unit', scope_id = :u WHERE worker_id = :w"),
            {"u": city.ids["centro_pop"], "w": city.ids["coordenacao"]},
        )
    assert given(city, "centropop") and given(city, "rua")
    with pytest.raises(OutOfReach):
        given(city, "abrigo")


def test_nobody_gives_one_to_herself_nor_to_another_city(city, other_city):
    with pytest.raises(NotForYourself):
        given(city, "admin", issuer="admin")
    with pytest.raises(WorkerNotFound), city.transaction() as session:
        secret = city.app.config["SECRET_KEY"]
        codes.give_code(session, city.actor_in(session, "admin"), other_city.ids["rua"], clock.now(), secret)


def test_the_database_holds_no_code_and_the_trail_no_word(city):
    code = given(city)
    use(city, code)
    for table in ("access_codes", "audit_lines", "workers"):
        kept = str(city.rows(f"SELECT t::text FROM {table} t WHERE municipality_id = :m"))
        assert code not in kept and NEW not in kept
    lines = city.rows(
        "SELECT worker_id, action, outcome FROM audit_lines WHERE municipality_id = :m"
        " AND action IN ('accounts.give_code', 'accounts.recover') ORDER BY at, id"
    )
    assert [(line["action"], line["worker_id"], line["outcome"]) for line in lines] == [
        ("accounts.give_code", city.ids["coordenacao"], "done"),
        ("accounts.recover", city.ids["rua"], "done"),
    ]


def test_a_stolen_dump_is_not_enough_to_try_codes(city):
    """The same code under another installation's secret has another hash."""
    worker_id = city.ids["rua"]
    assert codes.hash_code("x" * 32, worker_id, "ABCDEFGH") != codes.hash_code("y" * 32, worker_id, "ABCDEFGH")


# -- at the desk ---------------------------------------------------------------------------------------------------


def test_the_page_takes_the_code_and_says_who_gave_it(city):
    code = given(city, issuer="admin")
    client = city.app.test_client()
    form = {"login": city.login("rua"), "code": code, "new_password": NEW, "again": NEW}
    assert client.post("/entrar/codigo", data=form | {"again": "outra"}).status_code == 422
    answer = client.post("/entrar/codigo", data=form)
    assert answer.location == "/conta/?feito=code"
    page = client.get(answer.location).get_data(as_text=True)
    assert re.search(r"Admin deu um código de acesso em seu nome em \d\d/\d\d/\d{4}", page)


def test_a_wrong_code_shows_the_form_again_without_what_was_secret(city):
    form = {"login": city.login("rua"), "code": "AAAA-BBBB", "new_password": NEW, "again": NEW}
    answer = city.app.test_client().post("/entrar/codigo", data=form)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 401 and "Set-Cookie" not in answer.headers
    assert "Peça outro à coordenação" in page and NEW not in page and "AAAA-BBBB" not in page
    assert f'value="{city.login("rua")}"' in page


# -- one's own password --------------------------------------------------------------------------------------------


def test_a_worker_changes_her_own_password_and_ends_her_other_sessions(city):
    other, client = city.client("rua"), city.client("rua")
    wrong = client.post("/api/v1/account/password", json={"password": "errada-mesmo", "new_password": NEW})
    assert (wrong.status_code, wrong.json["code"]) == (422, "accounts.wrong_password")
    assert client.post("/api/v1/account/password", json={"password": PASSWORD, "new_password": NEW}).status_code == 204
    assert other.get("/api/v1/session").status_code == 401
    assert client.get("/api/v1/session").status_code == 200
    assert can_enter(city, NEW) and not can_enter(city, PASSWORD)


def test_guessing_the_present_password_is_slowed_down(city):
    client = city.client("rua")
    for _ in range(3):
        client.post("/api/v1/account/password", json={"password": "errada-mesmo", "new_password": NEW})
    answer = client.post("/api/v1/account/password", json={"password": PASSWORD, "new_password": NEW})
    assert answer.status_code == 429


def test_a_password_that_somebody_else_chose_is_changed_before_anything_else(city):
    with city.transaction() as session:
        session.execute(text("UPDATE workers SET must_change_password = true WHERE id = :w"), {"w": city.ids["abrigo"]})
    client = city.client("abrigo")
    assert client.get("/api/v1/session").json["must_change_password"] is True
    assert client.get("/mesa/").location == "/conta/senha?de=/mesa/"
    form = {"csrf_token": client.csrf, "password": PASSWORD, "new_password": NEW, "again": NEW, "de": "/mesa/"}
    assert client.post("/conta/senha", data=form).location == "/mesa/"
    assert client.get("/mesa/").status_code == 200
    assert client.get("/api/v1/session").json["must_change_password"] is False


def test_codes_of_many_cities_do_not_meet(app):
    one, two = make_city(app), make_city(app)
    first, second = given(one), given(two)
    assert use(one, second).status_code == 401 and use(two, first).status_code == 401
    assert use(one, first).status_code == use(two, second).status_code == 200
