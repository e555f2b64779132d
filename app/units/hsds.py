"""The network in the words of Open Referral's HSDS 3: services with their organisation, place, phones and hours. Pure.

Only what a city publishes of its units: no person, no bed, no contact by name; and no home of children, whose address
is nobody's to publish.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID, uuid5

from app.units.terms import SERVICES, UNIT_KINDS

UNPUBLISHED = frozenset({"child_shelter"})
# What the standard's `email` format takes (RFC 5321). People type others, which serve here and would spoil the whole file there.
_ATOM = r"[\w!#$%&'*+/=?^`{|}~-]+"
_EMAIL = re.compile(rf"{_ATOM}(\.{_ATOM})*@([a-z\d]([a-z\d-]*[a-z\d])?\.)+[a-z\d]{{2,63}}", re.ASCII | re.IGNORECASE)
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def exported(city: Mapping[str, Any], units: Iterable[Mapping[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """{"organizations": […], "services": […]}. city: {id: UUID, name, uf}; units: bodies `unit` of the pull."""
    shown = [unit for unit in units if unit["kind"] not in UNPUBLISHED]
    organizations = {name: _organization(city, name) for name in dict.fromkeys(unit["organization"] or "" for unit in shown)}
    return {
        "organizations": list(organizations.values()),
        "services": [_service(city, unit, organizations[unit["organization"] or ""]) for unit in shown],
    }


def _organization(city: Mapping[str, Any], name: str) -> dict[str, Any]:
    said = name or f"Prefeitura: {city['name']}"
    return {"id": _id(city["id"], f"organization {name}"), "name": said, "description": f"{said}, rede de assistência social"}


def _service(city: Mapping[str, Any], unit: Mapping[str, Any], organization: dict[str, Any]) -> dict[str, Any]:
    kind = str(UNIT_KINDS.get(unit["kind"], unit["kind"]))
    gives = [str(SERVICES[code]) for code in unit["services"] if code in SERVICES]
    service = {
        "id": str(unit["id"]),
        "name": unit["name"],
        "description": ". ".join([kind, *([", ".join(gives)] if gives else [])]),
        "status": "active",
        "organization": organization,
        "phones": _phones(unit),
        "schedules": _schedules(unit),
        "service_at_locations": [{"id": _id(unit["id"], "at"), "location": _location(city, unit)}],
    }
    return service | ({"email": unit["email"]} if _EMAIL.fullmatch(unit["email"] or "") else {})


def _location(city: Mapping[str, Any], unit: Mapping[str, Any]) -> dict[str, Any]:
    place = {"id": _id(unit["id"], "location"), "location_type": "physical", "name": unit["name"]}
    if unit["lat"] is not None:
        place |= {"latitude": unit["lat"], "longitude": unit["lon"]}
    if unit["address"]:
        place["addresses"] = [
            {
                "id": _id(unit["id"], "address"), "address_1": unit["address"], "city": "" if unit["is_outside"] else city["name"],
                "state_province": city["uf"], "postal_code": "", "country": "BR", "address_type": "physical",
            }
        ]  # fmt: skip
    return place


def _phones(unit: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"id": _id(unit["id"], "phone"), "number": unit["phone"]}] if unit["phone"] else []


def _schedules(unit: Mapping[str, Any]) -> list[dict[str, Any]]:
    spans: dict[tuple[str, str], list[str]] = {}
    for span in unit["hours"]["open"]:
        spans.setdefault((span["opens"], span["closes"]), []).append(_DAYS[span["weekday"]])
    return [
        {
            "id": _id(unit["id"], f"schedule {opens} {closes}"), "freq": "WEEKLY", "wkst": "MO", "interval": 1,
            "byday": ",".join(days), "opens_at": opens, "closes_at": closes,
        }
        for (opens, closes), days in spans.items()
    ]  # fmt: skip


def _id(of: UUID | str, what: str) -> str:
    """The same at every export."""
    return str(uuid5(of if isinstance(of, UUID) else UUID(of), what))
