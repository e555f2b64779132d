"""The city's map file, whole or by pieces: to whoever works there."""

from flask import Response, request
from flask_smorest import Blueprint

from app.access.door import door
from app.core import http
from app.territory import problems
from app.territory.basemap import queries
from app.territory.schemas import BasemapOut

blueprint = Blueprint("territory", __name__, url_prefix="/api/v1")

_KIND = "application/vnd.pmtiles"


@blueprint.get("/territory/basemap")
@door("territory.read", gives=BasemapOut)
def basemap(session, actor):
    found = queries.current(session, actor.municipality_id)
    if found is None:
        raise problems.NoBasemap()
    return {
        "sha256": found.sha256, "size_bytes": found.size_bytes, "made_at": found.made_at,
        "address": f"/api/v1/territory/basemap/{found.sha256}",
    }  # fmt: skip


@blueprint.get("/territory/basemap/<digest>")
@door("territory.read")
def basemap_file(session, actor, digest: str):
    found = queries.by_digest(session, actor.municipality_id, digest)
    if found is None:
        raise problems.BasemapGone()
    whole = found.size_bytes
    if request.if_none_match.contains(found.sha256):
        return _dressed(Response(status=304), found.sha256)
    span = _asked(found.sha256, whole)
    if span is None:
        refused = http.answer(problems.NotThatFar(extra={"size_bytes": whole}))
        refused.headers["Content-Range"] = f"bytes */{whole}"
        return refused
    start, stop, is_piece = span
    body = b"" if request.method == "HEAD" else queries.piece(session, actor.municipality_id, digest, start, stop - start)
    answer = Response(body, status=206 if is_piece else 200, mimetype=_KIND)
    answer.content_length = stop - start
    if is_piece:
        answer.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{whole}"
    return _dressed(answer, found.sha256)


def _asked(digest: str, whole: int) -> tuple[int, int, bool] | None:
    """(start, stop, whether a piece was asked for); the whole where what is asked can't be one piece of this very file.

    None beyond its end.
    """
    asked, condition = request.range, request.if_range
    is_other = condition.etag not in (None, digest) or condition.date is not None
    if request.method == "HEAD" or asked is None or asked.units != "bytes" or len(asked.ranges) != 1 or is_other:
        return 0, whole, False
    span = asked.range_for_length(whole)
    return span and (*span, True)


def _dressed(answer: Response, digest: str) -> Response:
    answer.headers["Accept-Ranges"] = "bytes"
    answer.set_etag(digest)
    # Only the browser of who was let in may keep it.
    answer.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return answer
