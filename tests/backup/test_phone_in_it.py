"""A server lost and restored while phones are in the field: nothing that a phone delivered is lost, nothing is there twice."""

import json
import re
import subprocess
import sys
from pathlib import Path

import psycopg

from app.core import envelopes, seal
from app.core.cluster import urls
from tests.make.city import NORTH_POINT
from tests.make.machine import Machine, own_keyring
from tests.make.phone import place
from tests.make.source import ROOT

PAGE = (ROOT / "docs" / "copia-de-seguranca.md").read_text()


class Delivered:
    """What a phone keeps of what it delivered in the last seven days: sealed to the city's key, it can't open it."""

    def __init__(self, phone):
        self.phone, self.kept, self.receipts = phone, [], {}
        me = phone.pull() and phone.of_type("me")[0]
        self.key = envelopes.of_point(envelopes.unb64(me["seal_key"]["public"]))
        self.epoch = me["municipality"]["sync_epoch"]

    def push(self, *commands: dict) -> list[str]:
        outcomes = self.phone.push(*commands)
        for command, outcome in zip(commands, outcomes, strict=True):
            if outcome["status"] == "done":
                sealed = seal.seal(self.key, json.dumps(command["body"]).encode())
                self.kept.append(command | {"body": None, "sealed": sealed})
                self.receipts[command["id"]] = outcome["receipt"]
        return [outcome["status"] for outcome in outcomes]

    def sees_a_new_epoch(self) -> bool:
        self.phone.pull()
        return self.phone.of_type("me")[0]["municipality"]["sync_epoch"] != self.epoch

    def again(self) -> list[str]:
        outcomes = self.phone.push(*self.kept)
        assert {one["id"]: one["receipt"] for one in outcomes} == self.receipts
        return [one["status"] for one in outcomes]


def test_a_restore_with_a_phone_in_the_field(lived, fresh):
    """By the page's own lines: make, verify, restore, check."""
    city = lived.city
    field, visits = Delivered(city.phone("rua2")), Delivered(city.phone("pim"))
    first = field.phone.encounter(note="antes da cópia", place=place("gps", *NORTH_POINT))
    sent = field.phone.referral(first)
    assert field.push(first, sent) == ["done", "done"]
    assert visits.push(visits.phone.visit()) == ["done"]

    copies = fresh.folder / "copies"
    assert lived.here.flask("backup", "create", "--to", str(copies)).returncode == 0
    [copy] = copies.iterdir()

    # The day goes on: a new record, one put right, a referral, one given up, what the rule refuses.
    second = field.phone.encounter(people=2, note="depois da cópia")
    assert field.push(second, field.phone.referral(second), corrected(field.phone, first), withdrawn(field.phone, sent)) == ["done"] * 4
    assert visits.push(visits.phone.visit(note="também depois")) == ["done"]
    before = life_of(city)
    assert len(before["encounters"]) > 3 and len(before["referrals"]) >= 3

    for command in commands_of_the_page():
        said = typed(fresh, command, lived.code, copy)
        assert said.returncode == 0, said.stderr

    with own_keyring():
        city.app, kept = fresh.app(), city.app
        try:
            for phone in (field.phone, visits.phone):
                meets(city, phone)
            assert life_of(city) != before
            # Before it has heard of anything, a phone sends what leans on what is not here: that waits, and is not lost.
            third = field.phone.encounter()
            assert field.phone.push(third, late_referral(field.phone, second))[1]["status"] == "waiting"
            field.kept.append(third)
            assert field.sees_a_new_epoch() and visits.sees_a_new_epoch()
            field.receipts[third["id"]] = field.phone.push(third)[0]["receipt"]
            assert field.again() == ["repeated", "repeated", "done", "done", "done", "done", "repeated"]
            assert visits.again() == ["repeated", "done"]
            assert field.again() == ["repeated"] * 7  # and once more changes nothing
            after = life_of(city)
            new = third["body"]["encounter_id"]
            assert new in {row["id"] for row in after["encounters"]}
            after["encounters"] = [row for row in after["encounters"] if row["id"] != new]
            after["participations"] = [row for row in after["participations"] if row["encounter_id"] != new]
            after["sync_commands"] = [row for row in after["sync_commands"] if row["id"] != third["id"]]
            assert after == before
            # The phone now holds what is there, and nothing else.
            field.phone.pull()
            known = {body_id for kind, body_id in field.phone.entities if kind == "encounter"}
            assert {second["body"]["encounter_id"], new} <= known
        finally:
            city.app = kept


