"""The desk's pages through the web: as plain forms, as fragments for htmx, and as JSON."""

from datetime import timedelta

from app.accounts.models import RoleGrant
from app.core import clock
from app.core.ids import new_id
from app.units import service as units
from tests.referrals import made

HX = {"HX-Request": "true"}


def status(city, referral_id):
    found = city.rows("SELECT status, seen_at FROM referrals WHERE municipality_id = :m AND id = :i", i=referral_id)
    return found[0]["status"]


def form(client, **fields):
    return {"csrf_token": client.csrf} | fields


def test_the_inbox_shows_what_a_door_needs(city):
    made.sent(city, called="Dona Rosa", people_count=3, with_children=True, with_animals=True, note="Usa bengala")
    page = city.client("abrigo").get("/mesa/").get_data(as_text=True)
    for words in ("Dona Rosa", "3 pessoas", "com criança", "com animal", "Usa bengala", "Equipe Rua", "Aceitar"):
        assert words in page
    assert "<title>(1) Encaminhamentos" in page
    assert "<html" in page and 'href="#conteudo"' in page


def test_what_was_typed_is_never_taken_for_markup(city):
    made.sent(city, called="<script>alert(1)</script>", note="<img src=x onerror=alert(1)>")
    client = city.client("abrigo")
    for headers in ({}, HX):
        page = client.get("/mesa/", headers=headers).get_data(as_text=True)
        assert "<script>alert" not in page and "<img src=x" not in page
        assert "&lt;script&gt;alert(1)" in page


def test_htmx_gets_only_the_part_that_changes(city):
    sent = made.sent(city)
    part = city.client("abrigo").get("/mesa/", headers=HX).get_data(as_text=True)
    assert "<html" not in part and 'id="inbox"' in part and "<title>(1) " in part
    assert f'data-new="{sent}"' in part


def test_no_page_of_the_desk_runs_inline_code(city):
    sent = made.sent(city)
    client = city.client("abrigo")
    for address in ("/mesa/", f"/mesa/encaminhamentos/{sent}", "/mesa/vagas", "/conta/", "/sair"):
        page = client.get(address).get_data(as_text=True)
        assert "hx-on" not in page and "js:" not in page and "style=" not in page and "onclick" not in page
        assert "<script>" not in page


def test_opening_the_inbox_notes_that_it_was_seen(city):
    sent = made.sent(city)
    asked = "SELECT seen_at FROM referrals WHERE municipality_id = :m AND id = :i"
    assert city.rows(asked, i=sent)[0]["seen_at"] is None
    city.client("abrigo").get("/mesa/", headers=HX)
    assert city.rows(asked, i=sent)[0]["seen_at"] is not None


def test_a_plain_form_accepts_and_leads_back_with_a_word(city):
    sent = made.sent(city)
    client = city.client("abrigo")
    answer = client.post(f"/mesa/encaminhamentos/{sent}/aceitar", data=form(client, seen="sent", back="mesa"))
    assert (answer.status_code, answer.location) == (303, "/mesa/?feito=accepted")
    assert status(city, sent) == "accepted"
    assert "A equipe vê a resposta" in client.get(answer.location).get_data(as_text=True)


def test_htmx_accepts_in_place(city):
    sent = made.sent(city)
    client = city.client("abrigo")
    answer = client.post(f"/mesa/encaminhamentos/{sent}/aceitar", data=form(client, seen="sent"), headers=HX)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200 and "<html" not in page
    assert 'hx-swap-oob="innerHTML"' in page and "A equipe vê a resposta" in page


def test_a_form_without_its_token_changes_nothing(city):
    sent = made.sent(city)
    client = city.client("abrigo")
    del client.environ_base["HTTP_X_CSRF_TOKEN"]
    answer = client.post(f"/mesa/encaminhamentos/{sent}/aceitar", data={"seen": "sent"})
    assert answer.status_code == 403
    assert status(city, sent) == "sent"


def test_the_second_desk_reads_in_plain_words_that_it_is_late(city):
    sent = made.sent(city)
    client = city.client("abrigo")
    client.post(f"/mesa/encaminhamentos/{sent}/chegou", data=form(client, seen="sent"))
    late = client.post(f"/mesa/encaminhamentos/{sent}/recusar", data=form(client, seen="sent", reason="no_place"))
    assert late.status_code == 409
    assert "A chegada já está marcada" in late.get_data(as_text=True)
    part = client.post(f"/mesa/encaminhamentos/{sent}/aceitar", data=form(client, seen="sent"), headers=HX)
    assert part.status_code == 409 and "<html" not in part.get_data(as_text=True)
    assert status(city, sent) == "arrived"


