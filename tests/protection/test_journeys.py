"""Journeys of a flag through phones and desks, as people make them; the trail's chain holds after each."""

from datetime import datetime, timedelta

import pytest

from app.core.ids import new_id
from tests.make.colleague import another
from tests.make.flags import call, duties, notices, row_of, watch
from tests.make.phone import place
from tests.protection.night import Hands, Writing, events, sent_in, told_of, trail_holds

SAID = {"called": "Menino de boné azul", "seen": "Vendia bala entre os carros.", "said": "Tenho que levar dinheiro pra casa."}
CHILD = {"kinds": ["child_labour", "alone_in_street"], "company": "alone", "risk": "soon"}


@pytest.fixture
def hands(monkeypatch):
    return Hands(monkeypatch)


def on_duty(city, *numbers: str) -> None:
    """The Conselho Tutelar's telephones of the north, in the order of ringing."""
    admin = city.client("admin")
    for position, number in enumerate(numbers, 1):
        form = {"code": "guardianship_council", "name": "Conselho Tutelar Norte", "phone": number, "position": str(position)}
        form |= {"region_id": str(city.ids["north"]), "csrf_token": admin.csrf}
        assert admin.post("/admin/plantao", data=form).status_code == 303


def known_numbers(phone) -> list[str]:
    """What the phone can ring without a network."""
    phone.pull()
    [council] = [body for body in phone.of_type("recipient") if body["code"] == "guardianship_council"]
    return [each["phone"] for each in council["phones"]]


def own(phone, flag_id: str) -> dict:
    """How her flag goes, as the worker's phone shows it."""
    answer = phone.client.get("/api/v1/protection/flags")
    assert answer.status_code == 200
    [one] = [one for one in answer.json["flags"] if one["flag_id"] == flag_id]
    return one


def person(phone, called: str) -> str:
    """Somebody whom the city knows."""
    person_id = str(new_id())
    body = {"person_id": person_id, "called": called, "called_kind": "nickname", "age_band": None, "sex": None, "region_id": None}
    assert phone.push(phone.command("people.register", body))[0]["status"] == "done"
    return person_id


def test_a_child_sells_at_the_lights_at_23_40_offline_and_the_council_is_told_with_proof_before_the_deadline(city, hands):
    night = hands.local(2026, 11, 27, 23, 40)
    on_duty(city, "84 3200-0001")
    phone, desk = city.phone(), Writing(city)
    assert known_numbers(phone) == ["84 3200-0001"]
    # No network: kept by the phone, and the call is made from it.
    flag_id, kept = told_of(phone, night, SAID, **CHILD)
    rung = call(phone, flag_id, hands.later(minutes=2), after=[kept["id"]], who="Conselheira Ana", protocol="CT-118")
    hands.later(minutes=9)
    sent_in(hands, phone, kept, rung)
    assert notices(city, flag_id)[0] == ("creas", "case_new", 0)
    council = duties(city, flag_id)["guardianship_council"]
    # Told by voice at once; on paper within a day of the event, over midnight.
    assert council["obligation"] == "mandatory" and council["due_at"] == night + timedelta(hours=24)

    hands.later(minutes=5)
    assert desk.page("/mesa/casos").count("Trabalho infantil") == 1
    desk.page(f"/mesa/casos/{flag_id}")
    desk.done(f"/mesa/casos/{flag_id}/assumir")
    desk.done(f"/mesa/casos/{flag_id}/orientar", guidance="stay")
    opened = desk.post(f"/mesa/casos/{flag_id}/relato").get_data(as_text=True)
    assert all(word in opened for word in SAID.values())
    seen = own(phone, flag_id)
    assert (datetime.fromisoformat(seen["seen_at"]), seen["guidance"], seen["status"]) == (hands.now, "stay", "taken")
    assert [(one["outcome"], one["protocol"]) for one in seen["calls"]] == [("answered", "CT-118")]

    hands.later(minutes=40)  # past midnight
    draft = desk.begin(flag_id, "guardianship_council")
    desk.signs(draft, "by_hand", {"seen": SAID["seen"], "said": SAID["said"]})
    hands.later(minutes=30)
    desk.done(f"{draft}/recebida", who="Conselheira Ana", protocol="CT-119")
    council = duties(city, flag_id)["guardianship_council"]
    assert council["done_at"] < council["due_at"] and council["is_late"] is False
    [row] = city.rows("SELECT number, year, status, received_at, sealed_proofs FROM communications WHERE municipality_id = :m")
    assert (row["number"], row["year"], row["status"], row["received_at"]) == (1, 2026, "received", hands.now)
    assert "CT-119" in desk.page(draft) and "CT-119" not in row["sealed_proofs"]
    told = own(phone, flag_id)["told"]
    assert [(one["recipient"], one["state"], one["protocol"]) for one in told] == [("guardianship_council", "received", "CT-119")]
    # Of the council nobody is asked any more; the rest of the table still is.
    assert row_of(city, flag_id)["due_at"] == min(one["due_at"] for one in duties(city, flag_id).values() if one["due_at"] and not one["done_at"])
    told = {"raised", "called", "seen", "taken", "guided", "opened", "sent", "received"}
    assert told <= set(events(city, flag_id)) and trail_holds(city) > 10


