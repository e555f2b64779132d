"""How a case ends and goes on: what the person wants keeps it open, a mistake that a technician found, what fell and stands
again; a link to a person undone; private notes after the case went to others; one part of what was written that does not open.
"""

from datetime import timedelta

import pytest

from app.core import clock, seal
from app.protection.queries import case as case_page
from tests.make.colleague import another
from tests.make.flags import PLANTED, complement, duties, facts, mistake, raise_flag, row_of, words
from tests.protection.desk import Desk, case, mandatory, woman
from tests.make.forms import form_of
from tests.protection.test_case_desk import events
from tests.protection.test_journeys import person

HOW = "Era o filho do dono brincando na loja."


@pytest.fixture
def desk(city):
    return Desk(city)


def own(city):
    return {one["flag_id"]: one for one in city.phone().client.get("/api/v1/protection/flags").json["flags"]}


def dropped(desk, city, flag_id):
    for duty_id in mandatory(city, flag_id):
        desk.done(f"/mesa/casos/{flag_id}/avisar/{duty_id}/dispensar", reason="not_applicable", words="Não cabe neste caso, conferido.")


# -- the end --------------------------------------------------------------------------------------------------------


def test_what_she_said_yes_to_keeps_it_open_until_done_or_taken_back(city, desk):
    flag_id = woman(city, choices=[{"recipient": "women_centre", "answer": "accepted"}])
    desk.done(f"/mesa/casos/{flag_id}/assumir")
    dropped(desk, city, flag_id)
    assert desk.refused(f"/mesa/casos/{flag_id}/encerrar", reason="followed") == "protection.duty_stands"
    assert "ou que a pessoa quer" in desk.page(f"/mesa/casos/{flag_id}")
    duty = duties(city, flag_id)["women_centre"]
    desk.done(f"/mesa/casos/{flag_id}/avisar/{duty['id']}/escolha", answer="declined")
    desk.done(f"/mesa/casos/{flag_id}/encerrar", reason="followed")


def test_a_mistake_that_only_the_technician_found_is_closed_as_one_and_its_author_is_told(city, desk):
    flag_id = case(city)
    desk.done(f"/mesa/casos/{flag_id}/assumir")
    assert "Encerrar como engano" in desk.page(f"/mesa/casos/{flag_id}")
    assert desk.refused(f"/mesa/casos/{flag_id}/encerrar", reason="mistake", words="Não era.") == "protection.reason_missing"
    desk.done(f"/mesa/casos/{flag_id}/encerrar", reason="mistake", words=HOW)
    row = row_of(city, flag_id)
    assert (row["close_reason"], row["is_counted"], row["due_at"]) == ("mistake", False, None)
    assert {one["dropped_reason"] for one in duties(city, flag_id, dropped=True).values()} == {"mistake"}
    assert own(city)[flag_id]["mistake"] == "confirmed"
    desk.done(f"/mesa/casos/{flag_id}/reabrir", words="Era trabalho mesmo.")
    assert mandatory(city, flag_id) and own(city)[flag_id]["mistake"] is None


def test_its_author_sees_that_a_mistake_was_refused_and_when_she_says_it_again(city, desk):
    flag_id, phone = case(city), city.phone()
    desk.done(f"/mesa/casos/{flag_id}/assumir")
    phone.push(mistake(phone, flag_id))
    assert own(city)[flag_id]["mistake"] == "said"
    desk.done(f"/mesa/casos/{flag_id}/engano", words="A criança trabalhava.")
    assert own(city)[flag_id]["mistake"] == "refused"
    phone.push(mistake(phone, flag_id))
    assert own(city)[flag_id]["mistake"] == "said"


def test_an_age_that_was_corrected_and_was_right_after_all_brings_the_council_back(city):
    """A child; no, a grown one; no, a child: the duty that fell with what was told stands again."""
    phone, flag_id = city.phone(), case(city)
    phone.push(complement(phone, flag_id, age="age_18_59"))
    assert "guardianship_council" not in duties(city, flag_id)
    phone.push(complement(phone, flag_id, age="age_14_15"))
    council = duties(city, flag_id)["guardianship_council"]
    assert (council["obligation"], council["dropped_reason"]) == ("mandatory", None) and council["due_at"] is not None
    assert row_of(city, flag_id)["due_at"] is not None


def test_what_a_technician_dropped_stays_dropped(city, desk):
    phone, flag_id = city.phone(), case(city)
    desk.done(f"/mesa/casos/{flag_id}/assumir")
    dropped(desk, city, flag_id)
    phone.push(complement(phone, flag_id, actions=["calmed"]))
    assert mandatory(city, flag_id) == []


# -- of whom --------------------------------------------------------------------------------------------------------


