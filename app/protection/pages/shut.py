"""The banner of who may act while the city's key is shut: flags still come in and are announced, but nobody can read them."""

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.pages import Banner, banners
from app.core import clock, seal
from app.protection.queries import phones_on_duty
from app.protection.terms import RECIPIENTS

_ACTING = ("protection.read_queue", "protection.review", "protection.oversee", "protection.configure")
# Whom the duty officer may have to ring without knowing more than that there is something.
_RUNG = ("guardianship_council", "disque_100", "police_190", "samu_192")
_MOST = 2


def key_is_shut(session: Session, actor: Actor) -> Banner | None:
    """For who may act on cases, and for who can have the key put back."""
    if not any(actor.can(verb) for verb in _ACTING) or seal.city_opens(session, actor.municipality_id):
        return None
    now, phones = clock.now(), []
    for code in _RUNG:
        for ring in phones_on_duty(session, actor.municipality_id, code, None, now)[:_MOST]:
            phones.append((ring.label or RECIPIENTS[code], ring.phone))
    return Banner(
        _("A chave de lacre não abre: os alertas chegam, mas ninguém consegue ler."),
        _(
            "Fale já com quem registrou cada alerta e ligue para quem precisa saber. Avise quem cuida da instalação:"
            " os alertas abrem quando a chave voltar; nada se perde."
        ),
        phones,
    )


banners.append(key_is_shut)
