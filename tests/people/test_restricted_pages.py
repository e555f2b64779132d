"""The pages of restriction: a direct link that names nobody, opening with a reason, the coordination's review."""

import re

import pytest

from app.core.ids import new_id
from tests.people.shielded import REASON, WHY, WORDS, make_shielded


@pytest.fixture
def her(city):
    return make_shielded(city)


def post(client, path, **data):
    return client.post(path, data={"csrf_token": client.csrf} | data)


def page(client, path):
    answer = client.get(path)
    return answer.status_code, answer.get_data(as_text=True)


def test_a_technician_restricts_her_and_keeps_who_already_attends(her):
    city, where = her.city, f"/mesa/pessoas/{her.person_id}/sigilo"
    technician = city.client("creas")
    status, asked = page(technician, where)
    assert status == 200 and WORDS[0] in asked
    # Who met her and who visits her family would lose her: they are offered.
    assert re.findall(r'name="readers" value="([0-9a-f-]+)"', asked) == [str(city.ids["pim"]), str(city.ids["rua"])]
    done = post(technician, where, reason=REASON, readers=str(city.ids["rua"]))
    assert done.status_code == 303
    status, shown = page(technician, done.headers["Location"])
    assert "Cadastro sigiloso" in shown and REASON in shown and "Rua" in shown
    assert her.person_id and page(city.client("rua"), where)[1].count(WORDS[0]) > 0


def test_a_direct_link_says_restricted_and_names_nobody(her):
    where = f"/mesa/pessoas/{her.person_id}/sigilo"
    her.restrict()
    for persona in ("rua", "pim", "coordenacao"):
        status, shown = page(her.city.client(persona), where)
        assert status == 200 and "Cadastro sigiloso" in shown and "abrir por duas horas" in shown
        assert not [word for word in (*WORDS, REASON) if word in shown]
    assert page(her.city.client("rua"), f"/mesa/pessoas/{new_id()}/sigilo")[0] == 404
    tried = her.city.rows(
        "SELECT worker_id FROM audit_lines WHERE subject_id = :id AND problem = 'people.restricted'", id=her.person_id
    )
    assert {row["worker_id"] for row in tried} == {her.city.ids[one] for one in ("rua", "pim", "coordenacao")}


def test_an_opening_shows_her_tells_the_coordination_and_is_reviewed(her):
    city, where = her.city, f"/mesa/pessoas/{her.person_id}/sigilo"
    her.restrict()
    street, coordination, oversight = city.client("rua"), city.client("coordenacao"), city.client("supervisao")
    assert 'class="waiting"' not in page(coordination, "/mesa/")[1]
    assert post(street, f"{where}/abrir", reason="urgente").status_code == 422
    done = post(street, f"{where}/abrir", reason=WHY)
    assert done.status_code == 303
    shown = page(street, done.headers["Location"])[1]
    assert WORDS[0] in shown and "Aberto para você até" in shown and REASON not in shown
    assert "Terminar o sigilo" not in shown
    frame = page(coordination, "/mesa/")[1]
    assert re.search(r'class="waiting">1<span class="unseen"> a conferir', frame)
    listed = page(coordination, "/mesa/aberturas")[1]
    assert WHY in listed and "Rua" in listed
    assert not [word for word in (*WORDS, REASON, str(her.person_id)) if word in listed]
    review = re.search(r'action="(/mesa/aberturas/[0-9a-f-]+/conferir)"', listed).group(1)
    assert post(coordination, review, words="Conversamos.").status_code == 303
    assert 'class="waiting"' not in page(coordination, "/mesa/")[1]
    assert "Conversamos." in page(oversight, "/mesa/aberturas")[1]
    assert post(oversight, review, words="").status_code == 409
    her.ago("valid_to", 2.1)
    assert WORDS[0] not in page(street, where)[1]


def test_a_coordination_of_another_team_reviews_nothing_of_this_one(her):
    city = her.city
    her.restrict()
    post(city.client("pim"), f"/mesa/pessoas/{her.person_id}/sigilo/abrir", reason=WHY)
    assert WHY not in page(city.client("coordenacao"), "/mesa/aberturas")[1]
    assert WHY in page(city.client("supervisao"), "/mesa/aberturas")[1]


def test_lifting_and_access_by_the_page(her):
    city, where = her.city, f"/mesa/pessoas/{her.person_id}/sigilo"
    her.restrict()
    technician = city.client("creas")
    assert post(technician, f"{where}/leitoras", worker_id=str(city.ids["pim"])).status_code == 303
    assert WORDS[0] in page(city.client("pim"), where)[1]
    assert post(technician, f"{where}/leitoras", worker_id="").status_code == 422
    assert post(technician, f"{where}/leitoras/{city.ids['pim']}/fim").status_code == 303
    assert WORDS[0] not in page(city.client("pim"), where)[1]
    assert post(technician, f"{where}/fim", reason="Medida protetiva encerrada.").status_code == 303
    assert WORDS[0] in page(city.client("pim"), where)[1]
