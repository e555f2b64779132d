"""Another city tries to cross: by every address, by every body, by the database itself as the application's role."""

import json
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import DBAPIError, ProgrammingError

from app.access.roles import ROLES as ROLES_OF
from app.accounts.models import Passkey, TotpCode, TotpSecret
from app.alerts.models import Alert, AlertDuty, AlertFallback, AlertRegionMinutes
from app.core import clock, seal
from app.core.db import db, transaction
from app.core.ids import new_code, new_id
from app.encounters.models import EncounterJoin, Offer, ParticipationLink
from app.notices.models import Notice, NoticePreference, PushSubscription
from app.outreach_requests import service as requests
from app.outreach_requests.models import RequestEncounter, RequestGate
from app.people.models import HouseholdEvent, MunicipalOption, PersonImport, PrivateNotePeer
from app.referrals.models import ReferralPerson, Trip
from app.shifts.roster.models import (
    PlannedShift,
    PlannedShiftEvent,
    PlannedShiftMember,
    PlannedShiftRegion,
    RosterPattern,
    Vehicle,
    WorkerAbsence,
)
from app.shifts.route_plans.models import RouteMiss
from app.tasks.models import TaskHandover
from app.territory.models import Basemap, PointCount
from app.units.models import (
    Bed,
    BedClaim,
    Holiday,
    Room,
    Stay,
    StayEvent,
    TurnedAway,
    UnitContact,
    UnitException,
    UnitHours,
    UnitService,
    UnitSuspension,
    UnitVisit,
)
from tests.make.city import NORTH_POINT, make_city
from tests.make.city import ROLES as PERSONAS
from tests.make.doors import WRITES
from tests.make.flags import call, complement, flag, mistake, whole_case
from tests.make.journeys import sent_referral
from tests.make.phone import place
from tests.operations.made import begin, lends
from tests.outreach_requests.made import ask, closing, send
from tests.people.known import make_person
from tests.people.planted import HERS, hide, plant, words_in
from tests.people.shielded import acting
from tests.shifts.routed import tonight

# Words of the first city that must never be read in the second.
PLANTED = "Segredo da Rosa"


def tenant_tables(city):
    return [
        row["name"]
        for row in city.rows(
            "SELECT c.relname::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'municipality_id' AND NOT a.attisdropped"
            " WHERE n.nspname = 'public' AND c.relkind = 'r' ORDER BY 1"
        )
    ]


@pytest.fixture(scope="module")
def victim(app):
    """A city with a row in every table."""
    city = make_city(app)
    street, referral_id = sent_referral(city, called=PLANTED)
    shift = street.command(
        "shifts.start",
        {
            "shift_id": str(new_id()), "team_id": str(city.ids["team"]),
            "reference_unit_id": str(city.ids["centro_pop"]), "companion_ids": [str(city.ids["rua2"])],
        },
    )  # fmt: skip
    its = {"shift_id": shift["body"]["shift_id"]}
    passed = street.command(
        "shifts.pass_by",
        its | {
            "mark_id": str(new_id()), "team_id": str(city.ids["team"]), "region_id": None,
            "place": place("known_point", point_id=str(city.ids["point"])),
        },
    )  # fmt: skip
    paused = street.command("shifts.pause", its | {"event_id": str(new_id())})
    met = street.encounter(people=1, note=PLANTED, **its)
    named = street.command(
        "encounters.complete",
        {
            "encounter_id": met["body"]["encounter_id"], "addition_id": str(new_id()), "note": PLANTED,
            "outcome": None, "needs": ["food"],
            "names": [
                {
                    "participation_id": met["body"]["people"][0]["participation_id"], "person_id": str(new_id()),
                    "called": PLANTED, "called_kind": "nickname",
                }
            ],
        },
    )  # fmt: skip
    refused = street.encounter(team_id=str(city.ids["pim_team"]))
    assert [o["status"] for o in street.push(shift, met, named, passed, paused, refused)] == [*["done"] * 5, "refused"]
    visitor = city.phone("pim")
    visit = visitor.visit(household_id=None, called=PLANTED)
    assert visitor.push(visit)[0]["status"] == "done"
    desk = city.client("abrigo")
    assert desk.post(f"/api/v1/units/{city.ids['shelter']}/vacancies", json={"free_places": 2}).status_code == 200
    now, kept = clock.now(), {"municipality_id": city.ibge, "worker_id": city.ids["rua"]}
    with city.transaction() as session:
        session.add(
            Passkey(**kept, id=new_id(), credential_id=new_id().bytes, public_key=b"x", sign_count=0, label=PLANTED, created_at=now)
        )
        session.add(TotpSecret(**kept, id=new_id(), sealed_secret=PLANTED, created_at=now))
        session.add(TotpCode(**kept, id=new_id(), code_hash=b"x"))
        # Of before 0014: kept as they were, read by nothing.
        session.execute(text("INSERT INTO duty_phones (municipality_id, id, name, phone) VALUES (:m, :i, :n, '84')"), {"m": city.ibge, "i": new_id(), "n": PLANTED})
    known = _with_people(city, met)
    admin = city.client("admin")
    for path, form in (
        (f"/mesa/equipe/{city.ids['rua2']}/codigo", {}),
        ("/admin/plantao", {"name": PLANTED, "phone": "84 3200-0000"}),
        ("/admin/termo", {"title": PLANTED, "text": PLANTED * 4}),
    ):
        assert admin.post(path, data=form | {"csrf_token": admin.csrf}).status_code in (200, 303), path
    city.street, city.visitor = street, visitor
    of_flags = {name: str(id_) for name, id_ in whole_case(city, PLANTED).items()}
    city.known = of_flags | known | _with_network(city, referral_id, met) | _with_roster(city) | {
        "referral_id": referral_id, "unit_id": str(city.ids["shelter"]), "edition_id": str(city.ids["edition"]),
        "device_id": street.device_id, "encounter": met, "visit": visit, "refused": refused, "shift": shift,
        "worker_id": city.ids["rua"], "team_id": city.ids["team"], "point_id": str(city.ids["point"]),
        "grant_id": city.rows("SELECT id FROM role_grants WHERE worker_id = :w", w=city.ids["rua"])[0]["id"],
        "passkey_id": city.rows("SELECT id FROM passkeys WHERE municipality_id = :m")[0]["id"],
        "phone_id": city.rows("SELECT id FROM recipient_phones WHERE municipality_id = :m")[0]["id"],
        "session_id": street.client.get("/api/v1/account/sessions").json["sessions"][0]["id"],
    }  # fmt: skip
    return city


