"""What management reads: counts by which nobody is told apart, of the units and regions that it oversees."""

from datetime import timedelta

import pytest

from sqlalchemy import text

from app.accounts.models import RoleGrant
from app.core import clock
from app.referrals import queries, rules, service
from app.units import service as units
from tests.make.beds import beds, house, stay
from tests.referrals import made


def overseen(city, persona="supervisao", days=30):
    with city.transaction() as session:
        return queries.overseen(session, city.actor_in(session, persona), days, clock.now())


def test_a_count_of_one_to_four_is_not_shown_nor_told_by_its_total():
    assert [rules.shown(n) for n in (0, 1, 4, 5)] == [0, None, None, 5]
    assert rules.shown_row([0, 6, 7]) == ([0, 6, 7], 13)
    assert rules.shown_row([3, 6, 7]) == ([None, 6, 7], None)
    assert rules.shown_row([3, 2, 7]) == ([None, None, 7], 12)


def test_states_reasons_and_answers_are_counted(city):
    actor = city.actor("abrigo")
    ids = [made.sent(city) for _each in range(12)]
    with city.transaction() as session:
        for id_ in ids[:6]:
            service.decline_referral(session, actor, id_, clock.now() + timedelta(minutes=10), "no_place")
        for id_ in ids[6:11]:
            service.accept_referral(session, actor, id_, clock.now() + timedelta(minutes=30))
    found = overseen(city)
    assert found.states == {"sent": [1, 0, 0, 0], "accepted": [5, 0, 0, 0]}
    assert found.reasons == [("no_place", 6)]
    assert found.waits is not None and 9 < found.waits[0] < 11 and 29 < found.waits[1] < 31
    [unit] = found.units
    assert (unit["sent"], unit["arrived"]) == (12, 0)
    [(region, blocks, total)] = found.lost
    assert region is None and sum(blocks) == total == 6


def test_few_who_came_are_not_told_beside_how_many_were_sent(city):
    actor = city.actor("abrigo")
    ids = [made.sent(city) for _each in range(6)]
    with city.transaction() as session:
        service.mark_arrived(session, actor, ids[0], clock.now())
    assert overseen(city).units[0]["arrived"] is None


def test_who_was_turned_away_and_who_slept_are_the_evidence_for_a_new_shelter(city):
    house(city, 3)
    actor = city.actor("abrigo")
    with city.transaction() as session:
        units.note_turned_away(session, actor, city.ids["shelter"], 7, ["men"], "full", clock.now(), clock.now())
    for bed in beds(city)[:2]:
        with city.transaction() as session:
            session.execute(text("UPDATE beds SET valid_from = now() - interval '3 days' WHERE id = :i"), {"i": bed["id"]})
        stay(city, bed["id"], since=clock.now() - timedelta(days=2))
    found = overseen(city, days=7)
    assert [total for _region, _blocks, total in found.lost] == [7]
    [(_name, nights)] = found.houses
    assert (2, 2) in nights


def test_only_who_oversees_reads_it_and_a_region_s_supervisor_her_region(city):
    made.sent(city)
    for persona in ("rua", "abrigo", "creas", "coordenacao", "admin", "auditoria"):
        assert city.client(persona).get("/painel/encaminhamentos").status_code == 403
    with city.transaction() as session:
        session.execute(
            RoleGrant.__table__.update()
            .where(RoleGrant.municipality_id == city.ibge, RoleGrant.worker_id == city.ids["supervisao"])
            .values(scope_kind="region", scope_id=city.ids["north"])
        )
    assert overseen(city).states == {}


@pytest.mark.parametrize("address", ["/painel/encaminhamentos", "/painel/encaminhamentos.csv"])
def test_no_name_is_on_it(city, address):
    made.sent(city, called="Dona Rosa Inconfundível", note="Usa bengala")
    answer = city.client("supervisao").get(address)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200 and "Inconfundível" not in page and "bengala" not in page
    assert "shelter" in page
    assert city.client("supervisao").get(f"{address}?dias=4").status_code == 422


def test_a_unit_s_name_is_no_formula_in_the_spreadsheet(city):
    with city.transaction() as session:
        session.execute(text("UPDATE units SET name = '=1+1' || id WHERE id = :i"), {"i": city.ids["shelter"]})
    for _each in range(5):
        made.sent(city)
    assert ";=1+1" not in city.client("supervisao").get("/painel/encaminhamentos.csv").get_data(as_text=True)


def test_a_total_is_not_told_where_it_tells_what_was_left_out():
    """Several few that are few together, all ones or all fours: the rest of the row would tell each."""
    assert rules.shown_row([1, 1, 7]) == ([None, None, 7], None)
    assert rules.shown_row([4, 4, 7]) == ([None, None, 7], None)
    assert rules.shown_row([1, 1, 1, 1, 1, 9]) == ([None] * 5 + [9], None)
    assert rules.shown_row([3, 4, 0]) == ([None, None, 0], 7)


def test_who_was_received_all_the_same_lacked_no_place(city):
    house(city, 1)
    actor = city.actor("abrigo")
    ids = [made.sent(city) for _each in range(7)]
    assert [total for _region, _blocks, total in overseen(city).lost] == [6]
    with city.transaction() as session:
        service.mark_arrived(session, actor, ids[-1], clock.now())
    assert [total for _region, _blocks, total in overseen(city).lost] == [5]
