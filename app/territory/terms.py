"""Closed lists of the territory: the layers, why a feature is refused, kinds of points of concentration."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _

from app.core.city_settings import declare


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

POINT_KINDS: dict[str, Any] = {
    "square": _("praça ou parque"),
    "viaduct": _("viaduto ou ponte"),
    "street": _("rua ou calçada"),
    "market": _("feira ou mercado"),
    "terminal": _("rodoviária, terminal ou estação"),
    "crossing": _("cruzamento ou semáforo"),
    "beach": _("praia ou orla"),
    "recycling": _("lugar de reciclagem"),
    "empty_building": _("imóvel vazio"),
    "other": _("outro lugar"),
}
# Of the local day; the night is 18h to midnight.
PERIODS: dict[str, Any] = {
    "dawn": _("madrugada (0h às 6h)"),
    "morning": _("manhã (6h às 12h)"),
    "afternoon": _("tarde (12h às 18h)"),
    "night": _("noite (18h às 24h)"),
}
CONDITIONS: dict[str, Any] = {
    "water": _("tem água"),
    "bathroom": _("tem banheiro"),
    "cover": _("tem cobertura"),
    "light": _("tem luz à noite"),
    "tents": _("há barracas"),
    "traffic": _("trânsito perigoso"),
    "flooding": _("alaga quando chove"),
    "children": _("há crianças"),
}

POINT_DAYS = declare(
    "point_fade_days", 90, 30, 730, "days", "keeping", _("Pontos exatos e palavras ficam guardados por"),
    _("Depois só a região e a área aproximada continuam. Encurtar apaga na próxima noite o que já passou, e não volta."),
)  # fmt: skip
STALE_DAYS = declare(
    "point_stale_days", 60, 15, 365, "days", "points", _("Ponto sem visita vira “informação precária” depois de"),
)  # fmt: skip
