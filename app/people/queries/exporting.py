"""The city's people as a spreadsheet: what the city itself wrote down. No restricted person, no note, no place but the region."""

import csv
import io
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.people import ficha
from app.people.models import Person
from app.people.queries.cards import Card, cards
from app.people.queries.resolving import canonical
from app.people.terms import CALLED_KINDS
from app.territory.queries import region_names

_AT_ONCE = 2000
_DOCUMENTS = ("cpf", "nis", "cns")
HEADER = (
    "Nome social", "Apelido", "Nome civil", "Descrição", "Data de nascimento", "Idade", "Sexo", "CPF", "NIS", "CNS", "Região",
    "Última abordagem",
)  # fmt: skip


def spreadsheet(session: Session, actor: Actor) -> tuple[str, int]:
    """CSV parted by `;`, with the mark that spreadsheets look for, one line a person; and how many there are.

    Row level security leaves out whom the transaction may not see: no clearance is asked for.
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADER)
    number = 0
    for line in _lines(session, actor):
        writer.writerow([_harmless(cell) for cell in line])
        number += 1
    return "\ufeff" + text.getvalue(), number


def _lines(session: Session, actor: Actor) -> Iterator[list[str]]:
    m = actor.municipality_id
    regions = region_names(session, m)
    ids = list(session.scalars(select(Person.id).where(Person.municipality_id == m, Person.ended_at.is_(None)).order_by(Person.id)))
    for at in range(0, len(ids), _AT_ONCE):
        part = ids[at : at + _AT_ONCE]
        ends = canonical(session, m, part)
        # A merged person once: where her survivor stands.
        shown = cards(session, actor, [id_ for id_ in part if ends[id_] == id_], documents=True, sensitive=False)
        for card in shown.values():
            if not card.restricted:
                yield _line(card, regions)


def _line(card: Card, regions: dict) -> list[str]:
    names = {kind: next((str(told.value) for told in card.names if told.field == f"name.{kind}"), "") for kind in CALLED_KINDS}
    born = card.facts.get("birth_on")
    documents = [card.documents[kind].value.get("number", "") if kind in card.documents else "" for kind in _DOCUMENTS]
    return [
        *names.values(),
        ficha.in_words("birth_on", born.value) if born else "",
        "" if card.age is None or born else str(card.age),
        {"male": "Masculino", "female": "Feminino"}.get(card.sex or "", ""),
        *documents,
        regions.get(card.region_id, "") if card.region_id else "",
        card.last_met_at.date().strftime("%d/%m/%Y"),
    ]


def _harmless(cell: str) -> str:
    """A cell that a spreadsheet will not run."""
    return f"'{cell}" if cell.lstrip().startswith(("=", "+", "-", "@", "\t")) else cell
