"""How a shift can end, and what a city may set of its forgotten check-outs."""

from typing import Any

from flask_babel import lazy_gettext as _

from app.core.city_settings import declare

END_KINDS: dict[str, Any] = {
    "worker": _("Encerrado por quem estava"),
    "rule": _("Fechado pelo sistema"),
    "next_shift": _("Fechado pela abertura de outro turno"),
}
LONGEST_HOURS = declare(
    "shift_longest_hours", 14, 1, 36, "hours", "shifts", _("Turno sem escala fica aberto no máximo por"),
    _("Depois disso o sistema fecha o turno que ninguém encerrou, e diz que foi ele."),
)  # fmt: skip
QUIET_HOURS = declare(
    "shift_quiet_hours", 2, 1, 36, "hours", "shifts", _("Sem notícia depois do fim da escala, o turno fecha após"),
    _("Conta do último sinal da equipe. Atendimento longo dentro do turno não fecha nada."),
)  # fmt: skip
