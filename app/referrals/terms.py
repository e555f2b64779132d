"""Closed lists of referrals. The words are msgids."""

from flask_babel import lazy_gettext as _

STATUSES = {
    "sent": _("Novo"),
    "accepted": _("A caminho"),
    "declined": _("Recusado pela unidade"),
    "arrived": _("Chegou"),
    "not_arrived": _("Não chegou"),
    "revoked": _("Cancelado pela equipe"),
}
OPEN = frozenset({"sent", "accepted"})

# Why a unit says no. "Sem vaga" is a failure of supply: it is never counted as a refusal of the person.
DECLINE_REASONS = {
    "no_place": _("Sem vaga"),
    "closed": _("Fechado neste horário"),
    "profile": _("Não atende este perfil"),
    "capacity_technical": _("Sem equipe para receber"),
    "other": _("Outro (explicar)"),
}
