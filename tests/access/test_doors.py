"""Every door is shut until it declares its key: the whole URL map, every role."""

from itertools import groupby

import pytest

from app.access.door import door, page_door
from app.access.roles import ROLES, VERBS
from tests.make.city import ROLES as PERSONAS
from tests.make.doors import WRITES

# Doors ask for a role's verbs: one persona of each role knocks at all of them.
KNOCKING = list({role: persona for persona, (role, _scope) in PERSONAS.items()}.values())

# Without a door of ours, and why.
BARE = {
    "static": "built files, the same for everybody; the folder holds nothing else",
    "pwa.health": "the process lives: asks no database, so opens no transaction",
}
# Open to anybody (design 8), and why.
PUBLIC = {
    "GET /": "sends to the first page of the role, or to the sign-in",
    "GET /entrar": "the sign-in",
    "POST /entrar": "the sign-in",
    "GET /entrar/codigo": "the sign-in by a code",
    "POST /entrar/codigo": "the sign-in by a code",
    "POST /entrar/confirmar": "the second step of the sign-in, by the token that the first gave",
    "POST /api/v1/session/passkey/options": "the sign-in by passkey",
    "POST /api/v1/session/passkey": "the sign-in by passkey",
    "POST /aparencia": "day or night, kept in a cookie of this browser",
    "POST /api/v1/session": "the sign-in of the field app",
    "POST /api/v1/session/recover": "the sign-in of the field app by a code",
    "GET /api/v1/session": "tells a phone who is signed in, a revoked one too; 401 to anybody else",
    "GET /api/v1/openapi.json": "what the API is",
    "GET /api/": "our own page to read it",
    "GET /readyz": "whether it can work: yes or no, no content",
    "GET /metrics": "figures without a person: from this machine or with a token, which the view asks itself",
    "GET /healthz": "the process lives",
    "GET /conferir/<token>": "behind a paper's QR: that its number is true; nothing of what it says, nor of whom",
    "GET /pedido/<int:ibge>/": "what anybody may ask of the street teams",
    "POST /pedido/<int:ibge>/": "the same, behind a gate of its own",
    "GET /pedido/<int:ibge>/acompanhar": "how a request goes, by its code, in three neutral words",
    "POST /pedido/<int:ibge>/acompanhar": "the same",
    "GET /pedido/<int:ibge>/mapa": "outlines of the city's own layers, for the form's pin; no record, no known point",
    "GET /pedido/<int:ibge>/mapa/<int:x>/<int:y>": "names and lines of the streets of one square, the same",
    "GET /app": "the shell: nothing of a person in it",
    "GET /app/": "the shell",
    "GET /app/<path:rest>": "the shell",
    "GET /app/sw.js": "the shell's worker",
    "GET /mesa/sw.js": "the desk's worker: shows what is pushed to it",
    "GET /app/manifest.webmanifest": "the shell's manifest",
}


def test_every_view_has_a_door(doors):
    without = {each.endpoint for each in doors if each.verb is None and not each.public}
    assert without == {"static"}
    undeclared = {each.endpoint for each in doors if not hasattr(each.view, "verb")}
    assert undeclared == set(BARE)


def test_every_door_is_public_or_has_a_verb_of_the_table(doors):
    assert [str(each) for each in doors if each.verb and (each.public or each.verb not in VERBS)] == []
    assert len([each for each in doors if each.verb]) > 20


def test_public_doors_are_exactly_those_named(doors):
    assert {str(each) for each in doors if each.public} == set(PUBLIC)


@pytest.mark.parametrize("make", [door, page_door])
def test_a_door_can_not_be_made_without_saying_who_it_is_for(make):
    with pytest.raises(TypeError):
        make()(lambda: None)
    with pytest.raises(TypeError):
        make("sync.push", public=True)(lambda: None)


def keyed(doors):
    return [each for each in doors if each.verb]


def test_nobody_signed_in_is_sent_away(app, doors):
    stranger = app.test_client()
    wrong = {}
    for each in keyed(doors):
        answer = each.knock(stranger)
        if each.is_api:
            right = answer.status_code == 401 and answer.json["code"] == "access.signed_out"
        else:
            right = answer.status_code == 302 and answer.headers["Location"].startswith("/entrar?de=")
        if not right:
            wrong[str(each)] = answer.status_code
    assert wrong == {}


def test_an_invented_cookie_opens_nothing(app, doors):
    client = app.test_client()
    client.set_cookie("vinculo", "x" * 43)
    assert {str(each) for each in keyed(doors) if each.knock(client).status_code not in (401, 302)} == set()


@pytest.mark.parametrize("persona", KNOCKING)
def test_without_the_verb_every_door_is_refused(doors, clients, persona):
    role = PERSONAS[persona][0]
    wrong, tried = {}, 0
    for each in keyed(doors):
        if each.verb in ROLES[role]:
            continue
        tried += 1
        answer = each.knock(clients[persona])
        said = answer.json["code"] if each.is_api else "access.forbidden" in answer.get_data(as_text=True)
        if answer.status_code != 403 or said not in (True, "access.forbidden"):
            wrong[str(each)] = (answer.status_code, said)
    assert wrong == {}
    assert tried > 0


