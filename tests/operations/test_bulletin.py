"""What phones tell is counted by its own time, answers and things handed out too; small numbers of people are not shown."""

import csv
import io
from datetime import timedelta
from uuid import UUID

from app.core import clock
from app.operations import queries
from tests.make.beds import beds, house, stay
from tests.operations.made import begin, finish, hours_ago, lends
from tests.make.city import SOUTH_POINT
from tests.make.phone import place


def bulletin(city, row, now=None):
    actor = city.actor("supervisao")
    with city.transaction() as session:
        return queries.bulletin_of(session, actor, queries.find(session, actor, row.id), now or clock.now())


def night(city, **more):
    """An operation that began four hours ago and has just ended."""
    house(city, 3)
    return begin(city, lends(city, 2), at=hours_ago(4), **more)


def test_an_encounter_belongs_by_its_own_time_and_what_it_said_is_counted(city):
    row = night(city)
    phone = city.phone("rua")
    told = [
        phone.encounter(hours_ago(2.5), shelter={"answer": "accepted", "reason": None}, handed_out={"blanket": 2}, outcome="accepted_shelter"),
        phone.encounter(hours_ago(2.4), people=3, shelter={"answer": "refused", "reason": None}, handed_out={"blanket": 3, "hot_drink": 1}),
        phone.encounter(hours_ago(2.3), shelter={"answer": "unavailable", "reason": None}, handed_out={}),
        phone.encounter(hours_ago(1.2), people=0, people_count=0, situation=None, outcome="not_found"),
        # A phone that had not heard of it, and one told late of what was before it began.
        phone.encounter(hours_ago(1), outcome="declined_got_guidance"),
        phone.encounter(hours_ago(6), late=True, place=place("none", reason="moving"), handed_out={"blanket": 50}),
    ]
    assert [each["status"] for each in phone.push(*told)] == ["done"] * 6
    finish(city, row, clock.now())
    found = bulletin(city, row)
    assert found.is_final
    figures = found.total.figures
    assert figures["approaches"] == 5 and figures["people"] == 6
    assert found.total.items == {"blanket": 5, "hot_drink": 1}
    assert sum(each.figures["approaches"] for each in found.hours) == 5 == sum(each.figures["approaches"] for each in found.regions)
    assert figures["accepted"] is None and figures["refused"] is None  # one and two
    offers = city.rows("SELECT answer, reason, kind FROM offers WHERE municipality_id = :m ORDER BY offered_at")
    assert [(each["answer"], each["reason"]) for each in offers] == [("accepted", None), ("refused", "not_said"), ("unavailable", None)]
    [row] = city.rows("SELECT count(*) AS n FROM encounters WHERE municipality_id = :m AND handed_out IS NULL")
    assert row["n"] == 2


def test_a_correction_counts_anew_and_an_old_phone_takes_nothing_back(city):
    row = night(city)
    phone = city.phone("rua")
    met = phone.encounter(hours_ago(2), shelter={"answer": "refused", "reason": "animal"}, handed_out={"blanket": 20})
    other = phone.encounter(hours_ago(2), handed_out={"blanket": 1})

    def corrected(command, **changed):
        body = command["body"] | {"encounter_id": str(UUID(int=UUID(command["body"]["encounter_id"]).int ^ 1)), "replaces_id": command["body"]["encounter_id"]} | changed
        body["people"] = [each | {"participation_id": str(UUID(int=UUID(each["participation_id"]).int ^ 1))} for each in body["people"]]
        return phone.command("encounters.correct", body | {"reason_text": None}, hours_ago(2), after=[command["id"]])

    old = corrected(other)
    del old["body"]["handed_out"]
    outcomes = phone.push(met, other, corrected(met, handed_out={"blanket": 2}), old)
    assert [each["problem"] for each in outcomes] == [None] * 4
    finish(city, row)
    found = bulletin(city, row)
    assert found.total.items == {"blanket": 3} and found.total.figures["approaches"] == 2
    # Said again as it was, the answer is not a second offer.
    assert len(city.rows("SELECT 1 FROM offers WHERE municipality_id = :m")) == 1


