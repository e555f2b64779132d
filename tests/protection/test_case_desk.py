"""The desk of cases: seen, taken, opened, handed; who may do what; every act by its form, as pages without JavaScript do."""

from datetime import timedelta

import pytest

from app.core import clock
from tests.make.colleague import another
from tests.make.flags import PLANTED, call, complement, duties, mistake, row_of, words
from tests.protection.desk import WHY, Desk, case, mandatory, told, woman


@pytest.fixture
def desk(city):
    return Desk(city)


def events(city, flag_id):
    rows = city.rows("SELECT event FROM flag_events WHERE municipality_id = :m AND flag_id = :f ORDER BY noted_at, id", f=flag_id)
    return [row["event"] for row in rows]


def test_the_queue_shows_facts_and_time_never_a_name_or_a_word(city, desk):
    flag_id = case(city)
    page = desk.page("/mesa/casos")
    assert "Trabalho infantil" in page and "7 a 12 anos" in page and "Assumir" in page and "faltam" in page
    assert "boné" not in page and PLANTED not in page
    shown = desk.page(f"/mesa/casos/{flag_id}")
    assert "boné" not in shown and PLANTED not in shown and "Assumir o caso" in shown
    # What to do and by when stands before what is known.
    assert shown.index("faltam") < shown.index("O que se sabe")


def test_the_first_look_tells_the_author_and_every_look_leaves_a_line(city, desk):
    flag_id = case(city)
    desk.page(f"/mesa/casos/{flag_id}")
    desk.page(f"/mesa/casos/{flag_id}")
    assert events(city, flag_id).count("seen") == 1 and told(city, flag_id, "rua", "case_answered") == 1
    lines = city.rows("SELECT fields FROM audit_lines WHERE municipality_id = :m AND action = 'protection.read_queue' AND subject_id = :f", f=flag_id)
    assert len(lines) == 2


def test_words_open_for_who_took_it_once_and_are_kept_nowhere(city, desk):
    flag_id = case(city)
    assert desk.refused(f"/mesa/casos/{flag_id}/relato") == "protection.not_taken"
    desk.done(f"/mesa/casos/{flag_id}/assumir")
    answer = desk.post(f"/mesa/casos/{flag_id}/relato")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    assert PLANTED in text and "boné" in text and "Tenho que levar dinheiro" in text
    assert PLANTED not in desk.page(f"/mesa/casos/{flag_id}")
    assert "opened" in events(city, flag_id)
    lines = city.rows("SELECT * FROM audit_lines WHERE municipality_id = :m AND action = 'protection.open_words'")
    assert len(lines) == 2 and PLANTED not in str(lines)


def test_what_is_told_later_is_opened_with_it(city, desk):
    flag_id = case(city)
    phone = city.phone()
    phone.push(complement(phone, flag_id, words=words(phone, flag_id, seen="Voltou com um adulto.")))
    desk.done(f"/mesa/casos/{flag_id}/assumir")
    assert "Voltou com um adulto." in desk.post(f"/mesa/casos/{flag_id}/relato").get_data(as_text=True)


def test_of_two_who_take_it_one_does(city, desk):
    another(city, "colega", "technician")
    flag_id, other = case(city), Desk(city, "colega")
    desk.done(f"/mesa/casos/{flag_id}/assumir")
    assert other.refused(f"/mesa/casos/{flag_id}/assumir") == "protection.already_taken"
    assert row_of(city, flag_id)["holder_id"] == city.ids["creas"]


def test_a_colleague_sees_the_facts_and_acts_on_nothing(city, desk):
    another(city, "colega", "technician")
    flag_id, other = case(city), Desk(city, "colega")
    desk.done(f"/mesa/casos/{flag_id}/assumir")
    page = other.page(f"/mesa/casos/{flag_id}")
    assert "7 a 12 anos" in page and "Preciso abrir agora" in page and "Encerrar o caso" not in page
    for act, form in (
        ("relato", {}), ("orientar", {"guidance": "stay"}), ("encerrar", {"reason": "followed"}), ("notas", {"words": "x"}),
        ("colegas", {"worker_id": str(city.ids["colega"])}), ("passar", {"worker_id": str(city.ids["colega"])}), ("peti", {}),
    ):  # fmt: skip
        assert other.refused(f"/mesa/casos/{flag_id}/{act}", **form) == "protection.not_yours", act


