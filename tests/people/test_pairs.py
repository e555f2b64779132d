"""Pairs proposed at night and decided by a person; the pages of search, pairs, merge and undo."""

import re

import pytest
from sqlalchemy import text

from app.core import clock
from app.core.db import transaction
from app.people.service import merge
from app.people.service.pairing import propose_pairs
from app.people.service.restriction import restrict
from tests.people.known import acting, ends_of, make_people, make_person, tell_name


def proposed(city, only=None):
    now = clock.now()
    with city.app.app_context(), transaction(city.ibge) as session:
        return propose_pairs(session, city.ibge, now, now.date(), only=only)


def waiting(city):
    rows = city.rows("SELECT low_id, high_id, score, reasons FROM person_pairs WHERE municipality_id = :m AND decision IS NULL")
    return {frozenset((row["low_id"], row["high_id"])): row["reasons"] for row in rows}


def alike(city):
    return make_people(
        city,
        [{"names": [("civil", "Wellington Ximenes")], "sex": "male"}, {"names": [("nickname", "Uéliton Chimenes")]}],
    )


def test_likely_pairs_are_proposed_once_and_unlikely_ones_never(city):
    a, b = alike(city)
    make_people(city, [{"names": [("civil", name)]} for name in ("Wellington Prado", "José", "José", "Maria")])
    assert proposed(city) == 1 and waiting(city).keys() == {frozenset((a, b))}
    assert proposed(city) == 0 and len(waiting(city)) == 1  # nothing arrived since


def test_a_document_on_two_persons_is_a_likeness(city):
    a, b = make_people(city, [{"names": [("nickname", name)], "documents": {"cpf": "52998224725"}} for name in ("Nina", "Bigode")])
    proposed(city)
    assert waiting(city) == {frozenset((a, b)): ["same_document"]}


def test_what_was_decided_stays_and_what_changed_is_seen_again(city):
    a, b = alike(city)
    proposed(city)
    with city.transaction() as session:
        session.execute(text("UPDATE person_pairs SET decision = 'different', decided_at = now() WHERE low_id = :a"), {"a": min(a, b)})
    tell_name(city, a, "Uéliton Chimenes")
    assert proposed(city) == 0 and waiting(city) == {}
    c = make_person(city, "Quixabeira")
    d = make_person(city, "Tamanduá")
    proposed(city)
    assert waiting(city) == {}
    tell_name(city, c, "Heráclito Bulhões")
    tell_name(city, d, "Eraclito Bulhoes")
    assert proposed(city) == 1 and waiting(city).keys() == {frozenset((c, d))}
    with city.transaction() as session:
        session.execute(text("UPDATE person_told SET taken_back_at = now() WHERE person_id = :d AND value = '\"Eraclito Bulhoes\"'"), {"d": d})
    proposed(city)
    assert waiting(city) == {}


def test_nobody_restricted_ended_or_merged_already_is_in_a_pair(city):
    a, b = alike(city)
    with acting(city, "creas") as (session, actor):
        restrict(session, actor, a, "o companheiro a procura", clock.now())
    assert proposed(city) == 0
    c, d = make_people(city, [{"names": [("civil", "Heráclito Bulhões")]} for _n in range(2)])
    with acting(city, "creas") as (session, actor):
        merge(session, actor, c, d, {}, None, clock.now())
    assert proposed(city) == 0
    # The merged person is compared as one, under the survivor's id, by all her names.
    tell_name(city, d, "Zacarias Galvão")
    other = make_person(city, "Zacarias Galvão", kind="civil")
    assert proposed(city) == 1 and waiting(city).keys() == {frozenset((c, other))}


def test_another_citys_people_are_not_compared(city, other_city):
    alike(other_city)
    make_person(city, "Wellington Ximenes")
    assert proposed(city) == 0


def page(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def test_a_technician_compares_chooses_and_merges_and_the_supervisor_undoes(city):
    a, b = alike(city)
    tell_name(city, a, "Tonho")
    other = tell_name(city, b, "Toinho")
    proposed(city)
    desk = city.client("creas")
    shown = page(desk, "/mesa/pessoas/parecidas")
    assert "Wellington Ximenes" in shown and "Nome que soa igual" in shown
    [address] = re.findall(r'href="(/mesa/pessoas/[0-9a-f-]+/unir/[0-9a-f-]+)"', shown)
    shown = page(desk, address)
    assert "Tonho" in shown and "Toinho" in shown
    assert f'value="{other}"' in shown
    survivor, absorbed = re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}", address)
    done = desk.post(address, data={"csrf_token": desk.csrf, "c.name.nickname": str(other), "reason": "mesma foto no crachá"})
    assert done.status_code == 302 and done.location.endswith(survivor)
    assert str(next(iter(ends_of(city, b if str(b) == absorbed else a).values()))) == survivor
    assert waiting(city) == {}
    boss = city.client("supervisao")
    shown = page(boss, "/painel/unioes")
    [merge_id] = re.findall(r"/painel/unioes/([0-9a-f-]+)/desfazer", shown)
    assert "mesma foto no crachá" in shown
    undone = boss.post(f"/painel/unioes/{merge_id}/desfazer", data={"csrf_token": boss.csrf, "reason": "são irmãos"})
    assert undone.status_code == 302
    assert "desfeita" in page(boss, "/painel/unioes")
    assert ends_of(city, a, b) == {a: a, b: b}
    tell_name(city, a, "Uéliton Chimenes")
    proposed(city)
    assert waiting(city) == {}  # told apart by the undo


