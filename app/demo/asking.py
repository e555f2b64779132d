"""A few invented requests of the last hours, so that who triages and who is sent have something to do: by the services
themselves, for what they seal can't be written as rows.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.accounts.queries import grants_of
from app.core.db import bind
from app.core.ids import new_id
from app.core.timing import Timing
from app.demo.cities import CityPlan
from app.outreach_requests import service
from app.outreach_requests.schemas import asked
from app.territory.queries import points

_WORKERS = text(
    "SELECT w.id, w.name, w.login, (SELECT t.team_id FROM team_members t WHERE t.municipality_id = w.municipality_id"
    " AND t.worker_id = w.id ORDER BY t.team_id LIMIT 1) AS team_id FROM workers w WHERE w.municipality_id = :m"
)
# (minutes ago, at which known point, what was told); all invented.
_ASKED: tuple[tuple[int, int, dict[str, Any]], ...] = (
    (9, 0, {"channel": "public_form", "purpose": "self", "description": "Quero um lugar para dormir hoje. Estou com um cachorro.", "people_count": 1}),
    (22, 1, {"channel": "156", "purpose": "other", "description": "Um senhor deitado na calçada desde cedo, não respondeu.", "is_urgent": True, "people_count": 1, "place_text": "em frente à padaria"}),
    (31, 1, {"channel": "phone", "purpose": "other", "description": "Homem caído na calçada.", "place_text": "esquina da padaria"}),
    (75, 2, {"channel": "network", "purpose": "group", "description": "Grupo novo embaixo do viaduto, pediram água e cobertor.", "people_count": 6}),
    (48, 3, {"channel": "disque_100", "purpose": "child", "description": "Duas crianças vendendo balas no semáforo.", "people_count": 2}),
    (40, 2, {"channel": "156", "purpose": "removal", "description": "Reclama dos carrinhos na porta da loja."}),
    (95, 4, {"channel": "156", "purpose": "other", "description": "Mulher com sacolas, parece precisar de ajuda.", "people_count": 1}),
    (180, 5, {"channel": "phone", "purpose": "other", "description": "Rapaz pediu documento.", "people_count": 1}),
    (260, 3, {"channel": "156", "purpose": "group", "description": "Família na praça.", "people_count": 4, "with_children": True}),
)  # fmt: skip


def ask_some(session: Session, plan: CityPlan, now: datetime) -> int:
    """Requests of the last hours in a city that was just loaded: new, with a team, closed. Gives how many; 0 where the city lacks
    who would decide or answer them.
    """
    bind(session, plan.id)
    logins = {row.login: row for row in session.execute(_WORKERS, {"m": plan.id})}
    known = points(session, plan.id)
    if not {"rua", "supervisao"} <= set(logins) or not known or logins["rua"].team_id is None:
        return 0
    desk, street = (_actor(session, plan.id, logins[login], now) for login in ("supervisao", "rua"))
    team_id: UUID = logins["rua"].team_id
    made = []
    for minutes, at, told in _ASKED:
        body = asked(request_id=new_id(), point_id=known[at % len(known)]["id"], received_at=now - timedelta(minutes=minutes), **told)
        row = service.take_in(session, desk, body, now)
        row.taken_at = row.received_at
        made.append(row.id)
    for request_id, minutes in zip(made[6:], (80, 170, 250), strict=True):
        service.dispatch(session, desk, request_id, team_id, now - timedelta(minutes=minutes))
    _tell(session, street, service.set_out, now - timedelta(minutes=70), request_id=made[6])
    for request_id, minutes, outcome, offers in ((made[7], 145, "nobody_there", []), (made[8], 210, "found", ["food", "overnight"])):
        _tell(session, street, service.arrive, now - timedelta(minutes=minutes), request_id=request_id)
        _tell(session, street, service.close, now - timedelta(minutes=minutes - 20), request_id=request_id, outcome=outcome, offers=offers)
    return len(made)


def _tell(session: Session, actor: Actor, verb: Any, at: datetime, **data: Any) -> None:
    verb(session, actor, data, Timing(at, at, at, 0, False))


def _actor(session: Session, municipality_id: int, worker: Row, now: datetime) -> Actor:
    return Actor(
        worker_id=worker.id, municipality_id=municipality_id, name=worker.name, login=worker.login, locale="pt_BR",
        grants=grants_of(session, municipality_id, worker.id), when=now,
    )  # fmt: skip
