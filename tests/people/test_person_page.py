"""The person's page at the desk: who sees it, what it shows, and the plain forms that tell, take back and follow."""

from datetime import timedelta

from app.core import clock
from app.core.ids import new_id
from tests.people.made import card, register, tell, told


def page_of(city, person_id, persona="creas", query=""):
    return city.client(persona).get(f"/mesa/pessoas/{person_id}{query}")


def test_who_opens_it_and_who_does_not(city):
    person_id = register(city)
    tell(city, person_id, told("document.rg", {"state": "lost", "number": "123456"}), told("conditions", ["tuberculosis"]))
    seen = {persona: page_of(city, person_id, persona) for persona in ("creas", "coordenacao", "rua", "abrigo", "supervisao", "admin")}
    assert {persona: answer.status_code for persona, answer in seen.items()} == {
        "creas": 200, "coordenacao": 200, "rua": 200, "abrigo": 403, "supervisao": 403, "admin": 403,
    }  # fmt: skip
    assert "123456" in seen["creas"].text and "Tuberculose" in seen["creas"].text
    assert "123456" in seen["coordenacao"].text and "Tuberculose" not in seen["coordenacao"].text
    assert "só o técnico de referência lê" in seen["coordenacao"].text
    assert "123456" not in seen["rua"].text and "Tuberculose" not in seen["rua"].text
    assert page_of(city, new_id()).status_code == 404


def test_it_shows_the_ladder_with_author_source_and_what_was_taken_back(city):
    person_id = register(city, "Senhor do carrinho")
    [wrong] = tell(city, person_id, told("name.nickname", "Tico", "third_party", "unsure"))
    client = city.client("creas")
    form = client.get(f"/mesa/pessoas/{person_id}/retirar?dado={wrong}")
    assert form.status_code == 200 and "Tico" in form.text
    answer = client.post(f"/mesa/pessoas/{person_id}/retirar", data={"told_id": wrong, "reason": "wrong_person", "reason_text": "Era o primo"})
    assert answer.headers["Location"].endswith("?feito=retirado")
    text = client.get(answer.headers["Location"]).text
    assert "<del><bdi>Tico</bdi></del>" in text and "É de outra pessoa: Era o primo" in text
    assert "Outra pessoa disse (sem certeza)" in text and "Rua" in text
    assert client.get(f"/mesa/pessoas/{person_id}/retirar?dado={wrong}").status_code == 404


def test_what_two_phones_told_without_knowing_of_each_other_is_shown(city):
    person_id = register(city, when=clock.now() - timedelta(days=2))
    noon = clock.now() - timedelta(hours=9)
    tell(city, person_id, told("name.civil", "José"), when=noon, received=noon + timedelta(hours=5))
    tell(city, person_id, told("name.civil", "João"), persona="rua2", when=noon + timedelta(hours=1), received=noon + timedelta(hours=2))
    sentence = "Duas pessoas da equipe escreveram respostas diferentes: Nome civil"
    assert sentence in page_of(city, person_id).text
    assert sentence not in page_of(city, person_id, "rua").text
    tell(city, person_id, told("birth_on", "1950-01-01"), told("age", 20))
    assert "não combinam" in page_of(city, person_id).text


def test_answering_by_a_form_and_what_it_refuses(city):
    person_id = register(city)
    client, where = city.client("creas"), f"/mesa/pessoas/{person_id}/contar"
    for field in ("name.social", "document.cpf", "race", "belongings", "age", "birth_on", "wants_storage", "complaint", "birth_state"):
        form = client.get(f"{where}?campo={field}")
        assert form.status_code == 200, field
        assert " checked" not in form.text and " selected" not in form.text.split("<form", 2)[-1], field
    assert client.get(f"{where}?campo=visa").status_code == 422
    bad = client.post(where, data={"field": "document.cpf", "value": "has", "number": "111.111.111-11", "source": "document"})
    assert bad.status_code == 422 and "O número não confere" in bad.text and "111.111.111-11" in bad.text
    for data in (
        {"field": "document.cpf", "value": "has", "number": "529.982.247-25", "source": "document"},
        {"field": "belongings", "value": ["cart", "tent"], "source": "observed", "certainty": "unsure"},
        {"field": "wants_storage", "value": "no", "source": "told"},
        {"field": "age", "value": "44", "source": "observed"},
    ):
        assert client.post(where, data=data).status_code == 303, data
    assert client.post(where, data={"field": "race", "value": "brown", "source": "observed"}).status_code == 422
    assert client.post(where, data={"field": "age", "value": "quarenta", "source": "told"}).status_code == 422
    seen = card(city, person_id, documents=True, sensitive=True)
    assert seen.documents["cpf"].value == {"state": "has", "number": "52998224725"}
    assert {field: seen.facts[field].value for field in ("belongings", "wants_storage", "age")} == {"belongings": ["cart", "tent"], "wants_storage": False, "age": 44}
    assert seen.facts["belongings"].certainty == "unsure" and "race" not in seen.facts


