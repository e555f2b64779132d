"""Pages of the desk on encounters, agreed steps and families: who sees what, and what a form does."""

from datetime import timedelta

import pytest

from tests.encounters.made import known_person, present
from tests.households.made import change, member, of, opening
from tests.tasks.made import agree, late_by, today
from tests.make.forms import sent


@pytest.fixture
def everywhere(city):
    """A technician of the city and of its Centro POP, so that the street team is within her reach."""
    from app.accounts import service as accounts
    from app.core import clock

    with city.transaction() as session:
        accounts.grant_role(
            session, city.ibge, city.ids["creas"], "technician", clock.now() - timedelta(days=9), "unit", city.ids["centro_pop"]
        )
    return city


def test_a_step_is_agreed_moved_and_closed_at_the_desk(everywhere):
    city = everywhere
    phone = city.phone("rua")
    person = known_person(phone, "Galego")
    client = city.client("creas")
    assert "Galego" in client.get(f"/mesa/combinados/novo?pessoa={person}").text
    form = {"person_id": person, "what": "Levar a <b>certidão</b>", "due_on": today().isoformat(), "due_time": "09:30",
            "team_id": str(city.ids["team"])}  # fmt: skip
    assert sent(client, f"/mesa/combinados/novo?pessoa={person}", "/mesa/combinados", **form).status_code == 303
    page = client.get("/mesa/combinados?feito=combinado").text
    assert "Levar a &lt;b&gt;certidão" in page and "Galego" in page and "09:30" in page
    phone.pull()
    [body] = phone.of_type("task")
    assert body["called"] == "Galego"
    later = (today() + timedelta(days=4)).isoformat()
    assert client.post(f"/mesa/combinados/{body['id']}/encerrar", data={"result": "moved", "due_on": later}).status_code == 303
    rows = city.rows("SELECT id, status, moved_to_id, due_on FROM tasks WHERE municipality_id = :m ORDER BY agreed_at")
    assert [row["status"] for row in rows] == ["moved", "open"] and rows[0]["moved_to_id"] == rows[1]["id"]
    assert rows[1]["due_on"].isoformat() == later
    assert client.post(f"/mesa/combinados/{rows[1]['id']}/encerrar", data={"result": "done"}).status_code == 303
    assert client.get(f"/mesa/combinados/{rows[1]['id']}").status_code == 200
    assert "Levar a" in client.get(f"/mesa/pessoas/{person}").text


def test_who_oversees_sees_how_many_are_late_and_no_name(city):
    phone = city.phone("rua")
    person = known_person(phone, "Galego")
    phone.push(agree(phone, "Levar a certidão", due_on=late_by(3), person_id=person))
    page = city.client("supervisao").get("/painel/combinados").text
    assert "Equipe Rua" in page and "Galego" not in page and "certidão" not in page
    assert city.client("supervisao").get("/mesa/combinados").status_code == 403
    page = city.client("coordenacao").get("/mesa/combinados").text
    assert "Galego" in page and "há 3 dias" in page and "Equipe Rua" in page
    assert city.client("admin").get("/mesa/combinados").status_code == 403
    assert city.client("abrigo").get("/painel/combinados").status_code == 403


def test_whoever_does_not_reach_a_step_finds_nothing(city, other_city):
    phone = city.phone("rua")
    task = agree(phone)
    phone.push(task)
    where = f"/mesa/combinados/{task['body']['task_id']}"
    assert city.client("creas").get(where).status_code == 404  # of another unit
    assert other_city.client("coordenacao").get(where).status_code == 404
    assert other_city.client("coordenacao").post(where + "/encerrar", data={"result": "done"}).status_code == 422


def test_staff_links_unlinks_and_joins_on_the_encounters_page(everywhere):
    city = everywhere
    one, two = city.phone("rua"), city.phone("rua2")
    person = known_person(one, "Galego")
    met, same = one.encounter(), two.encounter()
    one.push(met), two.push(same)
    client = city.client("creas")
    where = f"/mesa/encontros/{met['body']['encounter_id']}"
    there = met["body"]["people"][0]["participation_id"]
    page = client.get(where).text
    assert "Pessoa não identificada" in page and "É o mesmo: juntar a este" in page
    found = client.post(where + "/procurar", data={"participation_id": there, "wanted": "galego"})
    assert found.status_code == 200 and f'value="{person}"' in found.text
    assert client.post(where + "/procurar", data={"participation_id": there, "wanted": "g"}).status_code == 422
    form = {"participation_id": there, "person_id": person, "certainty": "possible"}
    assert client.post(where + "/ligar", data=form).status_code == 303
    assert present(city, met) == [(person, "possible")]
    assert "Galego" in client.get(where).text
    assert client.post(where + "/desligar", data={"participation_id": there, "reason": "wrong_person"}).status_code == 303
    assert present(city, met) == [(None, "sure")]
    assert client.post(where + "/juntar", data={"joined_id": same["body"]["encounter_id"]}).status_code == 303
    assert "São dois encontros" in client.get(where).text
    [join] = city.rows("SELECT id FROM encounter_joins WHERE municipality_id = :m")
    assert client.post(where + "/separar", data={"join_id": str(join["id"])}).status_code == 303
    rows = city.rows("SELECT status FROM encounters WHERE municipality_id = :m AND status <> 'valid'")
    assert rows == []
    texts = city.rows("SELECT fields::text AS said FROM audit_lines WHERE municipality_id = :m")
    assert not any("galego" in row["said"].lower() for row in texts)


