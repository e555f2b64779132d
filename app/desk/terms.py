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

# Headings of the city's settings, in order, and in what each figure is counted.
SETTING_GROUPS = {
    "shifts": _("Turnos"),
    "requests": _("Solicitações"),
    "alerts": _("Alertas do plantão"),
    "points": _("Pontos de concentração"),
    "keeping": _("Por quanto tempo se guarda"),
}
SETTING_UNITS = {
    "minutes": _("minutos"),
    "hours": _("horas"),
    "days": _("dias"),
    "per_minute": _("por minuto"),
    "per_hour": _("por hora"),
    "hour_of_day": _("h"),
}
