"""A communication written, signed and proved by its pages alone, as a browser without JavaScript sends them."""

import pytest

from tests.make.flags import duties
from tests.make.forms import form_of
from tests.protection.writer import Writer


@pytest.fixture
def case(city):
    return Writer(city)


def page(client, where):
    answer = client.get(where)
    assert answer.status_code == 200, (where, answer.status_code)
    return answer.get_data(as_text=True)


def begun(case, client, recipient="guardianship_council"):
    answer = case.post(client, case.base, recipient=recipient)
    assert answer.status_code == 303
    return answer.headers["Location"].split("?")[0]


def test_what_was_seen_is_kept_signed_and_proved(case):
    client = case.browser()
    draft = begun(case, client)
    form = form_of(page(client, draft), draft) | {"seen": "Vendia balas entre os carros.", "next": "review"}
    answer = client.post(draft, data=form)
    assert (answer.status_code, answer.headers.get("Location")) == (303, f"{draft}/conferir")
    review = page(client, f"{draft}/conferir")
    assert "Vendia balas entre os carros." in review
    answer = client.post(f"{draft}/enviar", data=form_of(review, f"{draft}/enviar") | {"channel": "by_hand"})
    assert (answer.status_code, answer.headers.get("Location")) == (303, f"{draft}?feito=enviada")
    assert case.post(client, f"{draft}/recebida", who="Conselheira Ana", protocol="CT-9", at="").status_code == 303
    assert "CT-9" in page(client, draft) and "Vendia balas" in page(client, f"{draft}/via")
    assert duties(case.city, str(case.flag))["guardianship_council"]["is_late"] is False


def test_two_tabs_the_older_one_is_told_and_loses_nothing(case):
    client = case.browser()
    draft = begun(case, client)
    older = form_of(page(client, draft), draft)
    assert client.post(draft, data=older | {"seen": "a nova"}).status_code == 303
    answer = client.post(draft, data=older | {"seen": "a velha"})
    assert answer.status_code == 409 and "a velha" in answer.get_data(as_text=True)
    # Saved again from that answer, it stands.
    again = form_of(answer.get_data(as_text=True), draft)
    assert client.post(draft, data=again).status_code == 303
    assert "a velha" in page(client, draft)


def test_the_sheet_is_saved_by_its_page_too(case):
    client = case.browser()
    draft = begun(case, client, "health_surveillance")
    form = form_of(page(client, draft), f"{draft}/ficha") | {"n56": "trabalho_infantil", "next": "keep"}
    assert client.post(f"{draft}/ficha", data=form).status_code == 303


def test_who_raised_it_sees_to_whom_it_went_and_the_protocol_and_not_a_word(case):
    client = case.browser()
    draft = begun(case, client)
    client.post(draft, data=form_of(page(client, draft), draft) | {"seen": "Vendia balas.", "next": "review"})
    form = form_of(page(client, f"{draft}/conferir"), f"{draft}/enviar")
    assert client.post(f"{draft}/enviar", data=form | {"channel": "system", "to": "SIPIA", "protocol": "SIP-1"}).status_code == 303
    [told] = case.phone.client.get("/api/v1/protection/flags").json["flags"][0]["told"]
    assert (told["recipient"], told["state"], told["protocol"]) == ("guardianship_council", "sent", "SIP-1")
    assert case.post(client, f"{draft}/recebida", who="Conselheira Ana", protocol="CT-9", at="").status_code == 303
    [told] = case.phone.client.get("/api/v1/protection/flags").json["flags"][0]["told"]
    assert (told["state"], told["protocol"]) == ("received", "CT-9") and "Ana" not in str(told)