def _with_people(city, met):
    """Everything that can be told of somebody, restricted; and a row of what that alone doesn't write. Gives ids by name."""
    her = plant(city)
    hide(her)
    own, worker, at = {"municipality_id": city.ibge}, city.ids["rua"], clock.now()
    encounter_id, participation_id = met["body"]["encounter_id"], met["body"]["people"][0]["participation_id"]
    rows = [
        PersonImport(**own, id=new_id(), file_name=PLANTED, file_sha256="0" * 64, origin=PLANTED, imported_at=at),
        MunicipalOption(**own, id=new_id(), list="race", code="local_x", label=PLANTED, valid_from=at.date()),
        HouseholdEvent(**own, id=new_id(), household_id=city.ids["household"], kind="opened", at=at, worker_id=worker),
        PrivateNotePeer(**own, id=new_id(), note_id=her.ids["note_id"], worker_id=worker, given_by=city.ids[HERS], given_at=at),
        ParticipationLink(
            **own, id=new_id(), participation_id=participation_id, person_id=her.twin_id, certainty="sure", told_at=at, worker_id=worker
        ),
        Offer(
            **own, id=new_id(), encounter_id=encounter_id, participation_id=participation_id, kind="food", answer="accepted",
            offered_at=at, worker_id=worker,
        ),
        EncounterJoin(
            **own, id=new_id(), kept_id=encounter_id, joined_id=her.ids["encounter_id"], worker_id=worker, joined_at=at, undone_at=at,
            undone_by=worker,
        ),
        TaskHandover(
            **own, id=new_id(), task_id=her.ids["task_id"], from_team_id=city.ids["team"], to_team_id=city.ids["pim_team"], reason="other",
            handed_by=worker, handed_at=at,
        ),
    ]  # fmt: skip
    for row in rows:
        with acting(city, HERS) as (session, _actor):
            session.add(row)
    return {name: id_ for name, id_ in her.ids.items() if name not in ("worker_id", "team_id", "unit_id", "device_id", "edition_id")}


