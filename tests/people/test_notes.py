"""Private notes: sealed, opened by author and named peers, passed on or closed; never by hierarchy, never in a text of ours."""

import re

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from app.access.problems import Forbidden
from app.core import seal
from app.core.ids import new_id
from app.people.problems import AlreadyPeer, EmptyNote, NoProfession, NotAPeer, NoteClosed, UnknownNote
from app.people.queries import notes as queries
from app.people.service import notes
from tests.people.shielded import acting, make_shielded, now

SAID = "Relatouplantado que tem medo de voltar para casa."


@pytest.fixture
def place(city):
    """A person, and `creas` a psychologist beside two others: `abrigo` of the same profession, `centropop` of another."""
    her = make_shielded(city)
    with city.transaction() as session:
        run = session.connection().exec_driver_sql
        for persona, profession in (("creas", "psychologist"), ("abrigo", "psychologist"), ("centropop", "social_worker")):
            run("UPDATE workers SET profession = %s WHERE id = %s", (profession, city.ids[persona]))
            run("UPDATE role_grants SET role = 'technician' WHERE worker_id = %s", (city.ids[persona],))
    return her


def written(her, persona="creas"):
    with acting(her.city, persona) as (session, actor):
        return notes.write_note(session, actor, her.person_id, SAID, now())


def read(her, persona, note_id):
    with acting(her.city, persona) as (session, actor):
        return notes.read_note(session, actor, note_id, now())


def do(her, persona, verb, *arguments):
    with acting(her.city, persona) as (session, actor):
        return verb(session, actor, *arguments, now())


def listed(her, persona):
    with acting(her.city, persona) as (session, actor):
        return queries.notes_on(session, actor, her.person_id)


def test_the_author_opens_it_and_nobody_else_whatever_her_role(place):
    note = written(place)
    assert read(place, "creas", note) == SAID
    for other in ("abrigo", "centropop"):
        with pytest.raises(UnknownNote):
            read(place, other, note)
        assert listed(place, other) == []
    for above in ("coordenacao", "supervisao", "admin", "auditoria", "rua"):
        with pytest.raises((Forbidden, UnknownNote)):
            read(place, above, note)


def test_the_database_shows_it_to_nobody_above_her_either(place):
    written(place)
    asked = text("SELECT count(*) FROM private_notes")
    for persona in ("coordenacao", "supervisao", "admin", "abrigo"):
        with acting(place.city, persona) as (session, _actor):
            session.execute(text("SELECT set_config('vinculo.clearances', 'restricted,everything,notes', true)"))
            assert session.scalar(asked) == 0
    with acting(place.city, "creas") as (session, _actor):
        assert session.scalar(asked) == 1


def test_what_is_kept_says_nothing_of_it(place):
    written(place)
    for table in ("private_notes", "audit_lines", "changes", "person_told", "sync_commands"):
        assert "plantado" not in str(place.city.rows(f"SELECT t::text FROM {table} t WHERE municipality_id = :m"))


def test_each_opening_is_in_the_trail(place):
    note = written(place)
    read(place, "creas", note)
    lines = place.city.rows("SELECT action FROM audit_lines WHERE subject_id = :id ORDER BY at", id=note)
    assert [line["action"] for line in lines] == ["people.write_note", "people.read_note"]


def test_a_peer_of_the_same_profession_opens_it_until_she_is_ended(place):
    ids, note = place.city.ids, written(place)
    for wrong in ("centropop", "coordenacao", "creas"):
        with pytest.raises(NotAPeer):
            do(place, "creas", notes.name_peer, note, ids[wrong])
    with pytest.raises(UnknownNote):
        do(place, "abrigo", notes.name_peer, note, ids["abrigo"])
    do(place, "creas", notes.name_peer, note, ids["abrigo"])
    with pytest.raises(AlreadyPeer):
        do(place, "creas", notes.name_peer, note, ids["abrigo"])
    assert read(place, "abrigo", note) == SAID
    assert [(one["is_mine"], one["author"]) for one in listed(place, "abrigo")] == [(False, "Creas")]
    for verb, more in ((notes.hand_note, (ids["abrigo"],)), (notes.close_note, ()), (notes.end_peer, (ids["creas"],))):
        with pytest.raises(UnknownNote):  # a peer opens, she does not dispose
            do(place, "abrigo", verb, note, *more)
    do(place, "creas", notes.end_peer, note, ids["abrigo"])
    with pytest.raises(UnknownNote):
        read(place, "abrigo", note)


