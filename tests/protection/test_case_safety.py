"""What keeps people safe at the desk of cases: the place of stay, agents of a body, the shut key, the hidden screen, the
referral that says nothing, and what management sees.
"""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from app.accounts import service as accounts
from app.core import clock, seal
from app.core.ids import new_id
from app.core.timing import judge
from app.people.service import merging, registering
from tests.make.beds import house
from tests.make.colleague import another
from tests.make.flags import PLANTED, duties, facts, row_of, within_case
from tests.people.shielded import acting, make_shielded
from tests.protection.desk import Desk, case, mandatory, told, woman


@pytest.fixture
def desk(city):
    return Desk(city)


@pytest.fixture
def her(city):
    house(city, 4)
    return make_shielded(city)


def link(desk, flag_id, person_id):
    desk.done(f"/mesa/casos/{flag_id}/assumir")
    return desk.done(f"/mesa/casos/{flag_id}/pessoa", person_id=str(person_id))


# -- of whom --------------------------------------------------------------------------------------------------------


def test_a_case_is_linked_to_a_person_found_at_the_desk(city, desk, her):
    flag_id = woman(city)
    desk.done(f"/mesa/casos/{flag_id}/assumir")
    [name] = city.rows("SELECT called FROM people WHERE municipality_id = :m AND id = :p", p=her.person_id)
    answer = desk.post(f"/mesa/casos/{flag_id}/procurar", q=name["called"]).get_data(as_text=True)
    assert name["called"] in answer and str(her.person_id) in answer
    desk.done(f"/mesa/casos/{flag_id}/pessoa", person_id=str(her.person_id))
    assert name["called"] in desk.page(f"/mesa/casos/{flag_id}")
    assert facts(city, flag_id).person_id == str(her.person_id)
    # In the tables that tell it her id stands in no column.
    for table in ("flags", "flag_events", "flag_complements"):
        assert str(her.person_id) not in str(city.rows(f"SELECT * FROM {table} WHERE municipality_id = :m")), table


def test_other_flags_of_the_same_person_are_found_also_through_a_merge(city, desk, her):
    first, second = woman(city, subject="known", person_id=str(her.person_id)), woman(city)
    other = str(new_id())
    with acting(city, "creas") as (session, actor):
        told_now = judge(clock.now(), clock.now(), clock.now())
        person = {"person_id": UUID(other), "called": "Rosinha", "called_kind": "nickname", "age_band": None, "sex": None, "region_id": None}
        registering.register_person(session, actor, person, told_now)
    link(desk, second, other)
    assert f"/mesa/casos/{first}" not in desk.page(f"/mesa/casos/{second}").split("Mesmo acontecimento")[0]
    with acting(city, "creas") as (session, actor):
        merging.merge(session, actor, her.person_id, UUID(other), {}, "É a mesma pessoa, conferido.", clock.now())
    assert f"/mesa/casos/{first}" in desk.page(f"/mesa/casos/{second}").split("Mesmo acontecimento")[0]


# -- the threatened woman -------------------------------------------------------------------------------------------


def test_one_touch_hides_where_she_stays_from_every_other_team(city, desk, her):
    another(city, "colega", "technician", scope="shelter")
    flag_id, other = woman(city, risk="danger_now"), Desk(city, "colega")
    desk.done(f"/mesa/casos/{flag_id}/assumir")
    assert desk.refused(f"/mesa/casos/{flag_id}/sigilo") == "protection.no_person"
    desk.done(f"/mesa/casos/{flag_id}/pessoa", person_id=str(her.person_id))
    assert other.get(f"/mesa/pessoas/{her.person_id}").status_code == 200
    desk.done(f"/mesa/casos/{flag_id}/sigilo")
    assert desk.get(f"/mesa/pessoas/{her.person_id}").status_code == 200
    assert other.get(f"/mesa/pessoas/{her.person_id}").status_code != 200
    [why] = city.rows("SELECT reason FROM person_restrictions WHERE municipality_id = :m AND person_id = :p", p=her.person_id)
    assert why["reason"] == "Pedido da equipe técnica que acompanha."


