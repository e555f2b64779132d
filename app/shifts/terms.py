"""How a shift can end, and what a city may set of its forgotten check-outs."""

from typing import Any

from flask_babel import lazy_gettext as _

END_KINDS: dict[str, Any] = {
    "worker": _("Encerrado por quem estava"),
    "rule": _("Fechado pelo sistema"),
    "next_shift": _("Fechado pela abertura de outro turno"),
}
# Keys of the municipality's settings, in hours; what stands where a city says nothing.
LONGEST_HOURS = ("shift_longest_hours", 14)
QUIET_HOURS = ("shift_quiet_hours", 2)
