"""What must not be lost: a professional's notes, and whom she follows."""

from uuid import UUID

from app.accounts.models import Worker
from app.core import clock
from app.people.queries import notes as reading
from app.people.service import follow, merge, notes, undo_merge
from app.privacy.service import anonymise_city
from tests.encounters.made import statuses
from tests.households.made import member, opening
from tests.make.colleague import another
from tests.people.made import register
from tests.people.shielded import acting
from tests.people.test_import import run


def professional(city):
    with city.transaction() as session:
        session.get(Worker, (city.ibge, city.ids["creas"])).profession = "psychologist"


def noted(city, person):
    with acting(city, "creas") as (session, actor):
        return notes.write_note(session, actor, UUID(str(person)), "Segredo", clock.now())


def listed(city, person):
    with acting(city, "creas") as (session, actor):
        return [note["id"] for note in reading.notes_on(session, actor, UUID(str(person)))]


def test_a_person_on_whom_a_professional_wrote_is_not_ended_with_the_import(city, tmp_path):
    professional(city)
    path = tmp_path / "a.csv"
    path.write_text("Nome;CPF\nJosé Conceição;\n")
    run(city, "import", str(path))
    [row] = city.rows("SELECT id FROM people WHERE municipality_id = :m")
    [made] = city.rows("SELECT id FROM person_imports WHERE municipality_id = :m")
    note_id = noted(city, row["id"])
    run(city, "undo-import", str(made["id"]))
    assert listed(city, row["id"]) == [note_id]


def test_a_private_note_is_still_opened_by_its_holder_after_the_term_of_the_person(city):
    professional(city)
    person = register(city, "Antiga")
    note_id = noted(city, person)
    city.rows("UPDATE people SET last_met_at = now() - interval '9 years' WHERE municipality_id = :m RETURNING 1")
    city.rows("UPDATE person_told SET told_at = now() - interval '9 years' WHERE municipality_id = :m RETURNING 1")
    with city.transaction() as session:
        anonymise_city(session, city.ibge, clock.now())
    client = city.client("creas")
    answer = client.post(f"/mesa/pessoas/{person}/notas/{note_id}/abrir", data={"csrf_token": client.csrf})
    assert answer.status_code == 200 and "Segredo" in answer.get_data(as_text=True)


def test_a_professional_who_becomes_coordinator_still_reads_and_hands_on_her_notes(city):
    professional(city)
    another(city, "creas2", "technician", profession="psychologist")
    person = register(city)
    note_id = noted(city, person)
    city.rows(
        "UPDATE role_grants SET role = 'coordinator' WHERE municipality_id = :m AND worker_id = :w RETURNING 1", w=city.ids["creas"]
    )
    assert listed(city, person) == [note_id]
    with acting(city, "creas") as (session, actor):
        assert notes.read_note(session, actor, note_id, clock.now()) == "Segredo"
        notes.hand_note(session, actor, note_id, city.ids["creas2"], clock.now())
    with acting(city, "coordenacao") as (session, actor):
        assert reading.notes_on(session, actor, UUID(person)) == []
    assert listed(city, person) == []


def test_who_ended_is_unknown_to_who_holds_no_note_of_her(city):
    person = register(city)
    city.rows("UPDATE people SET ended_at = now() WHERE municipality_id = :m RETURNING 1")
    assert city.client("creas").get(f"/mesa/pessoas/{person}/notas").status_code == 404


def test_a_followed_person_stays_followed_when_the_merge_is_undone(city):
    a, b = register(city, "Desconhecida"), register(city, "Zuleica")
    with acting(city, "creas") as (session, actor):
        merge_id = merge(session, actor, UUID(a), UUID(b), {}, "mesma pessoa", clock.now())
        follow(session, actor, UUID(b), clock.now())
    with acting(city, "supervisao") as (session, actor):
        undo_merge(session, actor, merge_id, "eram duas", clock.now())
    rows = city.rows("SELECT person_id FROM person_access WHERE municipality_id = :m AND kind = 'follows'")
    assert {str(row["person_id"]) for row in rows} == {a, b}


def test_after_the_term_no_word_is_left_in_what_was_told_of_her_family(city):
    phone = city.phone("rua")
    person = register(city, "Antigaplantada")
    her = member("Antigaplantada", "adult", person_id=person)
    opened = opening(phone, her, called="Casa da Antigaplantada", team="team")
    assert statuses(phone.push(opened)) == ["done"]
    city.rows("UPDATE people SET last_met_at = now() - interval '9 years' WHERE municipality_id = :m RETURNING 1")
    city.rows("UPDATE person_told SET told_at = now() - interval '9 years' WHERE municipality_id = :m RETURNING 1")
    with city.transaction() as session:
        assert anonymise_city(session, city.ibge, clock.now()) == 1
    rows = city.rows("SELECT e::text AS t FROM household_events e WHERE municipality_id = :m")
    assert rows and not [row for row in rows if "lantada" in row["t"]]