def _with_network(city, referral_id, met):
    """A row in every table of the network, its beds, trips and notices. Gives ids by name."""
    own, worker, unit, now = {"municipality_id": city.ibge}, city.ids["rua"], city.ids["shelter"], clock.now()
    day = now.date()
    names = "room bed stay trip suspension visit away holiday exception contact subscription".split()
    ids = {f"{name}_id": new_id() for name in names}
    rows = [
        Holiday(**own, id=ids["holiday_id"], on_date=day, name=PLANTED),
        UnitService(**own, id=new_id(), unit_id=unit, service="meals", note=PLANTED),
        UnitContact(**own, id=ids["contact_id"], unit_id=unit, position=1, name=PLANTED),
        UnitHours(**own, id=new_id(), unit_id=unit, kind="open", weekday=0, opens=time(8), closes=time(17)),
        UnitException(**own, id=ids["exception_id"], unit_id=unit, kind="open", from_on=day, to_on=day, reason=PLANTED),
        UnitSuspension(
            **own, id=ids["suspension_id"], unit_id=unit, person_id=make_person(city, PLANTED), from_on=day, until_on=day, reason="other",
            reason_text=PLANTED, decided_by=worker, decided_at=now,
        ),
        Room(**own, id=ids["room_id"], unit_id=unit, name=PLANTED),
        Bed(**own, id=ids["bed_id"], unit_id=unit, room_id=ids["room_id"], name=PLANTED, valid_from=now),
        Stay(
            **own, id=ids["stay_id"], unit_id=unit, party_id=new_id(), called=PLANTED, arrived_at=now, recorded_at=now, worker_id=worker
        ),
        StayEvent(**own, id=new_id(), stay_id=ids["stay_id"], kind="arrived", at=now, recorded_at=now, worker_id=worker),
        BedClaim(
            **own, id=new_id(), bed_id=ids["bed_id"], unit_id=unit, kind="stay", stay_id=ids["stay_id"], during=Range(now, None), made_at=now
        ),
        TurnedAway(**own, id=ids["away_id"], unit_id=unit, worker_id=worker, at=now, recorded_at=now, people_count=1, reason="full"),
        UnitVisit(**own, id=ids["visit_id"], unit_id=unit, called=PLANTED, at=now, recorded_at=now, worker_id=worker),
        PointCount(**own, id=new_id(), point_id=city.ids["point"], on_date=day, period="night", people_count=7, worker_id=worker, recorded_at=now),
        Basemap(**own, id=new_id(), sha256="0" * 64, size_bytes=len(PLANTED), tile_count=1, made_of="x", made_at=now, content=PLANTED.encode()),
        Trip(**own, id=ids["trip_id"], worker_id=worker, travel="with_team", note=PLANTED, made_at=now),
        ReferralPerson(**own, id=new_id(), referral_id=referral_id, called=PLANTED),
        PushSubscription(
            **own, id=ids["subscription_id"], worker_id=worker, endpoint=f"https://push.invalid/{PLANTED}", p256dh="x", auth="x", created_at=now
        ),
        NoticePreference(**own, id=worker, email="x@y.invalid", updated_at=now),
        Notice(**own, id=new_id(), worker_id=worker, kind="referral_new", subject_id=referral_id, made_at=now, due_at=now, sent_at=now, channel="none"),
    ]  # fmt: skip
    for row in rows:
        with city.transaction() as session:
            session.add(row)
    return {name: str(id_) for name, id_ in ids.items()} | _with_requests(city, met) | _with_alerts(city)


def _with_alerts(city):
    """An open alert with a word of somebody's, who is on duty, the city's list, a region's own patience. Gives the alert's id."""
    own, now, worker = {"municipality_id": city.ibge}, clock.now(), city.ids["supervisao"]
    alert = Alert(
        **own, id=new_id(), matter="late:x", kind="late", team_id=city.ids["team"], since=now, opened_at=now, told_count=1, answer="other",
        answer_words=PLANTED, answered_at=now, answered_by=worker,
    )  # fmt: skip
    rows = [
        alert, AlertDuty(**own, id=worker, since=now, until=now + timedelta(hours=8)), AlertFallback(**own, id=worker),
        AlertRegionMinutes(**own, id=new_id(), region_id=city.ids["north"], period="night", minutes=45),
    ]  # fmt: skip
    with city.transaction() as session:
        session.add_all(rows)
    return {"alert_id": str(alert.id)}


def _with_requests(city, met):
    """A request that a team answered, another joined to it, and the public form's bucket. Gives ids by name."""
    first, second = (ask(city, description=PLANTED, contact=PLANTED, place_text=PLANTED) for _ in range(2))
    own = {"municipality_id": city.ibge}
    with city.transaction() as session:
        requests.join(session, city.actor_in(session, "supervisao"), UUID(first), UUID(second), clock.now())
    send(city, first)
    with city.transaction() as session:
        session.add(RequestEncounter(**own, id=new_id(), request_id=UUID(first), encounter_id=met["body"]["encounter_id"]))
        session.add(RequestGate(**own, id=new_id(), tokens=1.0, filled_at=clock.now()))
    # An operation that runs, with what a unit lends.
    operation = begin(city, lends(city, 1, (18, 7)), trigger=PLANTED)
    return {"request_id": first, "other_id": second, "ibge": city.ibge, "digest": "0" * 64, "operation_id": str(operation.id)}


