"""Verbs of the territory: bring a layer in. All or nothing: whoever calls holds the transaction."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.audit import trail
from app.core import changes, jobs
from app.territory import geojson, problems, queries, rules, shapes
from app.territory.geojson import Feature, Reading
from app.territory.models import ConcentrationPoint, Edition, Region
from app.territory.names import key_of
from app.territory.terms import LAYERS


@dataclass(frozen=True)
class Import:
    """What an import did: the edition it made or grew, and its part of the edition's report."""

    edition: Edition
    part: dict[str, Any]


def import_layer(
    session: Session,
    actor: Actor,
    layer: str,
    file_name: str,
    raw: bytes,
    now: datetime,
    *,
    name_property: str | None = None,
    add: bool = False,
) -> Import:
    """Make the file the layer's current edition, or add it to that edition. Raises a territory problem."""
    require(actor, "territory.import")
    if layer not in LAYERS:
        raise problems.UnknownLayer()
    reading = geojson.read(raw, layer, name_property)
    rules.check_reading(reading, layer)
    city = actor.municipality_id
    # A long file takes longer than a request may; two imports of one layer wait for each other.
    session.execute(text("SELECT set_config('statement_timeout', '600000', true)"))
    session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 0))"), {"what": f"territory:{city}:{layer}"}
    )
    former = _current(session, city, layer)
    digest = hashlib.sha256(raw).hexdigest()
    if add and former and digest in {part["sha256"] for part in former.report.get("files", ())}:
        raise problems.AlreadyAdded(former.number)
    reading.features, lost = shapes.mended(session, reading.features, LAYERS[layer].dimension)
    for index in lost:
        reading.refuse(index, "beyond_mending")
    rules.check_kept(reading)

    before = shapes.signatures(session, city, former.id if former else None)
    edition = former if add and former else _next(session, city, layer, former, now)
    joined = _store(session, edition, reading)
    session.flush()
    difference = rules.difference(before, shapes.signatures(session, city, edition.id))
    part = _part(file_name, digest, reading, joined, difference, former)
    _report(session, edition, part, now)
    if layer == "region":
        _settle_regions(session, edition, before_ids=joined.before)
    _refresh_statistics(session)
    jobs.defer(session, "territory.bake_basemap", city)
    trail.record(session, actor, "territory.import", now, "territory_edition", edition.id, [layer])
    return Import(edition, part)


@dataclass(frozen=True)
class _Joined:
    """How many features became part of another's shape, and the regions that were active before."""

    count: int = 0
    before: frozenset[UUID] = frozenset()


def _current(session: Session, city: int, layer: str) -> Edition | None:
    return session.scalar(
        select(Edition).where(Edition.municipality_id == city, Edition.layer == layer, Edition.is_current)
    )


def _next(session: Session, city: int, layer: str, former: Edition | None, now: datetime) -> Edition:
    """A new current edition in the place of the former, whose shapes go and whose report stays."""
    last = session.scalar(
        select(func.max(Edition.number)).where(Edition.municipality_id == city, Edition.layer == layer)
    )
    if former:
        former.is_current = False
        session.flush()  # one current edition per layer is a constraint
        shapes.drop(session, city, former.id)
    edition = Edition(
        municipality_id=city, layer=layer, number=(last or 0) + 1, file_name="", imported_at=now, report={}
    )
    session.add(edition)
    session.flush()
    return edition


def _store(session: Session, edition: Edition, reading: Reading) -> _Joined:
    """Write the features as shapes; regions of one name become one shape with a lasting identity."""
    city = edition.municipality_id
    if edition.layer != "region":
        shapes.insert(session, city, edition.id, edition.layer, reading.features)
        return _Joined()
    grouped: dict[str, list[Feature]] = {}
    for feature in reading.features:
        grouped.setdefault(key_of(feature.name or ""), []).append(feature)
    active = frozenset(region.id for region in queries.active_regions(session, city))
    found = _identities(session, city, {key: group[0].name or "" for key, group in grouped.items()})
    held = shapes.taken_out(session, city, edition.id, [region.id for region in found.values()])
    whole = []
    for key, group in grouped.items():
        region = found[key]
        parts = [feature.wkb for feature in group]
        if region.id in held:
            parts.insert(0, held[region.id])
        whole.append(Feature(group[0].index, region.name, shapes.united(session, parts)))
    shapes.insert(session, city, edition.id, "region", whole, {region.name: region.id for region in found.values()})
    return _Joined(len(reading.features) - len(grouped), active)