def test_declining_asks_a_reason_and_keeps_the_unit_proposed(city):
    sent = made.sent(city)
    client = city.client("abrigo")
    address = f"/mesa/encaminhamentos/{sent}"
    page = client.get(address).get_data(as_text=True)
    assert "Não conta como recusa da pessoa" in page and f"centro_pop {city.ibge}" in page
    assert client.post(f"{address}/recusar", data=form(client, seen="sent")).status_code == 422
    assert client.post(f"{address}/recusar", data=form(client, seen="sent", reason="other", text="")).status_code == 422
    answer = client.post(
        f"{address}/recusar",
        data=form(client, seen="sent", reason="no_place", text="", proposed_unit_id=str(city.ids["centro_pop"])),
    )
    assert answer.location == f"{address}?feito=declined"
    page = client.get(answer.location).get_data(as_text=True)
    assert "Recusado pela unidade: sem vaga" in page and "Unidade proposta" in page


def test_not_arrived_and_then_arrived_later(city):
    sent = made.sent(city)
    client = city.client("abrigo")
    client.post(f"/mesa/encaminhamentos/{sent}/nao-chegou", data=form(client, seen="sent"))
    assert status(city, sent) == "not_arrived"
    assert "Chegou depois" in client.get("/mesa/").get_data(as_text=True)
    client.post(f"/mesa/encaminhamentos/{sent}/chegou", data=form(client, seen="not_arrived"))
    assert status(city, sent) == "arrived"
    history = client.get(f"/mesa/encaminhamentos/{sent}").get_data(as_text=True)
    assert history.index("Não chegou</b>") < history.index("Chegou</b>")


def test_another_unit_s_referral_is_not_found(city, other_city):
    sent = made.sent(city)
    for client in (city.client("centropop"), other_city.client("abrigo")):
        assert client.get(f"/mesa/encaminhamentos/{sent}").status_code == 404
        assert client.post(f"/mesa/encaminhamentos/{sent}/aceitar", data=form(client)).status_code in (403, 404)
    assert city.client("abrigo").get(f"/mesa/encaminhamentos/{new_id()}").status_code == 404
    assert status(city, sent) == "sent"


def test_who_may_only_read_sees_no_button(city):
    actor_unit = city.ids["shelter"]
    with city.transaction() as session:
        session.execute(
            RoleGrant.__table__.update()
            .where(RoleGrant.municipality_id == city.ibge, RoleGrant.worker_id == city.ids["coordenacao"])
            .values(scope_kind="unit", scope_id=actor_unit)
        )
    sent = made.sent(city)
    client = city.client("coordenacao")
    page = client.get("/mesa/").get_data(as_text=True)
    assert "Seu Zé" in page and "/aceitar" not in page and "/chegou" not in page
    assert "recusar" not in client.get(f"/mesa/encaminhamentos/{sent}").get_data(as_text=True)


def test_roles_without_an_inbox_are_refused(city):
    for persona in ("rua", "pim", "supervisao", "admin", "auditoria"):
        assert city.client(persona).get("/mesa/").status_code == 403


def test_who_is_not_signed_in_is_led_to_the_sign_in_and_back(city):
    client = city.client()
    assert client.get("/mesa/").location == "/entrar?de=/mesa/"
    polling = client.get("/mesa/", headers=HX)
    assert (polling.status_code, polling.headers["HX-Redirect"]) == (204, "/entrar?de=/mesa/")


def test_free_places_carry_their_age_and_one_tap_renews_them(city):
    with city.transaction() as session:
        units.note_vacancies(
            session, city.actor("abrigo"), city.ids["shelter"], 12, clock.now() - timedelta(hours=5, minutes=1)
        )
    client = city.client("abrigo")
    page = client.get("/mesa/").get_data(as_text=True)
    assert "12 vagas" in page and "há 5 h" in page and "confirme" in page
    answer = client.post(f"/mesa/vagas/{city.ids['shelter']}", data=form(client, free_places="12", back="mesa"))
    assert answer.location == "/mesa/"
    page = client.get("/mesa/vagas").get_data(as_text=True)
    assert "12 vagas" in page and "agora" in page and "confirme" not in page
    assert client.post(f"/mesa/vagas/{city.ids['shelter']}", data=form(client, free_places="-1")).status_code == 422
    other = city.client("centropop")
    assert other.post(f"/mesa/vagas/{city.ids['shelter']}", data=form(other, free_places="1")).status_code == 403