def _with_roster(city):
    """A row in every table of the roster. Gives ids by name."""
    own, worker, team, now = {"municipality_id": city.ibge}, city.ids["rua"], city.ids["team"], clock.now()
    ids = {f"{name}_id": new_id() for name in ("vehicle", "pattern", "planned_shift", "absence")}
    day, over, of_shift = now.date(), now + timedelta(hours=8), {"planned_shift_id": ids["planned_shift_id"]}
    rows = [
        Vehicle(**own, id=ids["vehicle_id"], name=PLANTED, seats=5),
        RosterPattern(
            **own, id=ids["pattern_id"], team_id=team, kind="weekly", starts=time(8), ends=time(17), weekdays=[0], valid_from=day,
            made_by=worker, made_at=now,
        ),
        PlannedShift(
            **own, id=ids["planned_shift_id"], team_id=team, on_date=day, starts_at=now, ends_at=over, status="published",
            published_at=now, note=PLANTED, made_by=worker, made_at=now,
        ),
        PlannedShiftRegion(**own, **of_shift, id=new_id(), region_id=city.ids["north"]),
        PlannedShiftMember(**own, **of_shift, id=new_id(), worker_id=worker, during=Range(now, over), state="planned", changed_at=now),
        PlannedShiftEvent(**own, **of_shift, id=new_id(), kind="published", at=now, worker_id=worker),
        WorkerAbsence(**own, id=ids["absence_id"], worker_id=worker, from_on=day, to_on=day, kind="other", made_by=worker, made_at=now),
    ]  # fmt: skip
    for row in rows:
        with city.transaction() as session:
            session.add(row)
    route_id, on_date = tonight(city, city.ids["point"], name=PLANTED)
    with city.transaction() as session:
        session.add(
            RouteMiss(
                **own, id=new_id(), route_id=route_id, point_id=city.ids["point"], on_date=on_date, reason="rain", worker_id=worker,
                occurred_at=now, received_at=now,
            )
        )  # fmt: skip
    return {name: str(id_) for name, id_ in ids.items()} | {"route_id": str(route_id)}


def everything_of(city):
    """A digest of every row of a city, as the owner reads it."""
    return {
        table: city.rows(
            f"SELECT count(*) AS n, md5(string_agg(t::text, '|' ORDER BY t::text)) AS digest"
            f" FROM {table} t WHERE municipality_id = :m"
        )[0]
        # A session remembers when it was last used, which its own worker does, not another city.
        for table in tenant_tables(city)
        if table != "sessions"
    }


def test_the_victim_has_a_row_in_every_table(victim):
    assert {table for table, found in everything_of(victim).items() if found["n"] == 0} == set()


def _tells(answer) -> bool:
    told = answer.get_data(as_text=True)
    return PLANTED in told or bool(words_in(told))


# -- by address ----------------------------------------------------------------------------------------------------


def _bodies_for(door):
    """What a door's schema lets through to its verb; whatever else is refused before, the same for every id."""
    if door.method not in WRITES:
        return [None]
    takes = door.schema("takes")
    named = set(takes().fields) if takes else set()
    given = [{"reason": "no_place"}, {"free_places": 9}, {"name": "Outro"}, {"role": "supervisor", "scope": "municipality"}]
    return [{}, *(body for body in [*given, {"scope": "municipality"}] if named.issuperset(body))]


def test_no_address_with_another_city_s_id_answers_or_changes(victim, app, doors):
    before = everything_of(victim)
    thief = make_city(app)
    wrong, tried = {}, 0
    with_ids = [each for each in doors if each.converters and each.verb]
    for persona in ("rua", "pim", "abrigo", "creas", "coordenacao", "supervisao", "admin"):
        client = thief.client(persona)
        for each in with_ids:
            opens = each.verb in ROLES_OF[PERSONAS[persona][0]]
            for body in _bodies_for(each) if opens else [None]:
                tried += 1
                answer = each.knock(client, body, **victim.known)
                if answer.status_code not in (403, 404, 422) or _tells(answer):
                    wrong[f"{persona} {each}"] = answer.status_code
    assert wrong == {}
    assert tried > 100
    assert everything_of(victim) == before


