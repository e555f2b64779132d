"""/admin/: who works here. Roles with dates, moves with history, suspension, and an administrator who sees no case."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import text

from app.access.roles import ROLES
from app.core import clock, days
from app.core.ids import new_id
from tests.make.city import PASSWORD
from tests.make.doors import doors_of
from tests.make.journeys import sent_referral

NEW = "girassol-na-janela-7"
CODE = re.compile(r'class="big-code">([2-9A-Z]{4}-[2-9A-Z]{4})<')


def post(client, path, **form):
    return client.post(path, data=form | {"csrf_token": client.csrf})


def person(city, persona):
    return f"/admin/trabalhadores/{city.ids[persona]}"


def page_of(client, city, persona):
    return client.get(person(city, persona)).get_data(as_text=True)


def grants(city, persona):
    return city.rows(
        "SELECT id, role, scope_kind, scope_id, valid_from, valid_to FROM role_grants WHERE worker_id = :w"
        " ORDER BY valid_from, id",
        w=city.ids[persona],
    )


def today(city):
    with city.transaction() as session:
        return days.today_of(session, city.ibge, clock.now())


def enters(city, persona, password=PASSWORD):
    answer = city.app.test_client().post("/api/v1/session", json={"login": city.login(persona), "password": password})
    return answer.status_code


@pytest.fixture
def admin(city):
    return city.client("admin")


def test_every_page_of_administration_opens(admin, city):
    for path in (
        "/admin/", "/admin/trabalhadores/novo", person(city, "rua"), person(city, "admin"), "/admin/equipes",
        f"/admin/equipes/{city.ids['team']}", "/admin/unidades", "/admin/unidades/nova",
        f"/admin/unidades/{city.ids['shelter']}", "/admin/plantao", "/admin/termo", "/admin/comecar", "/admin/importar",
        "/admin/territorio",
    ):  # fmt: skip
        assert admin.get(path).status_code == 200, path


def test_a_new_worker_enters_by_the_code_on_her_slip(admin, city):
    answer = post(
        admin, "/admin/trabalhadores/novo", name="Ana Reis", login="Ana.Reis", role="outreach_worker",
        scope=f"team:{city.ids['team']}",
    )  # fmt: skip
    [code] = CODE.findall(answer.get_data(as_text=True))
    assert answer.headers["Cache-Control"] == "no-store"
    client = city.app.test_client()
    entered = client.post("/api/v1/session/recover", json={"login": "ana.reis", "code": code, "new_password": NEW})
    assert entered.json["roles"] == ["outreach_worker"] and entered.json["term_pending"] is True
    me = next(c for c in client.get("/api/v1/sync/pull").json["changes"] if c["type"] == "me")["body"]
    assert [team["name"] for team in me["teams"]] == ["Equipe Rua"]
    assert "Ana Reis" in admin.get("/admin/").get_data(as_text=True)


def test_nobody_enters_with_a_password_that_was_never_chosen(admin, city):
    form = {"name": "Ana Reis", "login": f"ana-{city.tag}", "role": "supervisor", "scope": "municipality"}
    assert post(admin, "/admin/trabalhadores/novo", **form).status_code == 200
    for password in ("!", "x", "nobody has this password"):
        body = {"login": f"ana-{city.tag}", "password": password}
        assert city.app.test_client().post("/api/v1/session", json=body).status_code in (401, 429)


@pytest.mark.parametrize("login", ["a", "Ana Reis", "ána", "-ana", "ana;", "x" * 41, ""])
def test_a_login_that_can_not_be_told_over_the_phone_is_refused(admin, login):
    form = {"name": "Ana", "login": login, "role": "supervisor", "scope": "municipality"}
    assert post(admin, "/admin/trabalhadores/novo", **form).status_code == 422


def test_a_login_that_is_taken_here_or_elsewhere_is_refused(admin, city, other_city):
    for taken in (city.login("rua"), other_city.login("rua")):
        form = {"name": "Ana", "login": taken, "role": "supervisor", "scope": "municipality"}
        answer = post(admin, "/admin/trabalhadores/novo", **form)
        assert answer.status_code == 409 and "já está em uso" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "role,scope",
    [
        ("administrator", "team:@team"), ("auditor", "unit:@shelter"), ("outreach_worker", "unit:@shelter"),
        ("unit_desk", "team:@team"), ("supervisor", "team:@team"), ("outreach_worker", "team:@nobody"),
        ("outreach_worker", "team:@other"), ("outreach_worker", "team"), ("unit_desk", "unit:x"), ("unit_desk", "moon:@team"),
        ("emperor", "municipality"),
    ],
)  # fmt: skip
def test_a_role_counts_only_where_it_may(admin, city, other_city, role, scope):
    known = {key: str(value) for key, value in city.ids.items()} | {
        "nobody": str(new_id()), "other": str(other_city.ids["team"]),
    }  # fmt: skip
    kind, _at, name = scope.partition("@")
    before = len(grants(city, "rua"))
    answer = post(admin, f"{person(city, 'rua')}/perfis", role=role, scope=kind + known.get(name, ""))
    assert answer.status_code == 422
    assert len(grants(city, "rua")) == before


def test_a_role_with_dates_begins_and_ends_at_the_city_s_midnight(admin, city):
    first, last = days.after(today(city)), today(city) + timedelta(days=10)
    answer = post(
        admin, f"{person(city, 'rua')}/perfis", role="unit_desk", scope=f"unit:{city.ids['shelter']}",
        begins_on=first.isoformat(), last_on=last.isoformat(),
    )  # fmt: skip
    assert answer.status_code == 303
    held = next(g for g in grants(city, "rua") if g["role"] == "unit_desk")
    zone = days.DEFAULT_ZONE  # Fortaleza and São Paulo keep the same hour
    assert held["valid_from"].astimezone(zone).isoformat()[:16] == f"{first}T00:00"
    assert held["valid_to"].astimezone(zone).isoformat()[:16] == f"{days.after(last)}T00:00"
    assert "ainda vai começar" in page_of(admin, city, "rua")
    assert city.client("rua").get("/api/v1/session").json["roles"] == ["outreach_worker"]


@pytest.mark.parametrize("begins,ends", [(1, 0), (-3, 5), (800, None)])
def test_dates_that_do_not_fit_are_refused(admin, city, begins, ends):
    day = today(city)
    form = {"begins_on": (day + timedelta(days=begins)).isoformat()}
    if ends is not None:
        form["last_on"] = (day + timedelta(days=ends)).isoformat()
    answer = post(admin, f"{person(city, 'rua')}/perfis", role="supervisor", scope="municipality", **form)
    assert answer.status_code == 422 and "datas" in answer.get_data(as_text=True)


def test_an_ended_role_opens_nothing_and_stays_in_the_history(admin, city):
    client = city.client("abrigo")
    [held] = grants(city, "abrigo")
    assert post(admin, f"{person(city, 'abrigo')}/perfis/{held['id']}/fim").status_code == 303
    assert client.get("/api/v1/referrals/inbox").json["code"] == "access.forbidden"
    assert "Recepção da unidade" in page_of(admin, city, "abrigo").split("Histórico")[1]
    assert post(admin, f"{person(city, 'abrigo')}/perfis/{held['id']}/fim").status_code == 404


def test_a_move_keeps_the_history_and_takes_the_team_along(admin, city):
    phone = city.phone("rua")
    old = phone.encounter()
    [held] = grants(city, "rua")
    post(admin, "/admin/equipes", name="Equipe Nova", kind="street", unit_id="", region_ids=[str(city.ids["north"])])
    [made] = city.rows("SELECT id FROM teams WHERE municipality_id = :m AND name = 'Equipe Nova'")
    moved = post(admin, f"{person(city, 'rua')}/perfis/{held['id']}/mudanca", scope=f"team:{made['id']}")
    assert moved.status_code == 303
    first, second = grants(city, "rua")
    assert first["valid_to"] == second["valid_from"] and second["scope_id"] == made["id"]
    # What was recorded for the former team before the move is still taken; afterwards only for the new one.
    assert phone.push(old)[0]["status"] == "done"
    assert phone.push(phone.encounter())[0]["problem"]["code"] == "access.forbidden"
    assert phone.push(phone.encounter(team_id=str(made["id"])))[0]["status"] == "done"
    phone.pull()
    assert [team["name"] for team in phone.of_type("me")[0]["teams"]] == ["Equipe Nova"]
    page = page_of(admin, city, "rua")
    assert "Equipe Rua" in page.split("Histórico")[1]


def test_a_move_ahead_changes_nothing_until_its_day(admin, city):
    [held] = grants(city, "rua")
    post(admin, "/admin/equipes", name="Equipe Nova", kind="street", unit_id="")
    [made] = city.rows("SELECT id FROM teams WHERE municipality_id = :m AND name = 'Equipe Nova'")
    on = (today(city) + timedelta(days=3)).isoformat()
    assert post(admin, f"{person(city, 'rua')}/perfis/{held['id']}/mudanca", scope=f"team:{made['id']}", on=on).status_code == 303
    phone = city.phone("rua")
    phone.pull()
    assert [team["name"] for team in phone.of_type("me")[0]["teams"]] == ["Equipe Rua"]
    assert phone.push(phone.encounter())[0]["status"] == "done"


def test_a_move_of_a_role_that_is_still_to_begin_makes_it_begin_no_sooner(admin, city):
    first = today(city) + timedelta(days=5)
    scope = f"unit:{city.ids['shelter']}"
    post(admin, f"{person(city, 'rua')}/perfis", role="unit_desk", scope=scope, begins_on=first.isoformat())
    ahead = next(g for g in grants(city, "rua") if g["role"] == "unit_desk")
    to = f"unit:{city.ids['centro_pop']}"
    assert post(admin, f"{person(city, 'rua')}/perfis/{ahead['id']}/mudanca", scope=to).status_code == 303
    moved = [g for g in grants(city, "rua") if g["role"] == "unit_desk"]
    assert {g["valid_from"] for g in moved} == {ahead["valid_from"]}
    assert {g["scope_id"] for g in moved if g["valid_to"] is None} == {city.ids["centro_pop"]}
    assert city.client("rua").get("/api/v1/session").json["roles"] == ["outreach_worker"]


def test_people_are_looked_for_by_name_or_login(admin, city):
    page = admin.get("/admin/?q=creas").get_data(as_text=True)
    assert city.login("creas") in page and city.login("rua") not in page
    for wanted in ("%", "_", "'", "nada"):
        assert "0 pessoas encontradas." in admin.get("/admin/", query_string={"q": wanted}).get_data(as_text=True)


def test_a_name_is_corrected(admin, city):
    assert post(admin, f"{person(city, 'rua')}/nome", name="Rúbia Alves").status_code == 303
    assert "Rúbia Alves" in page_of(admin, city, "rua")


# -- suspension ----------------------------------------------------------------------------------------------------


def test_suspension_ends_sessions_at_once_and_still_takes_what_was_before(admin, city):
    desk, phone = city.client("rua"), city.phone("rua")
    before = phone.encounter()
    assert post(admin, f"{person(city, 'rua')}/suspender").status_code == 303
    assert desk.get("/api/v1/session").status_code == 401
    assert enters(city, "rua") == 401
    assert phone.client.get("/api/v1/sync/pull").json["code"] == "access.send_only"
    after = phone.encounter()
    outcomes = phone.push(before, after)
    assert outcomes[0]["status"] == "done"
    assert (outcomes[1]["status"], outcomes[1]["problem"]["code"]) == ("refused", "access.forbidden")
    assert "Suspensa desde" in page_of(admin, city, "rua")


def test_thirty_days_later_only_a_person_takes_it_in(admin, city, monkeypatch):
    phone = city.phone("rua")
    before = phone.encounter()
    post(admin, f"{person(city, 'rua')}/suspender")
    now = clock.now()
    with city.transaction() as session:
        session.execute(
            text("UPDATE sessions SET expires_at = expires_at + interval '90 days' WHERE worker_id = :w"),
            {"w": city.ids["rua"]},
        )
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=31))
    assert phone.post([before], sent_at=clock.now()).status_code == 403
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=29))
    assert phone.push(before, sent_at=clock.now())[0]["status"] == "done"


def test_what_was_suspended_comes_back_by_a_new_role_only(admin, city):
    phone = city.phone("rua")
    post(admin, f"{person(city, 'rua')}/suspender")
    assert post(admin, f"{person(city, 'rua')}/suspender").status_code == 409
    scope = f"team:{city.ids['pim_team']}"
    assert post(admin, f"{person(city, 'rua')}/perfis", role="home_visitor", scope=scope).status_code == 409
    assert post(admin, f"{person(city, 'rua')}/voltar", role="home_visitor", scope=scope).status_code == 303
    assert phone.client.get("/api/v1/session").status_code == 401
    assert enters(city, "rua") == 200
    assert city.client("rua").get("/api/v1/session").json["roles"] == ["home_visitor"]
    assert [g["role"] for g in grants(city, "rua") if g["valid_to"] is None] == ["home_visitor"]
    assert post(admin, f"{person(city, 'rua')}/voltar", role="home_visitor", scope=scope).status_code == 409


def test_a_role_that_was_to_begin_later_never_begins_for_who_was_suspended(admin, city):
    first = (today(city) + timedelta(days=2)).isoformat()
    post(admin, f"{person(city, 'rua')}/perfis", role="supervisor", scope="municipality", begins_on=first)
    post(admin, f"{person(city, 'rua')}/suspender")
    assert all(g["valid_to"] is not None and g["valid_to"] >= g["valid_from"] for g in grants(city, "rua"))
    ahead = next(g for g in grants(city, "rua") if g["role"] == "supervisor")
    assert ahead["valid_to"] == ahead["valid_from"]


def test_nobody_suspends_or_raises_herself(admin, city):
    for path, form in (
        ("suspender", {}), ("perfis", {"role": "supervisor", "scope": "municipality"}),
    ):  # fmt: skip
        assert post(admin, f"{person(city, 'admin')}/{path}", **form).status_code == 403


# -- the last administrator ----------------------------------------------------------------------------------------


def second_administrator(city, persona="supervisao"):
    with city.transaction() as session:
        session.execute(
            text(
                "INSERT INTO role_grants (municipality_id, id, worker_id, role, scope_kind, valid_from)"
                " VALUES (:m, :i, :w, 'administrator', 'municipality', now() - interval '1 day')"
            ),
            {"m": city.ibge, "i": new_id(), "w": city.ids[persona]},
        )


def test_the_last_administrator_keeps_the_role(admin, city):
    [held] = grants(city, "admin")
    for form in ({}, {"last_on": (today(city) + timedelta(days=30)).isoformat()}):
        answer = post(admin, f"{person(city, 'admin')}/perfis/{held['id']}/fim", **form)
        assert answer.status_code == 409 and "última pessoa" in answer.get_data(as_text=True)
    assert admin.get("/admin/").status_code == 200


def test_with_another_one_the_role_ends_and_the_other_is_then_the_last(admin, city):
    second_administrator(city)
    [held] = grants(city, "admin")
    assert post(admin, f"{person(city, 'admin')}/perfis/{held['id']}/fim").status_code == 303
    other = city.client("supervisao")
    [theirs] = [g for g in grants(city, "supervisao") if g["role"] == "administrator"]
    assert post(other, f"{person(city, 'supervisao')}/perfis/{theirs['id']}/fim").status_code == 409


def test_who_never_entered_or_ends_soon_does_not_count_as_one_who_stays(admin, city):
    post(admin, "/admin/trabalhadores/novo", name="Nova", login=f"nova-{city.tag}", role="administrator", scope="municipality")
    last = (today(city) + timedelta(days=5)).isoformat()
    post(admin, f"{person(city, 'supervisao')}/perfis", role="administrator", scope="municipality", last_on=last)
    [held] = grants(city, "admin")
    assert post(admin, f"{person(city, 'admin')}/perfis/{held['id']}/fim").status_code == 409


# -- no case -------------------------------------------------------------------------------------------------------


CASES = ("encounters.", "home_visits.", "referrals.", "people.", "coverage.", "shifts.", "sync.")


def test_the_administrator_holds_no_verb_of_a_case():
    # The city's own choices in lists, and whom to ask about personal data: no case is read by either.
    settings = {"people.write_options", "people.name_officer"}
    assert [verb for verb in ROLES["administrator"] - settings if verb.startswith(CASES)] == []


def test_no_page_or_address_shows_the_administrator_a_case(admin, city):
    """Every GET of the URL map, with the ids of a lived-in city: no planted word, no id of a record."""
    planted = "Segredo da Rosa"
    phone, referral_id = sent_referral(city, called=planted)
    met = phone.encounter(note=planted)
    assert phone.push(met)[0]["status"] == "done"
    ids = {
        "referral_id": referral_id, "worker_id": city.ids["rua"], "team_id": city.ids["team"],
        "unit_id": city.ids["shelter"], "edition_id": city.ids["edition"], "device_id": phone.device_id,
    }  # fmt: skip
    opened, wrong = set(), []
    for each in doors_of(city.app):
        if each.method != "GET" or each.endpoint == "static":
            continue
        answer = each.knock(admin, **ids)
        told = answer.get_data(as_text=True)
        if answer.status_code == 200:
            opened.add(each.rule)
        if planted in told or met["body"]["encounter_id"] in told or (referral_id in told and referral_id not in each.path(**ids)):
            wrong.append(str(each))
    assert wrong == []
    assert "/admin/" in opened and len(opened) > 20
