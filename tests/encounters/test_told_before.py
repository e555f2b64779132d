"""What hangs on a record and what was told of it before a race: through corrections, joins and two phones' words."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from app.core import clock
from app.core.ids import new_id
from app.desk.queries.person import card_of, life_of
from app.encounters.queries import encounter_of, timeline_of
from app.privacy.queries.paper import paper
from tests.encounters.made import correct, join, known_person, link, named, present, statuses, unjoin, unlink
from tests.encounters.made import offer as offered
from tests.make.phone import place
from tests.people.made import register
from tests.people.shielded import acting


def correction(phone, met, **body):
    """The same told anew, with the ids that the phone knows."""
    told = {"encounter_id": str(new_id()), "replaces_id": met["body"]["encounter_id"], "reason_text": None}
    return phone.command("encounters.correct", met["body"] | told | body)


def life(city, person, persona="creas"):
    with acting(city, persona) as (session, actor):
        return life_of(session, actor, card_of(session, actor, UUID(str(person)), clock.now()), 1)["entries"]


def offers_to(city, person):
    with acting(city, "creas") as (session, _actor):
        return [o["answer"] for row in timeline_of(session, city.ibge, [UUID(person)]) for o in row["offers"]]


def test_an_offer_stays_on_the_page_when_its_encounter_is_corrected(city):
    phone = city.phone("rua")
    person = known_person(phone)
    met = phone.encounter()
    assert statuses(phone.push(met, link(phone, met, person), offered(phone, met))) == ["done"] * 3
    assert statuses(phone.push(correction(phone, met, situation=None))) == ["done"]
    assert offers_to(city, person) == ["accepted"]


def test_an_offer_goes_with_whom_the_correction_says_that_she_was(city):
    phone = city.phone("rua")
    wrong, right = known_person(phone, "Galego"), known_person(phone, "Zuleica")
    met = phone.encounter()
    mended = correction(phone, met)
    assert statuses(phone.push(met, link(phone, met, wrong), offered(phone, met), mended)) == ["done"] * 4
    phone.push(link(phone, met, right))
    assert (offers_to(city, wrong), offers_to(city, right)) == ([], ["accepted"])
    with acting(city, "coordenacao") as (session, actor):
        [shown] = encounter_of(session, actor, UUID(mended["body"]["encounter_id"]))["offers"]
    assert shown["number"] == 1


def test_where_she_was_sent_stays_on_page_and_paper_when_the_encounter_is_corrected(city):
    phone = city.phone("rua")
    person = known_person(phone, "Zuleica")
    met = phone.encounter()
    sent = phone.referral(met, called="Zuleica")
    phone.push(met, sent)
    phone.push(link(phone, met, person))
    assert [len(entry["referrals"]) for entry in life(city, person)][0] == 1
    assert statuses(phone.push(correction(phone, met))) == ["done"]
    with acting(city, "creas") as (session, actor):
        held = paper(session, actor, UUID(person), clock.now())
    assert (sum(len(entry["referrals"]) for entry in life(city, person)), len(held["sent"])) == (1, 1)


def test_where_she_was_sent_stays_when_the_record_is_joined_to_a_teammates(city):
    phone, mate = city.phone("rua"), city.phone("rua2")
    person = known_person(phone, "Zuleica")
    mine, hers = phone.encounter(), mate.encounter()
    phone.push(mine, phone.referral(mine, called="Zuleica"))
    mate.push(hers)
    phone.push(link(phone, mine, person))
    assert statuses(mate.push(join(mate, hers, mine))) == ["done"]
    with acting(city, "creas") as (session, actor):
        held = paper(session, actor, UUID(person), clock.now())
    assert (sum(len(entry["referrals"]) for entry in life(city, person)), len(held["sent"])) == (1, 1)


def test_what_was_noted_after_saving_is_read_on_the_correction(city):
    phone = city.phone("rua")
    met = phone.encounter()
    body = {"encounter_id": met["body"]["encounter_id"], "addition_id": str(new_id()), "note": "Pediu um cobertor", "names": []}
    phone.push(met, phone.command("encounters.complete", body))
    mended = correction(phone, met)
    phone.push(mended)
    with acting(city, "coordenacao") as (session, actor):
        seen = encounter_of(session, actor, UUID(mended["body"]["encounter_id"]))
    assert "cobertor" in str(seen["notes"])


def test_the_page_says_only_where_she_herself_was_sent_and_of_a_group_the_number(city):
    phone = city.phone("rua")
    man, woman = known_person(phone, "Companheiro"), known_person(phone, "Zuleica")
    met = phone.encounter(people=2)
    phone.push(met, link(phone, met, man), link(phone, met, woman, 1), phone.referral(met, called="Zuleica"))
    for person in (man, woman):
        [entry] = [entry for entry in life(city, person) if entry["id"] == UUID(met["body"]["encounter_id"])]
        assert (entry["referrals"], entry["sent_others"]) == ([], 1)
    page = city.client("creas").get(f"/mesa/pessoas/{man}").text
    assert "encaminhamento deste encontro em grupo" in page and "Zuleica" not in page
    # They were two records of one: she alone stands in the correction.
    mended = correct(phone, met, people=[{"participation_id": met["body"]["people"][1]["participation_id"]}])
    assert statuses(phone.push(mended)) == ["done"]
    [entry] = [entry for entry in life(city, woman) if entry["referrals"]]
    assert entry["sent_others"] == 0 and not any(entry["referrals"] or entry["sent_others"] for entry in life(city, man))


def test_who_may_have_been_there_is_not_told_where_somebody_was_sent(city):
    phone = city.phone("rua")
    person = known_person(phone, "Zuleica")
    met = phone.encounter()
    phone.push(met, link(phone, met, person, certainty="possible"), phone.referral(met, called="Outra"))
    assert [(entry["referrals"], entry["sent_others"]) for entry in life(city, person)][:1] == [([], 1)]


def test_two_meetings_of_one_push_leave_the_latest_as_last_met(city):
    phone = city.phone("rua")
    person = known_person(phone)
    city.rows("UPDATE people SET last_met_at = now() - interval '40 days', first_met_at = now() - interval '40 days' WHERE municipality_id = :m RETURNING 1")
    now = datetime.now(UTC)
    newer = phone.encounter(now - timedelta(minutes=30))
    before = phone.encounter(now - timedelta(days=31), late=True, place=place("none", reason="not_wanted"))
    for each in (newer, before):
        each["body"]["people"][0] |= {"person_id": person, "certainty": "sure"}
    outcome = phone.push(newer, before)
    assert statuses(outcome) == ["done", "done"], outcome
    [row] = city.rows("SELECT last_met_at FROM people WHERE municipality_id = :m AND id = :p", p=person)
    assert row["last_met_at"] > now - timedelta(hours=1)


def test_who_was_linked_by_mistake_leaves_the_phones_of_the_region_where_she_never_was(city):
    phone = city.phone("rua")
    person = register(city, when=clock.now() - timedelta(days=40), region_id=None)
    met = phone.encounter()
    phone.push(met)
    phone.push(link(phone, met, person))
    assert ("person", person) in phone.pull()
    assert statuses(phone.push(unlink(phone, met))) == ["done"]
    [row] = city.rows("SELECT last_met_at, region_id FROM people WHERE municipality_id = :m AND id = :p", p=person)
    assert row["last_met_at"] < datetime.now(UTC) - timedelta(days=30) and row["region_id"] is None


def test_a_correction_made_before_a_teammate_joined_the_record_is_not_refused_for_good(city):
    phone, mate = city.phone("rua"), city.phone("rua2")
    mine, hers = phone.encounter(people=2), mate.encounter(people=1)
    phone.push(mine)
    mate.push(hers)
    mended = correction(phone, mine, people_count=3, people=[{"participation_id": str(new_id())} for _ in range(3)])
    joined = mate.command(
        "encounters.join",
        {"join_id": str(new_id()), "kept_id": hers["body"]["encounter_id"], "joined_id": mine["body"]["encounter_id"]},
    )
    assert statuses(mate.push(joined)) == ["done"]
    outcome = phone.push(mended)
    assert statuses(outcome) == ["done"], outcome


def test_one_person_stands_once_in_one_encounter(city):
    phone, mate = city.phone("rua"), city.phone("rua2")
    person = known_person(phone)
    met = phone.encounter(people=2)
    phone.push(met)
    phone.push(link(phone, met, person))
    mate.push(link(mate, met, person, 1))
    assert [each for each in present(city, met) if each[0] == person] == [(person, "sure")]


def test_a_correction_of_a_joined_record_counts_where_it_did_and_separated_counts_again(city):
    one, two = city.phone("rua"), city.phone("rua2")
    kept, other = one.encounter(), two.encounter()
    one.push(kept), two.push(other)
    joined = join(one, kept, other)
    mended = correct(two, other)
    assert statuses(one.push(joined)) == ["done"] and statuses(two.push(mended)) == ["done"]
    status = "SELECT status FROM encounters WHERE municipality_id = :m AND id = :e"
    assert city.rows(status, e=mended["body"]["encounter_id"])[0]["status"] == "joined"
    again = correct(two, mended)
    assert statuses(two.push(again, unjoin(two, joined))) == ["done"] * 2
    assert city.rows(status, e=again["body"]["encounter_id"])[0]["status"] == "valid"
    assert city.rows(status, e=mended["body"]["encounter_id"])[0]["status"] == "corrected"


def test_who_stood_twice_is_back_where_the_former_word_put_her_when_the_later_is_taken_back(city):
    phone, mate = city.phone("rua"), city.phone("rua2")
    person = known_person(phone)
    met = phone.encounter(people=2)
    phone.push(met, link(phone, met, person))
    mate.push(link(mate, met, person, 1))
    assert present(city, met) == [(None, "sure"), (person, "sure")]
    assert statuses(mate.push(unlink(mate, met, 1))) == ["done"]
    assert present(city, met) == [(person, "sure"), (None, "sure")]


def test_a_withdrawn_encounter_met_nobody(city):
    phone = city.phone("rua")
    before = clock.now() - timedelta(days=40)
    person = register(city, when=before, region_id=None)
    met = phone.encounter()
    phone.push(met, link(phone, met, person))
    seen = "SELECT first_met_at, last_met_at, region_id FROM people WHERE municipality_id = :m AND id = :p"
    assert city.rows(seen, p=person)[0]["last_met_at"] > before + timedelta(days=39)
    gone = {"encounter_id": met["body"]["encounter_id"], "reason": "by_mistake"}
    assert statuses(phone.push(phone.command("encounters.withdraw", gone))) == ["done"]
    [row] = city.rows(seen, p=person)
    assert row["last_met_at"] == row["first_met_at"] < before + timedelta(minutes=1) and row["region_id"] is None


def test_who_was_named_by_mistake_in_the_only_meeting_keeps_a_day(city):
    phone = city.phone("rua")
    met = phone.encounter()
    told, person = named(phone, met, "Galego")
    assert statuses(phone.push(met, told, unlink(phone, met))) == ["done"] * 3
    [row] = city.rows("SELECT first_met_at, last_met_at FROM people WHERE municipality_id = :m AND id = :p", p=person)
    assert row["first_met_at"] <= row["last_met_at"]
