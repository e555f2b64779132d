"""Bytes up and down of a shift of 20 encounters, each sent as soon as its hold is over, with the pulls between.

    .venv/bin/python bench/shift_bytes.py

The phone of the demonstration's street worker has made its first pull before (that is bench/first_use.py's). Then:
the shift opened, 20 encounters (every fourth a family of four with a note, every fifth with a referral), each pushed by
itself and followed by a pull as the app does it, compressed when it is worth it, and the shift ended. Limit in the same
run: the same commands of a second shift in a single push with a single pull.
"""

import gzip
import json
from types import SimpleNamespace

from city import PASSWORD, WORKER, Bytes, Line, demonstration, kib
from first_use import DEVICE, unpacked

from app.core.ids import new_id
from tests.make.phone import Phone, place, stamp

ENCOUNTERS = 20
GZIP_FROM = 700  # as static/src/platform/network.ts


def main() -> None:
    with demonstration() as server:
        worker = Worker(server.url)
        worker.pull()
        singly = worker.shift(together=False)
        floor = worker.shift(together=True)
    for name, took in ((f"{ENCOUNTERS} encounters, one by one", singly), ("the same in one push and one pull", floor)):
        print(f"{name}: {kib(took.up)} up, {kib(took.down)} down, {kib(took.heads)} heads before TLS and TCP")
    each = (singly.up + singly.down) / ENCOUNTERS
    print(f"per encounter {each:.0f} bytes of bodies; one by one against together: "
          f"{(singly.up + singly.down) / (floor.up + floor.down):.2f} times")


class Worker:
    def __init__(self, url: str):
        self.line = Line(url)
        body = {"login": WORKER, "password": PASSWORD, "device": {"id": DEVICE, "label": "Celular"}}
        answer, content, _ = self.line.ask("POST", "/api/v1/session", json.dumps(body).encode(), Content_Type="application/json")
        self.line.headers["Cookie"] = answer.getheader("Set-Cookie").split(";")[0]
        session = json.loads(unpacked(answer, content))
        self.line.headers["X-CSRF-Token"] = session["csrf_token"]
        self.device, self.cursor, self.known = session["device_id"], None, {}

    def pull(self) -> Bytes:
        total = Bytes()
        while True:
            path = "/api/v1/sync/pull?limit=200" + (f"&cursor={self.cursor}" if self.cursor else "")
            answer, content, took = self.line.ask("GET", path)
            page = json.loads(unpacked(answer, content))
            total, self.cursor = total + took, page["cursor"]
            self.known |= {(each["type"], each["id"]): each["body"] for each in page["changes"]}
            if not page["has_more"]:
                return total

    def push(self, commands: list[dict]) -> Bytes:
        body = json.dumps({"device_id": self.device, "sent_at": stamp(), "commands": commands}, separators=(",", ":")).encode()
        packed = {"Content_Encoding": "gzip"} if len(body) >= GZIP_FROM else {}
        sent = gzip.compress(body) if packed else body
        answer, content, took = self.line.ask("POST", "/api/v1/sync/push", sent, Content_Type="application/json", **packed)
        outcomes = json.loads(unpacked(answer, content))["outcomes"]
        if {each["status"] for each in outcomes} != {"done"}:
            raise SystemExit(f"not taken: {outcomes}")
        return took

    def shift(self, together: bool) -> Bytes:
        batches = self.commands()
        if together:
            return self.push([command for batch in batches for command in batch]) + self.pull()
        total = Bytes()
        for batch in batches:
            total += self.push(batch)
            total += self.pull()
        return total

    def commands(self) -> list[list[dict]]:
        """One list for each moment at which the phone would send."""
        me = next(body for (kind, _), body in self.known.items() if kind == "me")
        team = me["teams"][0]
        unit = next(body for (kind, _), body in self.known.items() if kind == "unit" and body["takes_referrals"])
        ids = {"team": team["id"], "centro_pop": team["reference_unit_id"], "shelter": unit["id"]}
        write = Phone.__new__(Phone)  # only its writing of commands: the line is this one's
        write.city = SimpleNamespace(ids=ids)
        start = write.command("shifts.start", {
            "shift_id": str(new_id()), "team_id": ids["team"], "reference_unit_id": ids["centro_pop"], "companion_ids": [],
        })
        shift = start["body"]["shift_id"]
        batches = [[start]]
        for number in range(ENCOUNTERS):
            family = number % 4 == 3
            encounter = write.encounter(
                people=4 if family else 1, shift_id=shift, place=place("gps", -35.21 + number / 1000, -5.79),
                note="Pediram cobertor; voltar amanhã cedo." if family else None,
            )
            batches.append([encounter] + ([write.referral(encounter)] if number % 5 == 4 else []))
        return [*batches, [write.command("shifts.end", {"shift_id": shift}, after=[start["id"]])]]


if __name__ == "__main__":
    main()
