"""Slips at the desk: the format by an independent implementation, what a desk may keep, the code, the paper."""

import html
import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from app.access.roles import ROLES
from app.core import clock
from app.core.ids import CODE_ALPHABET
from app.referrals.models import Referral
from app.referrals.slips.reading import code_in
from app.referrals.slips.words import LANGUAGES, RIGHTS, WORDS
from app.units.models import Unit
from tests.access.test_outgoing_doors import _FORBIDDEN
from tests.accounts.test_slip_key import new_key, phone_of
from tests.people.shielded import make_shielded
from tests.referrals import made
from tests.referrals.slip_bytes import FILE, LAYOUT, from_base64url, packed, point_of, signature_of, text_of, verifies

CONTRACT = json.loads(FILE.read_text())
PACK = {"city", "worker_id", "units", "keys", "open", "server_time"}


def pack_of(city, persona="abrigo"):
    return city.client(persona).get("/api/v1/referrals/slip-keys")


# -- the format ------------------------------------------------------------------------------------------------


def test_the_bytes_of_the_contract_are_those_of_the_words():
    """The phone's test holds its own encoder to the same file."""
    made_ = CONTRACT["made"]
    raw = from_base64url(made_["text"].split("#")[1])
    assert len(raw) == 131 and raw[:67].hex() == made_["signed"] and raw[67:].hex() == made_["signature"]
    version, city, _device, _unit, _referral, code, issued, expires = LAYOUT.unpack(raw[:67])
    assert (version, city, code.decode()) == (1, made_["slip"]["city"], made_["slip"]["code"]) and expires - issued == 86_400


@pytest.mark.parametrize("case", CONTRACT["cases"], ids=lambda case: case["name"])
def test_an_independent_verifier_believes_what_the_contract_calls_true(case):
    true = case["verdict"] in ("valid", "expired", "other_unit", "revoked_device")
    raw = case["text"].split("#")[-1]
    if not re.fullmatch(r"[\w-]{175}", raw):
        assert not true
        return
    keys = [key["key"] for key in CONTRACT["pack"]["keys"] if key["device_id"].replace("-", "") == from_base64url(raw)[5:21].hex()]
    believed = any(verifies(key, f"#{raw}") for key in keys)
    # Signed rightly, but with the letters of nobody's referral: the desk's own list gives that away.
    assert believed == (true or case["name"] in ("signed, with the code of nobody's referral", "of another city"))


def test_every_bit_counts():
    key = ec.generate_private_key(ec.SECP256R1())
    point = new_key()
    whole = packed()
    good = whole + signature_of(key, whole)
    mine = point_of(key)
    assert verifies(mine, text_of(good)) and not verifies(point, text_of(good))
    for bit in range(0, len(good) * 8, 7):
        changed = bytearray(good)
        changed[bit // 8] ^= 1 << (bit % 8)
        assert not verifies(mine, text_of(bytes(changed))), bit


# -- what somebody typed ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("K7M2QX", "K7M2QX"), (" k7m-2qx ", "K7M2QX"), ("k7m 2qx", "K7M2QX"), ("https://x.example/mesa/conferir#K7M2QX", "K7M2QX"),
        (CONTRACT["made"]["text"], "K7M2QX"), (CONTRACT["made"]["text"].split("#")[1], "K7M2QX"),
        ("", None), ("K7M2Q", None), ("K7M2QXX", None), ("K7M2Q0", None), ("K7M2QI", None), ("'; DROP", None), ("A" * 2000, None),
        (CONTRACT["made"]["text"][:-4], None), (CONTRACT["made"]["text"] + "AAAA", None), ("É" * 175, None), ("#", None),
    ],
)  # fmt: skip
def test_the_code_is_found_in_what_somebody_typed(typed, code):
    assert code_in(typed) == code


@given(st.text(max_size=400))
def test_no_text_breaks_the_reading(text):
    found = code_in(text)
    assert found is None or (len(found) == 6 and set(found) <= set(CODE_ALPHABET))


# -- what a desk keeps -----------------------------------------------------------------------------------------


