"""A phone as the server sees one: signs in, pushes commands, pulls changes."""

from __future__ import annotations

import gzip
import json
from base64 import urlsafe_b64decode
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from app.core import seal
from app.core.ids import new_code, new_id

if TYPE_CHECKING:
    from tests.make.city import City


def stamp(when: datetime | None = None) -> str:
    """An instant as phones write it: UTC, milliseconds, Z."""
    return (when or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Phone:
    """One device of one worker, over the real endpoints. With `vault` its session is bound to a vault, which is open."""

    def __init__(self, city: City, persona: str, vault: bool = False):
        self.city, self.persona, self.vault = city, persona, vault
        self.client = city.app.test_client()
        self.device_id = str(new_id())
        self.cursor: str | None = None
        self.entities: dict[tuple[str, str], dict] = {}

    @property
    def device(self) -> dict:
        """The phone as it names itself when it signs in."""
        named = {"id": self.device_id, "label": "Celular de teste"}
        return named | {"vault": True} if self.vault else named

    def sign_in(self, password: str) -> Phone:
        answer = self.client.post(
            "/api/v1/session",
            json={"login": self.city.login(self.persona), "password": password, "device": self.device},
        )
        assert answer.status_code == 200, answer.get_data(as_text=True)
        self.csrf = answer.json["csrf_token"]
        self.device_id = answer.json["device_id"]
        self.delivery_token = answer.json["delivery_token"]
        self.seal_key = answer.json["seal_key"]
        if self.vault:
            self.unlock(answer.json["vault_token"])
        return self

    def unlock(self, vault_token: str) -> None:
        """From here on requests prove that the vault is open."""
        self.client.environ_base["HTTP_X_VINCULO_VAULT"] = self.vault_token = vault_token

    def lock(self) -> None:
        """From here on the cookie comes alone, as from a copied profile."""
        self.client.environ_base.pop("HTTP_X_VINCULO_VAULT", None)

    def post(
        self,
        commands: list[dict],
        sent_at: datetime | None = None,
        packed: bool = False,
        delivery: bool = False,
        **more: Any,
    ):
        """The raw answer of a push; with `delivery` by that token, beside whatever cookie is there."""
        body = {"device_id": self.device_id, "sent_at": stamp(sent_at), "commands": commands} | more
        data = json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.delivery_token}"} if delivery else {"X-CSRF-Token": self.csrf}
        if packed:
            data, headers = gzip.compress(data), headers | {"Content-Encoding": "gzip"}
        return self.client.post("/api/v1/sync/push", data=data, headers=headers, content_type="application/json")

    def push(self, *commands: dict, sent_at: datetime | None = None, delivery: bool = False) -> list[dict]:
        """Outcomes of a push that the server took."""
        answer = self.post(list(commands), sent_at, delivery=delivery)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.json["outcomes"]

    def pull(self, limit: int = 200) -> dict[tuple[str, str], dict]:
        """Pull until nothing is left; gives all that this phone now knows, by (type, id)."""
        listed: set | None = None
        while True:
            answer = self.client.get(
                "/api/v1/sync/pull", query_string={"limit": limit} | ({"cursor": self.cursor} if self.cursor else {})
            )
            assert answer.status_code == 200, answer.get_data(as_text=True)
            page = answer.json
            if page["reset"]:
                listed = set()
            for change in page["changes"]:
                key = (change["type"], change["id"])
                self.entities[key] = change["body"]
                if listed is not None:
                    listed.add(key)
            for gone in page["forget"]:
                self.entities.pop((gone["type"], gone["id"]), None)
            self.cursor = page["cursor"]
            if not page["has_more"]:
                break
        if listed is not None:
            self.entities = {key: body for key, body in self.entities.items() if key in listed}
        return self.entities

    def of_type(self, type_: str) -> list[dict]:
        return [body for (kind, _), body in self.entities.items() if kind == type_]

    def command(self, name: str, body: dict, occurred_at: datetime | None = None, after=(), **more: Any) -> dict:
        return {
            "id": str(new_id()),
            "name": name,
            "version": 1,
            "occurred_at": stamp(occurred_at),
            "after": list(after),
            "replaces": None,
            "body": body,
        } | more

    def sealed(self, command: dict, **more: Any) -> dict:
        """The command wholly sealed to the city's key, as a locked phone keeps it."""
        return {"id": command["id"], "sealed": self.seal(command | more)}

    def seal(self, content: Any) -> str:
        """An envelope to the key that the sign-in told."""
        point = urlsafe_b64decode(self.seal_key["public"] + "=")
        return seal.seal(seal.PublicKey(self.seal_key["kid"], point), json.dumps(content).encode())

    def encounter(self, occurred_at: datetime | None = None, people: int = 1, **body: Any) -> dict:
        """An encounters.record command with sensible defaults; keyword arguments replace fields of its body."""
        full = {
            "encounter_id": str(new_id()),
            "shift_id": None,
            "team_id": str(self.city.ids["team"]),
            "reference_unit_id": str(self.city.ids["centro_pop"]),
            "situation": "street_situation",
            "outcome": None,
            "origin": None,
            "people_count": people,
            "people": [{"participation_id": str(new_id()), "age_band": None, "sex": None} for _ in range(people)],
            "place": place("gps", -34.95, -5.75),
            "late": False,
            "recorded_at": stamp(occurred_at),
            "note": None,
        } | body
        return self.command("encounters.record", full, occurred_at)

    def visit(self, occurred_at: datetime | None = None, **body: Any) -> dict:
        """A home_visits.record command."""
        full = {
            "visit_id": str(new_id()),
            "household_id": str(self.city.ids["household"]),
            "called": None,
            "team_id": str(self.city.ids["pim_team"]),
            "result": "done",
            "present": ["mother", "child"],
            "member_ids": [],
            "place": place("none", reason="not_wanted"),
            "late": False,
            "recorded_at": stamp(occurred_at),
            "note": None,
            "next_on": None,
        } | body
        return self.command("home_visits.record", full, occurred_at)

    def referral(self, origin: dict, unit: str = "shelter", **body: Any) -> dict:
        """A referrals.send command for an encounter's or visit's command."""
        full = {
            "referral_id": str(new_id()),
            "code": new_code(),
            "unit_id": str(self.city.ids[unit]),
            "encounter_id": origin["body"].get("encounter_id"),
            "visit_id": origin["body"].get("visit_id"),
            "called": "Seu Zé",
            "people_count": 1,
            "with_children": False,
            "with_animals": False,
            "person_accepted": True,
            "note": None,
        } | body
        return self.command("referrals.send", full, after=[origin["id"]])


def place(source: str, lon: float | None = None, lat: float | None = None, **more: Any) -> dict:
    return {
        "source": source,
        "lon": lon,
        "lat": lat,
        "accuracy_m": 12 if lon is not None else None,
        "point_id": None,
        "text": None,
        "reason": None,
        "fixed_at": None,
    } | more
