"""What the author's phone is told of hers, and what every phone holds so that it can ring: never a flag."""

import json
from datetime import time, timedelta
from uuid import UUID

from sqlalchemy import text

from app.core import clock
from app.core.db import cleared
from app.core.ids import new_id
from app.protection.models import Communication, Flag, FlagEvent, ProtectionRecipient, RecipientPhone
from app.protection.queries import FLAG_RULES_ID
from app.protection.sealing import CLEARANCE, close_up
from app.protection.service import telling
from app.protection.service.setting import own_table
from tests.make.flags import PLANTED, call, mistake, notices, raise_flag, row_of, within_case, words
from tests.make.journeys import refused

OWN = "/api/v1/protection/flags"


def own(phone):
    answer = phone.client.get(OWN)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.json["flags"]


def change(city, flag_id, **columns):
    with within_case(city) as session:
        row = session.get(Flag, (city.ibge, UUID(flag_id)))
        for name, value in columns.items():
            setattr(row, name, value)


# -- the author's own ---------------------------------------------------------------------------------------------------


def test_the_author_sees_how_it_goes_and_not_a_word_of_it(city):
    phone = city.phone("rua")
    flag_id = str(new_id())
    raise_flag(phone, flag_id=flag_id, words=words(phone, flag_id, said=PLANTED))
    assert refused(phone, call(phone, flag_id, outcome="no_answer")) is None
    assert refused(phone, call(phone, flag_id, number="84 3200-0001", protocol="77/26", who=PLANTED)) is None
    now = clock.now()
    change(city, flag_id, seen_at=now, seen_by=city.ids["creas"], guidance="stay", guidance_at=now)
    with within_case(city) as session:
        sent = Communication(
            municipality_id=city.ibge, id=new_id(), flag_id=UUID(flag_id), year=2026, number=1, status="received", channel="phone",
            sealed_content="", made_by=city.ids["creas"], made_at=now, changed_at=now, sent_at=now, received_at=now,
        )  # fmt: skip
        sent.sealed_content = close_up(session, city.ibge, sent.id, {"recipient": {"code": "guardianship_council"}, "fields": {"said": PLANTED}})
        sent.sealed_proofs = close_up(session, city.ibge, sent.id, {"what": "received", "at": now.isoformat(), "protocol": "9", "who": PLANTED})
        session.add(sent)
    [shown] = own(phone)
    assert (shown["flag_id"], shown["status"], shown["guidance"], shown["mistake"]) == (flag_id, "raised", "stay", None)
    assert shown["seen_at"] and shown["seen_where"] == f"creas_unit {city.ibge}" and shown["due_at"]
    assert [(each["outcome"], each["protocol"]) for each in shown["calls"]] == [("no_answer", None), ("answered", "77/26")]
    assert [each["number"] for each in shown["calls"]] == ["84 3200-0000", "84 3200-0001"]  # the next one is rung by it
    assert [(each["recipient"], each["state"], each["protocol"]) for each in shown["told"]] == [("guardianship_council", "received", "9")]
    told = json.dumps(shown)
    for secret in (PLANTED, "age_7_12", "child_labour", "street_sale", "v1."):
        assert secret not in told


def test_nobody_sees_another_s_not_a_companion_nor_a_neighbour_nor_another_city(city, other_city):
    raise_flag(city.phone("rua"))
    for phone in (city.phone("rua2"), city.phone("pim"), other_city.phone("rua")):
        assert own(phone) == []
    for persona in ("supervisao", "admin", "auditoria"):
        assert city.client(persona).get(OWN).status_code == 403
    assert city.app.test_client().get(OWN).status_code == 401


def test_a_shut_phone_and_a_copied_cookie_are_told_nothing(city):
    phone = city.phone("rua", vault=True)
    raise_flag(phone)
    phone.lock()
    assert phone.client.get(OWN).status_code in (401, 403, 423)


def test_a_mistake_goes_from_said_to_confirmed_or_refused(city):
    phone = city.phone("rua")
    flag_id = raise_flag(phone)
    assert refused(phone, mistake(phone, flag_id)) is None
    assert own(phone)[0]["mistake"] == "said"
    now = clock.now()
    with within_case(city) as session:
        session.add(FlagEvent(municipality_id=city.ibge, flag_id=UUID(flag_id), worker_id=city.ids["creas"], at=now, noted_at=now, event="mistake_refused"))
    assert own(phone)[0]["mistake"] == "refused"
    change(city, flag_id, status="closed", closed_at=now, close_reason="mistake")
    assert (own(phone)[0]["mistake"], own(phone)[0]["status"]) == ("confirmed", "closed")


