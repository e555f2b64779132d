"""Closed lists of the territory: the layers, why a feature is refused, kinds of points of concentration."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _


@dataclass(frozen=True)
class Layer:
    """A layer: its label, the dimension of its shapes (2 areas, 1 lines) and whether each shape must be named."""

    label: Any
    dimension: int
    needs_name: bool = False


LAYERS: dict[str, Layer] = {
    "region": Layer(_("regiões"), 2, needs_name=True),
    "neighbourhood": Layer(_("bairros"), 2),
    "street": Layer(_("ruas"), 1),
    "block": Layer(_("quadras"), 2),
}

REFUSALS: dict[str, Any] = {
    "not_a_feature": _("não é uma feição"),
    "no_geometry": _("sem geometria"),
    "empty_geometry": _("geometria vazia"),
    "wrong_kind": _("tipo de geometria que não serve para esta camada"),
    "bad_coordinates": _("coordenadas malformadas"),
    "too_few_points": _("pontos de menos"),
    "off_the_planet": _("coordenadas fora do planeta"),
    "outside_brazil": _("fora do Brasil"),
    "swapped": _("latitude e longitude trocadas"),
    "no_name": _("sem nome, e uma região precisa de um"),
    "beyond_mending": _("geometria inválida que não tem conserto"),
}
