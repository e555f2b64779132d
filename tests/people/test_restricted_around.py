"""What is told around a restricted woman: merges of her, records of hers that were corrected, steps, the page itself."""

from threading import Thread
from uuid import UUID

from app.core import clock
from app.people import queries
from app.people.queries import restricted
from app.people.service import follow, merge, restriction
from tests.encounters.made import correct, known_person, link, statuses
from tests.people.made import register, tell, told
from tests.people.merged import another, merged, undone
from tests.people.shielded import REASON, WHY, acting, make_shielded
from tests.tasks.made import agree, tasks_on


def test_an_opening_of_two_hours_does_not_last_by_a_merge(city):
    her = make_shielded(city)
    her.restrict("creas")
    another(city, "curiosa", "technician")
    mine = register(city, "Inventada", "nickname")
    with acting(city, "curiosa") as (session, actor):
        follow(session, actor, UUID(mine), clock.now())
    with acting(city, "curiosa") as (session, actor):
        restriction.break_glass(session, actor, her.person_id, WHY, clock.now())
    try:
        merged(city, mine, her.person_id, "curiosa")
    except Exception:  # refused: well so
        return
    city.rows(
        "UPDATE person_access SET valid_from = valid_from - interval '3 hours', valid_to = valid_to - interval '3 hours'"
        " WHERE kind = 'break_glass' AND municipality_id = :m RETURNING 1"
    )
    with acting(city, "curiosa") as (session, actor):
        assert not restricted.sees(session, city.ibge, her.person_id)
        assert not restricted.sees_lastingly(session, actor, her.person_id, clock.now())


def test_what_was_told_of_a_restricted_woman_under_the_survivors_id_stays_hidden_when_the_merge_is_undone(city):
    a = register(city, "Desconhecida", "alias")
    b = register(city, "Zuleicaplantada", "nickname")
    with acting(city, "creas") as (session, actor):
        restriction.restrict(session, actor, UUID(b), REASON, clock.now(), ())
    merge_id = merged(city, a, b)
    tell(city, a, told("name.civil", "Zuleica de Tal Plantada"), persona="creas")
    undone(city, merge_id)
    with acting(city, "rua") as (session, actor):
        found = queries.cards(session, actor, [UUID(a)], documents=False, sensitive=False)
    assert "Plantada" not in str(found)


def test_restricting_one_while_another_merges_her_leaves_no_half_uncovered(city, monkeypatch):
    a, b = register(city, "Desconhecida"), register(city, "Zuleicaplantada")
    raised = []

    def merges():
        try:
            merged(city, a, b)
        except Exception as error:
            raised.append(error)

    kept, other = restriction.announce_around, Thread(target=merges)

    def in_between(*args):
        # The restriction is written and not yet committed: the merge comes in whole, or waits.
        monkeypatch.setattr(restriction, "announce_around", kept)
        other.start()
        other.join(4)
        return kept(*args)

    monkeypatch.setattr(restriction, "announce_around", in_between)
    with acting(city, "creas") as (session, actor):
        restriction.restrict(session, actor, UUID(b), REASON, clock.now(), ())
    other.join(15)
    assert not raised, raised
    rows = city.rows("SELECT id, restricted_at IS NOT NULL AS r FROM people WHERE municipality_id = :m")
    assert {str(row["id"]): row["r"] for row in rows if str(row["id"]) in (a, b)} == {a: True, b: True}


def test_a_referral_of_a_corrected_encounter_hides_with_her(city):
    phone, mate = city.phone("rua"), city.phone("rua2")
    person = known_person(phone, "Zuleicaplantada")
    met = phone.encounter()
    sent = phone.referral(met, called="Zuleicaplantada")
    assert statuses(phone.push(met, sent)) == ["done"] * 2
    mended = correct(phone, met)
    assert statuses(phone.push(mended)) == ["done"]
    assert statuses(phone.push(link(phone, mended, person))) in (["done"],), phone.push(link(phone, mended, person))
    with acting(city, "creas") as (session, actor):
        restriction.restrict(session, actor, UUID(person), REASON, clock.now(), ())
    assert not [key for key, body in mate.pull().items() if "Zuleicaplantada" in str(body)]


def test_a_step_agreed_in_the_meeting_with_a_restricted_woman_hides_with_her(city):
    phone, mate = city.phone("rua"), city.phone("rua2")
    met = phone.encounter()
    step = agree(phone, "Levar Zuleicaplantada ao abrigo", encounter_id=met["body"]["encounter_id"], after=[met["id"]])
    person = known_person(phone, "Zuleicaplantada")
    assert statuses(phone.push(met, step)) == ["done"] * 2
    phone.push(link(phone, met, person))
    with acting(city, "creas") as (session, actor):
        restriction.restrict(session, actor, UUID(person), REASON, clock.now(), ())
    assert "Zuleicaplantada" not in str(tasks_on(mate))


def test_the_page_of_restriction_says_no_civil_name_beside_a_social_one(city):
    a = register(city, "Sebastião Civilplantado", "civil")
    b = register(city, "Luana", "social")
    merged(city, a, b)
    page = city.client("rua").get(f"/mesa/pessoas/{a}/sigilo").get_data(as_text=True)
    assert "Civilplantado" not in page


def test_who_reads_a_name_on_the_page_of_restriction_leaves_a_line(city):
    person = register(city, "Lidaplantada")
    page = city.client("pim").get(f"/mesa/pessoas/{person}/sigilo")
    assert "Lidaplantada" in page.get_data(as_text=True)
    assert city.rows("SELECT 1 FROM audit_lines WHERE municipality_id = :m AND action = 'people.read' AND subject_id = :p", p=person)


def test_a_restricted_womans_merge_says_nothing_on_the_list_of_merges(city):
    a, b = register(city, "Desconhecida"), register(city, "Zuleicaplantada")
    with acting(city, "creas") as (session, actor):
        merge(session, actor, UUID(a), UUID(b), {}, "Zuleicaplantada contou", clock.now())
    with acting(city, "creas") as (session, actor):
        restriction.restrict(session, actor, UUID(b), REASON, clock.now(), ())
    page = city.client("supervisao").get("/painel/unioes").get_data(as_text=True)
    assert "Zuleicaplantada" not in page and a not in page and b not in page