def test_different_people_leave_the_list(city):
    alike(city)
    proposed(city)
    desk = city.client("coordenacao")
    [address] = re.findall(r'action="(/mesa/pessoas/parecidas/[0-9a-f-]+/diferentes)"', page(desk, "/mesa/pessoas/parecidas"))
    assert desk.post(address, data={"csrf_token": desk.csrf}).status_code == 302
    assert waiting(city) == {} and "Nenhum par" in page(desk, "/mesa/pessoas/parecidas")
    assert desk.post(address, data={"csrf_token": desk.csrf}).status_code == 404


def test_a_merge_of_somebody_restricted_is_undone_without_a_name(city):
    a, b = alike(city)
    with acting(city, "creas") as (session, actor):
        merge(session, actor, a, b, {}, "o cartão do Wellington", clock.now())
        restrict(session, actor, a, "o companheiro a procura", clock.now())
    boss = city.client("supervisao")
    shown = page(boss, "/painel/unioes")
    assert "Cadastro sigiloso" in shown and "Wellington" not in shown and str(a) not in shown
    [merge_id] = re.findall(r"/painel/unioes/([0-9a-f-]+)/desfazer", shown)
    boss.post(f"/painel/unioes/{merge_id}/desfazer", data={"csrf_token": boss.csrf, "reason": "são irmãos"})
    assert ends_of(city, b) == {b: b}


@pytest.mark.parametrize("persona", ["rua", "pim", "abrigo", "supervisao", "admin"])
def test_pairs_and_merges_are_for_who_decides(city, persona):
    a, b = alike(city)
    client = city.client(persona)
    assert client.get("/mesa/pessoas/parecidas").status_code == 403
    assert client.get(f"/mesa/pessoas/{a}/unir/{b}").status_code == 403


def test_search_answers_a_phone_and_a_desk_and_leaves_no_letter_behind(city, capfd):
    person = make_person(city, "Quixabeira", sex="male")
    phone = city.client("rua")
    answer = phone.post("/api/v1/people/search", json={"q": "quixabera"})
    assert answer.status_code == 200
    [found] = answer.json["results"]
    assert (found["id"], found["called"], answer.json["more"]) == (str(person), "Quixabeira", False)
    assert {"also", "names", "told", "asked", "contacts", "follows", "restricted"} <= found.keys()
    short = phone.post("/api/v1/people/search", json={"q": "qu"})
    assert (short.status_code, short.json["code"]) == (422, "people.too_few_letters")
    likely = phone.post("/api/v1/people/likely", json={"names": ["Kixabeira"], "sex": "male"})
    assert likely.status_code == 200 and likely.json["results"] == []
    likely = phone.post("/api/v1/people/likely", json={"names": ["Kixabeira", "Quixabeira Lima"], "age_band": None})
    desk = city.client("creas")
    shown = desk.post("/mesa/pessoas/", data={"csrf_token": desk.csrf, "q": "quixabera"})
    assert shown.status_code == 200 and f"/mesa/pessoas/{person}" in shown.get_data(as_text=True)
    few = desk.post("/mesa/pessoas/", data={"csrf_token": desk.csrf, "q": "qu"})
    assert few.status_code == 200 and "três letras" in few.get_data(as_text=True)
    none = desk.post("/mesa/pessoas/", data={"csrf_token": desk.csrf, "q": "abcdefg"})
    assert "Ninguém" in none.get_data(as_text=True)
    lines = city.rows("SELECT * FROM audit_lines WHERE municipality_id = :m AND action = 'people.search'")
    assert len(lines) == 6  # five answered, one refused; the desk's short one found nothing to look for
    told = str([dict(line) for line in lines]) + "".join(capfd.readouterr())
    assert "quixab" not in told.lower() and "kixab" not in told.lower()


def test_the_warning_while_writing_names_who_it_may_be(city):
    person = make_person(city, "Wellington Ximenes", sex="male", region_id=city.ids["north"])
    phone = city.client("rua")
    answer = phone.post(
        "/api/v1/people/likely",
        json={"names": ["Uéliton Chimenes"], "sex": "male", "region_id": str(city.ids["north"])},
    )
    [found] = answer.json["results"]
    assert found["person"]["id"] == str(person) and found["score"] >= 50
    assert found["reasons"] == ["same_sound", "same_sex", "same_region"]
    assert phone.post("/api/v1/people/likely", json={"names": ["x" * 81]}).status_code == 422
    assert phone.post("/api/v1/people/likely", json={}).json["results"] == []