@pytest.mark.parametrize(
    ("persona", "path", "name", "thing"),
    [
        ("supervisao", "/api/v1/coverage/regions", "region", "north"),
        ("supervisao", "/api/v1/coverage/regions", "team", "team"),
        ("supervisao", "/api/v1/coverage/cells", "region", "north"),
        ("supervisao", "/api/v1/coverage/encounters", "region", "north"),
        ("supervisao", "/api/v1/coverage/encounters", "team", "team"),
        ("supervisao", "/painel/", "region", "north"),
        ("supervisao", "/painel/encontros", "team", "team"),
        ("abrigo", "/api/v1/referrals/inbox", "unit_id", "shelter"),
    ],
)
def test_no_filter_with_another_city_s_id_opens_it(victim, other_city, persona, path, name, thing):
    own = other_city.client(persona)
    answer = own.get(path, query_string={name: str(victim.ids[thing])})
    told = answer.get_data(as_text=True)
    assert answer.status_code in (200, 403, 404, 422)
    assert PLANTED not in told
    for secret in ("encounter_id", "visit_id"):
        for record in ("encounter", "visit"):
            if secret in victim.known[record]["body"]:
                assert victim.known[record]["body"][secret] not in told
    assert victim.known["referral_id"] not in told


def test_an_empty_city_sees_an_empty_board_and_inbox(victim, other_city):
    assert other_city.client("supervisao").get("/api/v1/coverage/encounters").json["encounters"] == []
    assert other_city.client("abrigo").get("/api/v1/referrals/inbox").json["new"] == []
    assert victim.known["referral_id"]


# -- by command ----------------------------------------------------------------------------------------------------


def crossings(thief, victim):
    """(name, persona, command, code with which it is refused): every id of the other city in every body."""
    phone, ids, known = thief, {key: str(value) for key, value in victim.ids.items()}, victim.known
    encounter_id, visit_id = known["encounter"]["body"]["encounter_id"], known["visit"]["body"]["visit_id"]
    start = {"shift_id": str(new_id()), "team_id": ids["team"], "reference_unit_id": None, "companion_ids": []}
    own_start = start | {"team_id": str(phone.city.ids["team"]), "shift_id": str(new_id())}
    moment = {"shift_id": known["shift"]["body"]["shift_id"], "event_id": str(new_id())}
    of_point = place("known_point", point_id=ids["point"])
    passing = {
        "mark_id": str(new_id()), "shift_id": moment["shift_id"], "team_id": own_start["team_id"],
        "region_id": str(phone.city.ids["north"]), "place": place("none", reason="moving"),
    }  # fmt: skip
    send = {
        "referral_id": str(new_id()), "code": new_code(), "unit_id": ids["shelter"], "encounter_id": encounter_id,
        "visit_id": None, "called": None, "people_count": 1, "with_children": False, "with_animals": False,
        "person_accepted": True, "note": None,
    }  # fmt: skip
    addition = {
        "encounter_id": encounter_id, "addition_id": str(new_id()), "note": "x", "outcome": None, "needs": [], "names": [],
    }  # fmt: skip
    fixed = {"replaces_id": encounter_id, "reason_text": None}
    return [
        ("encounters.record", phone.encounter(team_id=ids["team"]), "access.forbidden"),
        ("encounters.record", phone.encounter(reference_unit_id=ids["shelter"]), "encounters.unknown_unit"),
        ("encounters.record", phone.encounter(shift_id=known["shift"]["body"]["shift_id"]), "encounters.unknown_shift"),
        ("encounters.record", phone.encounter(place=place("known_point", point_id=ids["point"])), "territory.unknown_point"),
        ("encounters.correct", phone.encounter(**fixed), "encounters.unknown"),
        ("encounters.complete", phone.command("", addition), "encounters.unknown"),
        ("encounters.withdraw", phone.command("", {"encounter_id": encounter_id, "reason": "by_mistake"}), "encounters.unknown"),
        ("shifts.start", phone.command("", start), "access.forbidden"),
        ("shifts.start", phone.command("", own_start | {"reference_unit_id": ids["shelter"]}), "shifts."),
        ("shifts.start", phone.command("", own_start | {"companion_ids": [ids["rua2"]]}), "shifts."),
        ("shifts.start", phone.command("", own_start | {"region_id": ids["north"]}, version=2), "shifts.unknown_region"),
        ("shifts.end", phone.command("", {"shift_id": known["shift"]["body"]["shift_id"]}), "shifts.unknown"),
        ("shifts.enter_region", phone.command("", moment | {"region_id": ids["north"]}), "shifts.unknown"),
        ("shifts.pause", phone.command("", moment), "shifts.unknown"),
        ("shifts.resume", phone.command("", moment), "shifts.unknown"),
        ("shifts.pass_by", phone.command("", passing), "shifts.unknown"),
        ("shifts.pass_by", phone.command("", passing | {"shift_id": None, "region_id": ids["north"]}), "shifts.unknown_mark_region"),
        ("shifts.pass_by", phone.command("", passing | {"shift_id": None, "place": of_point}), "territory.unknown_point"),
        ("shifts.pass_by", phone.command("", passing | {"shift_id": None, "team_id": ids["team"]}), "access.forbidden"),
        ("referrals.send", phone.command("", send), "referrals."),
        ("referrals.revoke", phone.command("", {"referral_id": known["referral_id"], "reason_text": None}), "referrals.not_found"),
        ("outreach_requests.close", closing(phone, known["request_id"]), "outreach_requests.not_found"),
        # A flag is never lost for its team: it comes in without one.
        ("protection.raise", flag(phone, team_id=ids["team"]), None),
        ("protection.complement", complement(phone, known["flag_id"], risk="soon"), "protection.flag_not_found"),
        ("protection.tell_call", call(phone, known["flag_id"]), "protection.flag_not_found"),
        ("protection.say_mistake", mistake(phone, known["flag_id"]), "protection.flag_not_found"),
    ], [
        ("home_visits.record", phone.visit(household_id=ids["household"]), "home_visits.unknown_family"),
        ("home_visits.record", phone.visit(household_id=None, called="x", team_id=ids["pim_team"]), "access.forbidden"),
        ("home_visits.correct", phone.visit(household_id=None, called="x", replaces_id=visit_id, reason_text=None), "home_visits.unknown"),
        ("home_visits.withdraw", phone.command("", {"visit_id": visit_id, "reason": "by_mistake"}), "home_visits.unknown"),
        ("referrals.send", phone.command("", send | {"encounter_id": None, "visit_id": visit_id}), "referrals."),
    ]  # fmt: skip


