"""The public key with which desks check a phone's slips: told at sign-in, or with a push when the server lacks it."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from tests.make.city import PASSWORD
from tests.make.phone import Phone
from tests.referrals.slip_bytes import base64url, point_of

NOT_KEYS = ("", "A" * 87, "B" + "A" * 86, base64url(b"\x04" + bytes(64)), base64url(b"\x04" + b"\xff" * 64), "*" * 87, "A" * 5000, 7, ["x"], {})


def new_key() -> str:
    return point_of(ec.generate_private_key(ec.SECP256R1()))


class Signing(Phone):
    """A phone that names its key when it signs in."""

    slip_key: str | None = None

    @property
    def device(self):
        return super().device | ({"slip_key": self.slip_key} if self.slip_key else {})


def phone_of(city, persona="rua", key=None, device_id=None):
    phone = Signing(city, persona)
    phone.slip_key = key
    phone.device_id = device_id or phone.device_id
    return phone.sign_in(PASSWORD)


def held(city, phone):
    [row] = city.rows("SELECT slip_key, slip_key_before FROM devices WHERE municipality_id = :m AND id = :d", d=phone.device_id)
    return row["slip_key"], row["slip_key_before"]


def known(phone, **more):
    return phone.post([], **more).json["slip_key_known"]


def test_a_sign_in_tells_it(city):
    key = new_key()
    phone = phone_of(city, key=key)
    assert held(city, phone) == (key, None)
    assert known(phone) is True and known(phone, slip_key=key) is True


def test_another_sign_in_may_bring_another_and_the_one_before_still_counts(city):
    one, two = new_key(), new_key()
    phone = phone_of(city, key=one)
    again = phone_of(city, key=two, device_id=phone.device_id)
    assert again.device_id == phone.device_id and held(city, phone) == (two, one)
    phone_of(city, device_id=phone.device_id)
    assert held(city, phone) == (two, one)


def test_a_push_brings_it_where_the_server_has_none(city):
    key = new_key()
    phone = phone_of(city)
    assert known(phone) is False
    assert known(phone, slip_key=key) is True
    assert held(city, phone) == (key, None)


def test_a_push_never_puts_one_in_the_place_of_another(city):
    """The token that delivers lies outside the vault."""
    key, theirs = new_key(), new_key()
    phone = phone_of(city, key=key)
    for by_token in (False, True):
        assert known(phone, slip_key=theirs, delivery=by_token) is False
    assert held(city, phone) == (key, None)


@pytest.mark.parametrize("key", NOT_KEYS, ids=lambda key: str(key)[:12])
def test_what_is_no_key_holds_no_work_up(city, key):
    phone = phone_of(city)
    answer = phone.post([phone.encounter()], slip_key=key)
    assert answer.status_code == 200 and answer.json["outcomes"][0]["status"] == "done"
    assert held(city, phone) == (None, None)


@pytest.mark.parametrize("key", [key for key in NOT_KEYS if key != ""], ids=lambda key: str(key)[:12])
def test_what_is_no_key_is_refused_by_name_at_a_sign_in(city, key):
    device = {"id": "0193a000-0000-7000-8000-0000000000d9", "label": "Celular", "slip_key": key}
    answer = city.app.test_client().post("/api/v1/session", json={"login": city.login("rua"), "password": PASSWORD, "device": device})
    assert answer.status_code == 422 and "slip_key" in answer.json["fields"]["device"]


def test_a_key_made_for_another_workers_id_is_not_taken_for_the_new_one(city):
    """Two workers of one browser: the second gets an id of her own, for which her phone makes a key of its own."""
    first = phone_of(city, "rua", new_key())
    second = phone_of(city, "pim", new_key(), device_id=first.device_id)
    assert second.device_id != first.device_id
    assert held(city, second) == (None, None)
    assert known(second, slip_key=(key := new_key())) is True and held(city, second) == (key, None)


def test_a_lost_phone_brings_no_key_any_more(city):
    phone = phone_of(city)
    coordination = city.client("coordenacao")
    answer = coordination.post(
        f"/aparelhos/{phone.device_id}/perdido", data={"seen_at": "2026-01-01T10:00", "csrf_token": coordination.csrf}
    )
    assert answer.status_code < 400
    assert known(phone, slip_key=new_key(), delivery=True) is False
    assert held(city, phone) == (None, None)