def test_a_referral_from_a_case_tells_nothing_of_it(city, desk, her):
    flag_id = woman(city, kinds=["sexual_abuse"])
    link(desk, flag_id, her.person_id)
    form = {"unit_id": str(city.ids["shelter"]), "called": "Rosa", "purpose": "place", "people_count": "1", "note": ""}
    desk.done(f"/mesa/casos/{flag_id}/encaminhar", **form)
    [row] = city.rows("SELECT * FROM referrals WHERE municipality_id = :m AND encounter_id IS NULL AND visit_id IS NULL")
    assert str(flag_id) not in str(dict(row)) and row["note"] is None and row["reasons"] == []
    shelter = city.client("abrigo")
    for path in ("/mesa/", f"/mesa/encaminhamentos/{row['id']}", "/api/v1/referrals/inbox"):
        text = shelter.get(path).get_data(as_text=True)
        assert "Rosa" in text and str(flag_id) not in text and "iolência" not in text and PLANTED not in text, path
    assert "Encaminhado" in desk.page(f"/mesa/casos/{flag_id}")
    desk.done(f"/mesa/casos/{flag_id}/encaminhamentos/{row['id']}/cancelar")
    assert "cancelado pela equipe" in desk.page(f"/mesa/casos/{flag_id}")


# -- agents of a body -----------------------------------------------------------------------------------------------


def test_of_agents_of_a_body_its_own_people_see_and_get_nothing(city, desk):
    another(city, "partner", "technician")
    assert city.rows(
        "INSERT INTO protection_bodies (municipality_id, id, unit_id, body) VALUES (:m, gen_random_uuid(), :u, 'municipal_guard') RETURNING id",
        u=city.ids["shelter"],
    )  # fmt: skip
    another(city, "guarda", "technician", "municipality", None)
    another(city, "chefia", "coordinator")
    with city.transaction() as session:
        accounts.grant_role(session, city.ibge, city.ids["guarda"], "unit_desk", clock.now() - timedelta(days=9), "unit", city.ids["shelter"])
    flag_id = woman(city, kinds=["forced_removal"], agent_body="municipal_guard")
    plain_id = woman(city)
    accused, boss = Desk(city, "guarda"), Desk(city, "chefia")
    assert plain_id in accused.page("/mesa/casos") and flag_id not in accused.page("/mesa/casos")
    assert accused.get(f"/mesa/casos/{flag_id}").status_code == 404
    assert told(city, flag_id, "guarda", "case_new") == 0
    desk.done(f"/mesa/casos/{flag_id}/assumir")
    assert accused.refused(f"/mesa/casos/{flag_id}/abrir", reason="Preciso muito ver este caso.") == "protection.flag_not_found"
    page = desk.page(f"/mesa/casos/{flag_id}")
    assert str(city.ids["guarda"]) not in page and str(city.ids["partner"]) in page
    assert desk.refused(f"/mesa/casos/{flag_id}/passar", worker_id=str(city.ids["guarda"])) == "protection.unknown_colleague"
    # The coordination only when she is named.
    assert boss.get(f"/mesa/casos/{flag_id}/andamento").status_code == 404 and flag_id not in boss.page("/mesa/casos/coordenacao")
    desk.done(f"/mesa/casos/{flag_id}/colegas", worker_id=str(city.ids["chefia"]))
    assert boss.get(f"/mesa/casos/{flag_id}/andamento").status_code == 200


# -- the key is shut ------------------------------------------------------------------------------------------------


