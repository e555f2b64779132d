"""Who answers for a case when its holder is gone, who may hand it on, who was named, who reviews an opening; and of agents
whose body nobody could say.
"""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from app.accounts import service as accounts
from app.core import clock
from app.protection.queries import reading
from tests.make.colleague import another
from tests.make.flags import PLANTED, complement, end_roles, grant, notices, raise_flag, row_of, watch
from tests.protection.desk import WHY, Desk, case, mandatory, told, woman
from tests.make.forms import form_of
from tests.protection.test_case_desk import events
from tests.protection.test_raising import accuse

AGENTS = {"kinds": ["forced_removal"], "agent_body": "municipal_guard"}


@pytest.fixture
def desk(city):
    return Desk(city)


@pytest.fixture
def mate(city):
    another(city, "colega", "technician")
    return Desk(city, "colega")


def leaves(city, persona="creas", how="role"):
    """Her role ends, or she is suspended."""
    if how == "role":
        end_roles(city, persona, clock.now() - timedelta(seconds=1))
    else:
        city.rows("UPDATE workers SET is_active = false WHERE municipality_id = :m AND id = :w RETURNING id", w=city.ids[persona])


def group(page: str, id_: str) -> str:
    """What stands under a heading of the queue."""
    return page.split(f'aria-labelledby="{id_}"')[1].split("</section>")[0]


# -- the holder is gone ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["role", "suspended"])
def test_a_case_whose_holder_is_gone_is_everybody_s_to_take_up(city, desk, mate, how):
    flag_id = case(city)
    desk.done(f"/mesa/casos/{flag_id}/assumir")
    assert flag_id in group(mate.page("/mesa/casos"), "colegas")
    leaves(city, how=how)
    assert flag_id in group(mate.page("/mesa/casos"), "sem-tecnica") and "não atende mais" in mate.page(f"/mesa/casos/{flag_id}")
    # What comes in later reaches who is there, not her who isn't.
    city.phone().push(complement(city.phone(), flag_id, risk="danger_now"))
    assert told(city, flag_id, "colega", "case_waiting") == 1
    mate.done(f"/mesa/casos/{flag_id}/assumir")
    assert row_of(city, flag_id)["holder_id"] == city.ids["colega"]
    assert PLANTED in mate.post(f"/mesa/casos/{flag_id}/relato").get_data(as_text=True)


def test_whoever_guides_it_then_answers_for_it_and_the_former_s_named_end(city, desk, mate):
    another(city, "indicada", "technician", scope="shelter")
    flag_id = case(city)
    desk.done(f"/mesa/casos/{flag_id}/assumir")
    desk.done(f"/mesa/casos/{flag_id}/colegas", worker_id=str(city.ids["indicada"]))
    leaves(city)
    mate.done(f"/mesa/casos/{flag_id}/orientar", guidance="may_leave")
    assert row_of(city, flag_id)["holder_id"] == city.ids["colega"]
    assert Desk(city, "indicada").get(f"/mesa/casos/{flag_id}").status_code == 404


def test_a_closed_one_is_opened_again_by_who_takes_it_up(city, desk, mate):
    flag_id = case(city)
    desk.done(f"/mesa/casos/{flag_id}/assumir")
    for duty_id in mandatory(city, flag_id):
        desk.done(f"/mesa/casos/{flag_id}/avisar/{duty_id}/dispensar", reason="not_applicable", words="Não cabe neste caso, conferido.")
    desk.done(f"/mesa/casos/{flag_id}/encerrar", reason="followed")
    assert mate.refused(f"/mesa/casos/{flag_id}/reabrir", words="Voltou.") == "protection.not_yours"
    leaves(city)
    assert f"/mesa/casos/{flag_id}/reabrir" in mate.page(f"/mesa/casos/{flag_id}")
    mate.done(f"/mesa/casos/{flag_id}/reabrir", words="Voltou ao semáforo.")
    row = row_of(city, flag_id)
    assert (row["status"], row["holder_id"]) == ("taken", city.ids["colega"])


def test_of_agents_too_though_no_coordination_may_hand_it_on(city, desk, mate):
    flag_id = woman(city, **AGENTS)
    desk.done(f"/mesa/casos/{flag_id}/assumir")
    leaves(city)
    mate.done(f"/mesa/casos/{flag_id}/assumir")
    assert row_of(city, flag_id)["holder_id"] == city.ids["colega"]


