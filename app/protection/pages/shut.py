"""What nobody who may act on cases may miss: the city's key is shut, so that flags come in and nobody can read them; or its
table has holes, so that a flag might be told to nobody.
"""

from flask import request
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.pages import Banner, banners
from app.core import clock, seal
from app.protection.queries import phones_on_duty
from app.protection.queries.setting import holes
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


# Where holes are told: at the desk of cases, and where they can be filled.
_TOLD_AT = ("/mesa/casos", "/admin/", "/painel/alertas")
_TELL_THEMSELVES = ("/admin/plantao", "/admin/quem-avisar")


def table_has_holes(session: Session, actor: Actor) -> Banner | None:
    """A mandatory recipient that nobody named, or an immediate one without a telephone in some region or night. The page of
    the table itself says each of them.
    """
    if not request.path.startswith(_TOLD_AT) or request.path in _TELL_THEMSELVES:
        return None
    if not any(actor.can(verb) for verb in _ACTING):
        return None
    missing = list(dict.fromkeys(str(hole["what"]) for hole in holes(session, actor.municipality_id, clock.now())))
    if not missing:
        return None
    # A coordination reads nothing that could pass for what a flag is about: not even whom the table lacks.
    text = _("Falta quem receba ou telefone de plantão. A administração completa a tabela em Plantão.")
    if actor.can("protection.read_queue") or actor.can("protection.configure"):
        text = _("Falta quem receba ou telefone de plantão: %(names)s. A administração completa a tabela em Plantão.", names=", ".join(missing))
    return Banner(_("Um alerta pode ficar sem resposta: a tabela de quem avisar tem faltas."), text, [])


banners += [key_is_shut, table_has_holes]