def test_a_phone_that_signed_in_after_the_copy_signs_in_again_and_loses_nothing(lived, fresh):
    city = lived.city
    late = Delivered(city.phone("rua"))
    met = late.phone.encounter()
    assert late.push(met) == ["done"]
    assert fresh.flask("backup", "restore", str(lived.copy), typed=lived.code + "\n").returncode == 0
    with own_keyring():
        city.app, kept = fresh.app(), city.app
        try:
            cookie = late.phone.client.get_cookie("vinculo").value
            late.phone.client = city.app.test_client()
            late.phone.client.set_cookie("vinculo", cookie)
            assert late.phone.post([met]).status_code == 401  # unknown here: the phone keeps everything and asks to sign in
            late.phone.sign_in("senha-de-teste-1")
            assert late.sees_a_new_epoch()
            assert late.again() == ["done"]
        finally:
            city.app = kept


def test_a_database_that_came_back_by_another_way_makes_phones_send_again(lived):
    """A standby that took over lacks the last commits, and no restore was made."""
    city = lived.city
    phone = Delivered(city.phone("rua"))
    kept, lost = phone.phone.encounter(), phone.phone.encounter()
    assert phone.push(kept, lost) == ["done", "done"]
    with psycopg.connect(urls(lived.here.state)[1]) as owner:
        for table, column in (("participations", "encounter_id"), ("encounters", "id")):
            owner.execute(f"DELETE FROM {table} WHERE {column} = %s", [lost["body"]["encounter_id"]])
        owner.execute("DELETE FROM sync_commands WHERE id = %s", [lost["id"]])
    assert not phone.sees_a_new_epoch()
    said = lived.here.flask("backup", "resend")
    assert said.returncode == 0 and str(city.ibge) in said.stdout
    assert phone.sees_a_new_epoch()
    assert phone.again() == ["repeated", "done"]
    assert city.rows("SELECT count(*) AS n FROM audit_lines WHERE action = 'backup.resend' AND municipality_id = :m")[0]["n"] == 1


def life_of(city) -> dict[str, list[dict]]:
    """All that phones made, without what the receiving server adds by itself."""
    left_out = {"received_at", "created_at", "updated_at", "changed_at", "sealed_body", "recorded_at", "awaited_since", "arrive_by"}
    tables = ("encounters", "participations", "referrals", "home_visits", "sync_commands")
    found = {}
    for table in tables:
        rows = [json.loads(row["r"]) for row in city.rows(f"SELECT row_to_json(t)::text AS r FROM {table} t WHERE municipality_id = :m")]
        rows = [{key: value for key, value in row.items() if key not in left_out} for row in rows]
        found[table] = sorted(rows, key=lambda row: row["id"])
    found["sync_commands"] = [row for row in found["sync_commands"] if row["status"] == "done"]
    return found


def corrected(phone, met: dict) -> dict:
    right = phone.encounter()["body"] | {
        "replaces_id": met["body"]["encounter_id"], "reason_text": "Eram da praça.", "note": "posto em ordem",
    }  # fmt: skip
    return phone.command("encounters.correct", right, after=[met["id"]])


def withdrawn(phone, sent: dict) -> dict:
    body = {"referral_id": sent["body"]["referral_id"], "reason_text": "A pessoa mudou de ideia."}
    return phone.command("referrals.revoke", body, after=[sent["id"]])


def late_referral(phone, met: dict) -> dict:
    return phone.referral(met, "centro_pop")


def meets(city, phone) -> None:
    """The same phone, its cookie and its cursor, before the restored server at the same address."""
    cookie = phone.client.get_cookie("vinculo").value
    phone.client = city.app.test_client()
    phone.client.set_cookie("vinculo", cookie)


def commands_of_the_page() -> list[str]:
    restoring = PAGE.split("## Restaurar")[1].split("## O que acontece")[0]
    found = [line for block in re.findall(r"```sh\n(.*?)```", restoring, re.S) for line in block.strip().splitlines()]
    assert len(found) == 5
    return found


def typed(here: Machine, command: str, code: str, copy) -> subprocess.CompletedProcess:
    return subprocess.run(
        ["bash", "-c", command.replace(".venv/bin/flask", str(Path(sys.executable).with_name("flask")))],
        cwd=ROOT, env=here.environment(COPIA=str(copy)), input=code + "\n", capture_output=True, text=True, timeout=300,
    )  # fmt: skip
