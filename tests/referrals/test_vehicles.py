"""The coordination's list of vehicles asked for: who waits, where, since when, and one tap that says it goes."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.core import clock
from app.referrals import queries
from tests.people.shielded import make_shielded
from tests.referrals.made import sent
from tests.referrals.test_places_at_the_push import push
from tests.referrals.test_ways import done, plan


def page(client):
    answer = client.get("/mesa/veiculos")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def asked(city, **fields):
    return sent(city, travel="other_vehicle", vehicle_asked=True, **fields)


def scoped(city, kind, key):
    """The coordination holds its role there instead of for the team."""
    with city.transaction() as session:
        session.execute(
            text("UPDATE role_grants SET scope_kind = :k, scope_id = :s WHERE municipality_id = :m AND worker_id = :w"),
            {"k": kind, "s": city.ids.get(key), "m": city.ibge, "w": city.ids["coordenacao"]},
        )


def test_who_where_and_since_when_and_one_tap_says_that_it_goes(city):
    phone, client, id_ = city.phone("rua"), city.client("coordenacao"), asked(city, belongings="um colchão")
    with city.transaction() as session:
        session.execute(
            text("UPDATE encounters SET region_id = :r, place_text = 'Ao lado da banca' WHERE municipality_id = :m"),
            {"r": city.ids["north"], "m": city.ibge},
        )
    shown = page(client)
    for said in ("(1) Veículos pedidos", "Seu Zé", "North", "Ao lado da banca", "um colchão", "shelter", "pedido às", f"/mesa/encaminhamentos/{id_}/veiculo"):
        assert said in shown, said
    for _twice in range(2):
        answer = client.post(f"/mesa/encaminhamentos/{id_}/veiculo", data={"csrf_token": client.csrf, "back": "veiculos"})
        assert (answer.status_code, answer.headers["Location"]) == (303, "/mesa/veiculos?feito=vehicle")
    shown = page(client)
    assert "enviado às" in shown and f"/mesa/encaminhamentos/{id_}/veiculo" not in shown
    phone.pull()
    [seen] = [body for body in phone.of_type("referral") if body["id"] == str(id_)]
    assert seen["vehicle_sent_at"] is not None


def test_a_trip_is_one_line_with_its_stops_in_order(city):
    phone = city.phone("rua")
    ids = [push(phone, unit)[0]["body"]["referral_id"] for unit in ("shelter", "centro_pop")]
    done(phone, plan(phone, ids[::-1], note="Estamos no posto."))
    with city.transaction() as session:
        [way] = queries.vehicles_asked(session, city.actor_in(session, "coordenacao"), clock.now())
    assert [str(stop["id"]) for stop in way.stops] == ids[::-1] and way.note == "Estamos no posto." and way.people_count == 2
    assert page(city.client("coordenacao")).count('value="veiculos"') == 1


@pytest.mark.parametrize(
    ("kind", "key", "sees"),
    [
        ("team", "team", True), ("team", "team_south", False),
        # Told by notices.queries.coordinators_of, so theirs to send: by the team's unit of reference, by one of its regions.
        ("unit", "creas_unit", True), ("unit", "centro_pop", False), ("region", "north", True), ("region", "south", False),
        ("municipality", None, True),
    ],
)  # fmt: skip
def test_whoever_is_told_of_it_sees_it_and_may_send_it(city, kind, key, sees):
    with city.transaction() as session:
        session.execute(
            text("UPDATE teams SET reference_unit_id = :u WHERE municipality_id = :m AND id = :t"),
            {"u": city.ids["creas_unit"], "m": city.ibge, "t": city.ids["team"]},
        )
        session.execute(
            text("DELETE FROM team_regions WHERE municipality_id = :m AND team_id = :t AND region_id <> :r"),
            {"m": city.ibge, "t": city.ids["team"], "r": city.ids["north"]},
        )
        session.execute(text("UPDATE units SET region_id = NULL WHERE municipality_id = :m"), {"m": city.ibge})
    id_ = asked(city)
    scoped(city, kind, key)
    client = city.client("coordenacao")
    assert ("Seu Zé" in page(client)) == sees
    answer = client.post(f"/mesa/encaminhamentos/{id_}/veiculo", data={"csrf_token": client.csrf, "back": "veiculos"})
    assert answer.status_code == (303 if sees else 403)


def test_who_arrived_who_waits_since_yesterday_and_who_asked_for_none_is_not_in_it(city):
    sent(city, called="Sem veículo")
    asked(city, called="Chegou")
    asked(city, called="De ontem")
    with city.transaction() as session:
        run = session.connection().exec_driver_sql
        run("UPDATE referrals SET status = 'arrived' WHERE called = 'Chegou' AND municipality_id = %s", (city.ibge,))
        run(
            "UPDATE referrals SET received_at = received_at - interval '25 hours' WHERE called = 'De ontem' AND municipality_id = %s",
            (city.ibge,),
        )
    shown = page(city.client("coordenacao"))
    assert "Nenhum pedido esperando" in shown and not [name for name in ("Sem veículo", "Chegou<", "De ontem") if name in shown]


def test_the_urgent_and_the_longest_waiting_come_first(city):
    for called, minutes, urgent in (("Novo", 1, False), ("Antigo", 50, False), ("Urgente", 5, True)):
        asked(city, called=called, ago=timedelta(minutes=minutes), is_urgent=urgent)
    with city.transaction() as session:
        found = queries.vehicles_asked(session, city.actor_in(session, "coordenacao"), clock.now())
    assert [way.stops[0]["called"] for way in found] == ["Urgente", "Antigo", "Novo"]


def test_somebody_restricted_is_not_in_it_nor_in_its_count(city):
    her = make_shielded(city)
    with city.transaction() as session:
        session.connection().exec_driver_sql("UPDATE referrals SET vehicle_asked = true WHERE id = %s", (her.referral_id,))
    client = city.client("coordenacao")
    assert "Seguiuplantada" in page(client)
    her.restrict()
    shown = page(client)
    assert "Seguiuplantada" not in shown and "Nenhum pedido esperando" in shown and "(1)" not in shown


@pytest.mark.parametrize("persona", ["rua", "pim", "abrigo", "centropop", "creas", "supervisao", "admin", "auditoria"])
def test_only_a_coordination_opens_it(city, persona):
    assert city.client(persona).get("/mesa/veiculos").status_code == 403


def test_another_city_s_vehicles_are_not_in_it(city, other_city):
    id_ = asked(other_city)
    client = city.client("coordenacao")
    assert "Seu Zé" not in page(client)
    assert client.post(f"/mesa/encaminhamentos/{id_}/veiculo", data={"csrf_token": client.csrf}).status_code == 404


def test_what_a_hand_wrote_is_shown_as_it_was_written(city):
    asked(city, called="<script>alert(1)</script>", belongings="\u202eمرحبا '; --")
    shown = page(city.client("coordenacao"))
    assert "<script>alert" not in shown and "&lt;script&gt;" in shown and "<bdi>\u202eمرحبا" in shown
