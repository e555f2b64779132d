"""What whoever asked may follow by the code; and what the coverage of the city may know of answers."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import orjson
from sqlalchemy import and_, func, select, text
from sqlalchemy.orm import Session

from app.core.geo import AT_PLACE_METRES, near_rows
from app.core.ids import CODE_ALPHABET
from app.outreach_requests.models import OutreachRequest, RequestEvent, RequestJoin
from app.outreach_requests.rules import followed
from app.outreach_requests.terms import CODE_LENGTH, GUIDED_PURPOSE
from app.shifts.models import Shift

# After it a code is of nobody: a paper found years later tells nothing.
FOLLOWED_FOR = timedelta(days=90)
# How long before a team's arrival a request is looked for.
_LONGEST_OPEN = timedelta(days=8)


@dataclass(frozen=True)
class Followed:
    """In neutral words alone: neither where, nor who, nor whether anybody was found."""

    state: str
    received_at: datetime
    is_guided: bool


def cleaned(code: str) -> str:
    """A code as it is kept, whatever blanks, dashes and case were typed; '' when it can't be one."""
    typed = "".join(char for char in code.upper() if char.isalnum())
    return typed if len(typed) == CODE_LENGTH and set(typed) <= set(CODE_ALPHABET) else ""


def shown(code: str) -> str:
    """A code as it is read aloud: ABCDE-FGHJK."""
    return f"{code[: CODE_LENGTH // 2]}-{code[CODE_LENGTH // 2 :]}"


def by_code(session: Session, municipality_id: int, code: str, now: datetime) -> Followed | None:
    """What a code tells, or None. One that was joined to another tells how that one stands: it is the same request."""
    wanted = cleaned(code)
    if not wanted:
        return None
    row = session.scalar(
        select(OutreachRequest).where(
            OutreachRequest.municipality_id == municipality_id,
            OutreachRequest.code == wanted,
            OutreachRequest.received_at >= now - FOLLOWED_FOR,
        )
    )
    return Followed(followed(_status(session, row)), row.received_at, row.purpose == GUIDED_PURPOSE) if row else None


def _status(session: Session, row: OutreachRequest) -> str:
    """How it stands, or the one to which it was joined, or to which that one was joined in its turn."""
    id_, status = row.id, row.status
    while status == "duplicate":
        kept = session.execute(
            select(OutreachRequest.id, OutreachRequest.status)
            .join(
                RequestJoin,
                (RequestJoin.municipality_id == OutreachRequest.municipality_id) & (RequestJoin.kept_id == OutreachRequest.id),
            )
            .where(RequestJoin.municipality_id == row.municipality_id, RequestJoin.joined_id == id_, RequestJoin.undone_at.is_(None))
        ).one_or_none()
        if kept is None:
            break
        id_, status = kept
    return status


@dataclass(frozen=True)
class Answer:
    """That a team stood in a region because of a request: presence, without a point and without a person."""

    team_id: UUID
    region_id: UUID
    at: datetime


def answers_between(session: Session, municipality_id: int, since: datetime, until: datetime) -> list[Answer]:
    """Where teams arrived for requests, for readings of presence."""
    rows = session.execute(
        select(OutreachRequest.team_id, OutreachRequest.region_id, OutreachRequest.arrived_at).where(
            OutreachRequest.municipality_id == municipality_id,
            OutreachRequest.received_at >= since - _LONGEST_OPEN,
            OutreachRequest.arrived_at.between(since, until),
            OutreachRequest.team_id.is_not(None),
            OutreachRequest.region_id.is_not(None),
        )
    )
    return [Answer(*row) for row in rows]


# What a team tells of a request from where it is.
_TOLD_OUTSIDE = ("on_the_way", "there", "closed", "told_late")


def last_told_in_shifts(session: Session, municipality_id: int, shift_ids: Collection[UUID], now: datetime) -> dict[UUID, datetime]:
    """The newest instant at which the worker of each of these shifts told that she goes to a request, is there, has answered."""
    m = municipality_id
    rows = session.execute(
        select(Shift.id, func.max(RequestEvent.at))
        .join(
            RequestEvent,
            and_(
                RequestEvent.municipality_id == Shift.municipality_id, RequestEvent.worker_id == Shift.worker_id,
                RequestEvent.team_id == Shift.team_id, RequestEvent.at >= Shift.started_at,
            ),
        )
        .where(Shift.municipality_id == m, Shift.id.in_(shift_ids), RequestEvent.status.in_(_TOLD_OUTSIDE), RequestEvent.at <= now)
        .group_by(Shift.id)
    )  # fmt: skip
    return {shift_id: at for shift_id, at in rows}


_OF_TEAMS = ("on_the_way", "there", "closed", "handed", "taken_back", "duplicate")


def told_by_teams(
    session: Session, municipality_id: int, team_ids: Collection[UUID], since: datetime, until: datetime
) -> list[tuple[UUID, UUID, str, datetime]]:
    """(request, team, status, instant) of each move of these teams' requests in since ≤ t < until."""
    rows = session.execute(
        select(RequestEvent.request_id, RequestEvent.team_id, RequestEvent.status, RequestEvent.at).where(
            RequestEvent.municipality_id == municipality_id, RequestEvent.team_id.in_(list(team_ids)),
            RequestEvent.at >= since, RequestEvent.at < until, RequestEvent.status.in_(_OF_TEAMS),
        )
    )  # fmt: skip
    return [tuple(row) for row in rows]


_AT_POINTS = text(
    "SELECT DISTINCT a.id, r.team_id, r.arrived_at AS at, r.outcome FROM outreach_requests r"
    " JOIN jsonb_to_recordset(CAST(:asked AS jsonb)) AS a(id uuid, cell text, lon float8, lat float8)"
    " ON r.known_point_id = a.id OR (r.cell = a.cell AND ST_DistanceSphere(r.geom, ST_SetSRID(ST_MakePoint(a.lon, a.lat), 4326)) <= :metres)"
    " WHERE r.municipality_id = :m AND r.received_at >= :received AND r.arrived_at >= :since AND r.arrived_at < :until"
    " AND r.team_id IS NOT NULL"
)


def answers_at_points(
    session: Session, municipality_id: int, places: Iterable[tuple[UUID, float, float]], since: datetime, until: datetime
) -> list[tuple[UUID, UUID, datetime, bool]]:
    """(place, team, when, whether nobody was there) of the requests that teams arrived for at these places (id, lon, lat)."""
    rows = near_rows(places)
    if not rows:
        return []
    asked = {
        "m": municipality_id, "asked": orjson.dumps(rows).decode(), "metres": AT_PLACE_METRES, "since": since, "until": until,
        "received": since - _LONGEST_OPEN,
    }  # fmt: skip
    return [(row.id, row.team_id, row.at, row.outcome == "nobody_there") for row in session.execute(_AT_POINTS, asked)]
