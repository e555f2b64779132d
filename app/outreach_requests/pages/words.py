"""Words of the pages of requests that more than one of them says."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from app.accounts.terms import HANDING_REASONS
from app.encounters.terms import NEEDS
from app.outreach_requests import terms
from app.outreach_requests.queries import shown
from app.outreach_requests.rules import Proposal

TOLD = {
    "recebida": lazy_gettext("Solicitação recebida."),
    "ja_estava": lazy_gettext("Este protocolo já estava aqui. Nada foi repetido."),
    "triada": lazy_gettext("Triagem guardada."),
    "orientada": lazy_gettext("Respondida com orientação."),
    "fora": lazy_gettext("Encerrada: fica fora do serviço."),
    "juntada": lazy_gettext("Juntada. A outra fica guardada e dá para desfazer."),
    "separada": lazy_gettext("Junção desfeita. As duas contam de novo."),
    "equipe": lazy_gettext("Passada para a equipe. Ela vê no celular."),
    "tirada": lazy_gettext("Tirada da equipe. Espera outra."),
}

# Said to whoever asks for people or belongings to be taken away: what the service is, and isn't.
GUIDANCE = (
    lazy_gettext("A abordagem social atende pessoas: escuta, orienta e oferece serviços. Não tira ninguém do lugar, nem leva pertences."),
    lazy_gettext("Estar na rua não é infração. Ninguém é levado contra a vontade."),
    lazy_gettext("Se alguém precisa de ajuda ali, faça o pedido para essa pessoa: uma equipe vai conversar com ela."),
    lazy_gettext("Perigo imediato: ligue 190 ou 192. Violação de direitos: ligue 100."),
)


def words() -> dict[str, Any]:
    """What the templates of requests call things."""
    return {
        "channels": terms.CHANNELS,
        "purposes": terms.PURPOSES_TOLD,
        "statuses": terms.STATUSES,
        "event_words": {**terms.STATUSES, **terms.EVENTS},
        "outcomes": terms.OUTCOMES,
        "needs": NEEDS,
        "out_reasons": terms.OUT_REASONS,
        "handing_reasons": HANDING_REASONS,
        "place_kinds": terms.PLACE_KINDS,
        "alike_words": alike_words,
        "reason_words": reason_words,
        "shown_code": shown,
        "longest": terms.LONGEST_DESCRIPTION,
        "lasting": lasting,
        "guidance": GUIDANCE,
    }


def alike_words(reason: str, figure: int) -> str:
    return str(terms.ALIKE[reason]) % {"n": figure} if "%(n)d" in str(terms.ALIKE[reason]) else str(terms.ALIKE[reason])


def reason_words(kind: str, figure: float, proposal: Proposal, hour: Any) -> str:
    """Why a team stands where it stands in the proposal; a distance says from what it is known."""
    if kind == "km":
        near = _("perto daqui") if figure < 1 else _("a cerca de %(n)s km", n=round(figure))
        basis, seen_at = proposal.candidate.basis, proposal.candidate.seen_at
        if basis is None:
            return near
        known = str(terms.BASES[basis]) % {"hour": hour(seen_at) if seen_at else ""}
        return f"{near} ({known})"
    if kind == "load":
        return ngettext("%(num)d solicitação com ela", "%(num)d solicitações com ela", int(figure)) if figure else _("nenhuma solicitação com ela")
    return {
        "covers": _("atende esta região"),
        "other_region": _("é de outra região"),
        "unknown_place": _("não se sabe onde está"),
        "off_shift": _("sem turno aberto"),
    }[kind]


def lasting(minutes: int) -> str:
    """`12 min`, `3 h 05`, `2 dias`."""
    if minutes < 60:
        return _("%(n)d min", n=minutes)
    if minutes < 48 * 60:
        return f"{minutes // 60} h {minutes % 60:02d}"
    return ngettext("%(num)d dia", "%(num)d dias", minutes // (24 * 60))