def test_a_desk_keeps_keys_and_the_codes_of_its_own_door_and_nobodys_name(city):
    phone = phone_of(city, key=(key := new_key()))
    here = made.sent(city, called="Nomeplantado", note="Recadoplantado", people_count=2)
    made.sent(city, unit="centro_pop", called="Outronome")
    answer = pack_of(city)
    told = answer.get_data(as_text=True)
    pack = answer.json
    assert set(pack) == PACK and pack["city"] == city.ibge and pack["worker_id"] == str(city.ids["abrigo"])
    assert [(one["referral_id"], one["status"], one["people_count"]) for one in pack["open"]] == [(str(here), "sent", 2)]
    assert {"device_id": phone.device_id, "key": key, "revoked_at": None} in pack["keys"]
    assert [unit["id"] for unit in pack["units"] if unit["is_own"]] == [str(city.ids["shelter"])]
    for word in ("Nomeplantado", "Recadoplantado", "Outronome", "Rua", "lon", "lat", "worker_name", "label", "Celular"):
        assert word not in told, word


def test_a_key_that_was_replaced_is_kept_with_the_new_one(city):
    one, two = new_key(), new_key()
    phone = phone_of(city, key=one)
    phone_of(city, key=two, device_id=phone.device_id)
    assert {each["key"] for each in pack_of(city).json["keys"] if each["device_id"] == phone.device_id} == {one, two}


def test_a_lost_phone_is_told_with_when_it_was_last_in_hand(city):
    phone = phone_of(city, key=new_key())
    coordination = city.client("coordenacao")
    local = (clock.now() - timedelta(hours=6)).strftime("%Y-%m-%dT%H:%M")
    answer = coordination.post(f"/aparelhos/{phone.device_id}/perdido", data={"seen_at": local, "csrf_token": coordination.csrf})
    assert answer.status_code < 400
    [key] = [each for each in pack_of(city).json["keys"] if each["device_id"] == phone.device_id]
    assert key["revoked_at"] is not None and key["revoked_at"] < clock.now().isoformat()


def test_what_was_cancelled_lately_is_told_with_when(city):
    sent = made.sent(city)
    phone = city.phone("rua")
    phone.push(phone.command("referrals.revoke", {"referral_id": str(sent), "reason_text": None}))
    [standing] = pack_of(city).json["open"]
    assert standing["status"] == "revoked" and abs(clock.now().timestamp() - _at(standing["at"])) < 120
    city_rows = "UPDATE referral_events SET at = at - interval '3 days', recorded_at = recorded_at - interval '3 days' WHERE municipality_id = :m RETURNING id"
    city.rows(city_rows)
    assert pack_of(city).json["open"] == []


def _at(iso):
    return datetime.fromisoformat(iso).timestamp()


def test_another_city_s_keys_and_codes_are_not_in_it(city, other_city):
    key = new_key()
    phone_of(other_city, key=key)
    made.sent(other_city)
    pack = pack_of(city)
    assert key not in pack.get_data(as_text=True) and pack.json["open"] == []


@pytest.mark.parametrize("persona", ["rua", "pim", "coordenacao", "supervisao", "admin"])
def test_only_who_stands_at_a_door_checks(city, persona):
    client = city.client(persona)
    assert client.get("/api/v1/referrals/slip-keys").status_code == 403
    for where in ("/mesa/conferir", "/mesa/conferir/sem-rede"):
        assert client.get(where).status_code == 403
    assert {role for role, verbs in ROLES.items() if "referrals.check_slip" in verbs} == {"technician", "unit_desk"}


# -- the page --------------------------------------------------------------------------------------------------


def test_a_code_shows_who_is_expected_and_one_tap_marks_the_arrival(city):
    sent = made.sent(city, code="K7M2QX", called="Dona Rosa", people_count=2)
    desk = city.client("abrigo")
    for typed in ("k7m-2qx", CONTRACT["made"]["text"]):
        page = desk.get("/mesa/conferir", query_string={"codigo": typed}).get_data(as_text=True)
        assert "Dona Rosa" in page and f"/mesa/encaminhamentos/{sent}/chegou" in page and "2 pessoas" in page
    seen = re.search(r'name="seen" value="(\w+)"', page)[1]
    done = desk.post(f"/mesa/encaminhamentos/{sent}/chegou", data={"csrf_token": desk.csrf, "seen": seen, "back": "mesa"})
    assert done.status_code == 303
    again = desk.get("/mesa/conferir?codigo=K7M2QX").get_data(as_text=True)
    assert "Dona Rosa" in again and f"/mesa/encaminhamentos/{sent}/chegou" not in again


