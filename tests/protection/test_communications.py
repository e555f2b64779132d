"""Communications: drafted from the facts, signed and numbered, proved, answered, corrected; and what is refused, by name."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.core import clock, seal
from app.core.db import cleared
from app.protection.communications import content, problems
from app.protection.communications.signing import set_names_author
from app.protection.problems import FlagClosed
from app.protection.queries.communications import told
from app.protection.sealing import CLEARANCE
from app.protection.service import communicating
from app.protection.service.communicating import Sending
from tests.make.city import instant, make_city
from tests.make.flags import PLANTED, call, duties
from tests.protection.writer import Writer, short


@pytest.fixture
def case(city):
    return Writer(city, said={"called": "Zeca", "seen": "menino vendendo balas", "said": PLANTED})


def test_a_draft_is_filled_from_the_facts_and_holds_no_word_of_the_case(case):
    case.phone.push(call(case.phone, str(case.flag), recipient="guardianship_council", who="Ana", protocol="CT-7"))
    one = case.draft()
    fields = case.content(one)["fields"]
    assert fields["age"] == "7 a 12 anos, aparente"
    assert fields["signs"] == "Trabalho infantil (Venda em semáforo, rua ou transporte)"
    assert "coordenadas -5.75000, -34.95000" in fields["place"]
    assert "Conselho Tutelar avisado por telefone" in fields["measures"] and "protocolo CT-7" in fields["measures"]
    # Words are sealed: they come only when somebody opens them.
    assert not fields["said"] and not fields["seen"] and not fields["called"]
    assert case.row(one)["number"] is None and case.row(one)["status"] == "draft"


def test_of_an_adult_the_place_is_not_suggested(city):
    case = Writer(city, age="age_18_59", sex="female", kinds=["physical"], forms=[], choices=[{"recipient": "women_centre", "answer": "accepted"}])
    assert case.content(case.draft("women_centre"))["fields"]["place"] == ""


def test_sent_it_has_a_number_a_digest_and_settles_its_duty_in_time(case):
    one = case.draft()
    case.save(one, seen="Vendia balas entre os carros.")
    row = case.send(one, Sending("by_hand", who="", protocol=""))
    year = clock.now().astimezone(ZoneInfo("America/Fortaleza")).year
    assert (row.number, row.year, row.status) == (1, year, "sent")
    document = case.document(one)
    assert document["number"] == f"1/{year}" and document["recipient"]["name"] == "Conselho Tutelar"
    assert [part["title"] for part in document["parts"]] == [
        "1. Dados da pessoa", "2. Descrição do atendimento", "3. Relato espontâneo", "4. Medidas e encaminhamentos",
    ]  # fmt: skip
    duty = duties(case.city, str(case.flag))["guardianship_council"]
    assert duty["done_at"] == row.sent_at and duty["is_late"] is False
    assert case.events()[-1] == "sent"
    lines = case.city.rows("SELECT action, fields FROM audit_lines WHERE municipality_id = :m AND subject_id = :c", c=one)
    assert {("protection.communicate", "sent")} <= {(line["action"], name) for line in lines for name in line["fields"]}
    assert PLANTED not in str(lines) and "balas" not in str(lines)


def test_late_it_settles_its_duty_as_late(case):
    row = case.sent(now=clock.now() + timedelta(days=3))
    duty = duties(case.city, str(case.flag))["guardianship_council"]
    assert duty["is_late"] is True and duty["done_at"] == row.sent_at


def test_told_before_it_was_written_counts_from_when_it_was_told(case):
    """A call at the light at 23:40; the paper is signed three days later."""
    at = clock.now()
    one = case.draft()
    case.send(one, Sending("phone", who="Conselheira Ana", at=at), now=at + timedelta(days=3))
    duty = duties(case.city, str(case.flag))["guardianship_council"]
    assert duty["done_at"] == at and duty["is_late"] is False
    [proof] = case.proofs(one)
    assert proof["what"] == "sent" and proof["who"] == "Conselheira Ana" and proof["at"] == at.isoformat()


@pytest.mark.parametrize("delta", [timedelta(hours=1), timedelta(days=-40)])
def test_told_at_an_hour_that_cannot_be(case, delta):
    one = case.draft()
    with pytest.raises(problems.ToldWrongTime):
        case.send(one, Sending("phone", who="Ana", at=clock.now() + delta))
    assert case.numbers() == []


def test_told_in_the_very_minute_of_the_event_is_not_before_it(city):
    """A form tells minutes: 23:40 is what she types of a call at 23:40:30, the minute of the flag."""
    event = (clock.now() - timedelta(hours=2)).replace(second=30, microsecond=0)
    case = Writer(city, occurred_at=event)
    one = case.draft()
    with pytest.raises(problems.ToldWrongTime):
        case.send(one, Sending("phone", who="Ana", at=event - timedelta(seconds=31)))
    case.send(one, Sending("phone", who="Ana", at=event.replace(second=0)))
    assert duties(city, str(case.flag))["guardianship_council"]["is_late"] is False


@pytest.mark.parametrize("typed", ["9999-12-31T23:59", "0001-01-01T00:00", "amanhã"])
def test_an_hour_at_the_end_of_the_calendar_is_refused_and_breaks_nothing(case, typed):
    one = case.sent().id
    client = case.browser()
    assert case.post(client, f"{case.base}/{one}/recebida", who="Ana", protocol="", at=typed).status_code == 422
    assert case.row(one)["received_at"] is None


def test_received_then_answered_each_with_its_proof_and_once(case):
    one = case.sent().id
    at = clock.now()
    case.does(communicating.receive, one, "Ana, conselheira", "CT-123/2026", at=at)
    assert case.row(one)["status"] == "received" and case.row(one)["received_at"] == at
    with pytest.raises(problems.AlreadyReceived):
        case.does(communicating.receive, one, "Outra", "x")
    case.does(communicating.answer, one, "Visitam a família amanhã")
    assert case.row(one)["status"] == "answered"
    with pytest.raises(problems.AlreadyAnswered):
        case.does(communicating.answer, one, "de novo")
    assert [proof["what"] for proof in case.proofs(one)] == ["sent", "received", "answered"]
    assert case.proofs(one)[1]["protocol"] == "CT-123/2026"
    assert case.events()[-3:] == ["sent", "received", "answered"]
    with case.city.transaction() as session:
        [line] = told(session, case.city.ibge, [case.flag])[case.flag]
    assert line["state"] == "answered" and line["protocol"] == "CT-123/2026" and line["recipient"] == "guardianship_council"


def test_a_receipt_that_was_noted_wrong_is_noted_again_and_both_are_kept(case):
    one, client = case.sent().id, case.browser()
    where = f"{case.base}/{one}/recebida"
    assert case.post(client, where, who="Ana", protocol="CT-12", at="").status_code == 303
    assert case.post(client, where, who="Ana", protocol="CT-21", at="").status_code == 409
    assert case.post(client, where, who="Ana", protocol="CT-21", at="", again="true").status_code == 303
    assert [proof.get("protocol") for proof in case.proofs(one)][1:] == ["CT-12", "CT-21"] and case.row(one)["status"] == "received"
    with case.city.transaction() as session:
        assert told(session, case.city.ibge, [case.flag])[case.flag][0]["protocol"] == "CT-21"


def test_an_answer_may_come_before_anybody_noted_who_received(case):
    one = case.sent().id
    case.does(communicating.answer, one, "Já foram lá")
    case.does(communicating.receive, one, "Ana", "")
    assert case.row(one)["status"] == "answered" and case.row(one)["received_at"] is not None


def test_a_draft_has_neither_receipt_nor_answer(case):
    one = case.draft()
    with pytest.raises(problems.NotSent):
        case.does(communicating.receive, one, "Ana", "")
    with pytest.raises(problems.NotSent):
        case.does(communicating.answer, one, "ok")


def test_sent_twice_is_one_number(case):
    one = case.sent().id
    with pytest.raises(problems.AlreadySent) as refused:
        case.send(one)
    assert refused.value.extra["number"] == 1
    with pytest.raises(problems.AlreadySent):
        case.save(one, seen="outra coisa")
    assert len(case.numbers()) == 1


def test_two_tabs_the_older_does_not_sign_what_it_has_not_shown(case):
    one = case.draft()
    seen = case.row(one)["changed_at"]
    case.save(one, seen="outra aba escreveu")
    with pytest.raises(problems.DraftChanged):
        case.does(communicating.send, one, Sending("by_hand"), seen=seen)
    with pytest.raises(problems.DraftChanged):
        case.does(communicating.save_draft, one, {"seen": "aba velha"}, seen=seen)
    assert case.content(one)["fields"]["seen"] == "outra aba escreveu" and case.numbers() == []


def test_of_a_closed_flag_nothing_is_written_or_sent_but_proofs_go_on(case):
    one, draft = case.sent().id, case.draft("peti")
    case.close()
    for act in (lambda: case.draft("creas"), lambda: case.send(draft), lambda: case.save(draft, seen="x")):
        with pytest.raises(FlagClosed):
            act()
    case.does(communicating.receive, one, "Ana", "1")
    case.does(communicating.drop_draft, draft)
    assert case.row(draft)["status"] == "dropped" and len(case.numbers()) == 1


def test_a_dropped_draft_has_no_number_and_is_not_sent(case):
    one = case.draft()
    case.does(communicating.drop_draft, one)
    for act in (lambda: case.send(one), lambda: case.does(communicating.drop_draft, one), lambda: case.save(one, seen="x")):
        with pytest.raises(problems.Dropped):
            act()
    assert case.sent("peti").number == 1


def test_a_recipient_without_contact_is_refused_by_name_until_one_is_given(case):
    one = case.draft()
    for sending, field in ((Sending("email"), "to"), (Sending("system"), "to"), (Sending("phone"), "who")):
        with pytest.raises(problems.NoContact) as refused:
            case.send(one, sending)
        assert field in refused.value.fields
    assert case.numbers() == []
    case.send(one, Sending("email", to="ct@cidade.gov.br"))
    assert case.proofs(one)[0]["to"] == "ct@cidade.gov.br"


def test_the_region_s_own_recipient_before_the_city_s(case):
    case.recipient("guardianship_council", "CT da cidade", email="ct@cidade.gov.br")
    case.recipient("guardianship_council", "CT Norte", email="norte@cidade.gov.br", address="Rua N, 1", region_id=case.city.ids["north"])
    case.recipient("guardianship_council", "CT Sul", region_id=case.city.ids["south"])
    one = case.draft()
    case.send(one, Sending("email"))
    assert case.document(one)["recipient"] == {"name": "CT Norte", "address": "Rua N, 1"}
    assert case.proofs(one)[0]["to"] == "norte@cidade.gov.br"


def test_unknown_recipient(case):
    with pytest.raises(problems.UnknownRecipient):
        case.draft("own_nobody")


def test_the_accused_body_is_never_written_to(city):
    case = Writer(city, age="age_18_59", kinds=["state_violence"], forms=[], agent_body="military_police",
                  choices=[{"recipient": "ombudsman", "answer": "accepted"}])  # fmt: skip
    case.recipient("ombudsman", "Ouvidoria da PM", body="military_police")
    for code in ("police_190", "ombudsman"):
        with pytest.raises(problems.AccusedRecipient):
            case.draft(code)
    case.recipient("ombudsman", "Ouvidoria do Estado")
    assert case.content(case.draft("ombudsman"))["recipient"]["name"] == "Ouvidoria do Estado"


def test_an_adult_decides_and_an_override_keeps_its_reason(city):
    case = Writer(city, age="age_18_59", sex="female", kinds=["physical"], forms=[],
                  choices=[{"recipient": "women_centre", "answer": "accepted"}, {"recipient": "women_police_station", "answer": "declined"}])  # fmt: skip
    case.send(case.draft("women_centre"))
    one = case.draft("women_police_station")
    for override in ("", "risco"):
        with pytest.raises(problems.NotAccepted):
            case.send(one, Sending("by_hand", override=override))
    reason = "ameaça de morte agora, arma na mão"
    case.send(one, Sending("by_hand", override=reason))
    assert case.proofs(one)[0]["override"] == reason
    held = case.city.rows("SELECT sealed_text FROM flag_events WHERE municipality_id = :m AND event = 'sent' AND ref_id = :c", c=one)
    assert held[0]["sealed_text"] and reason not in held[0]["sealed_text"]


def test_for_a_child_nobody_is_asked(case):
    assert case.send(case.draft("disque_100")).number == 1


def test_only_who_took_it_or_was_named_writes(case):
    one = case.draft()
    case.take("coordenacao")
    for act in (lambda: case.draft(), lambda: case.send(one), lambda: case.does(communicating.drop_draft, one)):
        with pytest.raises(problems.NotHolder):
            act()
    now = clock.now()
    with case.city.transaction() as session, cleared(session, CLEARANCE):
        session.execute(
            text(
                "INSERT INTO flag_peers (municipality_id, id, flag_id, worker_id, given_by, kind, valid_from, valid_to)"
                " VALUES (:m, gen_random_uuid(), :f, :w, :w, 'named', :a, :b)"
            ),
            {"m": case.city.ibge, "f": case.flag, "w": case.city.ids["creas"], "a": now - timedelta(hours=1), "b": None},
        )
    assert case.send(one).number == 1


def test_a_correction_is_a_new_document_that_cites_the_old_which_stays(case):
    one = case.draft()
    case.save(one, seen="errado")
    first = case.send(one)
    before = case.row(one)
    new = case.does(communicating.draft, case.flag, "", corrects=one)
    assert case.content(new.id)["fields"]["seen"] == "errado"
    case.save(new.id, seen="certo")
    case.send(new.id)
    assert case.document(new.id)["corrects"].startswith(f"Corrige a comunicação nº 1/{first.year}, de ")
    after = case.row(one)
    assert {key: after[key] for key in before} == dict(before)
    assert case.events()[-1] == "corrected"
    with pytest.raises(problems.AlreadyCorrected) as refused:
        case.does(communicating.draft, case.flag, "", corrects=one)
    assert refused.value.extra["number"] == 2


def test_two_corrections_begun_only_one_is_sent(case):
    one = case.sent().id
    a, b = (case.does(communicating.draft, case.flag, "", corrects=one).id for _ in range(2))
    case.send(a)
    with pytest.raises(problems.AlreadyCorrected):
        case.send(b)
    assert len(case.numbers()) == 2


def test_a_draft_is_not_corrected(case):
    with pytest.raises(problems.NotSent):
        case.does(communicating.draft, case.flag, "", corrects=case.draft())


def test_what_was_numbered_can_not_be_changed_even_by_the_database_s_application(case):
    one = case.sent().id
    for change in ("sealed_content = 'x'", "number = 9", "digest = '\\x00'", "sent_at = now()", "check_token = 'x'", "channel = 'email'"):
        with pytest.raises(DBAPIError), case.city.transaction() as session, cleared(session, CLEARANCE):
            session.execute(text(f"UPDATE communications SET {change} WHERE municipality_id = :m AND id = :c"), {"m": case.city.ibge, "c": one})
    case.does(communicating.receive, one, "Ana", "CT-1")
    for change in ("sealed_proofs = NULL", "sealed_proofs = 'x'", "sealed_proofs = split_part(sealed_proofs, chr(10), 2)"):
        with pytest.raises(DBAPIError), case.city.transaction() as session, cleared(session, CLEARANCE):
            session.execute(text(f"UPDATE communications SET {change} WHERE municipality_id = :m AND id = :c"), {"m": case.city.ibge, "c": one})
    assert [proof["what"] for proof in case.proofs(one)] == ["sent", "received"]
    with pytest.raises(DBAPIError), case.city.transaction() as session, cleared(session, CLEARANCE):
        session.execute(text("DELETE FROM communications WHERE municipality_id = :m"), {"m": case.city.ibge})


def test_a_document_that_is_not_what_was_hashed_is_not_shown(case):
    one = case.sent().id
    other = case.row(case.draft("peti"))["sealed_content"]
    case.forge(one, digest=b"\0")
    with pytest.raises(problems.DocumentAltered):
        case.document(one)
    # An envelope moved from another row is no document of this one.
    case.forge(one, sealed_content=other)
    with pytest.raises(seal.Unsealable):
        case.document(one)


@pytest.mark.parametrize("zone", ["America/Noronha", "America/Rio_Branco"])
def test_the_year_is_the_city_s_own_at_its_own_midnight(app, zone):
    city = make_city(app, zone)
    case = Writer(city)
    midnight = instant(2027, 1, 1).replace(tzinfo=ZoneInfo(zone))
    before, after = midnight - timedelta(seconds=1), midnight
    drafts = [case.draft(code) for code in ("guardianship_council", "peti", "creas")]
    for one, at in zip(drafts, (before, after, after + timedelta(hours=1)), strict=True):
        case.send(one, now=at)
    assert case.numbers() == [(2026, 1), (2027, 1), (2027, 2)]
    assert case.document(drafts[0])["date"] == "31/12/2026 23:59"


def test_nothing_said_or_more_than_a_page_is_not_signed(case):
    one = case.draft()
    case.save(one, signs="", seen="")
    with pytest.raises(problems.NothingSaid):
        case.send(one)
    case.save(one, seen="\n".join("x" for _ in range(content.MOST_LINES + 1)))
    with pytest.raises(problems.TooLongForAPage):
        case.send(one)
    assert case.numbers() == []


def test_names_stand_on_the_paper_only_where_the_city_says_so(case):
    one = case.sent().id
    assert case.document(one)["signature"] == [f"Pela unidade: {case.document(one)['sender']['name']}"]
    assert "Rua" not in str(case.document(one)["signature"])
    case.does(lambda session, actor, now: set_names_author(session, actor, True, now), persona="admin")
    two = case.sent("peti").id
    assert "Quem registrou: Rua" in case.document(two)["signature"]
    assert case.document(one)["signature"] == [f"Pela unidade: {case.document(one)['sender']['name']}"]


def test_the_document_is_in_portuguese_whatever_the_technician_reads(case):
    client = case.browser()
    one = case.draft()
    client.post("/conta/idioma", data={"csrf_token": client.csrf, "locale": "en", "back": "/conta/"})
    page = client.get(f"{case.base}/{one}/conferir", headers={"Accept-Language": "en"}).get_data(as_text=True)
    assert "Descrição do atendimento" in page


def test_the_sheet_for_health_surveillance_is_in_sinan_s_order(case):
    one = case.draft("health_surveillance")
    assert case.row(one)["form"] == "sinan"
    fields = case.content(one)["fields"]
    assert fields["n56"] == ["trabalho_infantil"] and fields["n12"] == "7 a 12 anos"
    case.save(one, n52="06", n55="07", n56=["trabalho_infantil", "negligencia"])
    case.send(one)
    lines = [line for part in case.document(one)["parts"] for line in part["lines"]]
    numbers = [int(label.split(" ")[0]) for label, _words in lines]
    assert numbers == sorted(numbers) and numbers[:3] == [1, 2, 3]
    said = dict(lines)
    assert said["6 Unidade notificadora"] == "2 Unidade de Assistência Social"
    assert said["52 Local"] == "06 Via pública" and said["56 Tipo de violência"] == "Trabalho infantil; Negligência ou abandono"
    assert not any(label.startswith("57 ") for label in said)


def test_while_the_key_is_shut_nothing_is_lost_and_no_number_is_taken(case, monkeypatch):
    one, sent = case.draft(), case.sent("peti").id

    def shut(*_arguments):
        raise seal.KeyLost()

    monkeypatch.setattr(seal, "unwrap", shut)
    for act in (lambda: case.send(one), lambda: case.draft("creas"), lambda: case.does(communicating.save_draft, one, {"seen": "x"})):
        with pytest.raises(seal.KeyLost):
            act()
    assert len(case.numbers()) == 1
    # Who received is taken in all the same.
    case.does(communicating.receive, sent, "Ana", "CT-9")
    client = case.browser()
    assert "A chave de lacre" in client.get(case.base).get_data(as_text=True)
    monkeypatch.undo()
    assert case.proofs(sent)[1]["protocol"] == "CT-9"
    assert case.send(one).number == 2


def test_short_digest():
    assert short(bytes.fromhex("a1b2c3d4e5f6" + "00" * 26)) == "A1B2 C3D4 E5F6"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028"])
def test_every_way_to_end_a_line_is_a_line_of_the_paper(end):
    assert content.lines_of({"seen": end.join("abc")}) == content.lines_of({"seen": "a"}) + 2
