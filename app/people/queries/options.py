"""The ficha as a city asks it: the catalogue with the city's own choices."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.people import ficha
from app.people.models import MunicipalOption

# The one ficha of a city, as phones file it.
FICHA_ID = UUID("00000000-0000-7000-8000-0000000f1c4a")


def own_options(session: Session, municipality_id: int) -> list[MunicipalOption]:
    """The choices that a city added, ended ones too."""
    return list(
        session.scalars(
            select(MunicipalOption)
            .where(MunicipalOption.municipality_id == municipality_id)
            .order_by(MunicipalOption.list, MunicipalOption.label)
        )
    )


def local_options(session: Session, municipality_id: int) -> dict[tuple[str, str], ficha.Option]:
    """The same by (list, code), as the ficha takes them."""
    return {
        (row.list, row.code): ficha.Option(row.code, row.label, row.official, row.valid_from, row.valid_to)
        for row in own_options(session, municipality_id)
    }


def ficha_of(session: Session, municipality_id: int, today: date) -> dict[str, Any]:
    """Groups, fields and choices of a day, in the reader's language (contract/pull.ts)."""
    local = local_options(session, municipality_id)
    return {
        "groups": [
            {
                "id": group.id,
                "label": str(group.label),
                "fields": [
                    {
                        "id": field.id,
                        "label": str(field.label),
                        "kind": field.kind,
                        "purpose": str(field.purpose),
                        "sensitive": field.sensitive,
                        "changes": field.changes,
                        "self_declared": field.self_declared,
                        "on_phone": field.on_phone,
                        # A phone that doesn't know them would save what is refused days later.
                        "least": field.least if field.kind == "number" else None,
                        "most": field.most if field.kind == "number" else None,
                        "options": [
                            {"code": option.code, "label": str(option.label)}
                            for option in ficha.options_of(field, today, local)
                        ],
                    }
                    for field in group.fields
                    if ficha.is_current(field, today)
                ],
            }
            for group in ficha.GROUPS
        ]
    }
