"""Closed lists of the home visit (domain 6.8)."""

from flask_babel import lazy_gettext as _

RESULTS = {
    "done": _("Feita"),
    "nobody_home": _("Ninguém em casa"),
    "refused": _("Recusou"),
    "moved": _("Mudou"),
    "unsafe": _("Sem segurança"),
}
PRESENT = {
    "child": _("Criança"),
    "pregnant": _("Gestante"),
    "mother": _("Mãe"),
    "father": _("Pai"),
    "other_carer": _("Outro cuidador"),
    "other": _("Outra pessoa"),
}
WITHDRAW_REASONS = {
    "by_mistake": _("Registrada por engano"),
    "duplicate": _("Repetida"),
    "wrong_person_or_place": _("Dados de outra visita"),
}