def test_another_unit_sees_nothing_of_it(city):
    another(city, "cras", "technician", scope="shelter")
    flag_id, other = case(city), Desk(city, "cras")
    assert flag_id not in other.page("/mesa/casos")
    assert other.get(f"/mesa/casos/{flag_id}").status_code == 404
    assert other.refused(f"/mesa/casos/{flag_id}/assumir") == "protection.flag_not_found"


@pytest.mark.parametrize("persona", ["rua", "pim", "abrigo", "coordenacao", "supervisao", "admin", "auditoria"])
def test_nobody_else_comes_in(city, persona):
    flag_id, other = case(city), Desk(city, persona)
    for path in ("/mesa/casos", f"/mesa/casos/{flag_id}"):
        assert other.get(path).status_code == 403, path
    assert other.refused(f"/mesa/casos/{flag_id}/relato") == "access.forbidden"


def test_break_glass_opens_for_two_hours_tells_the_coordination_and_waits_for_review(city, desk, monkeypatch):
    another(city, "colega", "technician")
    another(city, "chefia", "coordinator")
    flag_id, other = case(city), Desk(city, "colega")
    desk.done(f"/mesa/casos/{flag_id}/assumir")
    assert other.refused(f"/mesa/casos/{flag_id}/abrir", reason="preciso ver") == "protection.reason_missing"
    other.done(f"/mesa/casos/{flag_id}/abrir", reason=WHY)
    assert PLANTED in other.post(f"/mesa/casos/{flag_id}/relato").get_data(as_text=True)
    # Opening is not acting.
    assert other.refused(f"/mesa/casos/{flag_id}/encerrar", reason="followed") == "protection.not_yours"
    assert told(city, flag_id, "chefia", "case_opened") == 1
    boss = Desk(city, "chefia")
    page = boss.page("/mesa/casos/aberturas")
    assert WHY in page and PLANTED not in page and "Trabalho infantil" not in page
    [row] = city.rows("SELECT id, sealed_reason FROM flag_peers WHERE municipality_id = :m AND kind = 'break_glass'")
    assert "férias" not in row["sealed_reason"]
    boss.done(f"/mesa/casos/aberturas/{row['id']}/conferir", words="Conversamos.")
    assert boss.refused(f"/mesa/casos/aberturas/{row['id']}/conferir") == "protection.opening_reviewed"
    assert "conferida" in boss.page("/mesa/casos/aberturas")
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(hours=2, minutes=1))
    assert other.refused(f"/mesa/casos/{flag_id}/relato") == "protection.not_yours"


def test_the_coordination_sees_how_it_goes_hands_it_over_and_reads_no_fact(city, desk):
    another(city, "colega", "technician")
    another(city, "chefia", "coordinator")
    flag_id, boss = case(city), Desk(city, "chefia")
    listed, course = boss.page("/mesa/casos/coordenacao"), boss.page(f"/mesa/casos/{flag_id}/andamento")
    for word in ("Trabalho infantil", "7 a 12", PLANTED, "boné", "semáforo"):
        assert word not in listed + course, word
    assert "Ninguém assumiu" in listed and "Alerta recebido" in course
    boss.done(f"/mesa/casos/{flag_id}/andamento/passar", worker_id=str(city.ids["colega"]))
    assert row_of(city, flag_id)["holder_id"] == city.ids["colega"] and told(city, flag_id, "colega", "case_new") == 2
    assert PLANTED in Desk(city, "colega").post(f"/mesa/casos/{flag_id}/relato").get_data(as_text=True)
    assert boss.refused(f"/mesa/casos/{flag_id}/andamento/passar", worker_id=str(city.ids["rua"])) == "protection.unknown_colleague"


def test_handing_over_takes_the_words_along_and_ends_who_was_named(city, desk):
    another(city, "colega", "technician")
    another(city, "indicada", "technician", scope="shelter")
    flag_id = case(city)
    desk.done(f"/mesa/casos/{flag_id}/assumir")
    desk.done(f"/mesa/casos/{flag_id}/colegas", worker_id=str(city.ids["indicada"]))
    named = Desk(city, "indicada")
    assert PLANTED in named.post(f"/mesa/casos/{flag_id}/relato").get_data(as_text=True)
    assert desk.refused(f"/mesa/casos/{flag_id}/colegas", worker_id=str(city.ids["indicada"])) == "protection.already_named"
    desk.done(f"/mesa/casos/{flag_id}/passar", worker_id=str(city.ids["colega"]))
    assert desk.refused(f"/mesa/casos/{flag_id}/relato") == "protection.not_yours"
    assert named.get(f"/mesa/casos/{flag_id}").status_code == 404
    Desk(city, "colega").done(f"/mesa/casos/{flag_id}/orientar", guidance="may_leave")


