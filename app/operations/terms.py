"""Closed lists of operations (frio, chuva, calor), and the examples a city begins with."""

from typing import Any

from flask_babel import lazy_gettext as _

KINDS = {"cold": _("Operação frio"), "rain": _("Operação chuva"), "heat": _("Operação calor")}
# How it ends: at an hour of its last day, or when somebody ends it (LONGEST_DAYS at most).
CLOSINGS = {"by_hour": _("Sozinha, na hora marcada"), "by_hand": _("Quando alguém encerrar")}
LONGEST_DAYS = 30
MOST_NIGHTS = 30
# Of one unit: what the table takes.
MOST_PLACES = 300

# What is counted in the street by kind of operation; the first stands open on the phone's form.
ITEMS_OF: dict[str, tuple[str, ...]] = {
    "cold": ("blanket", "warm_clothes", "hot_drink"),
    "rain": ("blanket", "raincoat", "dry_clothes", "tarpaulin"),
    "heat": ("water", "cap", "sunscreen"),
}

# Examples, shown as such until the city writes its own. The figures are of cities of the south-east (domain 7.4) and say
# nothing of another climate. No unit is in them: each must agree first.
EXAMPLES: dict[str, dict[str, Any]] = {
    "cold": {"trigger": _("Mínima prevista de 13 °C ou menos"), "opens": "18:00", "closes": "07:00", "closing": "by_hour", "ends": "07:00", "nights": 1},
    "rain": {"trigger": _("Alerta da Defesa Civil de chuva forte"), "opens": "00:00", "closes": "00:00", "closing": "by_hand", "ends": "08:00", "nights": 1},
    "heat": {"trigger": _("Máxima prevista de 36 °C ou mais"), "opens": "10:00", "closes": "17:00", "closing": "by_hour", "ends": "19:00", "nights": 1},
}  # fmt: skip