def test_a_link_to_the_wrong_person_is_undone_and_leaves_no_other_alert_of_hers(city, desk):
    phone = city.phone()
    her = person(phone, "Rosalinda")
    first = raise_flag(phone, subject="known", person_id=her)
    second = case(city)
    desk.done(f"/mesa/casos/{second}/assumir")
    assert desk.refused(f"/mesa/casos/{second}/pessoa/desfazer") == "protection.no_person"
    desk.done(f"/mesa/casos/{second}/pessoa", person_id=her)
    assert f"/mesa/casos/{first}" in desk.page(f"/mesa/casos/{second}").split("Mesmo acontecimento")[0]
    desk.done(f"/mesa/casos/{second}/pessoa/desfazer")
    page = desk.page(f"/mesa/casos/{second}")
    assert "Rosalinda" not in page and f"/mesa/casos/{first}" not in page.split("Mesmo acontecimento")[0]
    told = facts(city, second)
    assert (told.person_id, told.subject, row_of(city, second)["about"]) == (None, "unnamed", [])
    assert "person_unlinked" in events(city, second)
    desk.done(f"/mesa/casos/{second}/pessoa", person_id=her)
    assert facts(city, second).person_id == her


# -- private notes --------------------------------------------------------------------------------------------------


def test_a_note_stays_in_reach_of_who_holds_it_when_the_case_goes_to_others(city, desk):
    another(city, "colega", "technician")
    another(city, "longe", "technician", scope="shelter", profession="social_worker")
    city.rows("UPDATE workers SET profession = 'social_worker' WHERE municipality_id = :m AND id = :w RETURNING id", w=city.ids["creas"])
    flag_id = case(city)
    desk.done(f"/mesa/casos/{flag_id}/assumir")
    desk.done(f"/mesa/casos/{flag_id}/notas", words="Anotação só minha.")
    [note] = city.rows("SELECT id FROM flag_notes WHERE municipality_id = :m")
    desk.done(f"/mesa/casos/{flag_id}/passar", worker_id=str(city.ids["colega"]))
    one = f"/mesa/casos/{flag_id}/notas/{note['id']}"
    for where in (f"/mesa/casos/{flag_id}", "/mesa/casos/notas"):
        assert f"{one}/abrir" in desk.page(where) and "Anotação" not in desk.page(where)
    assert "/mesa/casos/notas" in desk.page("/mesa/casos")
    assert "Anotação só minha." in desk.post(f"{one}/abrir").get_data(as_text=True)
    # To a colleague of another unit, who doesn't see the case and opens the note all the same.
    desk.done(f"{one}/passar", worker_id=str(city.ids["longe"]))
    far = Desk(city, "longe")
    assert far.get(f"/mesa/casos/{flag_id}").status_code == 404
    assert f"{one}/abrir" in far.page("/mesa/casos/notas") and f"{one}/abrir" not in desk.page("/mesa/casos/notas")
    answer = far.post(f"{one}/abrir")
    assert answer.status_code == 200 and "Anotação só minha." in answer.get_data(as_text=True)
    assert far.done(f"{one}/lacrar") == "/mesa/casos/notas?feito=nota-lacrada"


# -- what does not open ---------------------------------------------------------------------------------------------


def test_one_part_that_does_not_open_keeps_nobody_from_the_rest(city, desk, other_city):
    """Sealed to another city's key, of another flag, no JSON, numbers for words: the flag's own words open all the same."""
    flag_id, phone = case(city), city.phone()
    bad = [
        words(other_city.phone(), flag_id, seen="x"), words(phone, case(city), seen="de outro"),
        phone.seal(["no", "words"]), phone.seal({"flag": flag_id, "seen": 7, "said": ["a"]}),
    ]  # fmt: skip
    for envelope in bad:
        [outcome] = phone.push(complement(phone, flag_id, words=envelope))
        assert outcome["status"] == "done"
    desk.done(f"/mesa/casos/{flag_id}/assumir")
    answer = desk.post(f"/mesa/casos/{flag_id}/relato")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200 and PLANTED in page and "de outro" not in page
    assert page.count("Esta parte está guardada e não abre agora.") == 3
    draft = desk.done(f"/mesa/casos/{flag_id}/comunicacoes", recipient="guardianship_council").split("?")[0]
    assert PLANTED in desk.post(f"{draft}/relato").get_data(as_text=True)


def test_words_that_came_later_are_brought_into_a_draft_as_well(city, desk):
    phone = city.phone()
    flag_id = raise_flag(phone)
    phone.push(complement(phone, flag_id, words=words(phone, flag_id, seen=PLANTED)))
    desk.done(f"/mesa/casos/{flag_id}/assumir")
    draft = desk.done(f"/mesa/casos/{flag_id}/comunicacoes", recipient="guardianship_council").split("?")[0]
    assert "Trazer o relato" in desk.page(draft)
    assert PLANTED in desk.post(f"{draft}/relato").get_data(as_text=True)


