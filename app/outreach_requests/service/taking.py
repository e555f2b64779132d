"""Taking requests in: from the desk, from the public form, from a spreadsheet. What was written is sealed before it is kept."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.audit import trail
from app.core.db import insert_rows
from app.core.geo import coarse_cell, in_brazil
from app.core.ids import new_code, new_id
from app.outreach_requests import rules
from app.outreach_requests.models import OutreachRequest, RequestEvent
from app.outreach_requests.problems import NoPlaceTold, OutsideTheCity
from app.outreach_requests.sealing import closer
from app.outreach_requests.service.moves import Anybody
from app.outreach_requests.terms import CODE_LENGTH
from app.territory import queries as territory
from app.territory.place import UnknownPoint

VERB = "outreach_requests.take_in"


def take_in(session: Session, actor: Actor, data: dict[str, Any], now: datetime) -> OutreachRequest:
    """One request by whoever answers the telephone. `data` is RequestIn's. The same id and source_key twice is one.

    Raises Forbidden, NoPlaceTold, OutsideTheCity, UnknownPoint, AskedInTheFuture, NoSealKey.
    """
    require(actor, VERB)
    return _once(session, actor, data, now)


def take_in_public(session: Session, municipality_id: int, data: dict[str, Any], now: datetime) -> OutreachRequest:
    """The same from the public form: of nobody known to the city."""
    return _once(session, Anybody(municipality_id), data, now)


def take_in_many(session: Session, actor: Actor, bodies: Sequence[dict[str, Any]], now: datetime) -> int:
    """Many at once, each judged before (`settled`); what was taken in already by its source is left out. Gives how many are new."""
    require(actor, VERB)
    return len(_insert(session, actor, bodies, now))


def settled(session: Session, municipality_id: int, data: dict[str, Any]) -> dict[str, Any]:
    """Columns of the place: exact where there is a pin, a known point or a street; region and cell decided once.

    Raises NoPlaceTold, OutsideTheCity, UnknownPoint.
    """
    columns: dict[str, Any] = {
        "place_kind": "text", "geom": None, "cell": None, "region_id": None, "neighbourhood": None, "street": None, "known_point_id": None,
    }  # fmt: skip
    lon, lat, exact = data["lon"], data["lat"], True
    if lon is not None and lat is not None:
        columns["place_kind"] = "pin"
        if not in_brazil(lon, lat) or territory.is_outside(session, municipality_id, lon, lat):
            raise OutsideTheCity(fields={"place": [str(OutsideTheCity.sentence)]})
    elif data["point_id"]:
        point = territory.point_place(session, municipality_id, data["point_id"])
        if point is None:
            raise UnknownPoint(fields={"point_id": [str(UnknownPoint.sentence)]})
        columns |= {"place_kind": "known_point", "known_point_id": point.id}
        lon, lat = point.lon, point.lat
    else:
        spot = territory.spot_of(session, municipality_id, data["street"] or None, data["neighbourhood"] or None)
        if spot is None and not (data["place_text"] or data["street"] or data["neighbourhood"]):
            raise NoPlaceTold(fields={"place_text": [str(NoPlaceTold.sentence)]})
        if spot is None:
            return columns
        lon, lat, exact = spot.lon, spot.lat, spot.on_street
        columns |= {
            "place_kind": "street" if exact else "neighbourhood",
            "street": data["street"] if exact else None,
            "neighbourhood": data["neighbourhood"] or None,
        }
    found = territory.locate(session, [(0, lon, lat)])[0]
    columns["region_id"] = found.region_id
    columns["neighbourhood"] = columns["neighbourhood"] or found.neighbourhood
    if exact:
        columns |= {"geom": f"SRID=4326;POINT({lon!r} {lat!r})", "cell": coarse_cell(lon, lat)}
        columns["street"] = columns["street"] or found.street
    return columns


def written_place(data: dict[str, Any], place: dict[str, Any]) -> str:
    """What was written of the place and isn't kept as a name of the map."""
    lost = [
        data[name] for name in ("street", "neighbourhood") if data[name] and place[name] != data[name]
    ]
    return " · ".join(filter(None, [*lost, data["place_text"]]))


