"""The trail: chained, checked, and written by every verb in the verb's own transaction; a refusal leaves its line too."""

import threading
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from app.access.roles import VERBS
from app.audit.chain import chain, verify
from app.audit.cli import verify_chain
from app.audit.jobs import chain_all
from app.core import clock
from app.core.db import db, owner_transaction, transaction
from app.core.ids import new_id
from app.sync.commands import COMMANDS
from tests.make.city import make_city
from tests.make.flags import call, complement, flag, mistake
from tests.make.journeys import sent_referral
from tests.make.phone import place
from tests.outreach_requests import made
from tests.shifts.routed import tonight


def as_owner(city):
    return owner_transaction(city.app.config["VINCULO"].sqlalchemy_owner_url)


def lines(city, where="true", **values):
    return city.rows(f"SELECT * FROM audit_lines WHERE municipality_id = :m AND {where} ORDER BY seq NULLS LAST, id", **values)


def chained(city, limit=5000):
    with city.transaction() as session:
        return chain(session, city.ibge, limit)


def verdict(city):
    with city.transaction() as session:
        return verify(session, city.ibge)


@pytest.fixture
def lived(city):
    """A city with a dozen lines, all chained."""
    sent_referral(city)
    phone = city.phone("rua")
    phone.push(*[phone.encounter() for _ in range(8)])
    assert chained(city) >= 10
    return city


def edit(city, sql, **values):
    with as_owner(city) as session:
        assert session.execute(text(sql), values | {"m": city.ibge}).rowcount > 0


# -- the chain ------------------------------------------------------------------------------------------------------


def test_a_whole_chain_is_whole_and_says_what_waits(lived):
    assert verdict(lived).broken_at is None
    before = verdict(lived)
    phone = lived.phone("rua")
    phone.push(phone.encounter(), phone.encounter())
    after = verdict(lived)
    assert (after.lines, after.tail, after.broken_at) == (before.lines, 3, None)  # a sign-in and two records
    assert chained(lived) == 3
    assert (verdict(lived).lines, verdict(lived).tail) == (before.lines + 3, 0)


@pytest.mark.parametrize(
    "change",
    [
        "action = 'encounters.withdraw'", "at = at + interval '1 microsecond'", "worker_id = NULL",
        "outcome = 'refused'", "problem = 'access.forbidden'", "subject_id = gen_random_uuid()", "subject_type = 'x'",
        "fields = ARRAY['note']", "device_id = gen_random_uuid()", "hash = decode(repeat('00', 32), 'hex')",
    ],
)  # fmt: skip
def test_an_edited_line_shows_where(lived, change):
    edit(lived, f"UPDATE audit_lines SET {change} WHERE municipality_id = :m AND seq = 4")
    assert verdict(lived).broken_at == 4


@pytest.mark.parametrize("seq", [1, 5])
def test_a_removed_line_shows(lived, seq):
    edit(lived, "DELETE FROM audit_lines WHERE municipality_id = :m AND seq = :s", s=seq)
    assert verdict(lived).broken_at == seq


def test_a_removed_line_whose_followers_move_up_shows(lived):
    edit(lived, "DELETE FROM audit_lines WHERE municipality_id = :m AND seq = 5")
    edit(lived, "UPDATE audit_lines SET seq = -(seq - 1) WHERE municipality_id = :m AND seq > 5")
    edit(lived, "UPDATE audit_lines SET seq = -seq WHERE municipality_id = :m AND seq < 0")
    assert verdict(lived).broken_at == 5


def test_two_lines_that_change_places_show(lived):
    edit(lived, "UPDATE audit_lines SET seq = CASE seq WHEN 3 THEN -4 ELSE -3 END WHERE municipality_id = :m AND seq IN (3, 4)")
    edit(lived, "UPDATE audit_lines SET seq = -seq WHERE municipality_id = :m AND seq < 0")
    assert verdict(lived).broken_at == 3


def test_a_line_slipped_in_shows(lived):
    last = lines(lived, "seq IS NOT NULL")[-1]["seq"]
    edit(
        lived,
        "INSERT INTO audit_lines (municipality_id, id, at, action, outcome, fields, seq, hash) SELECT municipality_id,"
        " gen_random_uuid(), at, action, outcome, fields, :s + 1, hash FROM audit_lines WHERE municipality_id = :m AND seq = :s",
        s=last,
    )
    assert verdict(lived).broken_at == last + 1