def test_guidance_reaches_the_author_and_takes_an_untaken_case(city, desk):
    flag_id = case(city)
    desk.done(f"/mesa/casos/{flag_id}/orientar", guidance="stay")
    row = row_of(city, flag_id)
    assert (row["guidance"], row["holder_id"], row["status"]) == ("stay", city.ids["creas"], "taken")
    assert told(city, flag_id, "rua", "case_answered") >= 1


def test_a_call_from_the_desk_stands_with_the_streets_own(city, desk):
    flag_id = case(city)
    phone = city.phone()
    phone.push(call(phone, flag_id, outcome="no_answer"))
    desk.done(f"/mesa/casos/{flag_id}/assumir")
    form = {"recipient": "guardianship_council", "number": "84 3200-0001", "outcome": "answered", "who": "Plantonista", "protocol": "CT-77"}
    desk.done(f"/mesa/casos/{flag_id}/ligacoes", **form)
    page = desk.page(f"/mesa/casos/{flag_id}")
    assert "não atendeu" in page and "CT-77" in page
    [kept] = city.rows("SELECT sealed_details FROM flag_calls WHERE municipality_id = :m AND outcome = 'answered'")
    assert "CT-77" not in kept["sealed_details"]


def test_an_open_mandatory_duty_keeps_it_open_until_dropped_with_a_reason(city, desk):
    flag_id = case(city)
    desk.done(f"/mesa/casos/{flag_id}/assumir")
    assert desk.refused(f"/mesa/casos/{flag_id}/encerrar", reason="followed") == "protection.duty_stands"
    standing = mandatory(city, flag_id)
    assert standing
    one = f"/mesa/casos/{flag_id}/avisar/{standing[0]}/dispensar"
    assert desk.refused(one, reason="not_applicable", words="não") == "protection.reason_missing"
    for duty_id in standing:
        desk.done(f"/mesa/casos/{flag_id}/avisar/{duty_id}/dispensar", reason="told_together", words="Avisado na mesma ligação de hoje.")
    assert desk.refused(one, reason="told_together", words="Avisado na mesma ligação de hoje.") == "protection.duty_over"
    assert desk.refused(f"/mesa/casos/{flag_id}/encerrar", reason="person_declined", words="não quis") == "protection.not_an_adult"
    assert desk.refused(f"/mesa/casos/{flag_id}/encerrar", reason="other") == "protection.reason_missing"
    desk.done(f"/mesa/casos/{flag_id}/encerrar", reason="followed")
    row = row_of(city, flag_id)
    assert (row["status"], row["close_reason"], row["due_at"]) == ("closed", "followed", None)
    assert desk.refused(f"/mesa/casos/{flag_id}/orientar", guidance="stay") == "protection.flag_closed"
    assert desk.refused(f"/mesa/casos/{flag_id}/reabrir") == "protection.reason_missing"
    desk.done(f"/mesa/casos/{flag_id}/reabrir", words="Apareceu de novo.")
    assert row_of(city, flag_id)["status"] == "taken"


def test_a_mistake_is_confirmed_and_leaves_the_numbers_or_refused_and_goes_on(city, desk):
    flag_id, other_id = case(city), case(city)
    phone = city.phone()
    desk.done(f"/mesa/casos/{flag_id}/assumir")
    desk.done(f"/mesa/casos/{other_id}/assumir")
    phone.push(mistake(phone, flag_id), mistake(phone, other_id))
    assert "Conferir o engano" in desk.page(f"/mesa/casos/{flag_id}")
    desk.done(f"/mesa/casos/{flag_id}/encerrar", reason="mistake", words="Era o filho do dono.")
    assert {duty["dropped_reason"] for duty in duties(city, flag_id, dropped=True).values()} == {"mistake"}
    assert row_of(city, flag_id)["is_counted"] is False
    desk.done(f"/mesa/casos/{other_id}/engano", words="A criança estava mesmo trabalhando.")
    row = row_of(city, other_id)
    assert (row["status"], row["mistake_said_at"], row["is_counted"]) == ("taken", None, True)
    desk.done(f"/mesa/casos/{flag_id}/reabrir", words="Não era engano.")
    assert mandatory(city, flag_id) and row_of(city, flag_id)["is_counted"] is True