def test_a_successor_alone_opens_what_was_handed_to_her(place):
    ids, note = place.city.ids, written(place)
    with pytest.raises(NotAPeer):
        do(place, "creas", notes.hand_note, note, ids["centropop"])
    do(place, "creas", notes.hand_note, note, ids["abrigo"])
    assert read(place, "abrigo", note) == SAID
    with pytest.raises(UnknownNote):
        read(place, "creas", note)
    [row] = place.city.rows("SELECT author_id, holder_id FROM private_notes WHERE id = :id", id=note)
    assert (row["author_id"], row["holder_id"]) == (ids["creas"], ids["abrigo"])
    assert listed(place, "abrigo")[0]["peers"] == []


def test_a_closed_note_goes_to_nobody(place):
    ids, note = place.city.ids, written(place)
    do(place, "creas", notes.name_peer, note, ids["abrigo"])
    do(place, "creas", notes.close_note, note)
    with pytest.raises(UnknownNote):
        read(place, "abrigo", note)
    for verb in (notes.name_peer, notes.hand_note):
        with pytest.raises(NoteClosed):
            do(place, "creas", verb, note, ids["abrigo"])
    assert read(place, "creas", note) == SAID


def test_who_has_no_profession_or_no_words_writes_none(place):
    with place.city.transaction() as session:
        session.connection().exec_driver_sql("UPDATE workers SET profession = NULL WHERE id = %s", (place.city.ids["creas"],))
    with pytest.raises(NoProfession):
        written(place)
    with acting(place.city, "abrigo") as (session, actor), pytest.raises(EmptyNote):
        notes.write_note(session, actor, place.person_id, " \n ", now())


def test_an_envelope_moved_to_another_row_is_not_read_as_that_row_s(place):
    one, other = written(place), written(place)
    with acting(place.city, "creas") as (session, _actor):
        session.execute(
            text("UPDATE private_notes SET sealed_body = (SELECT sealed_body FROM private_notes WHERE id = :o) WHERE id = :n"),
            {"n": one, "o": other},
        )
    with pytest.raises(seal.Unsealable):
        read(place, "creas", one)


def by_hand(her, persona, statement, **values):
    with acting(her.city, persona) as (session, _actor):
        return session.execute(text(statement), {"m": her.city.ibge, **values})


def test_the_database_lets_nobody_name_herself_take_over_or_write_for_another(place):
    ids, note = place.city.ids, written(place)
    name = (
        "INSERT INTO private_note_peers (municipality_id, id, note_id, worker_id, given_by, given_at)"
        " VALUES (:m, gen_random_uuid(), :n, :w, :w, now())"
    )
    for persona in ("admin", "coordenacao", "abrigo"):
        with pytest.raises(ProgrammingError, match="named_by_holder"):
            by_hand(place, persona, name, n=note, w=ids[persona])
    do(place, "creas", notes.name_peer, note, ids["abrigo"])
    taken = by_hand(place, "abrigo", "UPDATE private_notes SET holder_id = :w WHERE id = :n", n=note, w=ids["abrigo"])
    assert taken.rowcount == 0
    do(place, "creas", notes.end_peer, note, ids["abrigo"])
    with pytest.raises(ProgrammingError):
        by_hand(place, "abrigo", "UPDATE private_note_peers SET ended_at = NULL WHERE note_id = :n AND worker_id = :w", n=note, w=ids["abrigo"])
    forged = (
        "INSERT INTO private_notes (municipality_id, id, person_id, author_id, holder_id, profession, sealed_body, written_at)"
        " VALUES (:m, :n, :p, :a, :w, 'psychologist', 'x', now())"
    )
    with pytest.raises(ProgrammingError, match="written_by_holder"):
        by_hand(place, "admin", forged, n=new_id(), p=place.person_id, a=ids["creas"], w=ids["admin"])


