"""Words of the desk's own pages. The words are msgids."""

from flask_babel import lazy_gettext as _

STAY_EVENTS = {
    "arrived": _("Chegou"),
    "present": _("Presente na chamada"),
    "renewed": _("Renovada"),
    "moved": _("Mudou de leito"),
    "absent": _("Saiu com lugar guardado"),
    "back": _("Voltou"),
    "left": _("Saiu"),
    "left_undone": _("Saída desfeita"),
}
