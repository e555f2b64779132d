"""What every answer says of itself, errors too."""

import gzip
import json
from dataclasses import replace

import pytest

from app import create_app
from app.access.door import cookie_name
from app.core import http
from tests.make.doors import doors_of

STRICT = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

ENDS_A_SESSION = ("accounts.sign_out", "accounts.end_session")


def check_headers(answer, where):
    for name, value in STRICT.items():
        assert answer.headers.get(name) == value, (where, name)
    policy = dict(
        part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";") if part.strip()
    )
    assert policy["default-src"] == "'none'", where
    for directive in ("script-src", "style-src", "connect-src", "worker-src", "manifest-src", "form-action", "font-src"):
        assert policy[directive] == "'self'", (where, directive)
    assert policy["base-uri"] == policy["frame-ancestors"] == "'none'", where
    assert "unsafe" not in str(policy) and "http" not in str(policy) and "*" not in str(policy), where
    permissions = answer.headers["Permissions-Policy"]
    assert "geolocation=(self)" in permissions and "microphone=()" in permissions, where
    # Reading a slip's QR is the one thing for which a page may ask for the camera.
    camera = "camera=(self)" if "/mesa/conferir" in where and answer.status_code == 200 else "camera=()"
    assert camera in permissions, where
    assert "Clear-Site-Data" not in answer.headers, where
    assert "Access-Control-Allow-Origin" not in answer.headers, where
    assert "Server" not in answer.headers or "Python" not in answer.headers["Server"], where


def test_every_door_answers_with_strict_headers_to_strangers_and_to_workers(app, doors, town, clients):
    for client in (app.test_client(), clients["supervisao"], clients["abrigo"], town.client("rua")):
        for each in doors:
            if each.endpoint != "static" and each.verb not in ENDS_A_SESSION:
                check_headers(each.knock(client), str(each))


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nada", 404),
        ("GET", "/api/v1/nada", 404),
        ("PATCH", "/api/v1/session", 405),
        ("DELETE", "/mesa/", 405),
        ("GET", "/static/nada.js", 404),
        ("GET", "/static/../wsgi.py", 404),
        ("GET", "/static/%2e%2e/%2e%2e/wsgi.py", 404),
        ("GET", "/mesa/encaminhamentos/nada", 404),
        ("TRACE", "/api/v1/session", 405),
        ("POST", "/entrar", 422),
    ],
)
def test_errors_have_them_too(app, method, path, status):
    answer = app.test_client().open(path, method=method)
    assert answer.status_code == status
    check_headers(answer, path)
    assert "wsgi" not in answer.get_data(as_text=True)


def test_a_failure_of_ours_has_them_too_and_says_nothing(app, town, monkeypatch):
    def broken(**_path):
        raise RuntimeError("segredo-do-erro SELECT * FROM people")

    client = town.client("rua")
    for endpoint, path in (("accounts.open_sessions", "/api/v1/account/sessions"), ("accounts_pages.account", "/conta/")):
        monkeypatch.setitem(app.view_functions, endpoint, broken)
        monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
        answer = client.get(path)
        told = answer.get_data(as_text=True)
        assert answer.status_code == 500
        check_headers(answer, path)
        assert "core.unexpected" in told
        for word in ("segredo-do-erro", "SELECT", "RuntimeError", "Traceback", "File \""):
            assert word not in told


def test_built_files_have_them_too(app):
    headers = {}
    http.dress(headers, "/x.js", "/static/x.js")
    assert {name: headers[name] for name in STRICT} == STRICT
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    # The files' server stands before the application: it must have been given them.
    outer = app.wsgi_app
    assert outer.add_headers_function is http.dress
    assert outer.allow_all_origins is False


def test_nothing_of_a_worker_is_kept_by_a_browser(doors, town, clients):
    for each in doors:
        if each.verb and each.method == "GET":
            answer = each.knock(clients["supervisao"])
            assert answer.headers["Cache-Control"] == "no-store", str(each)


def test_over_https_the_cookie_is_bound_and_the_scheme_kept(app, config):
    strict = create_app(replace(config, https=True))
    client = strict.test_client()
    answer = client.get("/healthz")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
    with strict.test_request_context():
        assert cookie_name() == "__Host-vinculo"