def test_two_with_one_code_are_both_shown(city):
    for called in ("Seu Raimundo", "Dona Zefa"):
        made.sent(city, code="K7M2QX", called=called)
    page = city.client("abrigo").get("/mesa/conferir?codigo=K7M2QX").get_data(as_text=True)
    assert "Seu Raimundo" in page and "Dona Zefa" in page and "Mais de um tem este código" in page


def test_at_the_wrong_door_the_right_one_is_named_and_nobody_else(city):
    made.sent(city, code="K7M2QX", unit="centro_pop", called="Dona Rosa")
    page = city.client("abrigo").get("/mesa/conferir?codigo=K7M2QX").get_data(as_text=True)
    assert f"centro_pop {city.ibge}" in page and "de outra unidade" in page and "Dona Rosa" not in page


def test_where_somebody_restricted_was_sent_no_other_door_learns(city):
    her = make_shielded(city)
    [row] = city.rows("SELECT code FROM referrals WHERE municipality_id = :m AND id = :i", i=her.referral_id)
    wrong = city.client("centropop")
    where = f"/mesa/conferir?codigo={row['code']}"
    assert f"shelter {city.ibge}" in wrong.get(where).get_data(as_text=True)
    her.restrict("creas")
    assert f"shelter {city.ibge}" not in wrong.get(where).get_data(as_text=True)
    assert row["code"] in pack_of(city).get_data(as_text=True)
    assert row["code"] not in pack_of(city, "centropop").get_data(as_text=True)


@pytest.mark.parametrize("typed", ["", "abc", "K7M2Q0", "<script>alert(1)</script>", "A" * 2000, "K7M2QX"])
def test_what_is_no_code_or_nobodys_is_said_kindly(city, typed):
    answer = city.client("abrigo").get("/mesa/conferir", query_string={"codigo": typed})
    assert answer.status_code == 200 and "<script>alert" not in answer.get_data(as_text=True)


def test_what_is_huge_is_refused(city):
    assert city.client("abrigo").get("/mesa/conferir", query_string={"codigo": "A" * 2001}).status_code == 422


def test_only_here_the_camera_may_be_asked_for(city):
    desk = city.client("abrigo")
    assert "camera=(self)" in desk.get("/mesa/conferir").headers["Permissions-Policy"]
    assert "camera=()" in desk.get("/mesa/").headers["Permissions-Policy"]


def test_the_page_that_a_browser_keeps_is_of_nobody(city):
    made.sent(city, called="Nomeplantado")
    page = city.client("abrigo").get("/mesa/conferir/sem-rede").get_data(as_text=True)
    for word in ("Nomeplantado", "Abrigo", city.login("abrigo"), str(city.ids["abrigo"]), str(city.ids["shelter"]), "csrf_token\" value", str(city.ibge)):
        assert word not in page, word


# -- the paper -------------------------------------------------------------------------------------------------


def texts(page):
    return re.search(r"<article.*?</article>", page, re.S)[0]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("paper", ["a6", "58"])
def test_the_paper_has_code_place_rights_and_hotlines_and_neither_name_nor_reason(city, language, paper):
    admin = city.client("admin")
    form = {"csrf_token": admin.csrf, "ombudsman": "(84) 3232-0000"}
    assert admin.post("/admin/plantao/ouvidoria", data=form).status_code == 303
    sent = made.sent(city, code="K7M2QX", called="Nomeplantado", note="Motivoplantado", with_children=True)
    page = texts(city.client("abrigo").get(f"/mesa/encaminhamentos/{sent}/via?papel={paper}&idioma={language}").get_data(as_text=True))
    plain = html.unescape(page)
    assert "K7M2QX" in plain and f"shelter {city.ibge}" in plain and "(84) 3232-0000" in plain and "Disque 100" in plain
    for key in (*RIGHTS, "title", "complain"):
        assert WORDS[language][key] in plain, key
    assert "Nomeplantado" not in plain and "Motivoplantado" not in plain
    assert f'class="via via-{paper}"' in page