def test_the_encounters_page_opens_within_its_reach_only(city, other_city):
    phone = city.phone("rua")
    person = known_person(phone, "Galego")
    met = phone.encounter()
    met["body"]["people"][0]["person_id"] = person
    phone.push(met)
    where = f"/mesa/encontros/{met['body']['encounter_id']}"
    assert "Galego" in city.client("coordenacao").get(where).text
    assert city.client("creas").get(where).status_code == 404
    assert other_city.client("coordenacao").get(where).status_code == 404
    for persona in ("supervisao", "abrigo", "admin"):
        assert city.client(persona).get(where).status_code == 403, persona
    city.rows("UPDATE people SET restricted_at = now() WHERE municipality_id = :m AND id = :p RETURNING 1", p=person)
    page = city.client("coordenacao").get(where).text
    assert "Galego" not in page and str(person) not in page and "Cadastro sigiloso" in page


def test_a_familys_page_tells_who_lives_there_and_what_happened(city, other_city):
    visitor = city.phone("pim")
    mother = member("Rosa", "pregnant", due_on=(today() + timedelta(days=60)).isoformat(), is_responsible=True)
    opened = opening(visitor, mother, member("Téo"), team="pim_team")
    left = change(visitor, of(opened), "member_left", member_ids=[mother["member_id"]], reason="Voltou para a mãe")
    visitor.push(opened, visitor.visit(household_id=of(opened)), left)
    where = f"/mesa/familias/{of(opened)}"
    page = city.client("creas").get(where).text
    for words in ("Família da barraca azul", "Téo", "Voltou para a mãe", "Saiu alguém", "Perto da feira", "Feita"):
        assert words in page, words
    assert city.client("coordenacao").get(where).status_code == 404  # of the street's team
    assert other_city.client("creas").get(where).status_code == 404
    assert city.client("supervisao").get(where).status_code == 403


def test_an_offer_is_noted_at_the_desk_with_its_answer_and_reason(everywhere):
    city = everywhere
    phone = city.phone("rua")
    met = phone.encounter(people=2)
    phone.push(met)
    id_ = met["body"]["encounter_id"]
    second = met["body"]["people"][1]["participation_id"]
    client = city.client("creas")
    assert "Anotar uma oferta" in client.get(f"/mesa/encontros/{id_}").text
    for answer, to in (("accepted", second), ("refused.animal", ""), ("unavailable.no_vacancy", "")):
        form = {"kind": "overnight", "answer": answer, "participation_id": to}
        assert client.post(f"/mesa/encontros/{id_}/oferecer", data=form).status_code == 303
    rows = city.rows("SELECT answer, reason, participation_id FROM offers WHERE municipality_id = :m ORDER BY offered_at, id")
    assert {(row["answer"], row["reason"], row["participation_id"] and str(row["participation_id"])) for row in rows} == {
        ("accepted", None, second), ("refused", "animal", None), ("unavailable", "no_vacancy", None),
    }  # fmt: skip
    page = client.get(f"/mesa/encontros/{id_}?feito=oferecido").text
    assert "Não aceita animal".lower() in page.lower() and "Oferta guardada" in page
    # A refusal without why, another answer's reason: neither can be sent.
    for wrong in ("refused", "refused.no_vacancy", "accepted.animal", ""):
        answer = client.post(f"/mesa/encontros/{id_}/oferecer", data={"kind": "overnight", "answer": wrong})
        assert answer.status_code in (400, 422), wrong
    assert len(city.rows("SELECT id FROM offers WHERE municipality_id = :m")) == 3
    # Whoever coordinates reads them; she records none.
    assert "Anotar uma oferta" not in city.client("coordenacao").get(f"/mesa/encontros/{id_}").text
    assert city.client("coordenacao").post(f"/mesa/encontros/{id_}/oferecer", data={}).status_code == 403


def test_each_role_is_led_to_its_own_pages(city):
    def places(login, page):
        nav = city.client(login).get(page).text.split('aria-label="Áreas"')[1].split("</nav>")[0]
        return {where for where in nav.split('"') if where.startswith("/")}

    supervisor = places("supervisao", "/painel/")
    assert {"/painel/combinados", "/painel/unioes"} <= supervisor and not supervisor & {"/mesa/combinados", "/mesa/pessoas/parecidas"}
    for login, page in (("creas", "/mesa/"), ("coordenacao", "/mesa/")):
        seen = places(login, page)
        assert {"/mesa/pessoas/parecidas", "/mesa/combinados"} <= seen and "/painel/combinados" not in seen


def test_an_encounter_is_no_referral_in_the_menu(city):
    phone = city.phone("rua")
    met = phone.encounter()
    phone.push(met)
    page = city.client("coordenacao").get(f"/mesa/encontros/{met['body']['encounter_id']}").text
    assert '<a href="/painel/" aria-current="page">' in page and '<a href="/mesa/" aria-current="page">' not in page