def test_every_answer_has_an_id_of_its_own(app):
    client = app.test_client()
    ids = {client.get("/healthz").headers["X-Request-Id"] for _ in range(5)}
    assert len(ids) == 5 and "" not in ids


# -- problem+json ---------------------------------------------------------------------------------------------------


def test_every_refusal_of_the_api_is_problem_json(app, doors, town):
    stranger = app.test_client()
    # Signed in anew: what others knocked at before may have ended the sessions that all share.
    clients = {persona: town.client(persona) for persona in ("auditoria", "admin")}
    seen = set()
    for each in doors:
        if not each.is_api:
            continue
        for client in (stranger, clients["auditoria"], clients["admin"]):
            if each.verb in ENDS_A_SESSION and client is not stranger:
                continue
            answer = each.knock(client)
            if answer.status_code < 400:
                continue
            assert answer.content_type == "application/problem+json", str(each)
            body = answer.json
            assert set(body) >= {"type", "title", "status", "code", "fields"}, str(each)
            assert body["type"] == f"urn:vinculo:problem:{body['code']}"
            assert body["status"] == answer.status_code
            seen.add(answer.status_code)
    assert {401, 403, 422} <= seen


@pytest.mark.parametrize(
    ("accepted", "word"), [("pt-BR", "corre"), ("en", ""), ("es", ""), ("xx", "corre"), ("pt", "corre"), ("*", "corre")]
)
def test_a_sentence_is_said_in_a_language_of_ours(app, accepted, word):
    answer = app.test_client().post("/api/v1/session", json={}, headers={"Accept-Language": accepted})
    assert answer.status_code == 422
    assert answer.json["title"] and word in answer.json["title"]


def test_what_a_person_reads_beside_a_field_is_portuguese(city):
    desk = city.client("abrigo")
    answers = [
        app_answer.json["fields"]
        for app_answer in (
            desk.post("/api/v1/session", json={"login": 5, "device": {"id": "x"}, "outro": 1}),
            desk.post(f"/api/v1/units/{city.ids['shelter']}/vacancies", json={"free_places": -1}),
            desk.post(f"/api/v1/units/{city.ids['shelter']}/vacancies", json={"free_places": "muitas"}),
            desk.put("/api/v1/account/locale", json={"locale": "xx"}),
            desk.get("/api/v1/referrals/inbox?unit_id=x"),
        )
    ]
    told = json.dumps(answers, ensure_ascii=False)
    for english in ("valid", "field", "Field", "must", "Must", "Missing", "Unknown", "Longer"):
        assert f" {english} " not in f" {told} ".replace('"', " "), told
    assert "Este campo não existe." in told and "Falta preencher." in told and "Deve ser de 0 a 9999." in told


# -- bodies ---------------------------------------------------------------------------------------------------------


def post(client, path, data, **headers):
    return client.post(path, data=data, headers=headers, content_type="application/json")


@pytest.mark.parametrize(
    ("data", "headers", "status", "code"),
    [
        (b"", {}, 400, "core.not_json"),
        (b"{", {}, 400, "core.not_json"),
        (b"nada", {}, 400, "core.not_json"),
        (b"\xff\xfe", {}, 400, "core.not_json"),
        (b"[]", {}, 400, "core.not_json"),
        (b'"texto"', {}, 400, "core.not_json"),
        (b"NaN", {}, 400, "core.not_json"),
        # Half an emoji is kept as "?": what is missing here is the password.
        (b'{"login": "\\ud800"}', {}, 422, "core.invalid"),
        (b"[" * 100_000, {}, 413, "core.too_large"),
        (b"[" * 50_000, {}, 400, "core.not_json"),
        (b"x" * 70_000, {}, 413, "core.too_large"),
        (b"x", {"Content-Encoding": "br"}, 400, "core.bad_encoding"),
        (b"x", {"Content-Encoding": "gzip"}, 400, "core.bad_encoding"),
        (gzip.compress(b"{}")[:-4], {"Content-Encoding": "gzip"}, 400, "core.bad_encoding"),
        (gzip.compress(b"{}") * 2, {"Content-Encoding": "gzip"}, 400, "core.bad_encoding"),
        (gzip.compress(b" " * 10_000_000), {"Content-Encoding": "gzip"}, 413, "core.too_large"),
        (gzip.compress(b"\x00" * 60_000), {"Content-Encoding": "gzip"}, 413, "core.too_large"),
    ],
)
def test_bodies_that_are_not_what_they_should_be(app, data, headers, status, code):
    answer = post(app.test_client(), "/api/v1/session", data, **headers)
    assert (answer.status_code, answer.json["code"]) == (status, code)