def test_an_adult_s_choice_is_hers_and_what_is_told_later_brings_back_no_older_one(city, desk):
    flag_id = woman(city, choices=[{"recipient": "ligue_180", "answer": "declined"}])
    desk.done(f"/mesa/casos/{flag_id}/assumir")
    offered = {code: duty for code, duty in duties(city, flag_id).items() if duty["obligation"] == "offered"}
    duty = offered["ligue_180"]
    assert (duty["choice"], duty["due_at"]) == ("declined", None)
    desk.done(f"/mesa/casos/{flag_id}/avisar/{duty['id']}/escolha", answer="accepted")
    phone = city.phone()
    phone.push(complement(phone, flag_id, actions=["calmed"]))
    again = duties(city, flag_id)["ligue_180"]
    assert again["choice"] == "accepted" and again["due_at"] is not None


def test_a_mandatory_one_waits_for_no_choice(city, desk):
    flag_id = case(city)
    desk.done(f"/mesa/casos/{flag_id}/assumir")
    assert desk.refused(f"/mesa/casos/{flag_id}/avisar/{mandatory(city, flag_id)[0]}/escolha", answer="declined") == "protection.not_offered"


def test_private_notes_are_their_writer_s_alone_and_pass_to_a_successor(city, desk):
    another(city, "colega", "technician", profession="social_worker")
    flag_id = case(city)
    desk.done(f"/mesa/casos/{flag_id}/assumir")
    assert desk.refused(f"/mesa/casos/{flag_id}/notas", words="Só minha.") == "protection.no_profession"
    assert city.rows("UPDATE workers SET profession = 'social_worker' WHERE municipality_id = :m AND id = :w RETURNING id", w=city.ids["creas"])
    desk.done(f"/mesa/casos/{flag_id}/notas", words="Anotação só minha.")
    [note] = city.rows("SELECT id, sealed_body FROM flag_notes WHERE municipality_id = :m")
    assert "Anotação" not in note["sealed_body"] and "Anotação" not in desk.page(f"/mesa/casos/{flag_id}")
    one = f"/mesa/casos/{flag_id}/notas/{note['id']}"
    assert "Anotação só minha." in desk.post(f"{one}/abrir").get_data(as_text=True)
    desk.done(f"/mesa/casos/{flag_id}/colegas", worker_id=str(city.ids["colega"]))
    other = Desk(city, "colega")
    assert other.refused(f"{one}/abrir") == "protection.note_not_found"
    desk.done(f"{one}/passar", worker_id=str(city.ids["colega"]))
    assert desk.refused(f"{one}/abrir") == "protection.note_not_found"
    assert "Anotação só minha." in other.post(f"{one}/abrir").get_data(as_text=True)
    other.done(f"{one}/lacrar")
    assert other.refused(f"{one}/passar", worker_id=str(city.ids["creas"])) == "protection.note_closed"


def test_two_flags_of_one_event_are_linked_and_parted_and_stay_two(city, desk):
    first, second = case(city), case(city)
    desk.done(f"/mesa/casos/{first}/assumir")
    assert desk.refused(f"/mesa/casos/{first}/ligar", other_id=first) == "protection.same_flag"
    desk.done(f"/mesa/casos/{first}/ligar", other_id=second)
    assert desk.refused(f"/mesa/casos/{first}/ligar", other_id=second) == "protection.already_linked"
    assert f"/mesa/casos/{second}" in desk.page(f"/mesa/casos/{first}")
    assert row_of(city, second)["status"] == "raised" and mandatory(city, second)
    desk.done(f"/mesa/casos/{first}/separar", other_id=second)
    assert desk.refused(f"/mesa/casos/{first}/separar", other_id=second) == "protection.not_linked"
    desk.done(f"/mesa/casos/{first}/ligar", other_id=second)


def test_child_labour_has_its_group_and_peti_and_a_grown_woman_none(city, desk):
    flag_id, grown = case(city), woman(city)
    for each in (flag_id, grown):
        desk.done(f"/mesa/casos/{each}/assumir")
    desk.done(f"/mesa/casos/{flag_id}/tip", groups=["trade", "community"])
    desk.done(f"/mesa/casos/{flag_id}/peti")
    desk.done(f"/mesa/casos/{flag_id}/peti")
    page = desk.page(f"/mesa/casos/{flag_id}")
    assert "Comércio e reparação" in page and "O PETI está entre quem precisa saber." in page and "sempre a vítima" in page
    assert [code for code in duties(city, flag_id) if code == "peti"] == ["peti"]
    assert desk.refused(f"/mesa/casos/{grown}/tip", groups=["trade"]) == "protection.not_labour"
    assert desk.refused(f"/mesa/casos/{grown}/peti") == "protection.not_labour"
