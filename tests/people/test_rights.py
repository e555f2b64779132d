"""Rights of the person (LGPD 18): her own paper, the register of sharings, and nobody's name after the term."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from app.core.db import cleared
from app.privacy.queries.paper import paper as read_paper
from app.privacy.service import anonymise_city
from tests.encounters.made import known_person, link, statuses
from tests.people.shielded import REASON, WHY, WORDS, acting, make_shielded, now

TABLES = (
    "people", "person_told", "person_restrictions", "person_access", "person_sharings", "person_merges", "person_pairs",
    "household_member_people", "household_members", "households", "tasks", "referrals", "referral_events", "encounters",
    "encounter_additions", "participations", "participation_links", "home_visits", "changes", "audit_lines",
)  # fmt: skip


@pytest.fixture
def her(city):
    return make_shielded(city)


def paper(client, her):
    answer = client.get(f"/mesa/pessoas/{her.person_id}/dados")
    return answer.status_code, answer.get_data(as_text=True)


def test_the_paper_says_what_is_held_why_and_to_whom_it_went(her):
    city = her.city
    technician = city.client("creas")
    technician.get(f"/mesa/pessoas/{her.person_id}")
    status, shown = paper(technician, her)
    assert status == 200
    for said in (WORDS[0], "shelter", "Técnico(a) de referência: 1 vez", "encarregado", "Creas"):
        assert said in shown
    assert re.search(r"encontro na rua", shown)
    lines = city.rows("SELECT action FROM audit_lines WHERE subject_id = :id AND action = 'people.print'", id=her.person_id)
    assert len(lines) == 1
    assert "Técnico(a) de referência: 2 vezes" in paper(technician, her)[1]  # the first paper is in the second


@pytest.mark.parametrize("persona", ["rua", "pim", "abrigo", "supervisao", "admin"])
def test_only_who_may_print_prints(her, persona):
    assert paper(her.city.client(persona), her)[0] == 403


def test_nobody_prints_one_whom_she_may_not_see(her):
    her.restrict()
    status, shown = paper(her.city.client("coordenacao"), her)
    assert status == 404 and not [word for word in WORDS if word in shown]
    assert WORDS[0] in paper(her.city.client("creas"), her)[1]


def test_what_went_outside_is_written_down_and_stands_on_the_paper(her):
    client = her.city.client("coordenacao")
    form = {"csrf_token": client.csrf, "with_whom": "UBS Centro", "what": ["names", "documents"], "basis": "health", "note": ""}
    where = f"/mesa/pessoas/{her.person_id}/dados"
    assert client.post(f"{where}/partilhas", data=form).status_code == 303
    shown = paper(client, her)[1]
    assert "UBS Centro" in shown and "documentos" in shown
    assert client.post(f"{where}/partilhas", data=form | {"what": ["police_record"]}).status_code == 422
    assert client.post(f"{where}/partilhas", data=form | {"basis": ""}).status_code == 422


def test_professionals_notes_are_told_of_without_what_they_say(her):
    city = her.city
    with city.transaction() as session:
        session.connection().exec_driver_sql("UPDATE workers SET profession = 'psychologist' WHERE id = %s", (city.ids["creas"],))
    client = city.client("creas")
    client.post(f"/mesa/pessoas/{her.person_id}/notas", data={"csrf_token": client.csrf, "words": "Dissecoisaplantada"})
    shown = paper(city.client("coordenacao"), her)[1]
    assert "Creas, Psicologia" in shown and "plantada" not in shown.replace(WORDS[0], "")


# --- after the term ----------------------------------------------------------------------------------------------------


def age(city, years):
    """Everything happened so many years earlier."""
    moved = {
        "people": ("first_met_at", "last_met_at"), "person_told": ("told_at", "received_at"),
        "encounters": ("occurred_at", "received_at"), "referrals": ("sent_at", "received_at"), "home_visits": ("occurred_at",),
        "tasks": ("agreed_at",),
    }  # fmt: skip
    with city.transaction() as session, cleared(session, "restricted"):
        for table, columns in moved.items():
            shifts = ", ".join(f"{column} = {column} - make_interval(days => {round(365.25 * years)})" for column in columns)
            session.execute(text(f"UPDATE {table} SET {shifts}"))


def anonymise(city):
    with city.transaction() as session:
        return anonymise_city(session, city.ibge, now())


def close_referrals(city):
    with city.transaction() as session:
        session.execute(text("UPDATE referrals SET status = 'arrived'"))


def everything(city):
    return "\n".join(str(city.rows(f"SELECT t::text FROM {table} t WHERE municipality_id = :m")) for table in TABLES)


def counted(city):
    """What the board and the map count: encounters, people present, distinct persons, bands and sexes."""
    return city.rows(
        "SELECT count(DISTINCT e.id) AS encounters, count(p.id) AS present, count(DISTINCT coalesce(p.person_id, p.id)) AS people,"
        " count(p.age_band) AS bands, count(p.sex) AS sexes, sum(DISTINCT e.people_count) AS counted FROM encounters e"
        " JOIN participations p ON p.municipality_id = e.municipality_id AND p.encounter_id = e.id"
        " WHERE e.municipality_id = :m AND e.status = 'valid'"
    )[0]


def test_after_the_term_nobody_knows_her_and_the_counts_stay(her):
    city = her.city
    her.restrict()
    with acting(city, "rua") as (session, actor):
        from_before = counted(city)
    close_referrals(city)
    age(city, 5.1)
    assert [word for word in WORDS if word not in everything(city)] == []
    assert anonymise(city) == 1
    kept = everything(city)
    assert not [word for word in (*WORDS, REASON, WHY) if word in kept]
    assert counted(city) == from_before
    [row] = city.rows("SELECT called, ended_at IS NOT NULL AS ended, end_reason FROM people WHERE id = :id", id=her.person_id)
    assert dict(row) == {"called": "", "ended": True, "end_reason": "anonymised"}
    assert len(city.rows("SELECT FROM audit_lines WHERE action = 'people.anonymise' AND subject_id = :id", id=her.person_id)) == 1
    assert anonymise(city) == 0
    assert city.client("creas").get(f"/mesa/pessoas/{her.person_id}").status_code == 404


def test_before_the_term_or_with_something_open_she_stays(her):
    city = her.city
    age(city, 4.9)
    close_referrals(city)
    assert anonymise(city) == 0
    age(city, 1)
    with city.transaction() as session:
        session.execute(text("UPDATE referrals SET status = 'sent'"))
    assert anonymise(city) == 0  # somebody still expects her
    close_referrals(city)
    city.phone("pim").push(city.phone("pim").visit())
    assert anonymise(city) == 0  # her family was visited today
    age(city, 5.1)
    with city.transaction() as session:
        session.execute(
            text("UPDATE municipalities SET settings = settings || '{\"retention_years\": 20}' WHERE id = :m"), {"m": city.ibge}
        )
    assert anonymise(city) == 0
    assert WORDS[0] in everything(city)


def test_a_merged_person_goes_as_a_whole_or_not_at_all(her):
    city = her.city
    phone = her.phone("rua")
    recent = phone.encounter()
    close_referrals(city)
    age(city, 6)
    with city.transaction() as session:
        run = session.connection().exec_driver_sql
        other = recent["body"]["encounter_id"]  # any id
        run(
            "INSERT INTO people (municipality_id, id, called, called_kind, first_met_at, last_met_at)"
            " VALUES (%s, %s, 'Zu', 'nickname', %s, %s)", (city.ibge, other, now(), now()),
        )  # fmt: skip
        run("INSERT INTO people_absorbed (municipality_id, id, survivor_id) VALUES (%s, %s, %s)", (city.ibge, other, her.person_id))
    assert anonymise(city) == 0
    with city.transaction() as session:
        session.execute(text("UPDATE people SET last_met_at = :then WHERE id = :o"), {"then": now() - timedelta(days=2200), "o": other})
    assert anonymise(city) == 1
    assert {row["called"] for row in city.rows("SELECT called FROM people WHERE municipality_id = :m")} == {""}


def test_the_paper_of_one_says_nothing_of_where_another_of_the_group_was_sent(city):
    phone = city.phone("rua")
    man, woman = known_person(phone, "Companheiro"), known_person(phone, "Zuleica")
    met = phone.encounter(people=2)
    phone.push(met)
    phone.push(link(phone, met, man), link(phone, met, woman, 1))
    assert statuses(phone.push(phone.referral(met, called="Zuleica", people_count=1))) == ["done"]
    with acting(city, "creas") as (session, actor):
        held = read_paper(session, actor, UUID(man), now())
    assert (held["sent"], held["sent_others"]) == ([], 1)
    sheet = city.client("creas").get(f"/mesa/pessoas/{man}/dados").text
    assert "Há mais 1 encaminhamento" in sheet and "A ninguém fora da equipe" not in sheet


def test_the_city_names_whom_to_ask_about_personal_data(city):
    phone = city.phone("rua")
    person = known_person(phone, "Galego")
    admin, paper = city.client("admin"), f"/mesa/pessoas/{person}/dados"
    assert "pergunte na secretaria" in city.client("creas").get(paper).text
    form = {"contact": "Rita <b>Lemos</b>, (84) 3200-0001", "csrf_token": admin.csrf}
    assert admin.post("/admin/encarregado", data=form).status_code == 303
    assert "Rita &lt;b&gt;Lemos" in admin.get("/admin/encarregado?feito=guardado").text
    assert "Rita &lt;b&gt;Lemos" in city.client("creas").get(paper).text
    [line] = city.rows("SELECT fields FROM audit_lines WHERE municipality_id = :m AND action = 'people.name_officer'")
    assert line["fields"] == ["data_officer"]
    # Other settings stay; an empty one is none.
    before = city.rows("SELECT settings FROM municipalities WHERE id = :m")[0]["settings"]
    assert admin.post("/admin/encarregado", data=form | {"contact": ""}).status_code == 303
    after = city.rows("SELECT settings FROM municipalities WHERE id = :m")[0]["settings"]
    assert after == before | {"data_officer": ""}
    assert "pergunte na secretaria" in city.client("creas").get(paper).text
    for login in ("coordenacao", "creas", "supervisao"):
        assert city.client(login).get("/admin/encarregado").status_code == 403
