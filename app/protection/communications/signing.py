"""How a city signs: by the unit; whether names stand on the paper is the city's own decision.

A visitor is the only one of her village: her name tells the family who it was.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import force_locale
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.accounts.terms import PROFESSIONS
from app.audit import trail
from app.core.models import Municipality
from app.protection.models import Communication, Flag
from app.protection.queries import communications as queries

SETTING = "communications_name_author"


def names_author(session: Session, municipality_id: int) -> bool:
    settings = session.scalar(select(Municipality.settings).where(Municipality.id == municipality_id)) or {}
    return settings.get(SETTING) is True


def set_names_author(session: Session, actor: Actor, named: bool, now: datetime) -> None:
    """Whether the names of who saw and of who signs stand on communications from now on; papers signed stay as they are."""
    require(actor, "protection.configure")
    city = session.get_one(Municipality, actor.municipality_id, with_for_update=True)
    if (city.settings.get(SETTING) is True) != named:
        city.settings = {**city.settings, SETTING: named}
        trail.record(session, actor, "protection.configure", now, "municipality", fields=[SETTING])


def head_of(
    session: Session, actor: Actor, flag: Flag, row: Communication, to: Mapping[str, str], number: str, local: datetime, old: Communication | None
) -> dict[str, Any]:  # fmt: skip
    """{number, date, city, uf, ibge, sender, recipient, corrects, signature: [lines]} of a document. local: now, in the city."""
    m = actor.municipality_id
    sender, city = queries.sender_of(session, m, row.unit_id), queries.city_of(session, m)
    with force_locale("pt_BR"):
        name = sender["name"] or str(_("Assistência social de %(city)s", city=city["city"]))
        corrects = ""
        if old is not None and old.sent_at is not None:
            day = old.sent_at.astimezone(local.tzinfo).strftime("%d/%m/%Y")
            corrects = str(_("Corrige a comunicação nº %(number)s, de %(day)s, que continua guardada.", number=queries.number_of(old), day=day))
        signature = [str(_("Pela unidade: %(name)s", name=name))]
        if names_author(session, m):
            author, signer = queries.signers(session, m, flag.author_id, actor.worker_id)
            signature.append(str(_("Quem registrou: %(name)s", name=author[0])))
            profession = f" ({PROFESSIONS[signer[1]]})" if signer[1] in PROFESSIONS else ""
            signature.append(str(_("Quem assina: %(name)s", name=signer[0])) + profession)
    return {
        "number": number, "date": local.strftime("%d/%m/%Y %H:%M"), **city, "sender": sender | {"name": name},
        "recipient": {"name": to["name"], "address": to.get("address", "")}, "corrects": corrects, "signature": signature,
    }  # fmt: skip