def test_without_an_ouvidoria_the_hotline_stands_alone(city):
    sent = made.sent(city)
    page = texts(city.client("abrigo").get(f"/mesa/encaminhamentos/{sent}/via").get_data(as_text=True))
    assert "Disque 100" in page and "Ouvidoria" not in page


@pytest.mark.parametrize(
    ("at", "shown"),
    [("2026-12-02 23:50", "02/12/2026 23:50"), ("2026-12-03 00:00", "02/12/2026"), ("2026-12-03 00:01", "03/12/2026 00:01")],
)
def test_until_when_is_told_in_the_city_s_own_time_and_a_day_s_end_is_that_day(city, at, shown):
    sent = made.sent(city)
    with city.transaction() as session:
        row = session.get_one(Referral, (city.ibge, sent))
        row.arrive_by = datetime.fromisoformat(at).replace(tzinfo=ZoneInfo("America/Fortaleza"))
    page = texts(city.client("abrigo").get(f"/mesa/encaminhamentos/{sent}/via?idioma=fr").get_data(as_text=True))
    assert f"<b>{shown}</b>" in page


def test_a_paper_of_another_door_is_not_printed(city):
    sent = made.sent(city)
    assert city.client("centropop").get(f"/mesa/encaminhamentos/{sent}/via").status_code == 404
    assert city.client("abrigo").get(f"/mesa/encaminhamentos/{sent}/via?papel=a3").status_code == 422


def without_desk(city, unit="shelter"):
    with city.transaction() as session:
        session.get_one(Unit, (city.ibge, city.ids[unit])).has_desk = False


def test_for_a_unit_without_a_desk_the_coordination_of_the_team_prints(city):
    without_desk(city)
    sent = made.sent(city, code="K7M2QX", called="Nomeplantado")
    coordination = city.client("coordenacao")
    listed = coordination.get("/mesa/vias").get_data(as_text=True)
    assert "K7M2QX" in listed and f"/mesa/encaminhamentos/{sent}/via" in listed and "Nomeplantado" not in listed
    page = coordination.get(f"/mesa/encaminhamentos/{sent}/via").get_data(as_text=True)
    assert "K7M2QX" in texts(page) and "<svg class=\"via-qr\"" not in page  # nobody there scans


def test_a_restricted_person_s_paper_is_not_the_coordination_s(city):
    without_desk(city)
    her = make_shielded(city)
    coordination = city.client("coordenacao")
    assert coordination.get(f"/mesa/encaminhamentos/{her.referral_id}/via").status_code == 200
    her.restrict("creas")
    assert coordination.get(f"/mesa/encaminhamentos/{her.referral_id}/via").status_code == 404
    assert str(her.referral_id) not in coordination.get("/mesa/vias").get_data(as_text=True)


@pytest.mark.parametrize("phone", ["liga já", "1", "8" * 50, "<b>100</b>"])
def test_an_ouvidoria_that_is_no_telephone_is_refused(city, phone):
    admin = city.client("admin")
    assert admin.post("/admin/plantao/ouvidoria", data={"csrf_token": admin.csrf, "ombudsman": phone}).status_code == 422


def test_the_phone_is_told_the_ouvidoria(city):
    admin = city.client("admin")
    phone = city.phone("rua")
    phone.pull()
    assert phone.of_type("me")[0]["settings"]["ombudsman"] is None
    admin.post("/admin/plantao/ouvidoria", data={"csrf_token": admin.csrf, "ombudsman": "156"})
    fresh = city.phone("rua")
    fresh.pull()
    assert fresh.of_type("me")[0]["settings"]["ombudsman"] == "156"


# -- the words -------------------------------------------------------------------------------------------------


def test_phone_and_server_say_the_same():
    source = (Path(__file__).parents[2] / "static" / "src" / "rules" / "slip-words.ts").read_text()
    assert json.loads(source[source.index("= {") + 2 : source.index(" as const")]) == WORDS


def test_every_language_says_everything_in_few_words():
    assert set(WORDS) == set(LANGUAGES) == {"pt", "es", "fr", "ht"}
    for language, words in WORDS.items():
        assert set(words) == set(WORDS["pt"]) and all(words.values())
        assert not [word for word in words.values() if len(word) > 90 or _FORBIDDEN.search(word)], language
        assert "100" in words["hotline"]
