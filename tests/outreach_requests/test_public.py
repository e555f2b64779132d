"""The public form: neutral, without an account, hammered from one address and from many, and nobody locked out."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import text

from app.core import clock
from app.outreach_requests.pages import public
from app.outreach_requests.service import gate
from tests.make.city import OUTSIDE_POINT
from tests.make.forms import form_of
from tests.outreach_requests.made import WORDS, ask, hidden, row_of, send


def proof(city, seconds=30, ibge=None):
    return gate.token(city.app.config["SECRET_KEY"], ibge or city.ibge, clock.now() - timedelta(seconds=seconds))


def post(city, address="203.0.113.7", **told):
    """As a browser sends it: every field of the page, the empty ones too."""
    client, path = city.app.test_client(), f"/pedido/{city.ibge}/"
    held = form_of(client.get(path).get_data(as_text=True), path)
    assert {"people_count", "lon", "lat"} <= held.keys()
    body = held | {"purpose": "other", "place_text": "na ponte", "proof": proof(city)} | told
    return client.post(path, data=body, environ_base={"REMOTE_ADDR": address})


def taken(city):
    return city.rows("SELECT count(*) AS n FROM outreach_requests WHERE municipality_id = :m")[0]["n"]


def test_the_form_begins_with_it_is_for_me_and_asks_for_no_name(city):
    page = city.app.test_client().get(f"/pedido/{city.ibge}/").get_data(as_text=True)
    assert page.index("É para mim") < page.index("É para outra pessoa")
    assert re.search(r'value="self" checked', page)
    assert not re.search(r'name="(nome|name|cpf|login|email)"', page)
    assert "Viaduto" not in page  # known points are the teams' own
    assert not re.search(r"morador|mendigo|retirada|viciad", page, re.I)


def test_a_city_that_is_not_here_is_not_found(city):
    client = city.app.test_client()
    for ibge in (1_000_000, 99, 123456789012345678901234567890):
        for path, told in ((f"/pedido/{ibge}/", {"purpose": "self", "proof": proof(city)}), (f"/pedido/{ibge}/acompanhar", {"code": "x"})):
            assert client.get(path).status_code == 404
            assert client.post(path, data=told).status_code == 404


def test_a_second_tap_is_the_same_request_and_the_code_can_not_be_guessed(city):
    mine = proof(city)
    pages = [post(city, proof=mine).get_data(as_text=True) for _ in range(2)]
    codes = {re.search(r'class="big-code">([^<]+)<', page)[1] for page in pages}
    assert len(codes) == 1 and re.fullmatch(r"[2-9A-Z]{5}-[2-9A-Z]{5}", codes.pop()) and taken(city) == 1


@pytest.mark.parametrize(
    ("told", "status", "words"),
    [
        ({"proof": "x.y.z"}, 422, "tempo"),
        ({"place_text": ""}, 422, "Diga onde é"),
        ({"lon": str(OUTSIDE_POINT[0]), "lat": str(OUTSIDE_POINT[1])}, 422, "fora deste município"),
        ({"site": "http://x.invalid"}, 422, "em branco"),
        ({"place_text": "a" * 201}, 422, "Passa do limite de 200"),
        ({"people_count": "muitas"}, 422, "Deve ser um número inteiro"),
        ({"purpose": "retirar"}, 422, "Não é uma das opções"),
        ({"proof": "x" * 201}, 422, "precisam de correção"),
    ],
)
def test_what_is_refused_comes_back_filled_in(city, told, status, words):
    answer = post(city, description=WORDS, contact="84 7777", **told)
    page = answer.get_data(as_text=True)
    assert answer.status_code == status and words in page and WORDS in page and "84 7777" in page
    assert taken(city) == 0 and form_of(page, f"/pedido/{city.ibge}/")["place_text"] == told.get("place_text", "na ponte")
    if "proof" in told:  # and with a proof that is good in a moment
        assert hidden(page, "proof").count(".") == 2


def test_a_thousand_letters_and_one_come_back_whole_and_a_wrong_pin_is_taken_off_without_a_script(city):
    answer = post(city, description="é" * 1001)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and form_of(page, f"/pedido/{city.ibge}/")["description"] == "é" * 1001
    assert page.index("Passa do limite de 1000") > page.index('for="description"')
    away = {"lon": str(OUTSIDE_POINT[0]), "lat": str(OUTSIDE_POINT[1])}
    page = post(city, **away, description=WORDS).get_data(as_text=True)
    held = form_of(page, f"/pedido/{city.ibge}/")
    assert held["lon"] == away["lon"] and 'name="no_pin"' in page
    done = city.app.test_client().post(f"/pedido/{city.ibge}/", data=held | {"purpose": "other", "no_pin": "true"})
    assert done.status_code == 200
    assert city.rows("SELECT place_kind FROM outreach_requests WHERE municipality_id = :m")[0]["place_kind"] == "text"


def test_another_city_s_proof_is_none_and_an_old_one_neither(city, other_city):
    assert post(city, proof=proof(other_city, ibge=other_city.ibge)).status_code == 422
    assert post(city, proof=proof(city, seconds=7 * 3600)).status_code == 422
    assert taken(city) == taken(other_city) == 0


def test_a_form_sent_at_once_waits_and_the_same_page_goes_through_after(city):
    young = proof(city, seconds=1)
    answer = post(city, proof=young)
    assert answer.status_code == 429 and "Espere" in answer.get_data(as_text=True) and hidden(answer.get_data(as_text=True), "proof") == young
    with city.app.app_context():
        id_, age = gate.opened(city.app.config["SECRET_KEY"], city.ibge, young, clock.now() + timedelta(seconds=4))
    assert age >= 4 and taken(city) == 0 and id_


def test_hammered_from_one_address_it_slows_that_network_and_locks_out_nobody(city):
    done = [post(city, proof=proof(city, seconds=5)).status_code for _ in range(8)]
    assert done[:6] == [200] * 6 and done[-1] == 429
    # Who shares the address has only to wait a minute, at the most; who doesn't, not at all.
    assert post(city, proof=proof(city, seconds=61)).status_code == 200
    assert post(city, address="198.51.100.1", proof=proof(city, seconds=5)).status_code == 200
    assert post(city, address="2001:db8::1", proof=proof(city, seconds=5)).status_code == 200
    # No address was kept.
    kept = str(city.rows("SELECT * FROM request_gates WHERE municipality_id = :m"))
    assert "203.0.113" not in kept and "2001" not in kept


def test_hammered_from_many_it_stops_at_the_city_s_ceiling_and_the_desk_goes_on(city):
    with city.transaction() as session:
        session.execute(text("UPDATE municipalities SET settings = settings || '{\"request_form_per_minute\": 3}' WHERE id = :m"), {"m": city.ibge})
    done = [post(city, address=f"198.51.{at}.1").status_code for at in range(5)]
    assert done == [200, 200, 200, 503, 503] and taken(city) == 3
    page = post(city, address="192.0.2.1", description=WORDS)
    assert page.status_code == 503 and WORDS in page.get_data(as_text=True)
    assert ask(city)  # the desk's own intake knows no ceiling
    city.rows("UPDATE request_gates SET filled_at = filled_at - interval '1 minute' WHERE municipality_id = :m RETURNING 1")
    assert post(city, address="192.0.2.1").status_code == 200


def test_no_more_than_two_forms_stand_between_the_desk_and_the_database(city):
    held = [public._AT_ONCE.acquire(blocking=False) for _ in range(2)]
    try:
        answer = post(city, description=WORDS)
        assert held == [True, True] and answer.status_code == 503 and WORDS in answer.get_data(as_text=True)
    finally:
        for _ in held:
            public._AT_ONCE.release()
    assert post(city).status_code == 200


def test_a_code_tells_a_state_in_one_city_and_nothing_else(city, other_city):
    request_id = ask(city, contact="84 7777")
    send(city, request_id)
    row = row_of(city, request_id)

    def follow(where, code):
        answer = city.app.test_client().post(f"/pedido/{where.ibge}/acompanhar", data={"code": code})
        return answer.status_code, answer.get_data(as_text=True)

    status, page = follow(city, f" {row['code'][:5].lower()} {row['code'][5:]} ")
    assert status == 200 and "Em atendimento" in page
    for secret in (WORDS, "84 7777", "Equipe Rua", "North", "Central 156"):
        assert secret not in page, secret
    assert follow(other_city, row["code"])[0] == 404
    # Asked in the evening, by the city's own clock.
    evening = (clock.now() - timedelta(days=2)).replace(hour=1)
    city.rows("UPDATE outreach_requests SET received_at = :at WHERE municipality_id = :m RETURNING 1", at=evening)
    assert f"Pedido de {evening - timedelta(days=1):%d/%m/%Y}" in follow(city, row["code"])[1]
    for wrong in ("", " ", "ABCDE", "ABCDE-FGHJ0", "x" * 40, "'; DROP TABLE", "ABCDEFGHJK"):
        assert follow(city, wrong)[0] in (404, 422), wrong
    city.rows("UPDATE outreach_requests SET received_at = received_at - interval '91 days' WHERE municipality_id = :m RETURNING 1")
    assert follow(city, row["code"])[0] == 404


def test_what_a_signed_in_worker_asks_here_is_nobody_s(city):
    client = city.client("supervisao")
    path = f"/pedido/{city.ibge}/"
    held = form_of(client.get(path).get_data(as_text=True), path)
    assert client.post(path, data=held | {"purpose": "self", "place_text": "aqui", "proof": proof(city)}).status_code == 200
    [row] = city.rows("SELECT taken_by FROM outreach_requests WHERE municipality_id = :m")
    assert row["taken_by"] is None


def test_a_page_gone_back_to_and_filled_in_for_somebody_else_is_another_request(city):
    mine = proof(city)
    for place in ("na ponte", "no mercado", "na ponte"):
        assert post(city, proof=mine, place_text=place).status_code == 200
    assert taken(city) == 2


def test_one_network_that_never_stops_leaves_half_of_the_city_s_minute_to_the_others(city):
    with city.transaction() as session:
        session.execute(text("UPDATE municipalities SET settings = settings || '{\"request_form_per_minute\": 9}' WHERE id = :m"), {"m": city.ibge})
    # Its pages were all opened long ago: it needn't wait for any.
    done = [post(city, proof=proof(city, seconds=90)).status_code for _ in range(9)]
    assert done.count(503) >= 2
    assert post(city, address="198.51.100.1", proof=proof(city, seconds=5)).status_code == 200
