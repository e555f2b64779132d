"""Why an import stops: each says in one line what the file has and what to do. Nothing was written."""

from typing import Any

from flask_babel import lazy_gettext as _

from app.core.problems import Problem
from app.territory.terms import LAYERS, REFUSALS, Layer

_CONVERT = _("converta para EPSG:4326 (graus)")


class BadFile(Problem):
    """Base: the file can't be imported as this layer."""

    code = "territory.bad_file"
    status = 422
    sentence = _("O arquivo não pode ser importado.")


class FileMissing(BadFile):
    code = "territory.file_missing"

    def __init__(self, path: str):
        super().__init__()
        self.sentence = _("O arquivo não existe ou não pode ser lido: %(path)s", path=path)


class FileTooLarge(BadFile):
    code = "territory.file_too_large"
    status = 413

    def __init__(self, mib: int):
        super().__init__(extra={"max_mib": mib})
        self.sentence = _("O arquivo passa de %(mib)s MiB; divida a camada e traga o resto com --add.", mib=mib)


class Truncated(BadFile):
    code = "territory.truncated"
    sentence = _("O arquivo está vazio ou cortado: o JSON não chega ao fim. Baixe de novo.")


class NotJson(BadFile):
    code = "territory.not_json"
    sentence = _("O arquivo não é JSON em UTF-8; exporte a camada como GeoJSON.")


class NotGeoJson(BadFile):
    code = "territory.not_geojson"

    def __init__(self, found: str):
        super().__init__()
        self.sentence = _("O arquivo é JSON, mas não é uma FeatureCollection de GeoJSON (é: %(found)s).", found=found)


class NoFeatures(BadFile):
    code = "territory.no_features"
    sentence = _("O arquivo não tem nenhuma feição.")


class Projected(BadFile):
    code = "territory.projected"

    def __init__(self, system: str = ""):
        super().__init__()
        self.sentence = _(
            "As coordenadas não são graus: parece SIRGAS 2000/UTM%(system)s; %(convert)s e importe de novo.",
            system=f" ({system})" if system else "",
            convert=_CONVERT,
        )


class OtherDatum(BadFile):
    code = "territory.other_datum"

    def __init__(self, system: str):
        super().__init__()
        self.sentence = _(
            "O arquivo diz usar o sistema %(system)s, que não é o esperado; %(convert)s e importe de novo.",
            system=system,
            convert=_CONVERT,
        )


class Swapped(BadFile):
    code = "territory.swapped"
    sentence = _("Latitude e longitude estão trocadas: GeoJSON pede longitude primeiro.")


class OutsideBrazil(BadFile):
    code = "territory.outside_brazil"
    sentence = _("As coordenadas ficam fora do Brasil.")


class WrongLayer(BadFile):
    code = "territory.wrong_layer"

    def __init__(self, layer: Layer, found: str):
        super().__init__()
        wanted = _("áreas (Polygon ou MultiPolygon)") if layer.dimension == 2 else _("linhas (LineString)")
        self.sentence = _(
            "A camada não é de %(label)s: esperava %(wanted)s e o arquivo traz %(found)s.",
            label=layer.label,
            wanted=wanted,
            found=found,
        )


class NamePropertyMissing(BadFile):
    code = "territory.name_property_missing"

    def __init__(self, asked: str, choices: list[str]):
        super().__init__(extra={"choices": choices})
        self.sentence = _(
            "A propriedade %(asked)s não existe no arquivo. Há: %(choices)s.", asked=asked, choices=_listed(choices)
        )


class NamePropertyUnclear(BadFile):
    code = "territory.name_property_unclear"

    def __init__(self, choices: list[str]):
        super().__init__(extra={"choices": choices})
        self.sentence = _(
            "Não dá para saber qual propriedade é o nome; escolha com --name-property: %(choices)s.",
            choices=_listed(choices),
        )


class NothingKept(BadFile):
    code = "territory.nothing_kept"

    def __init__(self, reasons: dict[str, int]):
        super().__init__(extra={"reasons": reasons})
        why = ", ".join(f"{REFUSALS[reason]} ({count})" for reason, count in reasons.items())
        self.sentence = _("Nenhuma feição pôde ser aproveitada: %(why)s.", why=why)


class AlreadyAdded(BadFile):
    code = "territory.already_added"
    status = 409

    def __init__(self, number: int):
        super().__init__()
        self.sentence = _("Este arquivo já faz parte da edição %(number)s desta camada.", number=number)


class UnknownLayer(BadFile):
    code = "territory.unknown_layer"

    def __init__(self) -> None:
        super().__init__(extra={"choices": sorted(LAYERS)})
        self.sentence = _("Camada desconhecida. Há: %(choices)s.", choices=", ".join(LAYERS))


class EditionNotFound(Problem):
    code = "territory.edition_not_found"
    status = 404
    sentence = _("Esta edição não existe.")


class PointNotFound(Problem):
    code = "territory.point_not_found"
    status = 404
    sentence = _("Este ponto não está no cadastro.")


class PointUnread(Problem):
    code = "territory.point_unread"
    status = 422
    sentence = _("Não deu para ler o lugar. Escreva latitude e longitude, como -5.7945, -35.2110.")


class PointOutside(Problem):
    code = "territory.point_outside"
    status = 422
    sentence = _("O lugar fica fora das regiões da cidade. Confira a latitude e a longitude.")


class NoLayers(Problem):
    code = "territory.no_layers"
    status = 409
    sentence = _("Nenhuma camada foi importada: traga regiões, bairros, ruas ou quadras antes de fazer o mapa.")


class NoBasemap(Problem):
    code = "territory.no_basemap"
    status = 404
    sentence = _("A cidade ainda não tem um mapa para baixar.")


class BasemapGone(Problem):
    code = "territory.basemap_gone"
    status = 404
    sentence = _("Este mapa foi trocado por um mais novo. Baixe o de agora.")


class NotThatFar(Problem):
    code = "territory.not_that_far"
    status = 416
    sentence = _("O arquivo do mapa acaba antes desse pedaço.")


def _listed(choices: list[str]) -> Any:
    """At most a dozen names: the sentence stays one line."""
    if not choices:
        return _("nenhuma propriedade")
    return ", ".join(choices[:12]) + (" …" if len(choices) > 12 else "")