def test_the_json_twins_of_the_inbox(city):
    first, second = made.sent(city, called="A"), made.sent(city, called="B")
    client = city.client("abrigo")
    inbox = client.get("/api/v1/referrals/inbox").json
    assert [item["called"] for item in inbox["new"]] == ["B", "A"]
    assert inbox["counts"] == {"new": 2, "coming": 0, "here": 0, "waiting": 0, "closed": 0}
    assert client.post(f"/api/v1/referrals/{first}/accept", json={"seen": "sent"}).json["status"] == "accepted"
    late = client.post(f"/api/v1/referrals/{first}/accept", json={"seen": "sent"})
    assert (late.status_code, late.json["code"]) == (409, "referrals.already_accepted")
    assert client.post(f"/api/v1/referrals/{first}/arrived", json={}).json["arrived_at"]
    declined = client.post(f"/api/v1/referrals/{second}/decline", json={"reason": "closed"}).json
    assert (declined["status"], declined["decline_reason"]) == ("declined", "closed")
    assert client.post(f"/api/v1/referrals/{second}/not-arrived", json={}).json["code"] == "referrals.already_declined"
    assert client.post(f"/api/v1/referrals/{second}/decline", json={"reason": "mood"}).json["code"] == "core.invalid"
    assert client.post(f"/api/v1/referrals/{new_id()}/arrived", json={}).json["code"] == "referrals.not_found"
    counts = client.get("/api/v1/referrals/inbox").json["counts"]
    assert counts == {"new": 0, "coming": 0, "here": 1, "waiting": 0, "closed": 1}


def test_the_json_answers_are_described(app):
    with app.app_context():
        paths = app.extensions["api_spec"].to_dict()["paths"]
    for address in ("accept", "decline", "arrived", "not-arrived"):
        assert "post" in paths[f"/api/v1/referrals/{{referral_id}}/{address}"]
    assert "get" in paths["/api/v1/referrals/inbox"]
    assert "post" in paths["/api/v1/units/{unit_id}/vacancies"]


def test_who_can_not_answer_does_not_make_it_seen_by_the_unit(city):
    sent = made.sent(city)
    with city.transaction() as session:
        session.execute(
            RoleGrant.__table__.update()
            .where(RoleGrant.municipality_id == city.ibge, RoleGrant.worker_id == city.ids["coordenacao"])
            .values(scope_kind="municipality", scope_id=None)
        )
    asked = "SELECT seen_at FROM referrals WHERE municipality_id = :m AND id = :i"
    assert "Seu Zé" in city.client("coordenacao").get("/mesa/").get_data(as_text=True)
    assert city.rows(asked, i=sent)[0]["seen_at"] is None
    city.client("abrigo").get(f"/mesa/encaminhamentos/{sent}")
    assert city.rows(asked, i=sent)[0]["seen_at"] is not None


def test_the_menu_marks_the_one_place_where_the_reader_is(city):
    sent = made.sent(city)
    client = city.client("abrigo")
    for address, place in (("/mesa/", "/mesa/"), ("/mesa/vagas", "/mesa/vagas"), (f"/mesa/encaminhamentos/{sent}", "/mesa/")):
        page = client.get(address).get_data(as_text=True)
        assert page.count('aria-current="page"') == 1
        assert f'<a href="{place}" aria-current="page">' in page


def test_what_happened_is_told_in_its_order(city):
    sent = made.sent(city)
    desk = city.client("abrigo")
    city.rows("UPDATE referrals SET seen_at = now() + interval '1 minute' WHERE municipality_id = :m AND id = :i RETURNING id", i=sent)
    city.rows(
        "INSERT INTO referral_events (municipality_id, id, referral_id, status, at) VALUES (:m, :e, :i, 'held', now() + interval '30 seconds')"
        " RETURNING id",
        e=new_id(), i=sent,
    )  # fmt: skip
    shown = desk.get(f"/mesa/encaminhamentos/{sent}").get_data(as_text=True)
    story = shown[shown.index("O que aconteceu"):]
    assert story.index("Enviado") < story.index("Vaga guardada") < story.index("Visto pela unidade")