def test_where_a_unit_has_nobody_left_the_coordination_hands_it_to_another_unit(city, desk):
    another(city, "longe", "technician", scope="shelter")
    another(city, "colega", "technician")
    flag_id, boss = case(city), Desk(city, "coordenacao")
    desk.done(f"/mesa/casos/{flag_id}/assumir")
    assert str(city.ids["longe"]) not in boss.page(f"/mesa/casos/{flag_id}/andamento")
    for name in ("creas", "colega"):
        leaves(city, name)
    boss.done(f"/mesa/casos/{flag_id}/andamento/passar", worker_id=str(city.ids["longe"]))
    assert PLANTED in Desk(city, "longe").post(f"/mesa/casos/{flag_id}/relato").get_data(as_text=True)


# -- handing on, naming ---------------------------------------------------------------------------------------------


def test_who_coordinates_another_unit_hands_no_colleague_s_case_to_herself_and_reads_no_reason(city, desk, mate):
    """A technician of creas who coordinates the shelter is at creas a technician like the others."""
    another(city, "dupla", "technician")
    grant(city, "dupla", "coordinator", "unit", "shelter")
    flag_id, both = case(city), Desk(city, "dupla")
    desk.done(f"/mesa/casos/{flag_id}/assumir")
    for where in ("passar", "andamento/passar"):
        assert both.refused(f"/mesa/casos/{flag_id}/{where}", worker_id=str(city.ids["dupla"])) == "protection.not_yours"
    assert "Passar o caso" not in both.page(f"/mesa/casos/{flag_id}/andamento")
    mate.done(f"/mesa/casos/{flag_id}/abrir", reason=WHY)
    assert WHY not in both.page("/mesa/casos/aberturas") and flag_id not in both.page("/mesa/casos/aberturas")
    [row] = city.rows("SELECT id FROM flag_peers WHERE municipality_id = :m AND kind = 'break_glass'")
    assert both.refused(f"/mesa/casos/aberturas/{row['id']}/conferir", words="") == "protection.opening_not_found"


def test_who_is_named_stands_in_the_log_and_is_told_each_time(city, desk, mate):
    another(city, "chefia", "coordinator")
    flag_id = case(city)
    assert told(city, flag_id, "colega", "case_new") == 1  # as everybody of the unit
    desk.done(f"/mesa/casos/{flag_id}/assumir")
    for times in (2, 3):
        desk.done(f"/mesa/casos/{flag_id}/colegas", worker_id=str(city.ids["colega"]))
        assert told(city, flag_id, "colega", "case_new") == times
        desk.done(f"/mesa/casos/{flag_id}/colegas/{city.ids['colega']}/fim")
    found = events(city, flag_id)
    assert found.count("named") == found.count("unnamed") == 2
    course = Desk(city, "chefia").page(f"/mesa/casos/{flag_id}/andamento")
    assert "Colega indicada</b> · Colega" in course and "Colega não abre mais</b> · Colega" in course


def test_since_when_she_has_it_is_since_it_was_handed_to_her(city, desk, mate, monkeypatch):
    another(city, "terceira", "technician")
    flag_id, now = case(city), clock.now()
    desk.done(f"/mesa/casos/{flag_id}/assumir")
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(hours=1))
    desk.done(f"/mesa/casos/{flag_id}/passar", worker_id=str(city.ids["colega"]))
    first, second = row_of(city, flag_id)["taken_at"], now + timedelta(hours=1)
    assert first < second
    page = Desk(city, "terceira").page(f"/mesa/casos/{flag_id}")
    assert second.astimezone(ZoneInfo("America/Fortaleza")).strftime("%H:%M") in page.split("Com Colega desde")[1][:30]


# -- openings -------------------------------------------------------------------------------------------------------


def test_of_agents_the_holder_is_told_of_an_opening_reads_why_and_reviews_it(city, desk, mate):
    another(city, "chefia", "coordinator")
    flag_id = woman(city, **AGENTS)
    desk.done(f"/mesa/casos/{flag_id}/assumir")
    mate.done(f"/mesa/casos/{flag_id}/abrir", reason=WHY)
    assert told(city, flag_id, "creas", "case_opened") == 1
    assert told(city, flag_id, "supervisao", "case_opened") == told(city, flag_id, "chefia", "case_opened") == 0
    [row] = city.rows("SELECT id FROM flag_peers WHERE municipality_id = :m AND kind = 'break_glass'")
    one = f"/mesa/casos/{flag_id}/aberturas/{row['id']}/conferir"
    assert WHY in desk.page(f"/mesa/casos/{flag_id}") and one in desk.page(f"/mesa/casos/{flag_id}")
    assert WHY not in mate.page(f"/mesa/casos/{flag_id}")
    assert mate.refused(one, words="") == "protection.opening_not_found"
    desk.done(one, words="Conversamos.")
    assert desk.refused(one, words="") == "protection.opening_reviewed" and "conferida por Creas" in desk.page(f"/mesa/casos/{flag_id}")