def test_while_the_key_is_shut_everybody_who_may_act_is_told_and_nothing_breaks(city, desk, monkeypatch):
    flag_id = case(city)
    desk.done(f"/mesa/casos/{flag_id}/assumir")
    assert "A chave de lacre não abre" not in desk.page("/mesa/casos")
    assert city.rows(
        "WITH r AS (INSERT INTO protection_recipients (municipality_id, id, code, name, email, address, system_name, is_active, changed_at)"
        " VALUES (:m, gen_random_uuid(), 'guardianship_council', 'CT Norte', '', '', '', true, now()) RETURNING municipality_id, id)"
        " INSERT INTO recipient_phones (municipality_id, id, recipient_id, phone, label, position, weekdays)"
        " SELECT municipality_id, gen_random_uuid(), id, '84 3200-0009', 'CT de plantão', 1, 127 FROM r RETURNING id"
    )

    def lost(*_args):
        raise seal.KeyLost()

    monkeypatch.setattr(seal, "unwrap", lost)
    for path in ("/mesa/casos", f"/mesa/casos/{flag_id}", "/mesa/"):
        page = desk.page(path)
        assert "A chave de lacre não abre" in page and "84 3200-0009" in page, path
    assert "Fechado" in desk.page("/mesa/casos") and "7 a 12 anos" not in desk.page("/mesa/casos")
    # Who has nothing to do with cases is not alarmed.
    assert "A chave de lacre" not in Desk(city, "abrigo").page("/mesa/")
    assert "A chave de lacre" in Desk(city, "supervisao").page("/painel/alertas")
    desk.done(f"/mesa/casos/{flag_id}/orientar", guidance="stay")
    assert desk.post(f"/mesa/casos/{flag_id}/relato").status_code == 503
    assert row_of(city, flag_id)["guidance"] == "stay"


# -- the hidden screen ----------------------------------------------------------------------------------------------


def test_one_press_hides_every_page_of_cases_until_another(city, desk):
    flag_id = case(city)
    for path in ("/mesa/casos", f"/mesa/casos/{flag_id}", f"/mesa/casos/{flag_id}/comunicacoes"):
        assert 'action="/mesa/esconder"' in desk.page(path)
        assert desk.get(path).headers["Cache-Control"] == "no-store"
    assert desk.done("/mesa/esconder") == "/mesa/esconder"
    quiet = desk.page("/mesa/esconder")
    assert "Casos" not in quiet and "alerta" not in quiet.lower() and "Creas" not in quiet
    # The way back, by the browser too, leads to the neutral page.
    for path in ("/mesa/casos", f"/mesa/casos/{flag_id}", f"/mesa/casos/{flag_id}/comunicacoes"):
        assert desk.get(path).headers["Location"] == "/mesa/esconder"
    # A form sent again by the browser's "reload" opens nothing either.
    assert desk.done(f"/mesa/casos/{flag_id}/relato") == "/mesa/esconder"
    assert desk.get("/mesa/esconder/voltar").headers["Location"] == "/mesa/casos"
    assert "Trabalho infantil" in desk.page("/mesa/casos")


# -- what management sees -------------------------------------------------------------------------------------------


def test_a_supervision_sees_counts_by_state_and_lateness_and_nothing_else(city, desk, monkeypatch):
    late, taken, closed = case(city), case(city), case(city)
    for each in (taken, closed):
        desk.done(f"/mesa/casos/{each}/assumir")
    for duty_id in mandatory(city, closed):
        desk.done(f"/mesa/casos/{closed}/avisar/{duty_id}/dispensar", reason="not_applicable", words="Não cabe neste caso, conferido.")
    desk.done(f"/mesa/casos/{closed}/encerrar", reason="followed")
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=3))
    above = Desk(city, "supervisao")
    page = above.page("/painel/alertas")
    shown = " ".join(page.split())
    assert "<dt>Ninguém assumiu</dt><dd><b>1</b> <span" in shown and "<dt>Em atendimento</dt><dd><b>1</b> <span" in shown
    assert "<dt>Recebidos</dt><dd><b>3</b>" in shown and "<dt>Encerrados</dt><dd><b>1</b>" in shown
    assert f"<dt>Comunicações obrigatórias atrasadas</dt><dd><b>{len(mandatory(city, late)) + len(mandatory(city, taken))}</b>" in shown
    for word in ("Trabalho infantil", "7 a 12", late, PLANTED):
        assert word not in page
    assert above.get(f"/mesa/casos/{late}/andamento").status_code == 403
    assert duties(city, late)


@pytest.mark.parametrize("table", ["flag_events", "flag_calls", "flag_complements"])
def test_what_happened_and_what_was_told_can_t_be_rewritten_by_the_application(city, table):
    case(city)
    with pytest.raises(ProgrammingError, match="permission denied"), within_case(city) as session:
        session.execute(text(f"UPDATE {table} SET flag_id = flag_id"))