def test_who_was_not_there_after_all_accepted_nothing(city):
    row, phone = night(city), city.phone("rua")
    met = phone.encounter(hours_ago(2), shelter={"answer": "accepted", "reason": None}, handed_out={"blanket": 2}, outcome="accepted_shelter")
    told = {"replaces_id": met["body"]["encounter_id"], "encounter_id": str(UUID(int=9)), "people": [], "people_count": 0, "situation": None, "reason_text": None}
    right = phone.command("encounters.correct", met["body"] | told | {"outcome": "not_found", "shelter": None, "handed_out": {}}, hours_ago(2), after=[met["id"]])
    assert [each["problem"] for each in phone.push(met, right)] == [None] * 2
    finish(city, row)
    total = bulletin(city, row).total
    assert (total.figures["approaches"], total.figures["accepted"], total.items) == (1, 0, {})


def test_of_a_joined_pair_one_counts_with_what_either_handed_out(city):
    row = night(city)
    phone, mate = city.phone("rua"), city.phone("rua2")
    kept, same = phone.encounter(hours_ago(2)), mate.encounter(hours_ago(2), handed_out={"blanket": 2}, shelter={"answer": "accepted", "reason": None})
    phone.push(kept)
    mate.push(same)
    join = phone.command("encounters.join", {"join_id": str(UUID(int=7)), "kept_id": kept["body"]["encounter_id"], "joined_id": same["body"]["encounter_id"]})
    assert phone.push(join)[0]["status"] == "done"
    finish(city, row)
    found = bulletin(city, row)
    assert found.total.figures["approaches"] == 1 and found.total.items == {"blanket": 2}


def test_nothing_can_be_worked_out_of_the_regions(city):
    row = night(city)
    phone = city.phone("rua")
    phone.push(*[phone.encounter(hours_ago(2), people=2) for _each in range(10)], phone.encounter(hours_ago(2), people=2, place=place("gps", *SOUTH_POINT)))
    finish(city, row)
    found = bulletin(city, row)
    by_name = {found.names.get(each.key): each.figures["people"] for each in found.regions}
    assert found.total.figures["people"] == 22
    assert [number for number in by_name.values() if number] == []  # the two, and beside them the twenty


def test_sheltered_places_referrals_and_requests(city):
    row = night(city)
    extra = next(bed["id"] for bed in beds(city) if bed["is_extra"])
    stay(city, extra, since=hours_ago(3))
    phone = city.phone("rua")
    met = phone.encounter(hours_ago(1.5), people=6)
    assert {each["status"] for each in phone.push(met, phone.referral(met, people_count=6))} == {"done"}
    city.rows("UPDATE referrals SET arrived_at = now(), status = 'arrived' WHERE municipality_id = :m RETURNING id")
    finish(city, row, clock.now())
    found = bulletin(city, row)
    assert (found.total.sheltered, found.total.places) == (1, 5)
    assert (found.total.figures["sent"], found.total.figures["arrived"]) == (6, 6)


def test_while_it_runs_it_rests_between_the_hours(city):
    row = begin(city, at=clock.now().replace(minute=5, second=0, microsecond=0) - timedelta(hours=3))
    phone = city.phone("rua")
    phone.push(phone.encounter(clock.now() - timedelta(seconds=1)), phone.encounter(hours_ago(1.5)))
    now = clock.now()
    found = bulletin(city, row, now)
    assert not found.is_final and found.until == now.replace(minute=0, second=0, microsecond=0)
    assert found.total.figures["approaches"] == (1 if now - timedelta(seconds=1) >= found.until else 2)


def test_the_page_and_the_table_say_what_each_number_counts(city):
    row = night(city)
    phone = city.phone("rua")
    phone.push(phone.encounter(hours_ago(2), people=2, handed_out={"blanket": 4}))
    finish(city, row)
    desk = city.client("supervisao")
    page = desk.get(f"/painel/operacao/{row.id}/boletim").get_data(as_text=True)
    assert "oculto" in page and "Cobertores" in page and "Recusar é um direito" in page
    answer = desk.get(f"/painel/operacao/{row.id}/boletim.csv")
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff")), delimiter=";"))
    [total] = [each for each in rows if each and each[0] == "total"]
    told = dict(zip(rows[0], total, strict=True))
    assert (told["Abordagens"], told["Pessoas"], told["Cobertores"]) == ("1", "oculto", "4")
    other = city.client("rua")
    assert other.get(f"/painel/operacao/{row.id}/boletim").status_code == 403