def test_a_key_of_which_no_trace_is_left_shuts_the_case_and_not_its_pages(city, desk):
    flag_id = case(city)
    desk.done(f"/mesa/casos/{flag_id}/assumir")
    draft = desk.done(f"/mesa/casos/{flag_id}/comunicacoes", recipient="guardianship_council").split("?")[0]
    desk.done(f"{draft}/enviar", **_form(desk, draft))
    folder = seal.keyring.place() / str(city.ibge)
    away = [path.rename(path.with_suffix(path.suffix + ".away")) for path in folder.iterdir()]
    try:
        for where in ("/mesa/casos", f"/mesa/casos/{flag_id}", f"/mesa/casos/{flag_id}/comunicacoes", draft):
            assert "não abre" in desk.page(where) or "fechada" in desk.page(where), where
        desk.done(f"/mesa/casos/{flag_id}/orientar", guidance="stay")
    finally:
        for path in away:
            path.rename(path.with_suffix(""))


def _form(desk, draft):
    return form_of(desk.page(f"{draft}/conferir"), f"{draft}/enviar") | {"channel": "by_hand"}


# -- hidden ---------------------------------------------------------------------------------------------------------


def test_while_the_screen_is_hidden_no_form_that_is_sent_again_shows_anything(city, desk):
    flag_id = case(city)
    desk.done(f"/mesa/casos/{flag_id}/assumir")
    draft = desk.done(f"/mesa/casos/{flag_id}/comunicacoes", recipient="guardianship_council").split("?")[0]
    form = form_of(desk.page(draft), draft)
    desk.done("/mesa/esconder")
    for where, sent in (
        (f"/mesa/casos/{flag_id}/relato", {}), (f"{draft}/relato", {}), (f"/mesa/casos/{flag_id}/procurar", {"q": "Maria"}),
        (f"{draft}/enviar", {"as_of": form["as_of"], "channel": "email"}), (draft, form | {"seen": "x" * 2000, "next": "keep"}),
    ):  # fmt: skip
        assert desk.done(where, **sent) == "/mesa/esconder", where
    assert "opened" not in events(city, flag_id)
    # What was typed and fits is kept, though nothing of it is shown.
    assert desk.done(draft, **form | {"seen": "Vendia balas.", "next": "keep"}) == "/mesa/esconder"
    desk.get("/mesa/esconder/voltar")
    assert "Vendia balas." in desk.page(draft)


# -- the trail ------------------------------------------------------------------------------------------------------


def test_no_line_of_the_trail_tells_by_its_fields_what_a_case_is(city, desk):
    flag_id = case(city)
    desk.done(f"/mesa/casos/{flag_id}/assumir")
    desk.done(f"/mesa/casos/{flag_id}/tip", groups=["trade"])
    desk.done(f"/mesa/casos/{flag_id}/peti")
    draft = desk.done(f"/mesa/casos/{flag_id}/comunicacoes", recipient="guardianship_council").split("?")[0]
    desk.done(draft, **form_of(desk.page(draft), draft) | {"said": "Preciso levar dinheiro.", "guardians": "A tia"}, next="keep")
    lines = city.rows("SELECT fields FROM audit_lines WHERE municipality_id = :m AND action LIKE 'protection.%'")
    told = {name for line in lines for name in line["fields"]}
    assert told & {"tip_groups", "peti", "choice", "dropped_reason", "said", "guardians", "sex", "n58", "n56"} == set()
    assert desk.page(f"/mesa/casos/{flag_id}/comunicacoes")
    lines = city.rows("SELECT fields FROM audit_lines WHERE municipality_id = :m AND subject_id = :f ORDER BY at DESC LIMIT 1", f=flag_id)
    assert lines[0]["fields"] == ["duties"]


def test_flags_of_the_same_day_are_found_also_where_other_units_raised_many(city, desk, monkeypatch):
    monkeypatch.setattr(case_page, "_MOST_NEAR", 2)
    phone, now = city.phone(), clock.now()
    mine, near = raise_flag(phone, now - timedelta(hours=5)), raise_flag(phone, now - timedelta(hours=6))
    others = [raise_flag(phone, now - timedelta(hours=hours)) for hours in (1, 2, 3)]
    for flag_id in others:
        city.rows("UPDATE flags SET unit_id = :u WHERE municipality_id = :m AND id = :f RETURNING id", u=city.ids["shelter"], f=flag_id)
    desk.done(f"/mesa/casos/{mine}/assumir")
    assert f'value="{near}"' in desk.page(f"/mesa/casos/{mine}")
