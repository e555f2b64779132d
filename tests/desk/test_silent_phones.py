"""Phones silent for long: found by rule, shown within the scope, told without a word of a case."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.core import clock
from app.core.watch import limits
from app.desk import rules

NOW = clock.now()
_UPDATE = text(
    "UPDATE devices SET last_seen_at = :seen, waiting = :waiting, waiting_at = :seen, label = :label"
    " WHERE municipality_id = :city AND id = CAST(:id AS uuid)"
)


@pytest.mark.parametrize(
    ("waiting", "silent", "state"),
    [
        (3, timedelta(hours=23), None),
        (3, timedelta(hours=25), rules.WAITING),
        (1, timedelta(hours=71), rules.WAITING),
        (1, timedelta(hours=73), rules.WAITING_LONG),
        (1, timedelta(days=400), rules.WAITING_LONG),  # unsent work is never too old to ask for
        (0, timedelta(hours=25), None),
        (None, timedelta(days=6), None),
        (None, timedelta(days=8), rules.QUIET),
        (0, timedelta(days=8), rules.QUIET),
        (0, timedelta(days=61), None),  # no phone in use any more
        (2, timedelta(hours=-1), None),  # a clock ahead
    ],
)
def test_when_a_phone_is_silent(waiting, silent, state):
    assert rules.silence(waiting, NOW - silent, NOW) == state


def test_thresholds_stand_in_one_order():
    assert limits.PHONE_SILENT[0] < limits.PHONE_SILENT[1] < limits.PHONE_IN_USE
    assert limits.PHONE_QUIET < limits.PHONE_IN_USE


def silent(city, persona: str, hours: float, waiting: int | None = 3, label: str | None = None):
    """A phone of the persona that was last heard of so long ago, with so much unsent then."""
    phone = city.phone(persona)
    set_device(city, phone.device_id, hours, waiting, label or f"Celular de {persona}")
    return phone


def set_device(city, device_id, hours, waiting, label):
    seen = clock.now() - timedelta(hours=hours)
    with city.transaction() as session:
        session.execute(
            _UPDATE, {"city": city.ibge, "id": device_id, "seen": seen, "waiting": waiting, "label": label}
        )


def page(city, persona):
    answer = city.client(persona).get("/painel/aparelhos")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def test_a_coordinator_sees_the_phones_of_her_teams_only(city):
    silent(city, "rua", 30, label="Moto azul")
    silent(city, "pim", 30, label="Tablet da visita")
    coordinator, supervisor = page(city, "coordenacao"), page(city, "supervisao")
    assert "Moto azul" in coordinator and "Equipe Rua" in coordinator and "Rua" in coordinator
    assert "Tablet da visita" not in coordinator
    assert "Moto azul" in supervisor and "Tablet da visita" in supervisor


def test_another_city_sees_none_of_it(city, other_city):
    silent(city, "rua", 30, label="Moto azul")
    assert "Moto azul" not in page(other_city, "supervisao")


def test_it_says_whose_how_many_since_when_and_what_to_do(city):
    silent(city, "rua", 100, waiting=4)
    told = page(city, "coordenacao")
    assert "4 por enviar" in told and "há 4 dias" in told
    assert "abra o aplicativo onde há sinal" in told


def test_a_phone_that_came_back_is_not_listed(city):
    phone = silent(city, "rua", 100, waiting=4)
    assert "4 por enviar" in page(city, "coordenacao")
    assert phone.push(phone.encounter())[0]["status"] == "done"
    assert "4 por enviar" not in page(city, "coordenacao")


def test_a_revoked_phone_is_not_asked_for(city):
    phone = silent(city, "rua", 100, waiting=4)
    with city.transaction() as session:
        session.execute(text("UPDATE devices SET revoked_at = now() WHERE id = CAST(:id AS uuid)"), {"id": phone.device_id})
    assert "4 por enviar" not in page(city, "coordenacao")


def test_quiet_phones_stand_apart(city):
    silent(city, "rua", 8 * 24, waiting=0, label="Aparelho quieto")
    told = page(city, "coordenacao")
    assert told.index("Sem contato há mais de 7 dias") < told.index("Aparelho quieto")


def test_nothing_of_a_case_is_on_the_page(city):
    phone = city.phone("rua")
    assert phone.push(phone.encounter(note="Palavra plantada"))[0]["status"] == "done"
    set_device(city, phone.device_id, 30, 2, "Celular")
    told = page(city, "coordenacao")
    assert "Palavra plantada" not in told and "-34.95" not in told
    assert str(phone.device_id) not in told


@pytest.mark.parametrize("persona", ["rua", "abrigo", "admin", "auditoria", "creas"])
def test_others_do_not_see_it(city, persona):
    assert city.client(persona).get("/painel/aparelhos").status_code == 403