@pytest.mark.parametrize("persona", KNOCKING)
def test_with_the_verb_no_door_says_forbidden_role_nor_breaks(doors, town, persona):
    """An empty body and an id of nobody: found wanting (422, 404 …) or answered, never an error of ours."""
    role = PERSONAS[persona][0]
    client = town.client(persona)
    wrong = {}
    # What ends this very session comes last.
    for each in sorted(keyed(doors), key=lambda each: each.verb in ("accounts.sign_out", "accounts.end_session")):
        if each.verb not in ROLES[role]:
            continue
        status = each.knock(client).status_code
        if status >= 500 or status == 401:
            wrong[str(each)] = status
        if each.rule in ("/api/v1/session", "/sair"):
            client = town.client(persona)
    assert wrong == {}


@pytest.mark.parametrize("persona", KNOCKING)
def test_writes_need_the_token(app, doors, town, persona):
    role = PERSONAS[persona][0]
    client = town.client(persona)
    del client.environ_base["HTTP_X_CSRF_TOKEN"]
    wrong, tried = {}, 0
    for each in keyed(doors):
        if each.method not in WRITES or each.verb not in ROLES[role]:
            continue
        for token in (None, "", "0" * 64, "ç"):
            tried += 1
            body = {"csrf_token": token} if token is not None and not each.is_api else {}
            headers = {"X-CSRF-Token": token} if token and token.isascii() else {}
            sent = {"json": body} if each.is_api else {"data": body}
            answer = client.open(each.path(), method=each.method, headers=headers, **sent)
            if answer.status_code != 403 or "access.bad_token" not in answer.get_data(as_text=True):
                wrong[f"{each} {token!r}"] = answer.status_code
    assert wrong == {}
    assert tried > 0


def test_a_token_of_another_session_is_no_token(town):
    one, other = town.client("rua"), town.client("rua")
    one.environ_base["HTTP_X_CSRF_TOKEN"] = other.csrf
    assert one.delete("/api/v1/session").json["code"] == "access.bad_token"


def test_a_role_that_ended_opens_nothing(app, city, doors):
    client = city.client("abrigo")
    with city.transaction() as session:
        session.connection().exec_driver_sql(
            "UPDATE role_grants SET valid_to = now() WHERE worker_id = %s", (city.ids["abrigo"],)
        )
    assert client.get("/api/v1/referrals/inbox").json["code"] == "access.forbidden"


def test_a_revoked_device_may_only_deliver(city, doors):
    phone = city.phone("rua")
    with city.transaction() as session:
        session.connection().exec_driver_sql("UPDATE devices SET revoked_at = now() WHERE id = %s", (phone.device_id,))
    phone.client.environ_base["HTTP_X_CSRF_TOKEN"] = phone.csrf
    leaving = {"DELETE /api/v1/session", "GET /sair", "POST /sair"}
    others = [each for each in keyed(doors) if str(each) not in leaving]
    opened = {str(each) for each in others if each.knock(phone.client).status_code != 403}
    assert opened == {"POST /api/v1/sync/push"}
    ends = [each for each in keyed(doors) if str(each) == "DELETE /api/v1/session"]
    assert [each.knock(phone.client).status_code for each in ends] == [204]


def test_methods_that_a_door_does_not_have_are_refused(doors, clients):
    """HEAD and OPTIONS come by themselves with Flask: neither may do what a write does."""
    for rule, group in groupby(sorted(doors, key=lambda each: each.rule), key=lambda each: each.rule):
        group = list(group)
        if group[0].endpoint == "static":
            continue
        missing = {"GET", "POST", "PUT", "PATCH", "DELETE"} - {each.method for each in group}
        for method in missing:
            answer = clients["supervisao"].open(group[0].path(), method=method)
            # /app/<anything> answers GET where a file of the shell is asked with another method.
            assert answer.status_code == 405, f"{method} {rule}"


def test_no_door_serves_police_guard_cleaning_or_migration(doors):
    """design 11: a list of every way out is itself a test. Adding a door means coming here and saying for whom."""
    roles = set(ROLES)
    assert roles == {
        "outreach_worker", "home_visitor", "technician", "unit_desk", "coordinator", "supervisor",
        "administrator", "auditor",
    }  # fmt: skip
    spoken = " ".join(f"{each.rule} {each.verb}" for each in doors).lower()
    for word in ("polic", "guarda", "zeladoria", "migra", "police", "segur", "cleaning", "removal", "eviction"):
        assert word not in spoken
    outgoing = {each.rule for each in doors if any(w in each.rule for w in ("export", "relatorio", "report", "download"))}
    assert outgoing == set()
