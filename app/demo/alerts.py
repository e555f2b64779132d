"""A handful of invented alerts, so that the desk of cases has something to do: raised, taken and told by the services
themselves, for what they seal and decide can't be written as rows.
"""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.accounts.queries import grants_of
from app.core import seal
from app.core.db import bind
from app.core.ids import new_id
from app.core.timing import Timing
from app.demo.cities import CityPlan
from app.protection import service
from app.protection.service import guiding, setting, taking
from app.territory.queries import active_regions

_TELEPHONES = (
    ("guardianship_council", "Conselho Tutelar Norte", "84 3200-0011", "Norte", {"from_time": "08:00", "to_time": "18:00"}),
    ("guardianship_council", "Plantão do Conselho Tutelar", "84 98888-0012", None, {"from_time": "18:00", "to_time": "08:00"}),
    ("guardianship_council", "Conselho Tutelar Sul", "84 3200-0013", "Sul", {}),
    ("creas", "CREAS", "84 3200-0020", None, {}),
    ("peti", "Referência do PETI", "84 3200-0021", None, {}),
    ("police_station", "Delegacia da criança", "84 3200-0030", None, {}),
    ("women_police_station", "Delegacia da mulher", "84 3200-0031", None, {}),
    ("women_centre", "Centro de referência da mulher", "84 3200-0032", None, {}),
    ("prosecution", "Promotoria", "84 3200-0040", None, {}),
    ("older_council", "Conselho da Pessoa Idosa", "84 3200-0041", None, {}),
    ("disability_council", "Conselho da Pessoa com Deficiência", "84 3200-0042", None, {}),
    ("federal_police", "Polícia Federal", "84 3200-0043", None, {}),
    ("labour_prosecution", "Procuradoria do Trabalho", "84 3200-0044", None, {}),
    ("caps", "CAPS", "84 3200-0045", None, {}),
)
_UNSAID: dict[str, Any] = {
    "source": "alone", "source_id": None, "subject": "unnamed", "person_id": None, "household_id": None, "sex": None, "minor_seen": False,
    "with_disability": None, "people_count": 1, "forms": [], "risk": None, "agent_body": None, "company": None, "adult_benefits": None,
    "team_knows": None, "already_told": False, "actions": [], "choices": [], "late": False,
}  # fmt: skip
_WORKERS = text(
    "SELECT w.id, w.name, w.login, (SELECT t.team_id FROM team_members t WHERE t.municipality_id = w.municipality_id"
    " AND t.worker_id = w.id ORDER BY t.team_id LIMIT 1) AS team_id FROM workers w WHERE w.municipality_id = :m"
)
# (minutes ago, who, what was seen and heard, the rest); all invented.
_RAISED: tuple[tuple[int, str, dict[str, str | None], dict[str, Any]], ...] = (
    (25, "rua", {"called": "Menino de camisa verde", "seen": "Vende balas entre os carros, sozinho.", "said": "Hoje só vendi três."},
     {"age": "age_7_12", "sex": "male", "kinds": ["child_labour"], "forms": ["street_sale"], "risk": "soon", "company": "alone", "actions": ["calmed"]}),
    (95, "rua", {"called": None, "seen": "Moça com o braço machucado.", "said": None},
     {"age": "age_18_59", "sex": "female", "kinds": ["physical"], "risk": "soon",
      "choices": [{"recipient": "ligue_180", "answer": "accepted"}, {"recipient": "women_police_station", "answer": "declined"}]}),
    (7 * 60, "pim", {"called": None, "seen": "Criança pequena sem adulto em casa.", "said": None},
     {"source": "home_visit", "age": "age_0_6", "kinds": ["neglect"], "risk": "no_sign", "actions": ["told_family"]}),
    (26 * 60, "rua", {"called": "Senhor do carrinho", "seen": "Levaram o carrinho e o cobertor.", "said": "Levaram tudo."},
     {"age": "age_18_59", "sex": "male", "kinds": ["belongings_taken"], "agent_body": "urban_cleaning", "risk": "no_sign"}),
    (50 * 60, "rua", {"called": None, "seen": "Rapaz lava carros à noite.", "said": None},
     {"age": "age_16_17", "sex": "male", "kinds": ["child_labour"], "forms": ["car_minding"], "risk": "no_sign", "company": "with_children"}),
)  # fmt: skip


def raise_some(session: Session, plan: CityPlan, now: datetime) -> int:
    """Telephones on duty and alerts of the last two days in a city that was just loaded. Gives how many; 0 where the city
    lacks who would raise or answer them.
    """
    bind(session, plan.id)
    logins = {row.login: row for row in session.execute(_WORKERS, {"m": plan.id})}
    if not {"rua", "pim", "creas", "admin"} <= set(logins):
        return 0
    actors = {login: _actor(session, plan.id, logins[login], now) for login in ("rua", "pim", "creas", "admin")}
    _telephones(session, plan.id, actors["admin"], now)
    key = seal.public_key_of(session, plan.id)
    raised: list[UUID] = []
    for minutes, login, words, facts in _RAISED:
        at, flag_id = now - timedelta(minutes=minutes), new_id()
        sealed = seal.seal(key, orjson.dumps({"flag": str(flag_id), **words})) if key else None
        data = _UNSAID | {"flag_id": flag_id, "team_id": logins[login].team_id, "place": None,
                          "recorded_at": at, "words": sealed} | facts  # fmt: skip
        service.raise_flag(session, actors[login], data, Timing(at, at, at, 0, False), f"DEMO{minutes:04d}")
        raised.append(flag_id)
    taking.take(session, actors["creas"], raised[1], now - timedelta(minutes=60))
    guiding.guide(session, actors["creas"], raised[1], "stay", now - timedelta(minutes=58))
    taking.take(session, actors["creas"], raised[4], now - timedelta(hours=40))
    return len(raised)


def _actor(session: Session, municipality_id: int, worker: Row, now: datetime) -> Actor:
    return Actor(
        worker_id=worker.id, municipality_id=municipality_id, name=worker.name, login=worker.login, locale="pt_BR",
        grants=grants_of(session, municipality_id, worker.id), when=now,
    )  # fmt: skip


def _telephones(session: Session, municipality_id: int, admin: Actor, now: datetime) -> None:
    from_regions = {region.name: region.id for region in active_regions(session, municipality_id)}
    for code, name, phone, region, hours in _TELEPHONES:
        data = {
            "code": code, "name": name, "phone": phone, "label": "", "region_id": from_regions.get(region) if region else None,
            "position": None, "weekdays": [], "from_time": None, "to_time": None, "starts_on": None, "ends_on": None,
        }  # fmt: skip
        setting.add_phone(session, admin, data | {key: time.fromisoformat(hour) for key, hour in hours.items()}, now)