def test_the_council_does_not_answer_the_next_number_does_and_both_attempts_are_in_the_record(city, hands):
    night = hands.local(2026, 11, 27, 23, 40)
    on_duty(city, "84 3200-0001", "84 98888-0002")
    phone, desk = city.phone(), Writing(city)
    assert known_numbers(phone) == ["84 3200-0001", "84 98888-0002"]
    flag_id, kept = told_of(phone, night, SAID, **CHILD)
    first = call(phone, flag_id, hands.later(minutes=1), after=[kept["id"]], number="84 3200-0001", outcome="no_answer")
    sent_in(hands, phone, kept, first)
    # Nobody was told by that: an hour, not a day.
    assert duties(city, flag_id)["guardianship_council"]["due_at"] == night + timedelta(minutes=60)
    second = call(phone, flag_id, hands.later(minutes=2), number="84 98888-0002", who="Conselheiro Davi", protocol="CT-7")
    sent_in(hands, phone, second)
    assert duties(city, flag_id)["guardianship_council"]["due_at"] == night + timedelta(hours=24)
    assert [one["outcome"] for one in own(phone, flag_id)["calls"]] == ["no_answer", "answered"]
    page = desk.page(f"/mesa/casos/{flag_id}")
    assert "84 3200-0001" in page and "não atendeu" in page
    assert "84 98888-0002" in page and "Conselheiro Davi" in page and "CT-7" in page
    desk.done(f"/mesa/casos/{flag_id}/assumir")
    draft = desk.begin(flag_id, "guardianship_council")
    assert "CT-7" in desk.form_of(draft, draft)["measures"]
    assert events(city, flag_id).count("called") == 2 and trail_holds(city) > 5


def test_a_woman_under_threat_chooses_and_nothing_goes_without_her_yes(city, hands):
    hands.local(2026, 11, 26, 10, 0)
    another(city, "outra", "technician", scope="shelter")
    phone, desk = city.phone(), Writing(city)
    person_id = person(phone, "Rosalinda")
    chosen = [{"recipient": "women_centre", "answer": "accepted"}, {"recipient": "police_190", "answer": "declined"}]
    woman = {"age": "age_18_59", "sex": "female", "kinds": ["physical"], "forms": [], "company": None, "risk": "soon"}
    said = {"seen": "Marcas nos braços.", "said": "Ele vem atrás de mim."}
    flag_id, kept = told_of(phone, hands.now, said, subject="known", person_id=person_id, choices=chosen, **woman)
    sent_in(hands, phone, kept)
    owed = duties(city, flag_id)
    assert {one["obligation"] for one in owed.values()} == {"offered"}
    assert {code for code, one in owed.items() if one["due_at"]} == {"women_centre"}
    desk.done(f"/mesa/casos/{flag_id}/assumir")
    # She said nothing of the others, and no to the police: refused by name, no number is taken.
    for recipient in ("ligue_180", "women_police_station"):
        draft = desk.begin(flag_id, recipient)
        desk.done(draft, **desk.form_of(draft, draft) | {"seen": said["seen"]}, next="review")
        form = desk.form_of(f"{draft}/conferir", f"{draft}/enviar")
        assert desk.post(f"{draft}/enviar", **form | {"override": "", "channel": "by_hand"}).status_code == 409
    assert city.rows("SELECT 1 FROM communications WHERE municipality_id = :m AND number IS NOT NULL") == []
    draft = desk.begin(flag_id, "women_centre")
    assert desk.form_of(draft, draft)["place"] == ""
    desk.signs(draft, "by_hand", {"seen": said["seen"]})
    assert [row["number"] for row in city.rows("SELECT number FROM communications WHERE municipality_id = :m AND number IS NOT NULL")] == [1]
    # Later she wants the station too.
    desk.done(f"/mesa/casos/{flag_id}/avisar/{owed['women_police_station']['id']}/escolha", answer="accepted")
    assert duties(city, flag_id)["women_police_station"]["due_at"] is not None

    # Where she stays: one touch, and no other team reads it any more.
    stranger, street = city.client("outra"), city.client("rua2")
    assert "Rosalinda" in stranger.get(f"/mesa/pessoas/{person_id}").get_data(as_text=True)
    desk.done(f"/mesa/casos/{flag_id}/sigilo")
    for client in (stranger, street):
        answer = client.get(f"/mesa/pessoas/{person_id}")
        assert answer.status_code != 200 and "Rosalinda" not in answer.get_data(as_text=True)
    assert "Rosalinda" in desk.page(f"/mesa/pessoas/{person_id}")
    assert "Rosalinda" not in str(phone.pull()) and "Rosalinda" not in str(city.phone("rua2").pull())
    assert trail_holds(city) > 10


