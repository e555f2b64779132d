"""Who is told of a flag: that there is something, and nothing of whom, what or where (notices.terms).

Never a worker of the body whose agents it is about, nor a coordination that such a flag is hidden from.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.notices import queries as notices
from app.notices import service as notices_service
from app.protection.models import Flag, FlagEvent
from app.protection.queries.holding import is_left
from app.protection.queries.reading import body_of, count_of, partners_of
from app.protection.sealing import SHUT


def technicians(session: Session, flag: Flag, kind: str, now: datetime, step: int | None = None) -> list[UUID]:
    """Whoever answers for it: its holder; untaken, or where she does no more, the technicians of its unit, else of the whole
    city. Where there is nobody: the coordination, and the supervision. Gives who was told.
    """
    m = flag.municipality_id
    if flag.holder_id and not is_left(session, flag, now):
        return _tell(session, flag, [flag.holder_id], kind, now, step)
    found = _seeing(session, flag, notices.technicians_of(session, m, flag.unit_id, now), now)
    if found:
        return _tell(session, flag, found, kind, now, step)
    return coordination(session, flag, kind, now, step)


def coordination(session: Session, flag: Flag, kind: str, now: datetime, step: int | None = None) -> list[UUID]:
    """The nearest coordination of its unit and team; where there is none, or it may not see the flag, the supervision."""
    m = flag.municipality_id
    if _agents(flag) is None:
        found = notices.coordinators_of(session, m, unit_id=flag.unit_id, team_id=flag.team_id, at=now)
        if found:
            return _tell(session, flag, found, kind, now, step)
    return supervision(session, flag, kind, now, step)


def opening(session: Session, flag: Flag, now: datetime) -> None:
    """That somebody opened it with a reason: its holder, and who coordinates the unit that answers for it, where there is
    nobody as `coordination`. What is hidden from coordinations its holder reviews herself (service/opening.py).
    """
    told = [flag.holder_id] if flag.holder_id else []
    if _agents(flag) is not None:
        _tell(session, flag, told, "case_opened", now, None)
        return
    units = notices.coordinators_of(session, flag.municipality_id, unit_id=flag.unit_id, at=now) if flag.unit_id else []
    _tell(session, flag, [*told, *units], "case_opened", now, None)
    if not units:
        coordination(session, flag, "case_opened", now)


def colleague(session: Session, flag: Flag, worker_id: UUID, now: datetime) -> None:
    """Whom its holder named to it: each time anew."""
    _tell(session, flag, [worker_id], "case_new", now, None)


def supervision(session: Session, flag: Flag, kind: str, now: datetime, step: int | None = None) -> list[UUID]:
    """Whoever oversees: counts and lateness are all that she sees."""
    found = _seeing(session, flag, notices.supervisors_of(session, flag.municipality_id, flag.unit_id, now), now)
    return _tell(session, flag, found, kind, now, step)


def team_coordination(session: Session, flag: Flag, kind: str, now: datetime, step: int | None = None) -> list[UUID]:
    """Who coordinates the team that raised it (PIM: in the same shift), else the city's; where there is nobody, or she may not see
    the flag, the supervision."""
    if _agents(flag) is None:
        found = notices.coordinators_of(session, flag.municipality_id, team_id=flag.team_id, at=now)
        if found:
            return _tell(session, flag, found, kind, now, step)
    return supervision(session, flag, kind, now, step)


def author(session: Session, flag: Flag, now: datetime) -> None:
    """Whoever raised it: something came back."""
    _tell(session, flag, [flag.author_id], "case_answered", now, None)


def _agents(flag: Flag) -> str | None:
    """The accused body; None also while the key is shut: then nobody is left out, for words tell nothing."""
    try:
        return body_of(flag)
    except SHUT:
        return None


def _seeing(session: Session, flag: Flag, ids: Iterable[UUID], now: datetime) -> list[UUID]:
    body = _agents(flag)
    hidden = partners_of(session, flag.municipality_id, body, now) if body else set()
    return [worker_id for worker_id in ids if worker_id not in hidden]


def _tell(session: Session, flag: Flag, ids: Iterable[UUID], kind: str, now: datetime, step: int | None) -> list[UUID]:
    """step None: once for each thing that happened; note it in the story first, for it is the number."""
    told = sorted(set(ids))
    number = count_of(session, flag, FlagEvent) if step is None else step
    notices_service.tell(session, flag.municipality_id, told, kind, flag.id, now, number)
    return told