def test_a_suspended_author_s_notes_are_closed_to_everybody(place):
    city = place.city
    note = written(place)
    client = city.client("admin")
    answer = client.post(f"/admin/trabalhadores/{city.ids['creas']}/suspender", data={"csrf_token": client.csrf})
    assert answer.status_code == 303
    for persona in ("abrigo", "centropop"):
        with pytest.raises(UnknownNote):
            read(place, persona, note)
    with pytest.raises(Forbidden):
        read(place, "creas", note)


def test_the_administrator_says_the_profession_and_opens_nothing_by_it(place):
    city, note = place.city, written(place)
    client = city.client("admin")
    for worker, profession in (("pim", "psychologist"), ("admin", "psychologist")):
        path = f"/admin/trabalhadores/{city.ids[worker]}/profissao"
        assert client.post(path, data={"csrf_token": client.csrf, "profession": profession}).status_code == 303
    assert "Psicologia" in client.get(f"/admin/trabalhadores/{city.ids['pim']}").get_data(as_text=True)
    for method, path in (("get", ""), ("post", f"/{note}/abrir")):
        answer = getattr(client, method)(f"/mesa/pessoas/{place.person_id}/notas{path}", data={"csrf_token": client.csrf})
        assert answer.status_code == 403


def test_by_the_page_it_is_written_opened_and_handed_on(place):
    city, person = place.city, place.person_id
    author, other = city.client("creas"), city.client("abrigo")
    where = f"/mesa/pessoas/{person}/notas"
    assert author.post(where, data={"csrf_token": author.csrf, "words": SAID}).status_code == 303
    page = author.get(where).get_data(as_text=True)
    assert "SIGILOSO" in page and SAID not in page
    note = re.search(rf"{where}/([0-9a-f-]+)/abrir", page).group(1)
    assert SAID in author.post(f"{where}/{note}/abrir", data={"csrf_token": author.csrf}).get_data(as_text=True)
    assert note not in other.get(where).get_data(as_text=True)
    assert other.post(f"{where}/{note}/abrir", data={"csrf_token": other.csrf}).status_code == 404
    passed = author.post(f"{where}/{note}/passar", data={"csrf_token": author.csrf, "worker_id": str(city.ids["abrigo"])})
    assert passed.status_code == 303
    assert SAID in other.post(f"{where}/{note}/abrir", data={"csrf_token": other.csrf}).get_data(as_text=True)
    assert author.post(f"{where}/{note}/abrir", data={"csrf_token": author.csrf}).status_code == 404


def test_who_may_hold_notes_learns_no_name_by_their_page(place):
    """Every role may hold a note; a supervisor and a shelter's desk read nobody's name by asking for notes of hers."""
    city, address = place.city, f"/mesa/pessoas/{place.person_id}/notas"
    called = city.rows("SELECT called FROM people WHERE municipality_id = :m AND id = :i", i=place.person_id)[0]["called"]
    assert called in city.client("creas").get(address).text
    lines = "SELECT count(*) AS n FROM audit_lines WHERE municipality_id = :m AND action = 'people.read' AND worker_id = :w"
    assert city.rows(lines, w=city.ids["creas"])[0]["n"] == 1
    page = city.client("supervisao").get(address)
    assert page.status_code == 200 and called not in page.text
    assert city.rows(lines, w=city.ids["supervisao"])[0]["n"] == 0
