"""/pedido/<ibge>/mapa: the city's own outlines and streets, for the pin of the public form. Of nobody and of no record."""

import gzip
from collections.abc import Callable

import orjson
from flask import Blueprint, Response, request
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from app.access.door import page_door
from app.core.problems import NotFound
from app.outreach_requests.pages.public import city_of
from app.territory import sketch

blueprint = Blueprint("outreach_requests_drawing", __name__)


class MarkQuery(Schema):
    """v: the mark of the layers that the page was made with, so that a browser keeps what stays."""

    v = fields.String(load_default="", validate=validate.Length(max=16))


@blueprint.get("/pedido/<int:ibge>/mapa")
@page_door(public=True, query=MarkQuery)
def whole(session, _actor, query, ibge: int):
    return _answer(session, city_of(session, ibge).id, sketch.whole)


@blueprint.get("/pedido/<int:ibge>/mapa/<int:x>/<int:y>")
@page_door(public=True, query=MarkQuery)
def square(session, _actor, query, ibge: int, x: int, y: int):
    if x > 360 * sketch.SQUARES_A_DEGREE or y > 180 * sketch.SQUARES_A_DEGREE:
        raise NotFound()
    return _answer(session, city_of(session, ibge).id, sketch.square, x, y)


# By city, square and edition: what was drawn, packed; None where there is nothing. Begun anew when it has grown.
_kept: dict[tuple[int, tuple[int, ...], str], bytes | None] = {}
_MOST_KEPT = 200


def _answer(session: Session, ibge: int, draw: Callable, *where: int) -> Response:
    """Raises NotFound where there is nothing to draw."""
    mark = sketch.mark_of(session, ibge)
    packed = _packed(session, ibge, mark, draw, where) if mark else None
    if packed is None:
        raise NotFound()
    answer = Response(packed, mimetype="application/json", headers={"Content-Encoding": "gzip", "Cache-Control": "public, max-age=86400"})
    answer.vary.add("Accept-Encoding")
    if "gzip" not in request.accept_encodings:
        answer.set_data(gzip.decompress(packed))
        del answer.headers["Content-Encoding"]
    return answer


def _packed(session: Session, ibge: int, mark: str, draw: Callable, where: tuple[int, ...]) -> bytes | None:
    key = (ibge, where, mark)
    if key in _kept:
        return _kept.get(key)
    drawn = draw(session, ibge, *where)
    packed = gzip.compress(orjson.dumps(drawn), 6, mtime=0) if drawn else None
    if len(_kept) >= _MOST_KEPT:
        _kept.clear()
    _kept[key] = packed
    return packed