def test_what_is_older_than_thirty_days_is_shown_no_more(city):
    phone = city.phone("rua")
    raise_flag(phone)
    city.rows("UPDATE flags SET received_at = :at WHERE municipality_id = :m RETURNING id", at=clock.now() - timedelta(days=31))
    assert own(phone) == []


def test_the_author_is_told_each_time_something_comes_back(city):
    flag_id = raise_flag(city.phone("rua"))
    for event in ("seen", "guided"):
        with within_case(city) as session:
            flag = session.get(Flag, (city.ibge, UUID(flag_id)))
            now = clock.now()
            session.add(FlagEvent(municipality_id=city.ibge, flag_id=flag.id, worker_id=city.ids["creas"], at=now, noted_at=now, event=event))
            session.flush()
            telling.author(session, flag, now)
            telling.author(session, flag, now)
    assert [(who, kind) for who, kind, _step in notices(city, flag_id) if kind == "case_answered"] == [("rua", "case_answered")] * 2


# -- what phones hold ---------------------------------------------------------------------------------------------------


def test_phones_hold_whom_to_ring_and_the_table_and_never_a_flag(city):
    council, gone = new_id(), new_id()
    with city.transaction() as session:
        for id_, active in ((council, True), (gone, False)):
            session.add(
                ProtectionRecipient(
                    municipality_id=city.ibge, id=id_, code="guardianship_council", name="CT Norte", region_id=city.ids["north"],
                    email="ct@x.invalid", is_active=active, changed_at=clock.now(),
                )
            )  # fmt: skip
        session.flush()
        for position, number in ((2, "84 3200-0002"), (1, "84 3200-0001")):
            session.add(
                RecipientPhone(
                    municipality_id=city.ibge, recipient_id=council, phone=number, position=position, from_time=time(22), to_time=time(6), weekdays=31
                )
            )
    phone = city.phone("rua")
    flag_id = raise_flag(phone)
    held = phone.pull()
    body = held[("recipient", str(council))]
    assert (body["code"], body["name"], body["region_id"]) == ("guardianship_council", "CT Norte", str(city.ids["north"]))
    assert [each["phone"] for each in body["phones"]] == ["84 3200-0001", "84 3200-0002"]
    assert (body["phones"][0]["from_time"], body["phones"][0]["to_time"], body["phones"][0]["weekdays"]) == ("22:00", "06:00", 31)
    assert ("recipient", str(gone)) not in held and "email" not in body
    table = held[("flag_rules", str(FLAG_RULES_ID))]
    assert len(table["lines"]) > 30 and "legal_source" not in table["lines"][0]
    assert {"recipient": "guardianship_council", "obligation": "mandatory", "minutes": 0}.items() <= table["lines"][0].items()
    told = json.dumps(list(held.values()), default=str)
    assert flag_id not in told and {kind for kind, _id in held} & {"flag", "case", "communication"} == set()


def test_no_flag_is_announced_to_any_phone(city):
    phone = city.phone("rua")
    phone.pull()
    before = len(city.rows("SELECT seq FROM changes WHERE municipality_id = :m"))
    flag_id = raise_flag(phone)
    assert refused(phone, call(phone, flag_id)) is None
    assert len(city.rows("SELECT seq FROM changes WHERE municipality_id = :m")) == before


def test_another_city_s_recipients_are_not_held(city, other_city):
    with other_city.transaction() as session:
        session.add(ProtectionRecipient(municipality_id=other_city.ibge, code="own_x", name=PLANTED, changed_at=clock.now()))
    assert PLANTED not in json.dumps(list(city.phone("rua").pull().values()), default=str)


def test_the_clearance_ends_with_the_verb(city):
    """Within one transaction what comes after a flag's verb sees no case."""
    flag_id = raise_flag(city.phone("rua"))
    with city.transaction() as session:
        with cleared(session, CLEARANCE):
            assert session.scalar(text("SELECT count(*) FROM flags")) == 1
        assert session.scalar(text("SELECT count(*) FROM flags")) == 0
    assert row_of(city, flag_id)["status"] == "raised"


def test_a_table_that_was_changed_reaches_a_phone_that_has_pulled(city):
    phone = city.phone("rua")
    before = phone.pull()[("flag_rules", str(FLAG_RULES_ID))]
    with city.transaction() as session:
        own_table(session, city.actor_in(session, "admin"), clock.now())
    after = phone.pull()[("flag_rules", str(FLAG_RULES_ID))]
    assert before["edition"] != after["edition"] and len(after["lines"]) == len(before["lines"])