def _once(session: Session, actor: Actor | Anybody, data: dict[str, Any], now: datetime) -> OutreachRequest:
    m, row = actor.municipality_id, None
    for _try in range(2):
        row = session.get(OutreachRequest, (m, data["request_id"]))
        if row is None:
            _insert(session, actor, [data], now)
            row = session.get(OutreachRequest, (m, data["request_id"])) or _of_source(session, m, data["source_key"])
        assert row is not None
        if data["source_key"] in (None, row.source_key):
            break
        # The same page, gone back to and filled in for somebody else: it is another request.
        data = data | {"request_id": new_id()}
    assert row is not None
    return row


def _of_source(session: Session, municipality_id: int, source_key: str | None) -> OutreachRequest | None:
    return session.scalar(
        select(OutreachRequest).where(
            OutreachRequest.municipality_id == municipality_id, OutreachRequest.source_key == source_key
        )
    )


def _insert(session: Session, actor: Actor | Anybody, bodies: Sequence[dict[str, Any]], now: datetime) -> list[UUID]:
    m = actor.municipality_id
    shut = closer(session, m)
    rows = [_row(session, actor, data, shut, now) for data in bodies]
    done = insert_rows(session, OutreachRequest.__table__, rows, "ON CONFLICT DO NOTHING RETURNING id, status")  # type: ignore[arg-type]
    new = {row.id: row.status for row in done} if done is not None else {}
    asked_at = {row["id"]: row["received_at"] for row in rows}
    events = [
        {
            "municipality_id": m, "id": new_id(), "request_id": id_, "status": status, "reason": None, "worker_id": actor.worker_id,
            "team_id": None, "at": asked_at[id_], "recorded_at": now,
        }
        for id_, status in new.items()
    ]  # fmt: skip
    insert_rows(session, RequestEvent.__table__, events)  # type: ignore[arg-type]
    trail.write(session, [trail.line(actor, VERB, now, "outreach_request", id_) for id_ in new])
    return list(new)


def _row(session: Session, actor: Actor | Anybody, data: dict[str, Any], shut: Any, now: datetime) -> dict[str, Any]:
    place = data.get("settled") or settled(session, actor.municipality_id, data)
    words = {"description": data["description"], "place": written_place(data, place)}
    id_, status = data["request_id"], rules.first_status(data["purpose"])
    return place | {
        "municipality_id": actor.municipality_id,
        "id": id_,
        "code": new_code(CODE_LENGTH),
        "channel": data["channel"],
        "purpose": data["purpose"],
        "people_count": data["people_count"],
        "with_children": data["with_children"] or data["purpose"] == "child",
        "is_urgent": data["is_urgent"],
        "sealed_words": shut(id_, words) if any(words.values()) else None,
        "sealed_contact": shut(id_, {"contact": data["contact"]}) if data["contact"] else None,
        "source_key": data["source_key"],
        "received_at": rules.check_asked(data["received_at"] or now, now),
        "taken_at": now,
        "taken_by": actor.worker_id,
        "status": status,
        "closed_at": now if status == "guided" else None,
        "offers": [],
    }


def mark_of(secret: str, form_id: UUID, told: dict[str, Any]) -> str:
    """What tells a form sent twice from one that was filled in anew: a keyed digest, from which nothing written is read again."""
    said = orjson.dumps(told, option=orjson.OPT_SORT_KEYS)
    return hmac.new(secret.encode(), b"request-form:" + form_id.bytes + said, hashlib.sha256).hexdigest()


def lock_intake(session: Session, municipality_id: int) -> None:
    """Two who send the same file wait for each other."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 0))"), {"what": f"outreach_requests:{municipality_id}"})