def test_of_others_the_holder_reads_why_and_the_coordination_reviews(city, desk, mate):
    another(city, "chefia", "coordinator")
    flag_id = case(city)
    desk.done(f"/mesa/casos/{flag_id}/assumir")
    mate.done(f"/mesa/casos/{flag_id}/abrir", reason=WHY)
    assert told(city, flag_id, "creas", "case_opened") == told(city, flag_id, "chefia", "case_opened") == 1
    [row] = city.rows("SELECT id FROM flag_peers WHERE municipality_id = :m AND kind = 'break_glass'")
    assert WHY in desk.page(f"/mesa/casos/{flag_id}")
    assert desk.refused(f"/mesa/casos/{flag_id}/aberturas/{row['id']}/conferir", words="") == "protection.opening_not_found"


def test_an_opening_that_nobody_reviewed_stays_on_the_list_for_as_long_as_it_is_counted(city, desk, mate):
    another(city, "chefia", "coordinator")
    flag_id = case(city)
    desk.done(f"/mesa/casos/{flag_id}/assumir")
    mate.done(f"/mesa/casos/{flag_id}/abrir", reason=WHY)
    boss = Desk(city, "chefia")
    city.rows("UPDATE flag_peers SET valid_from = valid_from - interval '200 days', valid_to = valid_to - interval '200 days' WHERE municipality_id = :m RETURNING id")
    assert WHY in boss.page("/mesa/casos/aberturas")


# -- of agents whose body nobody could say ---------------------------------------------------------------------------


def seen_by(city, persona, flag_id):
    return flag_id in Desk(city, persona).page("/mesa/casos" if persona != "coordenacao" else "/mesa/casos/coordenacao")


@pytest.mark.parametrize("kind", ["forced_removal", "belongings_taken", "state_violence", "institutional"])
def test_nobody_could_say_whose_agents_no_coordination_sees_it_nor_who_may_be_theirs(city, kind):
    accuse(city, "centro_pop", "municipal_guard")
    accuse(city, "shelter", "health")
    grant(city, "centropop", "technician", "municipality")
    grant(city, "abrigo", "technician", "municipality")
    flag_id = woman(city, kinds=[kind], agent_body=None)
    assert seen_by(city, "creas", flag_id) and seen_by(city, "abrigo", flag_id)
    assert not seen_by(city, "centropop", flag_id) and not seen_by(city, "coordenacao", flag_id)
    watch(city, clock.now() + timedelta(days=2))
    assert {who for who, *_ in notices(city, flag_id)} == {"creas", "supervisao"}


def test_what_is_told_later_of_agents_hides_it_from_then_on(city):
    flag_id = woman(city)
    assert seen_by(city, "coordenacao", flag_id)
    phone = city.phone()
    [outcome] = phone.push(complement(phone, flag_id, kinds=["state_violence"]))
    assert outcome["status"] == "done" and not seen_by(city, "coordenacao", flag_id)


def test_said_at_the_desk_whose_they_were_it_is_hidden_from_them_and_their_unit_answers_no_more(city, desk):
    another(city, "outra", "technician", "municipality", None)
    with city.transaction() as session:
        accounts.grant_role(session, city.ibge, city.ids["outra"], "unit_desk", clock.now() - timedelta(days=9), "unit", city.ids["shelter"])
    accuse(city, "shelter", "health")
    flag_id, plain = woman(city, kinds=["institutional"], agent_body=None), woman(city)
    desk.done(f"/mesa/casos/{flag_id}/assumir")
    desk.done(f"/mesa/casos/{plain}/assumir")
    assert seen_by(city, "outra", flag_id)
    assert desk.refused(f"/mesa/casos/{plain}/orgao", body="health") == "protection.not_by_agents"
    desk.done(f"/mesa/casos/{flag_id}/orgao", body="health")
    assert not seen_by(city, "outra", flag_id) and seen_by(city, "outra", plain)
    assert "Saúde" in desk.page(f"/mesa/casos/{flag_id}") and "accused" in events(city, flag_id)
    # It turns out that they are her own unit's: it goes to who is not.
    accuse(city, "creas_unit", "social_assistance")
    assert desk.done(f"/mesa/casos/{flag_id}/orgao", body="social_assistance") == "/mesa/casos?feito=orgao"
    assert row_of(city, flag_id)["unit_id"] is None
    Desk(city, "outra").done(f"/mesa/casos/{flag_id}/assumir")
    assert row_of(city, flag_id)["holder_id"] == city.ids["outra"]


