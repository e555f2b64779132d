"""A lost phone: who may say so, what ends at once, what it may have held, and the paper for the incident report."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.core.ids import new_id
from app.sync.rules import due_on
from tests.make.city import NORTH_POINT, PASSWORD
from tests.make.journeys import sent_referral
from tests.make.phone import Phone, place
from tests.sync.test_delivery import change, delivered, device, statuses

FORTALEZA = ZoneInfo("America/Fortaleza")


def local(when=None):
    return (when or datetime.now(UTC)).astimezone(FORTALEZA).strftime("%Y-%m-%dT%H:%M")


def report(client, phone, seen=None, **fields):
    data = {"seen_at": local(seen), "csrf_token": client.csrf} | fields
    return client.post(f"/aparelhos/{phone.device_id}/perdido", data=data)


def paper(client, phone):
    return client.get(f"/aparelhos/{phone.device_id}/perdido").get_data(as_text=True)


def counted(page, words):
    """The figure beside a kind of data on the paper."""
    return int(re.search(rf"<th scope=\"row\">{words}.*?<td class=\"number\">(\d+)</td>", page, re.S).group(1))


def met(phone, called="Galego", **more):
    """An encounter with a person who has a name, delivered."""
    first = phone.encounter(place=place("gps", *NORTH_POINT), **more)
    named = phone.command(
        "encounters.complete",
        {
            "encounter_id": first["body"]["encounter_id"],
            "addition_id": str(new_id()),
            "names": [
                {"participation_id": first["body"]["people"][0]["participation_id"], "person_id": str(new_id()), "called": called}
            ],
        },
        after=[first["id"]],
    )
    assert statuses(phone.push(first, named)) == ["done", "done"]


def test_from_then_on_it_reads_nothing_delivers_still_and_is_told_to_forget(city):
    phone = city.phone("rua", vault=True)
    answer = report(city.client("rua"), phone)
    assert answer.status_code == 303
    assert phone.client.get("/api/v1/sync/pull").json["code"] == "access.signed_out"
    # Its session is over; its own token still delivers, open or sealed.
    assert phone.post([phone.encounter()]).status_code == 401
    told = delivered(phone, [phone.encounter()]).json
    assert statuses(told["outcomes"]) == ["done"] and told["forget"] is True
    told = delivered(phone, [phone.sealed(phone.encounter(), without_entering=True)]).json
    assert statuses(told["outcomes"]) == ["done"] and told["forget"] is True
    row = device(city, phone)
    assert row["lost_at"] and row["revoked_at"] == row["lost_at"]


def test_whoever_finds_it_and_signs_in_has_another_device(city):
    phone = city.phone("rua")
    report(city.client("rua"), phone)
    found = Phone(city, "rua")
    found.device_id = phone.device_id
    assert found.sign_in(PASSWORD).device_id != phone.device_id
    assert found.client.get("/api/v1/sync/pull").status_code == 200
    assert device(city, phone)["lost_at"] is not None


@pytest.mark.parametrize("persona", ["rua", "coordenacao", "admin"])
def test_the_worker_her_coordinator_and_the_administrator_may_say_so(city, persona):
    phone = city.phone("rua")
    assert report(city.client(persona), phone).status_code == 303
    lines = city.rows("SELECT * FROM audit_lines WHERE municipality_id = :m AND action = 'accounts.report_lost'")
    assert [(str(line["subject_id"]), line["worker_id"], line["fields"]) for line in lines] == [
        (phone.device_id, city.ids[persona], ["lost_at", "lost_seen_at"])
    ]


@pytest.mark.parametrize("persona", ["rua2", "pim", "abrigo", "creas", "supervisao", "auditoria"])
def test_nobody_else_may_nor_learns_that_it_exists(city, persona):
    phone = city.phone("rua")
    client = city.client(persona)
    assert report(client, phone).status_code == 404
    there, nowhere = client.get(f"/aparelhos/{phone.device_id}/perdido"), client.get(f"/aparelhos/{new_id()}/perdido")
    assert there.status_code == nowhere.status_code == 404
    assert device(city, phone)["lost_at"] is None


def test_a_coordinator_reaches_her_own_teams_only_also_who_left_them(city):
    street, visitor = city.phone("rua"), city.phone("pim")
    coordinator = city.client("coordenacao")
    listed = coordinator.get("/aparelhos/").get_data(as_text=True)
    assert street.device_id in listed and visitor.device_id not in listed
    assert report(coordinator, visitor).status_code == 404
    change(city, "UPDATE team_members SET left_on = current_date - 1 WHERE worker_id = %s", city.ids["rua"])
    assert report(coordinator, street).status_code == 303
    everybodys = city.client("admin").get("/aparelhos/").get_data(as_text=True)
    assert street.device_id in everybodys and visitor.device_id in everybodys


def test_a_phone_of_another_city_is_nobodys(city, other_city):
    phone = city.phone("rua")
    for persona in ("admin", "coordenacao"):
        assert report(other_city.client(persona), phone).status_code == 404
    assert phone.device_id not in other_city.client("admin").get("/aparelhos/").get_data(as_text=True)


def test_it_is_lost_once_and_the_first_time_stands(city):
    phone = city.phone("rua")
    two_hours_ago = datetime.now(UTC) - timedelta(hours=2)
    assert report(city.client("rua"), phone, two_hours_ago).status_code == 303
    again = report(city.client("coordenacao"), phone)
    assert again.status_code == 409 and "accounts.already_lost" in again.get_data(as_text=True)
    seen = device(city, phone)["lost_seen_at"]
    assert abs((seen - two_hours_ago).total_seconds()) < 61


@pytest.mark.parametrize("seen", ["", "ontem", "2026-13-40T00:00", "0001-01-01T00:00", "9999-12-31T23:59", "1999-01-01T00:00"])
def test_a_time_that_is_none_or_not_yet_is_told_and_changes_nothing(city, seen):
    phone = city.phone("rua")
    answer = report(city.client("rua"), phone, seen_at=seen)
    assert answer.status_code == 422
    assert device(city, phone)["lost_at"] is None


def test_without_the_write_token_nothing_is_lost(city):
    phone, client = city.phone("rua"), city.client("rua")
    client.environ_base.pop("HTTP_X_CSRF_TOKEN")
    assert report(client, phone, csrf_token="0" * 64).status_code == 403
    assert device(city, phone)["lost_at"] is None


# -- the paper ------------------------------------------------------------------------------------------------------


def test_the_paper_counts_what_its_pull_could_bring(city):
    phone = city.phone("rua", vault=True)
    for called in ("Galego", "Dona Zefa", "Seu Raimundo"):
        met(phone, called)
    sent_referral(city)
    phone.post([], waiting=4)
    phone.pull()
    page_of = {kind: len(phone.of_type(kind)) for kind in ("person", "encounter", "referral", "point")}
    assert page_of["person"] == 3 and page_of["referral"] == 1
    report(city.client("coordenacao"), phone)
    page = paper(city.client("coordenacao"), phone)
    assert counted(page, "Pessoas atendidas na rua") == page_of["person"]
    assert counted(page, "Encontros na rua") == page_of["encounter"]
    assert counted(page, "Encaminhamentos") == page_of["referral"]
    assert counted(page, "Pontos de concentração") == page_of["point"]
    assert "Cofre: tudo cifrado" in page and "4 registros" in page and "Celular de teste" in page and "Rua" in page


def test_the_coordinator_reads_who_and_leaves_a_line_the_others_read_figures_only(city):
    phone = city.phone("rua")
    met(phone, "Galego do viaduto")
    report(city.client("coordenacao"), phone)
    assert "Galego do viaduto" in paper(city.client("coordenacao"), phone)
    for persona in ("admin", "rua"):
        page = paper(city.client(persona), phone)
        assert counted(page, "Pessoas atendidas na rua") == 1
        assert "Galego" not in page and "Viaduto" not in page
    lines = city.rows("SELECT worker_id FROM audit_lines WHERE municipality_id = :m AND action = 'people.read_held'")
    assert [line["worker_id"] for line in lines] == [city.ids["coordenacao"]]


def test_a_coordinator_of_one_of_two_teams_reads_the_names_of_that_one(city):
    """A worker of two teams: the other team's families are counted, not named, for who doesn't coordinate it."""
    phone = city.phone("pim")
    change(
        city,
        "INSERT INTO team_members (municipality_id, id, team_id, worker_id, joined_on) VALUES (%s, %s, %s, %s, '2026-01-01')",
        city.ibge, new_id(), city.ids["team"], city.ids["pim"],
    )  # fmt: skip
    coordinator = city.client("coordenacao")
    assert report(coordinator, phone).status_code == 303
    page = paper(coordinator, phone)
    assert counted(page, "Famílias visitadas") == 1 and counted(page, "Pessoas dessas famílias") == 1
    assert "Família da Rosa" not in page and "Bia" not in page
    assert "Mais 1, de equipes que você não coordena ou com cadastro sigiloso." in page
    change(city, "UPDATE role_grants SET scope_id = %s WHERE worker_id = %s", city.ids["pim_team"], city.ids["coordenacao"])
    page = paper(coordinator, phone)
    assert "Família da Rosa" in page and "Bia" in page and "Mais 1" not in page


def test_it_is_the_scope_of_the_last_contact_not_of_today(city):
    phone, colleague = city.phone("rua"), city.phone("rua2")
    met(phone, "Galego")
    change(
        city,
        "UPDATE devices SET last_seen_at = now() + interval '1 second' WHERE id = %s", phone.device_id,
    )  # fmt: skip
    report(city.client("admin"), phone)
    met(colleague, "Chegou Depois")
    # The worker leaves the team and the house: what the phone held doesn't shrink by it.
    change(city, "UPDATE team_members SET left_on = current_date WHERE worker_id = %s", city.ids["rua"])
    change(city, "UPDATE role_grants SET valid_to = now() WHERE worker_id = %s", city.ids["rua"])
    change(city, "UPDATE workers SET is_active = false WHERE id = %s", city.ids["rua"])
    page = paper(city.client("coordenacao"), phone)
    assert counted(page, "Encontros na rua") == 1
    assert "Galego" in page and "Chegou Depois" not in page


def test_a_contact_after_the_loss_is_told(city):
    phone = city.phone("rua")
    report(city.client("rua"), phone, datetime.now(UTC) - timedelta(hours=5))
    assert "alguém pode ter usado" in paper(city.client("rua"), phone)
    change(city, "UPDATE devices SET last_seen_at = now() - interval '2 minutes' WHERE id = %s", phone.device_id)
    delivered(phone, [])
    assert "já recebeu a ordem de esquecer" in paper(city.client("rua"), phone)


def test_a_phone_without_a_vault_and_one_that_said_nothing_are_told_as_they_were(city):
    phone = city.phone("rua")
    report(city.client("rua"), phone)
    page = paper(city.client("rua"), phone)
    assert "Sem cofre: quem desbloqueia o aparelho podia ler." in page and "não se sabe" in page


@pytest.mark.parametrize(
    "known,due",
    [
        (date(2026, 11, 23), date(2026, 11, 26)),  # Monday → Thursday
        (date(2026, 11, 27), date(2026, 12, 2)),  # Friday → Wednesday
        (date(2026, 11, 28), date(2026, 12, 2)),  # Saturday → Wednesday
        (date(2026, 12, 31), date(2027, 1, 5)),  # over the year's end
    ],
)
def test_the_term_is_three_working_days(known, due):
    assert due_on(known) == due


def test_the_paper_says_the_last_day(city):
    phone = city.phone("rua")
    report(city.client("rua"), phone)
    due = due_on(datetime.now(FORTALEZA).date())
    assert f"Comunicar até {due:%d/%m/%Y}" in paper(city.client("rua"), phone)