def test_no_command_with_another_city_s_id_is_done(victim, other_city):
    before = everything_of(victim)
    wrong = []
    for number, persona in enumerate(("rua", "pim")):
        phone = other_city.phone(persona)
        for name, command, code in crossings(phone, victim)[number]:
            [outcome] = phone.push(command | {"name": name})
            told = (outcome["status"], outcome["problem"] and outcome["problem"]["code"])
            if told != ("done", None) if code is None else told[0] != "refused" or not told[1].startswith(code):
                wrong.append((name, code, told))
            if PLANTED in json.dumps(outcome):
                wrong.append((name, "told"))
    assert wrong == []
    assert other_city.rows("SELECT team_id FROM flags WHERE municipality_id = :m") == [{"team_id": None}]
    assert everything_of(victim) == before


def test_giving_up_another_city_s_command_is_giving_up_an_id_of_nobody(victim, other_city):
    before = everything_of(victim)
    phone = other_city.phone("rua")
    phone.push(phone.command("sync.withdraw", {"command_id": victim.known["refused"]["id"]}))
    assert everything_of(victim) == before
    own = other_city.rows("SELECT worker_id FROM sync_commands WHERE municipality_id = :m AND name = 'sync.never_came'")
    assert [row["worker_id"] for row in own] == [other_city.ids["rua"]]


def test_waiting_for_another_city_s_command_waits_for_ever(victim, other_city):
    phone = other_city.phone("rua")
    assert phone.push(phone.encounter() | {"after": [victim.known["encounter"]["id"]]})[0]["status"] == "waiting"


def test_replacing_another_city_s_command_replaces_nothing(victim, other_city):
    before = everything_of(victim)
    phone = other_city.phone("rua")
    assert phone.push(phone.encounter() | {"replaces": victim.known["refused"]["id"]})[0]["status"] == "done"
    assert everything_of(victim) == before


def test_the_same_ids_in_two_cities_are_two_records(victim, other_city):
    """An id is unique in its city only: nobody can keep another city from using one."""
    phone = other_city.phone("rua")
    command = phone.encounter(encounter_id=victim.known["encounter"]["body"]["encounter_id"])
    command["id"] = victim.known["encounter"]["id"]
    before = everything_of(victim)
    assert phone.push(command)[0]["status"] == "done"
    assert everything_of(victim) == before


def test_a_cursor_of_another_city_or_worker_is_refused(victim, other_city):
    victim.street.pull()
    for phone in (other_city.phone("rua"), victim.phone("rua2")):
        answer = phone.client.get("/api/v1/sync/pull", query_string={"cursor": victim.street.cursor})
        assert (answer.status_code, answer.json["code"]) == (403, "sync.foreign_cursor")


@pytest.mark.parametrize("cursor", ["x", "e30.e30", "....", "ç.ç", "\x00", "A" * 1999])
def test_an_invented_cursor_is_refused(other_city, cursor):
    answer = other_city.phone("rua").client.get("/api/v1/sync/pull", query_string={"cursor": cursor})
    assert (answer.status_code, answer.json["code"]) == (422, "sync.bad_cursor")