def test_a_city_s_chain_is_its_own(lived, other_city):
    sent_referral(other_city)
    chained(other_city)
    edit(lived, "UPDATE audit_lines SET action = 'x' WHERE municipality_id = :m AND seq = 2")
    assert verdict(lived).broken_at == 2
    assert verdict(other_city).broken_at is None


def test_a_limit_leaves_the_rest_for_the_next_time(city):
    sent_referral(city)
    waiting = len(lines(city, "seq IS NULL"))
    assert waiting > 2
    assert chained(city, 2) == 2
    assert verdict(city).tail == waiting - 2
    assert chained(city) == waiting - 2
    assert [row["seq"] for row in lines(city)] == list(range(1, waiting + 1))


def test_two_chainers_at_once_make_one_chain(city):
    """The second finds the lock taken and leaves the lines to the first: no number twice, none left out."""
    sent_referral(city)
    waiting = len(lines(city, "seq IS NULL"))
    first_has_chained, second_is_done = threading.Event(), threading.Event()
    counts = {}

    def first():
        with city.transaction() as session:
            counts["first"] = chain(session, city.ibge)
            first_has_chained.set()
            assert second_is_done.wait(20)

    thread = threading.Thread(target=first)
    thread.start()
    assert first_has_chained.wait(20)
    try:
        counts["second"] = chained(city)
    finally:
        second_is_done.set()
        thread.join(20)
    assert counts == {"first": waiting, "second": 0}
    assert verdict(city).lines == waiting and verdict(city).broken_at is None


def test_a_line_committed_late_is_chained_late_and_nothing_is_skipped(city):
    """Its id is older than lines that were chained before it: the chain follows what was seen committed."""
    committed = []
    with city.transaction() as session:
        from_before = new_id()
        session.execute(
            text(
                "INSERT INTO audit_lines (municipality_id, id, at, action, outcome, fields)"
                " VALUES (:m, :i, now(), 'shifts.end', 'done', '{}')"
            ),
            {"m": city.ibge, "i": from_before},
        )

        def others():
            phone = city.phone("rua")
            phone.push(phone.encounter())
            committed.append(chained(city))

        thread = threading.Thread(target=others)
        thread.start()
        thread.join(30)
    assert committed and committed[0] > 0
    assert chained(city) == 1
    assert lines(city, "seq IS NOT NULL")[-1]["id"] == from_before
    assert verdict(city).broken_at is None


def test_the_job_chains_every_city(app, city, other_city):
    for each in (city, other_city):
        sent_referral(each)
    with app.app_context():
        chain_all(0)
        db.session.remove()
    assert verdict(city).tail == verdict(other_city).tail == 0
    assert verdict(city).lines > 0 and verdict(other_city).lines > 0


def test_the_command_says_whole_or_broken_and_its_code_with_it(lived, app):
    run = app.test_cli_runner()
    whole = run.invoke(verify_chain, ["--municipality", str(lived.ibge)])
    assert whole.exit_code == 0 and "inteira" in whole.output and f"{lived.ibge}:" in whole.output
    assert "0 na ponta" in whole.output
    edit(lived, "UPDATE audit_lines SET action = 'x' WHERE municipality_id = :m AND seq = 3")
    broken = run.invoke(verify_chain, ["--municipality", str(lived.ibge)])
    assert broken.exit_code == 1 and "QUEBRADA na linha 3" in broken.output


# -- a line for every verb ------------------------------------------------------------------------------------------


