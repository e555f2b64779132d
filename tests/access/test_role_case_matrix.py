"""Who comes through which door of flags: each persona × each route × own unit, another unit, another city, the agents' own body.

The doors are those of the URL map: one that is built tomorrow must be put in a row here.
"""

import pytest

from app.access.roles import ROLES as VERBS_OF
from app.accounts import service as accounts
from app.core import clock
from tests.make.city import ROLES, make_city
from tests.make.colleague import another
from tests.make.doors import doors_of
from tests.make.flags import raise_flag
from tests.protection.desk import Desk

CASE, COURSE, LISTS, COUNTS, SETTING, OWN = (
    "of a case, for its unit's technicians", "of a case, for its coordination", "lists of cases", "counts", "the city's table", "the author's own",
)  # fmt: skip
# (begin of the address, what it is), the longest first.
KINDS = (
    ("/mesa/casos/<uuid:flag_id>/andamento", COURSE), ("/mesa/casos/<uuid:flag_id>", CASE), ("/mesa/casos", LISTS), ("/painel/", COUNTS),
    ("/admin/", SETTING), ("/api/v1/protection", OWN),
)  # fmt: skip
ROLE_OF = {name: role for name, (role, _scope) in ROLES.items()} | {"outra": "technician", "guarda": "technician", "coord_abrigo": "coordinator"}
# Who sees the case that is asked for: its unit's technician; the coordination of the team that raised it, which hands it on.
SEES = {CASE: {"creas", "coordenacao"}, COURSE: {"coordenacao"}}


def kind_of(door):
    return next((kind for begin, kind in KINDS if door.rule.startswith(begin)), None)


@pytest.fixture(scope="module")
def town(app):
    """A city with a case of creas, and one about agents of the guard, whose people work at the shelter and at creas."""
    city = make_city(app)
    another(city, "outra", "technician", scope="shelter")
    another(city, "coord_abrigo", "coordinator", scope="shelter")
    admin = city.client("admin")
    answer = admin.post("/admin/quem-avisar/orgao", data={"unit_id": str(city.ids["shelter"]), "body": "municipal_guard", "csrf_token": admin.csrf})
    assert answer.status_code == 303
    # At creas too, so that nothing but her body keeps her from it.
    another(city, "guarda", "technician", scope="shelter")
    with city.transaction() as session:
        accounts.grant_role(session, city.ibge, city.ids["guarda"], "technician", clock.now(), "unit", city.ids["creas_unit"])
    phone = city.phone()
    city.case = raise_flag(phone)
    city.about_agents = raise_flag(
        phone, age="age_18_59", kinds=["forced_removal"], forms=[], company=None, agent_body="municipal_guard",
        choices=[{"recipient": "ombudsman", "answer": "accepted"}],
    )  # fmt: skip
    return city


@pytest.fixture(scope="module")
def cases(app):
    verbs = {verb for role in VERBS_OF.values() for verb in role if verb.startswith("protection.")}
    return [door for door in doors_of(app) if door.verb in verbs or door.rule.startswith(("/mesa/casos", "/painel/alertas"))]


def asked(city, persona, door, flag_id):
    client = city.clients.setdefault(persona, city.client(persona)) if hasattr(city, "clients") else city.client(persona)
    data = {"csrf_token": client.csrf} if door.method == "POST" else None
    return client.open(door.path(flag_id=flag_id), method=door.method, data=data, headers={"Accept": "application/problem+json"})


def test_every_door_of_flags_is_of_a_known_kind(cases):
    assert len(cases) > 40 and [str(door) for door in cases if kind_of(door) is None and door.verb] == []


@pytest.mark.parametrize("persona", ROLE_OF)
def test_a_role_opens_what_its_verbs_say_and_a_case_only_whose_it_is(town, cases, persona):
    town.clients = getattr(town, "clients", {})
    may, wrong = VERBS_OF[ROLE_OF[persona]], []
    for door in cases:
        answer, kind = asked(town, persona, door, town.case), kind_of(door)
        if door.verb not in may:
            right = answer.status_code == 403
        elif kind in SEES and persona not in (*SEES[kind], "guarda"):
            # Unknown, as one that isn't there; a body that is wrong is refused before the case is looked for.
            right = answer.status_code in (404, 422)
        else:
            # Somebody else's to do, once it was taken: said by its page, not by the door.
            right = answer.status_code != 403 or kind in SEES
        if not right or answer.status_code >= 500 and answer.status_code != 503:
            wrong.append((str(door), answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("persona", ["guarda", "outra", "coord_abrigo", "coordenacao", "rua2"])
def test_of_agents_their_own_body_and_who_is_not_named_opens_nothing(town, cases, persona):
    town.clients = getattr(town, "clients", {})
    opened = []
    for door in cases:
        if kind_of(door) in (CASE, COURSE):
            answer = asked(town, persona, door, town.about_agents)
            if answer.status_code not in (403, 404, 422):
                opened.append((str(door), answer.status_code))
    assert opened == []
    if "protection.read_queue" in VERBS_OF[ROLE_OF[persona]]:
        assert town.about_agents not in Desk(town, persona).page("/mesa/casos")
    assert town.about_agents in Desk(town, "creas").page("/mesa/casos")


@pytest.mark.parametrize("persona", ["creas", "coordenacao", "supervisao", "rua", "admin"])
def test_of_another_city_nothing_opens(town, cases, app, persona):
    city = make_city(app)
    city.clients, opened = {}, []
    for door in cases:
        if kind_of(door) in (CASE, COURSE):
            answer = asked(city, persona, door, town.case)
            if answer.status_code not in (403, 404, 422):
                opened.append((str(door), answer.status_code))
    assert opened == []
    if "protection.read_queue" in VERBS_OF[ROLE_OF[persona]]:
        assert town.case not in Desk(city, persona).page("/mesa/casos")