def test_a_cursor_changed_by_hand_is_refused(victim):
    victim.street.pull()
    body, _, mac = victim.street.cursor.partition(".")
    for forged in (f"{body[:-2]}AA.{mac}", f"{body}.{mac[:-2]}AA", body, f".{mac}"):
        answer = victim.street.client.get("/api/v1/sync/pull", query_string={"cursor": forged})
        assert answer.json["code"] == "sync.bad_cursor"


def test_a_pull_holds_nothing_of_the_other_city(victim, other_city):
    phone = other_city.phone("rua")
    told = json.dumps(list(phone.pull().values()), default=str)
    assert PLANTED not in told
    for name in ("north", "shelter", "team", "household", "point"):
        assert str(victim.ids[name]) not in told


def test_what_is_sealed_to_one_city_is_not_opened_by_another(victim, other_city):
    phone = other_city.phone("rua")
    with victim.transaction() as session:
        key = seal.public_key_of(session, victim.ibge)
    command = phone.encounter()
    sealed = {k: v for k, v in command.items() if k != "body"} | {"sealed": seal.seal(key, json.dumps(command["body"]).encode())}
    assert phone.push(sealed)[0]["problem"]["code"] == "seal.unreadable"


def test_signing_in_on_a_device_of_another_city_leaves_that_device_alone(victim, other_city):
    before = everything_of(victim)["devices"]
    phone = other_city.phone("rua")
    phone.device_id = victim.known["device_id"]
    phone.sign_in("senha-de-teste-1")
    assert everything_of(victim)["devices"] == before


# -- by SQL, as the application's role ------------------------------------------------------------------------------


@pytest.fixture
def thief(victim, other_city):
    sent_referral(other_city)
    return other_city


def attempt(session, sql, **values):
    """What a statement did: number of rows, or the SQLSTATE of its refusal."""
    try:
        with session.begin_nested():
            return session.execute(text(sql), values).rowcount
    except DBAPIError as error:
        return error.orig.sqlstate


def test_no_table_shows_takes_changes_or_loses_a_row_of_another_city(victim, thief):
    before = everything_of(victim)
    denied, check = "42501", {}
    for table in tenant_tables(victim):
        row = victim.rows(f"SELECT to_jsonb(t)::text AS r FROM {table} t WHERE municipality_id = :m LIMIT 1")[0]["r"]
        with thief.transaction() as session:
            check[table] = {
                "seen": session.scalar(text(f"SELECT count(*) FROM {table} WHERE municipality_id = :v"), {"v": victim.ibge}),
                "others": session.scalar(
                    text(f"SELECT count(*) FROM {table} WHERE municipality_id <> :own"), {"own": thief.ibge}
                ),
                "insert": attempt(
                    session,
                    f"INSERT INTO {table} OVERRIDING SYSTEM VALUE"
                    f" SELECT * FROM jsonb_populate_record(NULL::{table}, CAST(:r AS jsonb))",
                    r=row,
                ),
                "update": attempt(session, f"UPDATE {table} SET municipality_id = municipality_id WHERE municipality_id = :v", v=victim.ibge),
                "delete": attempt(session, f"DELETE FROM {table} WHERE municipality_id = :v", v=victim.ibge),
                "give": attempt(session, f"UPDATE {table} SET municipality_id = :v", v=victim.ibge),
                "truncate": attempt(session, f"TRUNCATE {table}"),
            }  # fmt: skip
    wrong = {
        table: done
        for table, done in check.items()
        if done["seen"] != 0
        or done["others"] != 0
        or done["insert"] != denied
        or done["update"] not in (0, denied)
        or done["delete"] not in (0, denied)
        or done["give"] not in (0, denied)
        or done["truncate"] != denied
    }
    assert wrong == {}
    assert everything_of(victim) == before


def test_without_a_city_nothing_is_seen_and_nothing_can_be_written(victim, app):
    with app.app_context():
        with transaction() as session:
            seen = {table: session.scalar(text(f"SELECT count(*) FROM {table}")) for table in [*tenant_tables(victim), "municipalities"]}
            assert {table: n for table, n in seen.items() if n} == {}
            row = victim.rows("SELECT to_jsonb(t)::text AS r FROM regions t WHERE municipality_id = :m LIMIT 1")[0]["r"]
            sql = "INSERT INTO regions SELECT * FROM jsonb_populate_record(NULL::regions, CAST(:r AS jsonb))"
            assert attempt(session, sql, r=row) == "42501"
        db.session.remove()


@pytest.mark.parametrize("setting", ["", "0", "-1", "999999999999", "abc", "1 OR 1=1"])
def test_a_city_that_is_none_shows_nothing(victim, app, setting):
    with app.app_context():
        with transaction() as session:
            session.execute(text("SELECT set_config('vinculo.municipality', :s, true)"), {"s": setting})
            # Seen and empty, or refused as no number: never a row.
            seen = attempt(session, "SELECT 1 FROM encounters LIMIT 1")
        db.session.remove()
    assert seen in (0, "22003", "22P02")


