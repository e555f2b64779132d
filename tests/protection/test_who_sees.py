"""visible: which flags a worker has at her desk."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.db import cleared
from app.protection.models import Flag, FlagPeer
from app.protection.problems import UnknownFlag
from app.protection.queries import flag_of, visible
from app.protection.sealing import CLEARANCE
from tests.make.flags import end_roles, grant, raise_flag, shut_key, within_case
from tests.protection.test_raising import accuse

AGENTS = {"kinds": ["state_violence"], "age": "age_18_59", "forms": []}


def seen_by(city, persona):
    with city.transaction() as session:
        actor = city.actor_in(session, persona)
        with cleared(session, CLEARANCE):
            here = Flag.municipality_id == city.ibge
            return {str(id_) for id_ in session.scalars(select(Flag.id).where(here, visible(session, actor, here)))}


def name(city, flag_id, persona):
    with within_case(city) as session:
        session.add(
            FlagPeer(
                municipality_id=city.ibge, flag_id=UUID(flag_id), worker_id=city.ids[persona], given_by=city.ids["creas"], kind="named",
                valid_from=clock.now() - timedelta(minutes=1),
            )
        )  # fmt: skip


def test_the_unit_s_technician_and_the_team_s_coordination_see_it_and_no_other_role(city, other_city):
    flag_id = raise_flag(city.phone("rua"))
    assert seen_by(city, "creas") == seen_by(city, "coordenacao") == {flag_id}
    for persona in ("rua", "rua2", "pim", "abrigo", "centropop", "supervisao", "admin", "auditoria"):
        assert seen_by(city, persona) == set(), persona
    assert seen_by(other_city, "creas") == set()


def test_another_unit_s_technician_sees_it_once_it_is_hers(city):
    grant(city, "abrigo", "technician", "unit", "shelter")
    flag_id = raise_flag(city.phone("rua"))
    assert seen_by(city, "abrigo") == set()
    name(city, flag_id, "abrigo")
    assert seen_by(city, "abrigo") == {flag_id}
    other = raise_flag(city.phone("rua"))
    with within_case(city) as session:
        row = session.get(Flag, (city.ibge, UUID(other)))
        row.status, row.holder_id = "taken", city.ids["abrigo"]
    assert seen_by(city, "abrigo") == {flag_id, other}


def test_what_no_unit_answers_for_is_the_coordination_s_and_the_whole_city_s_technician_s(city):
    end_roles(city, "creas", clock.now() - timedelta(hours=1))
    flag_id = raise_flag(city.phone("rua"), team_id=None)
    assert seen_by(city, "coordenacao") == {flag_id}
    grant(city, "abrigo", "technician", "municipality")
    grant(city, "centropop", "technician", "unit", "centro_pop")
    assert seen_by(city, "abrigo") == {flag_id} and seen_by(city, "centropop") == set()


def test_of_agents_their_partners_see_nothing_named_or_not(city):
    accuse(city, "centro_pop", "municipal_guard")
    grant(city, "centropop", "technician", "municipality")
    hidden, other = raise_flag(city.phone("rua"), agent_body="municipal_guard", **AGENTS), raise_flag(city.phone("rua"))
    assert seen_by(city, "creas") == {hidden, other} and seen_by(city, "centropop") == {other}
    name(city, hidden, "centropop")
    assert seen_by(city, "centropop") == {other}
    with shut_key():
        assert seen_by(city, "centropop") == {other}  # remembered; what was never read counts as hidden


def test_of_agents_a_coordination_sees_only_what_it_is_named_for(city):
    hidden, other = raise_flag(city.phone("rua"), agent_body="municipal_guard", **AGENTS), raise_flag(city.phone("rua"))
    assert seen_by(city, "coordenacao") == {other}
    name(city, hidden, "coordenacao")
    assert seen_by(city, "coordenacao") == {hidden, other}


def test_what_may_not_be_seen_is_unknown_by_its_id_too(city, other_city):
    flag_id = UUID(raise_flag(city.phone("rua")))
    for where, persona in ((city, "abrigo"), (city, "rua"), (other_city, "creas")):
        with where.transaction() as session, pytest.raises(UnknownFlag):
            flag_of(session, where.actor_in(session, persona), flag_id)
    with city.transaction() as session:
        assert flag_of(session, city.actor_in(session, "creas"), flag_id, lock=True).id == flag_id
