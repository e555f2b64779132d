"""After the term: what goes with a person, what stays of others, and who tells meanwhile."""

from datetime import UTC, datetime, timedelta
from threading import Thread

from app.core import clock
from app.privacy.service import anonymise_city, anonymising
from tests.encounters.made import correct, known_person, link, statuses
from tests.households.made import change, member, of, opening
from tests.people.made import register, tell, told


def test_after_the_term_no_name_is_left_in_what_was_corrected(city):
    phone = city.phone("rua")
    person = known_person(phone, "Zuleicaplantada")
    met = phone.encounter(note="Zuleicaplantada pediu ajuda")
    sent = phone.referral(met, called="Zuleicaplantada")
    assert statuses(phone.push(met, sent)) == ["done"] * 2
    mended = correct(phone, met, note=None)
    assert statuses(phone.push(mended)) == ["done"]
    assert statuses(phone.push(link(phone, mended, person))) == ["done"]
    for statement in (
        "UPDATE people SET last_met_at = last_met_at - interval '9 years', first_met_at = first_met_at - interval '9 years'",
        "UPDATE person_told SET told_at = told_at - interval '9 years'",
        "UPDATE encounters SET occurred_at = occurred_at - interval '9 years'",
        "UPDATE referrals SET status = 'arrived'",
    ):
        city.rows(statement + " WHERE municipality_id = :m RETURNING 1")
    with city.transaction() as session:
        assert anonymise_city(session, city.ibge, clock.now()) == 1
    left = city.rows(
        "SELECT called AS t FROM referrals WHERE municipality_id = :m UNION ALL SELECT note FROM encounters WHERE municipality_id = :m"
    )
    assert "Zuleicaplantada" not in str(left)


def test_after_the_term_no_reason_is_left_of_a_family(city):
    phone = city.phone("rua")
    person = known_person(phone, "Zuleicaplantada")
    her = member("Zuleicaplantada", "adult", person_id=person)
    opened = opening(phone, her, team="team", occurred_at=datetime.now(UTC) - timedelta(hours=5))
    left = change(phone, of(opened), "member_left", datetime.now(UTC) - timedelta(hours=1), member_ids=[her["member_id"]], reason="Zuleicaplantada voltou à mãe")
    assert statuses(phone.push(opened, left)) == ["done"] * 2
    for statement in (
        "UPDATE people SET last_met_at = last_met_at - interval '9 years', first_met_at = first_met_at - interval '9 years'",
        "UPDATE person_told SET told_at = told_at - interval '9 years'",
        "UPDATE encounters SET occurred_at = occurred_at - interval '9 years'",
    ):
        city.rows(statement + " WHERE municipality_id = :m RETURNING 1")
    with city.transaction() as session:
        assert anonymise_city(session, city.ibge, clock.now()) == 1
    assert "Zuleicaplantada" not in str(city.rows("SELECT reason FROM household_events WHERE municipality_id = :m"))


def test_the_term_of_one_wipes_nothing_of_another_who_was_there_too(city):
    phone = city.phone("rua")
    gone, still = known_person(phone, "Antigo"), known_person(phone, "Presente")
    met = phone.encounter(people=2)
    phone.push(met)
    phone.push(link(phone, met, gone), link(phone, met, still, 1))
    assert statuses(phone.push(phone.referral(met, called="Presente"))) == ["done"]
    for statement in (
        f"UPDATE people SET last_met_at = last_met_at - interval '9 years' WHERE id = '{gone}' AND municipality_id = :m",
        f"UPDATE person_told SET told_at = told_at - interval '9 years' WHERE person_id = '{gone}' AND municipality_id = :m",
        "UPDATE encounters SET occurred_at = occurred_at - interval '9 years' WHERE municipality_id = :m",
        "UPDATE referrals SET status = 'arrived' WHERE municipality_id = :m",
    ):
        city.rows(statement + " RETURNING 1")
    with city.transaction() as session:
        assert anonymise_city(session, city.ibge, clock.now()) == 1
    assert [row["called"] for row in city.rows("SELECT called FROM referrals WHERE municipality_id = :m")] == ["Presente"]


def test_what_is_told_while_the_term_ends_a_person_leaves_no_name(city, monkeypatch):
    """Two connections: a phone tells while the night's anonymising is under way."""

    person = register(city, "Antiga")
    city.rows("UPDATE people SET last_met_at = now() - interval '10 years' WHERE municipality_id = :m RETURNING 1")
    city.rows("UPDATE person_told SET told_at = now() - interval '10 years' WHERE municipality_id = :m RETURNING 1")
    raised = []

    def tells():
        try:
            tell(city, person, told("name.civil", "Plantada de Tal"))
        except Exception as error:
            raised.append(error)

    kept, other = anonymising.announce_around, Thread(target=tells)

    def in_between(*args):
        monkeypatch.setattr(anonymising, "announce_around", kept)
        other.start()
        other.join(4)
        return kept(*args)

    monkeypatch.setattr(anonymising, "announce_around", in_between)
    with city.transaction() as session:
        anonymise_city(session, city.ibge, clock.now())
    other.join(15)
    [row] = city.rows("SELECT ended_at IS NOT NULL AS ended FROM people WHERE municipality_id = :m AND id = :p", p=person)
    names = city.rows("SELECT value FROM person_told WHERE municipality_id = :m")
    # Either she was told of in time and stays, or the phone learns that she was ended: never taken in and thrown away.
    assert (not row["ended"] and names) or raised
