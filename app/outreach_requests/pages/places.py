"""Where it is, as a person types it: a street of the imported layers, a neighbourhood, a known point, or words."""

from typing import Any

from sqlalchemy.orm import Session

from app.territory import queries as territory

# Longer lists are typed, not scrolled.
MOST_CHOICES = 400
NONE_OF_THESE = "-"


def choices_of(session: Session, municipality_id: int, points: bool) -> dict[str, Any]:
    """What the place's part of a form offers. The public form never lists known points."""
    neighbourhoods = territory.layer_names(session, municipality_id, "neighbourhood")
    return {
        "neighbourhoods": neighbourhoods if len(neighbourhoods) <= MOST_CHOICES else [],
        "points": territory.points(session, municipality_id) if points else [],
    }


def settle_names(session: Session, municipality_id: int, data: dict[str, Any]) -> list[str]:
    """Make what was typed a name of the layers: gives the streets among which a person must choose, [] when nothing is open.

    `data`: street, neighbourhood, street_choice ('' not asked yet, '-' none of these); changed in place.
    """
    chosen = data.pop("street_choice", "")
    if data["neighbourhood"]:
        known = territory.names_like(session, municipality_id, "neighbourhood", data["neighbourhood"], 1)
        data["neighbourhood"] = known[0] if known else data["neighbourhood"]
    if not data["street"] or chosen == NONE_OF_THESE:
        return []
    found = territory.names_like(session, municipality_id, "street", data["street"])
    if chosen and chosen in territory.names_like(session, municipality_id, "street", chosen, 1):
        data["street"] = chosen
        return []
    if len(found) == 1 or (found and same(found[0], data["street"])):
        data["street"] = found[0]
        return []
    return found


def without_pin(data: dict[str, Any]) -> None:
    """A pin that was marked and isn't meant any more, taken off without a script: by its box on the page."""
    if data.pop("no_pin", False):
        data["lon"] = data["lat"] = None


def same(one: str, other: str) -> bool:
    return territory.key_of(one) == territory.key_of(other)