def test_years_of_closed_cases_are_not_read_again_for_a_page(city, monkeypatch):
    """A coordination's page opens what it shows, and nothing of what was closed long ago."""
    phone = city.phone()
    old, new = raise_flag(phone), raise_flag(phone)
    city.rows(
        "UPDATE flags SET status = 'closed', closed_at = now() - interval '3 years', close_reason = 'followed', holder_id = :w"
        " WHERE municipality_id = :m AND id = :f RETURNING id", f=old, w=city.ids["creas"],
    )  # fmt: skip
    monkeypatch.setattr(reading, "_about", {})
    page = Desk(city, "coordenacao").page("/mesa/casos/coordenacao")
    assert new in page and {str(key[1]) for key in reading._about} == {new}


# -- who reads what --------------------------------------------------------------------------------------------------


def test_what_a_technician_wrote_in_the_log_is_read_by_who_may_open_the_case(city, desk, mate):
    flag_id, why = case(city), "Já foi avisado na ligação das dez."
    desk.done(f"/mesa/casos/{flag_id}/assumir")
    desk.done(f"/mesa/casos/{flag_id}/orientar", guidance="stay")
    desk.done(f"/mesa/casos/{flag_id}/avisar/{mandatory(city, flag_id)[0]}/dispensar", reason="told_together", words=why)
    assert why in desk.page(f"/mesa/casos/{flag_id}")
    page = mate.page(f"/mesa/casos/{flag_id}")
    assert why not in page and "Comunicação dispensada" in page and "Fique com a pessoa" in page
    mate.done(f"/mesa/casos/{flag_id}/abrir", reason=WHY)
    assert why in mate.page(f"/mesa/casos/{flag_id}")


def test_a_colleague_who_reads_a_communication_is_among_those_who_opened(city, desk, mate):
    another(city, "chefia", "coordinator")
    flag_id = case(city)
    desk.done(f"/mesa/casos/{flag_id}/assumir")
    draft = desk.done(f"/mesa/casos/{flag_id}/comunicacoes", recipient="guardianship_council").split("?")[0]
    desk.page(draft)
    assert "opened" not in events(city, flag_id)
    desk.done(f"/mesa/casos/{flag_id}/colegas", worker_id=str(city.ids["colega"]))
    mate.page(draft)
    mate.page(draft)
    assert events(city, flag_id).count("opened") == 1
    assert "Colega" in Desk(city, "chefia").page("/mesa/casos/aberturas").split("Relatos abertos")[1]


@pytest.mark.parametrize("scope", ["unit", "region"])
def test_a_coordination_that_is_told_of_a_flag_finds_it(city, scope):
    """The team's unit of reference, and the team's region: told where nobody nearer coordinates, and so she sees it."""
    end_roles(city, "coordenacao", clock.now() - timedelta(hours=1))
    another(city, "boss", "coordinator", scope, "centro_pop" if scope == "unit" else "north")
    flag_id = case(city, risk="danger_now")
    assert told(city, flag_id, "boss", "case_new") == 1
    boss = Desk(city, "boss")
    assert flag_id in boss.page("/mesa/casos/coordenacao") and boss.get(f"/mesa/casos/{flag_id}/andamento").status_code == 200


def test_who_opened_it_with_a_reason_finds_what_was_sent_and_no_draft(city, desk, mate):
    flag_id = case(city)
    desk.done(f"/mesa/casos/{flag_id}/assumir")
    sent, draft = (desk.done(f"/mesa/casos/{flag_id}/comunicacoes", recipient=code).split("?")[0] for code in ("guardianship_council", "peti"))
    desk.done(f"{sent}/enviar", **form_of(desk.page(f"{sent}/conferir"), f"{sent}/enviar"), channel="by_hand")
    assert sent not in mate.page(f"/mesa/casos/{flag_id}/comunicacoes")
    mate.done(f"/mesa/casos/{flag_id}/abrir", reason=WHY)
    page = mate.page(f"/mesa/casos/{flag_id}/comunicacoes")
    assert sent in page and draft not in page and mate.get(f"{sent}/via").status_code == 200