def _identities(session: Session, city: int, wanted: dict[str, str]) -> dict[str, Region]:
    """The region of each name: the one that ever had it (accents and capitals apart), else a new one."""
    known = session.scalars(select(Region).where(Region.municipality_id == city).order_by(Region.id)).all()
    by_name = {region.name: region for region in known}
    by_key: dict[str, Region] = {}
    for region in known:
        by_key.setdefault(key_of(region.name), region)
    found = {}
    for key, name in wanted.items():
        region = by_name.get(name) or by_key.get(key)
        if region is None:
            region = Region(municipality_id=city, name=name)
            session.add(region)
        elif name not in by_name:
            region.name = name  # the new file's spelling, "Fátima" for "Fatima"
        region.is_active = True
        found[key] = region
    session.flush()
    return found


def _settle_regions(session: Session, edition: Edition, before_ids: frozenset[UUID]) -> None:
    """Regions outside the edition become inactive; phones hear of every outline, and points follow their region."""
    city = edition.municipality_id
    present = set(
        session.scalars(
            text("SELECT region_id FROM territory_shapes WHERE municipality_id = :m AND edition_id = :e"),
            {"m": city, "e": edition.id},
        )
    )
    for region in session.scalars(select(Region).where(Region.municipality_id == city)):
        region.is_active = region.id in present
    session.flush()
    changes.announce(session, city, "region", sorted(present | before_ids))
    places = queries.points(session, city)
    where = queries.locate(session, [(k, place["lon"], place["lat"]) for k, place in enumerate(places)])
    moved = [
        (place["id"], where[k].region_id) for k, place in enumerate(places) if where[k].region_id != place["region_id"]
    ]
    for point_id, region_id in moved:
        session.get_one(ConcentrationPoint, (city, point_id)).region_id = region_id
    session.flush()
    changes.announce(session, city, "point", [point_id for point_id, _region in moved])


def _part(
    file_name: str, digest: str, reading: Reading, joined: _Joined, difference: dict, former: Edition | None
) -> dict[str, Any]:
    """What is kept of one file: counts, reasons and the difference it made."""
    return {
        "file": file_name,
        "sha256": digest,
        "read": reading.read,
        "kept": len(reading.features),
        "mended": sum(feature.mended for feature in reading.features),
        "refused": sum(map(len, reading.refused.values())),
        "reasons": rules.refusals(reading),
        "name_property": reading.name_property,
        "nameless": sum(feature.name is None for feature in reading.features),
        "joined": joined.count,
        "ignored_parts": reading.ignored_parts,
        "former": former.number if former else None,
        "difference": difference,
    }


def _report(session: Session, edition: Edition, part: dict[str, Any], now: datetime) -> None:
    """Join the file's part to the edition's report, with totals and warnings over all its files."""
    city = edition.municipality_id
    files = [*edition.report.get("files", ()), part]
    totals = {name: sum(each[name] for each in files) for name in ("read", "kept", "mended", "refused", "nameless")}
    warnings: list[dict[str, Any]] = []
    if edition.layer == "region":
        warnings += [{"code": "overlap"} | pair for pair in shapes.overlaps(session, city, edition.id)]
    elif edition.layer != "block" and totals["nameless"] == totals["kept"]:
        warnings.append({"code": "all_nameless"})
    if shapes.apart(session, city, edition.id):
        warnings.append({"code": "apart"})
    edition.report = {"files": files, "totals": totals, "warnings": warnings}
    edition.file_name = " + ".join(each["file"] for each in files)
    edition.imported_at = now
    session.flush()


def _refresh_statistics(session: Session) -> None:
    """Tell the planner at once: with last week's statistics it would read a new layer from end to end."""
    session.execute(text("SELECT territory_analyze()"))