def done_by_phone(city):
    """Every command a phone may send, done once; gives (name, subject) of each."""
    street, visitor = city.phone("rua"), city.phone("pim")
    met, other, visit, visit2 = street.encounter(people=1), street.encounter(), visitor.visit(), visitor.visit()
    shift_id, ids = str(new_id()), city.ids
    route_id, night = tonight(city, ids["point"])
    start = street.command(
        "shifts.start",
        {"shift_id": shift_id, "team_id": str(ids["team"]), "reference_unit_id": str(ids["centro_pop"]), "companion_ids": []},
    )
    named = {
        "encounter_id": met["body"]["encounter_id"], "addition_id": str(new_id()), "note": "x", "outcome": None, "needs": [],
        "names": [
            {
                "participation_id": met["body"]["people"][0]["participation_id"], "person_id": str(new_id()),
                "called": "Zé", "called_kind": "nickname",
            }
        ],
    }  # fmt: skip
    complete = street.command("encounters.complete", named)
    referral = street.referral(met)
    fixed = street.encounter(replaces_id=other["body"]["encounter_id"], reason_text=None) | {"name": "encounters.correct"}
    bad = street.encounter(team_id=str(ids["pim_team"]))
    going = street.referral(met)
    sent_id = going["body"]["referral_id"]
    set_out = street.command("referrals.set_out", {"referral_id": sent_id, "travel": "on_foot"})
    trip = street.command(
        "referrals.plan_trip",
        {"trip_id": str(new_id()), "travel": "with_team", "vehicle_asked": False, "note": None, "referral_ids": [sent_id]},
    )
    by_phone = street.referral(met, "creas_unit")
    answer = {"referral_id": by_phone["body"]["referral_id"], "status": "accepted", "reason": None, "text": None, "who": None}
    with city.transaction() as session:
        session.execute(text("UPDATE units SET has_desk = false WHERE id = :i"), {"i": ids["creas_unit"]})
    by_street = [
        start, met, other, complete, referral, going, set_out, trip, by_phone, street.command("referrals.tell_answer", answer),
        street.command("referrals.revoke", {"referral_id": referral["body"]["referral_id"], "reason_text": None}),
        fixed,
        street.command("encounters.withdraw", {"encounter_id": fixed["body"]["encounter_id"], "reason": "by_mistake"}),
        street.command("shifts.enter_region", {"event_id": str(new_id()), "shift_id": shift_id, "region_id": str(ids["north"])}),
        street.command("shifts.pause", {"event_id": str(new_id()), "shift_id": shift_id}),
        street.command("shifts.resume", {"event_id": str(new_id()), "shift_id": shift_id}),
        street.command(
            "shifts.pass_by",
            {
                "mark_id": str(new_id()), "shift_id": None, "team_id": str(ids["team"]), "region_id": str(ids["north"]),
                "place": place("none", reason="moving"),
            },
        ),
        street.command("shifts.visit_point", {"mark_id": str(new_id()), "shift_id": None, "team_id": str(ids["team"]), "point_id": str(ids["point"])}),
        street.command(
            "shifts.miss_stop",
            {"miss_id": str(new_id()), "route_id": str(route_id), "point_id": str(ids["point"]), "on_date": night.isoformat(), "reason": "rain"},
        ),
        street.command("shifts.end", {"shift_id": shift_id}),
    ]  # fmt: skip
    outcomes = street.push(*by_street)
    assert {o["status"] for o in outcomes} == {"done"}, outcomes
    assert street.push(bad)[0]["status"] == "refused"
    give_up = street.command("sync.withdraw", {"command_id": bad["id"]})
    assert street.push(give_up)[0]["status"] == "done"
    right = visitor.visit(replaces_id=visit["body"]["visit_id"], reason_text=None) | {"name": "home_visits.correct"}
    by_visitor = [
        visit, visit2, right,
        visitor.command("home_visits.withdraw", {"visit_id": visit2["body"]["visit_id"], "reason": "duplicate"}),
    ]  # fmt: skip
    outcomes = visitor.push(*by_visitor)
    assert {o["status"] for o in outcomes} == {"done"}, outcomes
    about = [*by_street, give_up, *by_visitor]
    of_people = about_people(city, street)
    outcomes = street.push(*of_people)
    assert {o["status"] for o in outcomes} == {"done"}, [(o, c["name"]) for o, c in zip(outcomes, of_people, strict=True) if o["status"] != "done"]
    raised = flag(street)
    of_flags = [
        raised, complement(street, raised["body"]["flag_id"], risk="soon"), call(street, raised["body"]["flag_id"]),
        mistake(street, raised["body"]["flag_id"]),
    ]  # fmt: skip
    outcomes = street.push(*of_flags)
    assert {o["status"] for o in outcomes} == {"done"}, outcomes
    about += of_flags
    asked = made.ask(city)
    made.send(city, asked)
    of_requests = [made.answer(street, asked, "set_out"), made.answer(street, asked, "arrive"), made.closing(street, asked)]
    outcomes = street.push(*of_requests)
    assert {o["status"] for o in outcomes} == {"done"}, outcomes
    about += of_requests
    subject = {
        "shifts": "shift_id", "encounters": "encounter_id", "home_visits": "visit_id", "referrals": "referral_id",
        "sync": "command_id", "protection": "flag_id", "outreach_requests": "request_id",
    }  # fmt: skip
    return [
        (command["name"], command["body"].get(subject[command["name"].split(".")[0]]) or command["body"].get("trip_id"))
        for command in about
    ] + [(command["name"], None) for command in of_people]


