"""What a merged or taken-out person is called, on lists, steps, phones and in the search."""

from datetime import timedelta
from uuid import UUID

from app.core import clock
from app.people import queries
from app.people.queries.searching import search
from tests.encounters.made import known_person, link
from tests.people.made import register, tell, told
from tests.people.merged import merged, undone
from tests.people.shielded import acting
from tests.tasks.made import agree, tasks_on


def task_of(phone, agreed):
    return tasks_on(phone)[agreed["body"]["task_id"]]


def test_a_step_on_a_phone_is_hers_again_when_the_merge_is_undone(city):
    phone = city.phone("rua")
    a, b = known_person(phone, "Galego"), known_person(phone, "Zuleica")
    agreed = agree(phone, person_id=b)
    phone.push(agreed)
    assert (task_of(phone, agreed)["called"], task_of(phone, agreed)["person_id"]) == ("Zuleica", b)
    merge_id = merged(city, a, b)
    again = agree(phone, person_id=b)
    phone.push(again)
    assert task_of(phone, again)["person_id"] == a
    undone(city, merge_id)
    assert (task_of(phone, again)["called"], task_of(phone, again)["person_id"]) == ("Zuleica", b)


def test_a_civil_name_leaves_steps_and_encounters_of_phones_when_a_social_name_is_told(city):
    phone = city.phone("rua")
    met = phone.encounter()
    person = register(city, "Sebastião Civilplantado", "civil")
    agreed = agree(phone, person_id=person)
    phone.push(met, agreed)
    phone.push(link(phone, met, person))
    assert "Civilplantado" in str(phone.pull())
    tell(city, person, told("name.social", "Luana"))
    seen = phone.pull()
    assert [key for key, body in seen.items() if "Civilplantado" in str(body)] == []


def test_a_list_calls_a_merged_person_as_her_card_does(city):
    a = register(city, "Zé Preá", "nickname", when=clock.now() - timedelta(days=9))
    b = register(city, "Tonho", "nickname", when=clock.now() - timedelta(days=1))
    merged(city, a, b)
    with acting(city, "rua") as (session, actor):
        [card] = queries.cards(session, actor, [UUID(a)], documents=False, sensitive=False).values()
        listed = queries.called_of(session, city.ibge, [UUID(a)])[UUID(a)]
    assert listed.called == card.called


def test_somebody_known_in_the_street_is_still_found_when_what_absorbed_her_was_taken_out(city):
    a, b = register(city, "Maria da Planilha", "civil"), register(city, "Maria do Carrinho", "nickname")
    merged(city, a, b)
    city.rows("UPDATE people SET ended_at = now(), end_reason = 'import_undone' WHERE municipality_id = :m AND id = :a RETURNING 1", a=a)
    with acting(city, "rua") as (session, actor):
        assert queries.cards(session, actor, [UUID(b)], documents=False, sensitive=False)


def test_a_name_of_who_was_taken_out_finds_nobody(city):
    a, b = register(city, "Maria do Carrinho", "nickname"), register(city, "Plantadinha da Planilha", "civil")
    merged(city, a, b)
    city.rows("UPDATE people SET ended_at = now(), end_reason = 'import_undone' WHERE municipality_id = :m AND id = :b RETURNING 1", b=b)
    with acting(city, "creas") as (session, actor):
        assert search(session, actor, "Plantadinha").ids == []