def test_following_and_no_longer(city):
    person_id, client = register(city), city.client("creas")
    assert client.post(f"/mesa/pessoas/{person_id}/acompanhar").status_code == 303
    assert [name for _id, name in card(city, person_id).follows] == ["Creas"]
    assert client.post(f"/mesa/pessoas/{person_id}/acompanhar").status_code == 409
    assert client.post(f"/mesa/pessoas/{person_id}/deixar").status_code == 303
    assert card(city, person_id).follows == ()
    assert city.client("rua").post(f"/mesa/pessoas/{person_id}/acompanhar").status_code == 403


def test_an_absorbed_id_leads_to_who_she_is_now(city):
    first, second = register(city, "Zé", "nickname"), register(city, "Tico", "nickname")
    city.rows(
        "INSERT INTO people_absorbed (municipality_id, id, survivor_id) VALUES (:m, :absorbed, :survivor) RETURNING id",
        absorbed=second, survivor=first,
    )  # fmt: skip
    answer = page_of(city, second)
    assert answer.status_code == 302 and answer.headers["Location"].endswith(f"/mesa/pessoas/{first}")
    text = page_of(city, first).text
    assert "Zé" in text and "Tico" in text


def test_life_comes_fifty_a_page_newest_first(city):
    person_id, phone = register(city), city.phone("rua")
    start = clock.now() - timedelta(days=20)
    met = []
    for hours in range(53):
        command = phone.encounter(start + timedelta(hours=hours), outcome="attended_on_site")
        command["body"]["people"][0]["person_id"] = person_id
        met.append(command)
    assert {each["status"] for each in phone.push(*met)} == {"done"}
    newest = phone.referral(met[-1], called="Recadoplantado")
    assert [each["status"] for each in phone.push(newest)] == ["done"]
    first, second = page_of(city, person_id).text, page_of(city, person_id, query="?pagina=2").text
    assert first.count("<b>Abordagem</b>") == 50 and second.count("<b>Abordagem</b>") == 3
    assert "página 1 de 2" in first and "Recadoplantado" in first and "Recadoplantado" not in second
    assert page_of(city, person_id, query="?pagina=99").text.count("<b>Abordagem</b>") == 3
    assert page_of(city, person_id, query="?pagina=0").status_code == 422


def test_nothing_that_is_told_becomes_markup(city):
    person_id = register(city, "<script>alert(1)</script>", "nickname")
    tell(city, person_id, told("complaint", "<img src=x onerror=alert(1)>"))
    text = page_of(city, person_id).text
    assert "<script>alert" not in text and "<img src=x" not in text and "&lt;script&gt;" in text


def test_what_a_former_release_asked_stays_readable(city):
    person_id = register(city)
    city.rows(
        "INSERT INTO person_told (municipality_id, id, person_id, field, value, source, certainty, told_at, received_at)"
        " VALUES (:m, gen_random_uuid(), :person, 'shoe_size', '\"quarenta e dois\"', 'told', 'sure', now(), now()) RETURNING id",
        person=person_id,
    )
    text = page_of(city, person_id).text
    assert "Perguntas que já não são feitas" in text and "quarenta e dois" in text
    assert "quarenta e dois" not in page_of(city, person_id, "coordenacao").text


def test_what_was_agreed_with_her_stands_on_it(city):
    person_id, phone = register(city), city.phone("rua")
    body = {
        "task_id": str(new_id()), "team_id": str(city.ids["team"]), "person_id": person_id, "household_id": None,
        "encounter_id": None, "what": "Levar ao cartório", "due_on": "2020-01-31", "due_time": "09:30", "place_text": "Na praça",
        "point_id": None, "assignee_id": None,
    }  # fmt: skip
    [outcome] = phone.push(phone.command("tasks.agree", body | {"due_on": (clock.now() + timedelta(days=2)).date().isoformat()}))
    assert outcome["status"] == "done", outcome
    text = page_of(city, person_id).text
    assert "Levar ao cartório" in text and "09:30" in text and "Na praça" in text