def about_people(city, street):
    """What a phone says of people, families and steps, each command once."""
    met, same = street.encounter(people=1), street.encounter()
    where, present = met["body"]["encounter_id"], met["body"]["people"][0]["participation_id"]
    person, told, home, task, join = (str(new_id()) for _ in range(5))
    mate = city.phone("rua2")
    assert mate.push(same)[0]["status"] == "done"
    said = {"told_id": told, "field": "name.nickname", "value": "Zé", "source": "told", "certainty": "sure"}
    change = {
        "household_id": home, "event_id": str(new_id()), "kind": "corrected", "called": "Outra", "region_id": None,
        "address_hint": None, "member": None, "member_ids": [], "other_id": None, "reason": None,
    }  # fmt: skip
    step = {
        "task_id": task, "team_id": str(city.ids["team"]), "person_id": person, "household_id": None, "encounter_id": None,
        "what": "Voltar", "due_on": str((clock.now() + timedelta(days=1)).date()), "due_time": None, "place_text": None, "point_id": None, "assignee_id": None,
    }  # fmt: skip
    bodies = {
        "people.register": {
            "person_id": person, "called": "Ana", "called_kind": "nickname", "age_band": None, "sex": None, "region_id": None,
        },
        "people.tell": {"person_id": person, "told": [said]},
        "people.take_back": {"person_id": person, "told_id": told, "reason": "by_mistake", "reason_text": None},
        "encounters.link": {
            "encounter_id": where, "links": [{"participation_id": present, "person_id": person, "certainty": "sure"}],
        },
        "encounters.unlink": {"encounter_id": where, "participation_id": present, "reason": "by_mistake"},
        "encounters.offer": {
            "encounter_id": where,
            "offers": [{"offer_id": str(new_id()), "participation_id": None, "kind": "bath", "answer": "accepted", "reason": None}],
        },
        "encounters.join": {"join_id": join, "kept_id": same["body"]["encounter_id"], "joined_id": where},
        "encounters.unjoin": {"join_id": join},
        "people.open_household": {
            "household_id": home, "called": "Família", "team_id": str(city.ids["team"]), "region_id": None,
            "address_hint": None, "members": [],
        },
        "people.change_household": change,
        "tasks.agree": step,
        "tasks.close": {"task_id": task, "result": "done", "text": None},
    }  # fmt: skip
    assert street.push(met)[0]["status"] == "done"
    return [street.command(name, body) for name, body in bodies.items()]


def test_every_command_of_a_phone_leaves_its_line(city):
    done = done_by_phone(city)
    assert {name for name, _subject in done} == {name for name, _version in COMMANDS}
    left = {(row["action"], str(row["subject_id"])) for row in lines(city, "outcome = 'done'")}
    assert [each for each in done if each[1] is not None and each not in left] == []
    assert {name for name, _subject in done} <= {action for action, _subject in left}
    assert "people.register" in {action for action, _subject in left}


def desk_verbs(city):
    """(what is done, persona, method, path, body, action of its line): every writing door of the desk and of accounts."""
    _phone, first = sent_referral(city)
    _phone, second = sent_referral(city)
    decide, mark = "referrals.decide", "referrals.mark_arrival"
    unit = city.ids["shelter"]
    return [
        ("abrigo", "POST", f"/api/v1/referrals/{first}/accept", {}, decide),
        ("abrigo", "POST", f"/api/v1/referrals/{first}/arrived", {}, mark),
        ("abrigo", "POST", f"/api/v1/referrals/{second}/decline", {"reason": "no_place"}, decide),
        ("abrigo", "POST", f"/api/v1/units/{unit}/vacancies", {"free_places": 4}, "units.note_vacancies"),
        ("abrigo", "PUT", "/api/v1/account/locale", {"locale": "es"}, "accounts.set_locale"),
        ("abrigo", "DELETE", "/api/v1/session", {}, "accounts.sign_out"),
    ]


def test_every_verb_of_the_desk_leaves_its_line(city):
    clients = {}
    for persona, method, path, body, action in desk_verbs(city):
        client = clients.setdefault(persona, city.client(persona))
        before = len(lines(city, "action = :a AND outcome = 'done' AND worker_id = :w", a=action, w=city.ids[persona]))
        answer = client.open(path, method=method, json=body)
        assert answer.status_code in (200, 204), (path, answer.get_data(as_text=True))
        after = len(lines(city, "action = :a AND outcome = 'done' AND worker_id = :w", a=action, w=city.ids[persona]))
        assert after == before + 1, action


