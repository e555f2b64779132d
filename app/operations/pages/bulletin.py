"""/painel/operacao/<id>/boletim: by the hour and at the end, to read, to print, as a table."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.access.door import page_door
from app.access.pages import desk_page
from app.core import clock, days, http
from app.core.spreadsheet import cell
from app.encounters.terms import HANDED_OUT
from app.operations import queries
from app.operations.problems import NoBulletinYet
from app.operations.queries import Bulletin
from app.operations.terms import KINDS

blueprint = Blueprint("operation_bulletin", __name__)

# Figure → its head and what it counts.
FIGURES: dict[str, tuple[Any, Any]] = {
    "approaches": (_("Abordagens"), _("Registros feitos na rua durante a operação, pela hora do encontro. Corrigidos, anulados e repetidos contam uma vez ou nenhuma.")),
    "people": (_("Pessoas"), _("Quem estava presente em cada abordagem; a mesma pessoa em duas abordagens conta duas vezes.")),
    "accepted": (_("Aceitou abrigo"), _("Abordagens em que alguém aceitou a oferta de pernoite.")),
    "refused": (_("Não quis"), _("Abordagens em que a oferta de pernoite foi recusada. Recusar é um direito.")),
    "unavailable": (_("Não havia vaga"), _("Abordagens em que não havia o que oferecer: falta do serviço, nunca recusa da pessoa.")),
    "later": (_("Aceita depois"), _("Abordagens em que a resposta foi: em outra hora.")),
    "silent": (_("Não conversou"), _("Abordagens em que a pessoa não quis conversar.")),
    "sent": (_("Encaminhadas"), _("Pessoas encaminhadas a uma unidade a partir dessas abordagens, menos o que foi desfeito ou refeito.")),
    "arrived": (_("Chegaram"), _("Das encaminhadas, quantas a unidade recebeu até agora.")),
    "asked": (_("Solicitações"), _("Pedidos recebidos durante a operação (156, rede, formulário), sem os repetidos e os de fora do serviço.")),
    "answered": (_("Atendidas"), _("Desses pedidos, quantos uma equipe já encerrou.")),
    "nobody": (_("Ninguém no local"), _("Dos atendidos, em quantos não havia ninguém no local.")),
}  # fmt: skip


@blueprint.get("/painel/operacao/<uuid:operation_id>/boletim")
@page_door("operations.read")
def bulletin(session, actor, operation_id: UUID):
    found = _found(session, actor, operation_id)
    return desk_page(
        session, actor, "operations/bulletin.html",
        found=found, name=KINDS[found.operation.kind], figures=FIGURES, things=things_of(found), words=HANDED_OUT,
    )  # fmt: skip


@blueprint.get("/painel/operacao/<uuid:operation_id>/boletim.csv")
@page_door("operations.read")
def table(session, actor, operation_id: UUID):
    found = _found(session, actor, operation_id)
    zone = days.zone_of(session, actor.municipality_id)
    things = things_of(found)
    rows: list[list[Any]] = [[
        gettext("recorte"), gettext("início"), gettext("fim"), gettext("região"), *[str(head) for head, _what in FIGURES.values()],
        gettext("Pessoas diferentes, das conhecidas"), *[str(HANDED_OUT[code]) for code in things], gettext("Abrigadas"), gettext("Vagas"),
    ]]  # fmt: skip

    def told(row, cut: str, since: datetime, until: datetime, region: str, with_known: bool) -> list[Any]:
        known = _shown(row.known) if with_known else ""
        numbers = [_shown(row.figures[figure]) for figure in FIGURES]
        return [
            cut, f"{since.astimezone(zone):%Y-%m-%d %H:%M}", f"{until.astimezone(zone):%Y-%m-%d %H:%M}", cell(region), *numbers, known,
            *[row.items.get(code, 0) for code in things], *["" if n is None else n for n in (row.sheltered, row.places)],
        ]  # fmt: skip

    for each in found.hours:
        rows.append(told(each, gettext("hora"), each.key, each.until, "", False))
    for each in found.regions:
        name = found.names.get(each.key) or gettext("Sem região")
        rows.append(told(each, gettext("região"), found.since, found.until, name, True))
    rows.append(told(found.total, gettext("total"), found.since, found.until, "", True))
    rows.append([])
    for head, what in FIGURES.values():
        rows.append([str(head), str(what)])
    rows.append([gettext("oculto"), gettext("De 1 a 4 pessoas, ou escondido junto de um destes, para que ninguém seja apontado.")])
    return http.table(rows, f"boletim-{found.operation.started_at.astimezone(zone):%Y-%m-%d}.csv")


def things_of(found: Bulletin) -> list[str]:
    """What was counted: the operation's own list, and whatever else was told."""
    listed = [code for code in found.operation.items if code in HANDED_OUT]
    return listed + [code for code in HANDED_OUT if code in found.total.items and code not in listed]


def _found(session, actor, operation_id: UUID) -> Bulletin:
    found = queries.bulletin_of(session, actor, queries.find(session, actor, operation_id), clock.now())
    if found is None:
        raise NoBulletinYet()
    return found


def _shown(number: int | None) -> Any:
    return gettext("oculto") if number is None else number
