"""Journeys of a place: a promise that a silent desk does not break, an arrival without code or name, a chain of refusals."""

import re
from datetime import timedelta

import pytest

from app.core import clock
from app.desk import rules
from app.referrals import service
from tests.desk.housed import form, stays, with_beds
from tests.desk.test_sheet import ZONE, lines
from tests.referrals import made


class Hours:
    """The city's clock, moved on by the test; it begins about 19:00."""

    def __init__(self, monkeypatch):
        really = clock.now
        local = really().astimezone(ZONE)
        evening = local.replace(hour=19, minute=0)
        self.back = local - (evening if evening <= local else evening - timedelta(days=1))
        monkeypatch.setattr(clock, "now", lambda: really() - self.back)

    def pass_by(self, **time):
        self.back -= timedelta(**time)


@pytest.fixture
def hours(monkeypatch):
    return Hours(monkeypatch)


def referral(city, id_):
    return city.rows(
        "SELECT status, hold_answer, held_until, code FROM referrals WHERE municipality_id = :m AND id = :i", i=id_
    )[0]


def test_the_desk_without_internet_keeps_the_sleeper_s_bed(city, hours):
    with_beds(city, rooms=(1,))
    desk = city.client("abrigo")
    desk.get("/mesa/")
    rosa = made.sent(city, called="Dona Rosa")
    assert referral(city, rosa)["hold_answer"] == "granted"
    # The line falls. She arrives within her hour, and it is noted on paper; the promise runs out unheard.
    hours.pass_by(minutes=40)
    arrived = clock.now().astimezone(ZONE).strftime("%H:%M")
    hours.pass_by(minutes=100)
    late = made.sent(city, called="Seu Zé")
    # The last bed is not given away over the head of who may sleep in it.
    assert referral(city, late)["hold_answer"] == "unconfirmed" and referral(city, late)["held_until"] is None
    shown = desk.get("/mesa/").get_data(as_text=True)
    assert "1 não confirmada" in shown and "Diga se a pessoa chegou" in shown
    # Looking confirmed nothing; the sheet says what happened, with its true hour.
    night = rules.night_of(clock.now(), ZONE).isoformat()
    data = lines({"of": rosa, "kind": "expected", "hour": arrived}, night=night)
    assert desk.post(f"/mesa/folha/{city.ids['shelter']}/lancar", data=form(desk, **data)).status_code == 303
    [stay] = stays(city)
    assert (stay["called"], stay["bed"]) == ("Dona Rosa", "1")
    assert clock.now() - stay["arrived_at"] > timedelta(minutes=99)
    assert "Nenhuma vaga livre" in desk.get("/mesa/").get_data(as_text=True)


def test_a_bed_promised_again_meanwhile_still_goes_to_who_came_first_and_both_are_told(city, hours):
    with_beds(city, rooms=(1,))
    desk = city.client("abrigo")
    rosa = made.sent(city, called="Dona Rosa")
    hours.pass_by(minutes=40)
    arrived = clock.now().astimezone(ZONE).strftime("%H:%M")
    hours.pass_by(minutes=80)
    # A colleague at another screen confirms that nobody came: the bed is free, and is promised to Zé.
    desk.post(f"/mesa/vagas/{city.ids['shelter']}", data=form(desk, free_places="0", back="mesa"))
    zé = made.sent(city, called="Seu Zé")
    assert referral(city, zé)["hold_answer"] == "granted"
    night = rules.night_of(clock.now(), ZONE).isoformat()
    data = lines({"of": rosa, "kind": "expected", "hour": arrived}, night=night)
    assert desk.post(f"/mesa/folha/{city.ids['shelter']}/lancar", data=form(desk, **data)).status_code == 303
    assert [(stay["called"], stay["bed"]) for stay in stays(city)] == [("Dona Rosa", "1")]
    house = desk.get("/mesa/casa").get_data(as_text=True)
    assert "1 pessoa a caminho ficou sem a vaga prometida" in house and "Seu Zé" in house
    told = city.rows("SELECT kind FROM notices WHERE municipality_id = :m AND kind = 'place_clash'")
    assert len(told) >= 2


def test_who_comes_with_no_code_and_no_name_is_in_by_two_taps(city):
    with_beds(city)
    sent = made.sent(city, called=None)
    desk = city.client("abrigo")
    # One: the inbox. Two: "Já chegou" on her card.
    [card] = desk.get("/mesa/").get_data(as_text=True).split(f'id="r-{sent}"')[1:]
    assert "Sem nome informado" in card
    [where] = re.findall(r'action="([^"]+/chegou)"', card)
    seen = re.search(r'name="seen" value="(\w+)"', card)[1]
    assert desk.post(where, data=form(desk, seen=seen, back="mesa")).status_code == 303
    [stay] = stays(city)
    assert (stay["called"], stay["bed"] is not None, stay["referral_id"]) == (None, True, sent)


def test_refused_twice_the_third_accepts_and_sees_the_chain(city):
    origin = made.encounter(city)

    def send(unit, redirects=None):
        data = made.body(city, origin, unit=unit, purpose="service", redirects_id=redirects, called="Seu Zé")
        with city.transaction() as session:
            now = clock.now()
            return service.send_referral(session, city.actor_in(session, "rua"), data, now, now).id

    first = send("shelter")
    shelter, pop, creas = (city.client(persona) for persona in ("abrigo", "centropop", "creas"))
    shelter.post(f"/mesa/encaminhamentos/{first}/recusar", data=form(shelter, reason="no_place", back="mesa"))
    second = send("centro_pop", first)
    pop.post(f"/mesa/encaminhamentos/{second}/recusar", data=form(pop, reason="closed", back="mesa"))
    third = send("creas_unit", second)
    assert creas.post(f"/mesa/encaminhamentos/{third}/aceitar", data=form(creas, seen="sent")).status_code == 303
    assert [referral(city, id_)["status"] for id_ in (first, second, third)] == ["redirected", "redirected", "accepted"]
    shown = creas.get(f"/mesa/encaminhamentos/{third}").get_data(as_text=True)
    assert "Antes desta unidade" in shown and "sem vaga" in shown and "fechado neste horário" in shown
    # Where she was refused is not told to who receives her.
    chain = shown.split("Antes desta unidade")[1].split("</ol>")[0]
    assert str(city.ibge) not in chain