def test_a_visitor_flags_from_a_home_and_the_coordination_of_pim_knows_in_the_same_shift(city, hands):
    morning = hands.local(2026, 11, 26, 9, 15)
    another(city, "coord_pim", "coordinator", "team", "pim_team")
    phone = city.phone("pim")
    visit = phone.visit(morning)
    flag_id, kept = told_of(
        phone, morning, SAID, source="home_visit", source_id=visit["body"]["visit_id"], household_id=str(city.ids["household"]),
        kinds=["neglect"], forms=[], age="age_0_6", place=place("none", reason="not_wanted"),
    )  # fmt: skip
    # Her network comes back at noon: the flag does not wait for the visit that it came from.
    hands.local(2026, 11, 26, 12, 5)
    sent_in(hands, phone, kept)
    told = notices(city, flag_id)
    assert ("coord_pim", "case_new", 0) in told and ("creas", "case_new", 0) in told
    assert [one for one in told if one[0] == "coord_pim"] == [("coord_pim", "case_new", 0)]
    assert {who for who, _kind, _step in told} == {"creas", "coord_pim"}
    [made] = city.rows("SELECT made_at FROM notices WHERE municipality_id = :m AND worker_id = :w", w=city.ids["coord_pim"])
    assert made["made_at"] - morning < timedelta(hours=6)
    sent_in(hands, phone, visit)
    # Neither the visit nor the family tells of it, not to her coordination either: she sees that it is there and when it is due.
    client = city.client("coord_pim")
    course = client.get(f"/mesa/casos/{flag_id}/andamento").get_data(as_text=True)
    assert "Negligência" not in course and "boné" not in course and "Alerta recebido" in course
    assert flag_id not in str(city.rows("SELECT * FROM home_visits WHERE municipality_id = :m"))
    assert flag_id not in str(phone.pull()) and trail_holds(city) > 2


@pytest.mark.parametrize("missed", [0, 9], ids=["in time", "the job was nine hours late"])
@pytest.mark.parametrize(
    "when", [(2026, 11, 25, 14, 0), (2026, 11, 27, 23, 40), (2026, 12, 31, 23, 30)], ids=["by day", "over midnight", "over year's end"]
)
def test_a_missed_deadline_climbs_the_ladder_each_step_once(city, hands, when, missed):
    event = hands.local(*when)
    phone = city.phone()
    flag_id, kept = told_of(phone, event, SAID, **CHILD)
    sent_in(hands, phone, kept)
    # Immediate: taken within a quarter of an hour, else asked.
    due = event + timedelta(minutes=15)
    assert row_of(city, flag_id)["due_at"] == due
    if missed:
        watch(city, hands.later(hours=missed))
    else:
        for _minute in range(60):
            watch(city, hands.later(minutes=1))
    asked = [one for one in notices(city, flag_id) if one[1] != "case_new"]
    assert [who for who, _kind, _step in asked] == ["creas", "coordenacao", "supervisao"]
    assert [kind for _who, kind, _step in asked] == (["case_late"] * 3 if missed else ["case_waiting", "case_late", "case_late"])
    watch(city, hands.later(minutes=1))
    watch(city, hands.later(hours=12))
    assert [one for one in notices(city, flag_id) if one[1] != "case_new"] == asked
    assert events(city, flag_id).count("climbed") == 3
    # Nobody did it: the next day all of them are asked again, once.
    for _minute in range(2):
        watch(city, hands.later(hours=12))
    again = [one for one in notices(city, flag_id) if one[1] != "case_new"][3:]
    assert sorted(who for who, _kind, _step in again) == ["coordenacao", "creas", "supervisao"]
    assert city.client("supervisao").get("/painel/alertas").status_code == 200 and trail_holds(city) >= 2