def test_functions_of_the_owner_answer_for_the_own_city_only(victim, thief):
    points = json.dumps([[0, *NORTH_POINT]])
    ask = text("SELECT * FROM territory_locate(CAST(:p AS jsonb))")
    with thief.transaction() as session:
        # Both cities lie on the same squares: what comes back tells whose they are.
        assert session.execute(ask, {"p": points}).one().region_id == thief.ids["north"]
    with victim.transaction() as session:
        assert session.execute(ask, {"p": points}).one().region_id == victim.ids["north"]
    with victim.app.app_context():
        with transaction() as session:
            assert session.execute(ask, {"p": points}).one().region_id is None
        db.session.remove()


def test_what_is_known_before_a_city_is_only_what_signing_in_needs(thief, victim):
    with thief.transaction() as session:
        login = session.execute(text("SELECT * FROM find_login(:l)"), {"l": victim.login("rua")}).mappings().one()
        assert set(login) == {"municipality_id", "worker_id", "password_hash", "is_active"}
        assert session.execute(text("SELECT * FROM find_session(:h)"), {"h": b"x" * 32}).all() == []
        for name in ("all_municipalities", "municipalities_with_unchained_audit"):
            for (value,) in session.execute(text(f"SELECT * FROM {name}()")):
                assert isinstance(value, int)


def test_a_savepoint_rolled_back_keeps_the_city(thief):
    with thief.transaction() as session:
        savepoint = session.begin_nested()
        session.execute(text("SELECT set_config('vinculo.municipality', '1', true)"))
        savepoint.rollback()
        assert session.scalar(text("SELECT current_municipality()")) == thief.ibge
        assert session.scalar(text("SELECT count(*) FROM regions")) == 2


def test_a_pooled_connection_carries_no_city_over(thief, app):
    with thief.transaction() as session:
        pid = session.scalar(text("SELECT pg_backend_pid()"))
    with app.app_context():
        met = False
        connections = [db.engine.connect() for _ in range(db.engine.pool.checkedin() or 1)]
        try:
            for connection in connections:
                met = met or connection.scalar(text("SELECT pg_backend_pid()")) == pid
                assert connection.scalar(text("SELECT current_municipality()")) is None
                assert connection.scalar(text("SELECT count(*) FROM regions")) == 0
        finally:
            for connection in connections:
                connection.close()
        assert met


def test_the_application_can_not_lift_the_guard(thief):
    wrong = {}
    for sql in (
        "ALTER TABLE encounters DISABLE ROW LEVEL SECURITY",
        "DROP POLICY own_city ON encounters",
        "CREATE POLICY mine ON encounters USING (true)",
        "SET ROLE vinculo_owner",
        "SET SESSION AUTHORIZATION vinculo_owner",
        "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE TABLE public.mine (x int)",
        "SELECT protect_tenant_table('encounters')",
        "COPY encounters TO PROGRAM 'cat'",
        "SELECT pg_read_file('/etc/passwd')",
    ):
        with thief.transaction() as session:
            done = attempt(session, sql)
        if done not in ("42501", "22023"):
            wrong[sql] = done
    assert wrong == {}
    with thief.transaction() as session:
        session.execute(text("SET LOCAL row_security = off"))
        with pytest.raises(ProgrammingError):
            session.scalar(text("SELECT count(*) FROM encounters"))
        session.rollback()


def test_audit_lines_can_not_be_edited_nor_erased(thief):
    for sql in (
        "DELETE FROM audit_lines",
        "UPDATE audit_lines SET action = 'x'",
        "UPDATE audit_lines SET at = now(), worker_id = NULL",
        "UPDATE audit_lines SET outcome = 'done', problem = NULL",
        "TRUNCATE audit_lines",
    ):
        with thief.transaction() as session:
            assert attempt(session, sql) == "42501", sql


def test_commands_done_are_not_erased_by_the_application(thief):
    for table in ("encounters", "home_visits", "referrals", "sync_commands", "people", "workers", "role_grants"):
        with thief.transaction() as session:
            assert attempt(session, f"DELETE FROM {table}") == "42501", table


def test_a_day_in_the_other_city_is_its_own(victim, other_city):
    """The receipt time of one city's push says nothing of another's: pulls see own changes only."""
    phone = other_city.phone("rua")
    phone.pull()
    victim.street.push(victim.street.encounter(datetime.now(UTC)))
    cursor = phone.cursor
    answer = phone.client.get("/api/v1/sync/pull", query_string={"cursor": cursor}).json
    assert answer["changes"] == [] and answer["forget"] == []
