"""The city's own figures: set together, each within its bounds; the trail holds their names, never what they were."""

from collections.abc import Mapping
from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.access.problems import Forbidden
from app.audit import trail
from app.core.city_settings import DECLARED, read
from app.core.models import Municipality
from app.desk.problems import SettingOutOfBounds

VERB = "desk.set_city"
_BETWEEN = _("Escreva um número inteiro de %(least)s a %(most)s, ou deixe em branco.")


def check_may(actor: Actor) -> None:
    """Raises Forbidden: what is of the whole city, only who answers for it sets."""
    require(actor, VERB)
    if not actor.everywhere(VERB):
        raise Forbidden(extra={"verb": VERB})


def set_city(session: Session, actor: Actor, typed: Mapping[str, str], now: datetime) -> list[str]:
    """The figures as they were typed; left empty: the city says nothing, and the usual one counts. Gives the names of those that
    changed. Raises Forbidden, SettingOutOfBounds (all of them at once; nothing is changed then).
    """
    check_may(actor)
    good, wrong = read({name: text for name, text in typed.items() if name in DECLARED}, _BETWEEN)
    if wrong:
        raise SettingOutOfBounds(fields=wrong)
    city = session.get_one(Municipality, actor.municipality_id, with_for_update=True, populate_existing=True)
    kept = {name: said for name, said in city.settings.items() if name not in typed}
    changed = sorted(name for name in typed if city.settings.get(name) != good.get(name))
    if changed:
        city.settings = kept | good
        session.flush()
        trail.record(session, actor, VERB, now, "municipality", None, changed)
    return changed
