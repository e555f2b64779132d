"""Closed lists of agreed next steps. Identifiers are stable; words are for people."""

from flask_babel import lazy_gettext as _

RESULTS = {
    "done": _("Feito"),
    "not_found": _("Não encontrei"),
    "moved": _("Ficou para outro dia"),
    "cancelled": _("Não é mais preciso"),
}
LONGEST_WHAT = 200
FARTHEST_DAYS = 3 * 366