def test_a_push_is_bounded_packed_and_unpacked(city):
    phone = city.phone("rua")
    token = {"X-CSRF-Token": phone.csrf}
    path = "/api/v1/sync/push"
    assert post(phone.client, path, b" " * (1024 * 1024 + 1), **token).json["code"] == "core.too_large"
    bomb = gzip.compress(b'{"a":"' + b"0" * 50_000_000 + b'"}')
    assert post(phone.client, path, bomb, **token, **{"Content-Encoding": "gzip"}).json["code"] == "core.too_large"
    assert phone.post([phone.encounter()], packed=True).json["outcomes"][0]["status"] == "done"


def test_a_form_is_bounded_too(town):
    client = town.client("abrigo")
    answer = client.post(f"/mesa/vagas/{town.ids['shelter']}", data={"free_places": "1", "x": "y" * 70_000})
    assert answer.status_code == 413


def test_a_form_of_many_parts_is_bounded(town):
    client = town.client("abrigo")
    many = {f"f{n}": "x" for n in range(1500)}
    answer = client.post(f"/mesa/vagas/{town.ids['shelter']}", data=many, content_type="multipart/form-data")
    assert answer.status_code in (413, 422)


# -- OpenAPI --------------------------------------------------------------------------------------------------------


def test_the_contract_names_every_route_and_nothing_else(app):
    spec = app.test_client().get("/api/v1/openapi.json").json
    said = {
        f"{method.upper()} {path}"
        for path, operations in spec["paths"].items()
        for method in operations
        if method in ("get", "post", "put", "patch", "delete")
    }
    api = {"accounts", "passkeys", "sync", "units", "referrals", "coverage", "notices", "people_cards", "people_search", "protection", "pwa", "slips", "territory"}
    real = {
        f"{each.method} {each.rule.replace('<uuid:', '{').replace('<', '{').replace('>', '}')}"
        for each in doors_of(app)
        if each.endpoint.split(".")[0] in api
    }
    assert said == real


def test_the_contract_says_which_key_opens_each_door(app):
    spec = app.test_client().get("/api/v1/openapi.json").json
    doors = {f"{each.method.lower()} {each.rule.replace('<uuid:', '{').replace('<', '{').replace('>', '}')}": each for each in doors_of(app)}
    for path, operations in spec["paths"].items():
        for method, operation in operations.items():
            if method == "parameters" or path == "/healthz":
                continue
            assert operation["x-verb"] == (doors[f"{method} {path}"].verb or "public")


def test_the_contract_is_valid_openapi(app):
    """Every reference leads somewhere, every operation answers, every path parameter is declared."""
    spec = app.test_client().get("/api/v1/openapi.json").json
    assert spec["openapi"].startswith("3.1")
    assert spec["info"]["title"] == "Vínculo" and spec["info"]["version"]

    def references(node):
        if isinstance(node, dict):
            yield from ([node["$ref"]] if isinstance(node.get("$ref"), str) else [])
            for inner in node.values():
                yield from references(inner)
        elif isinstance(node, list):
            for inner in node:
                yield from references(inner)

    for reference in references(spec):
        at = spec
        for part in reference.removeprefix("#/").split("/"):
            at = at[part]
    for path, operations in spec["paths"].items():
        shared = operations.get("parameters", [])
        for method, operation in operations.items():
            if method == "parameters":
                continue
            assert operation["responses"], (method, path)
            declared = {p["name"] for p in [*shared, *operation.get("parameters", [])] if p.get("in") == "path"}
            assert declared == {part[1:-1] for part in path.split("/") if part.startswith("{")}, (method, path)


def test_our_own_page_reads_the_contract_to_people(app):
    page = app.test_client().get("/api/").get_data(as_text=True)
    spec = app.test_client().get("/api/v1/openapi.json").json
    for path in spec["paths"]:
        assert path in page
    for name in spec["components"]["schemas"]:
        assert f'id="{name}"' in page