def test_signing_in_ending_a_session_and_revoking_a_device_leave_theirs(city):
    phone = city.phone("rua")
    here = city.client("rua")
    lost = here.get("/api/v1/account/sessions").json["sessions"]
    other = next(item["id"] for item in lost if not item["is_this"])
    assert here.delete(f"/api/v1/account/sessions/{other}").status_code == 204
    assert here.post(f"/conta/aparelhos/{phone.device_id}/revogar", data={"csrf_token": here.csrf}).status_code == 303
    left = [row["action"] for row in lines(city, "worker_id = :w", w=city.ids["rua"])]
    assert left.count("accounts.sign_in") == 2
    assert {"accounts.end_session", "accounts.revoke_device"} <= set(left)


def test_every_action_is_a_verb_or_one_of_the_few_that_nobody_is_granted(city):
    done_by_phone(city)
    for persona, method, path, body, _action in desk_verbs(city):
        city.client(persona).open(path, method=method, json=body)
    # Signing in needs no grant; revoking is asked under ending a session, importing runs from the command line.
    beside = {"accounts.sign_in", "accounts.sign_out", "accounts.revoke_device", "sync.import"}
    assert {row["action"] for row in lines(city)} - VERBS - beside == set()


# -- refusals -------------------------------------------------------------------------------------------------------


def test_a_refused_command_leaves_its_line(city):
    phone = city.phone("rua")
    bad = phone.encounter(team_id=str(city.ids["pim_team"]))
    phone.push(bad)
    [line] = lines(city, "outcome = 'refused'")
    assert (line["action"], line["problem"], line["subject_id"]) == ("encounters.record", "access.forbidden", UUID(bad["id"]))


def test_a_refused_door_leaves_its_line_although_all_was_rolled_back(city):
    client = city.client("rua")
    assert client.get("/painel/").status_code == 403
    [line] = lines(city, "outcome = 'refused'")
    assert (line["action"], line["problem"], line["worker_id"]) == ("coverage.read", "access.forbidden", city.ids["rua"])


def test_a_verb_refused_half_way_leaves_a_refusal_and_nothing_else(city):
    _phone, referral_id = sent_referral(city)
    desk = city.client("abrigo")
    assert desk.post(f"/api/v1/referrals/{referral_id}/decline", json={"reason": "other"}).status_code == 422
    assert [row["outcome"] for row in lines(city, "action = 'referrals.decide'")] == ["refused"]
    assert city.rows("SELECT status FROM referrals WHERE municipality_id = :m")[0]["status"] == "sent"


def test_a_verb_that_is_rolled_back_leaves_no_line_of_being_done(city):
    phone = city.phone("rua")
    good, twice = phone.encounter(), phone.encounter()
    twice["body"]["encounter_id"] = good["body"]["encounter_id"]
    assert [o["status"] for o in phone.push(good, twice)] == ["done", "refused"]
    assert [row["outcome"] for row in lines(city, "action = 'encounters.record'")] == ["done", "refused"]


# -- what a line holds ----------------------------------------------------------------------------------------------


def test_no_line_holds_what_somebody_typed(city):
    planted = "Palavra-Plantada"
    phone = city.phone("rua")
    met = phone.encounter(note=planted)
    phone.push(met, phone.referral(met, called=planted, note=planted), phone.encounter(note=5, situation=planted))
    phone.push(phone.encounter(**{planted: planted}), phone.command(planted, {}))
    city.app.test_client().post("/api/v1/session", json={"login": planted, "password": planted})
    told = city.rows("SELECT string_agg(a::text, ' ') AS t FROM audit_lines a WHERE municipality_id = :m")[0]["t"]
    assert planted not in told and planted.lower() not in told
    kept = city.rows("SELECT string_agg(to_jsonb(c)::text, ' ') AS t FROM sync_commands c WHERE municipality_id = :m")[0]["t"]
    assert planted not in kept


def test_nobody_s_city_has_no_lines(app):
    quiet = make_city(app)
    with app.app_context():
        with transaction(quiet.ibge) as session:
            assert verify(session, quiet.ibge).lines == 0
            assert chain(session, quiet.ibge) == 0
        db.session.remove()
