"""What every answer shares: bounded bodies, problem+json, strict headers, a request id in the log."""

import gzip
import traceback
import zlib
from collections.abc import Iterable
from time import perf_counter
from typing import Any

import orjson
import structlog
from flask import Flask, Response, g, render_template, request
from flask.json.provider import JSONProvider
from flask_babel import gettext as _
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from app.core import problems, reading, spreadsheet
from app.core.db import violated
from app.core.ids import new_id
from app.core.problems import Problem
from app.core.watch import figures

log = structlog.get_logger()

_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self';"
    " connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=(), payment=(), usb=(), interest-cohort=()",
}

_WORTH_SQUEEZING = 1000  # bytes: less fits in one packet anyway
_BY_STATUS = {404: problems.NotFound, 405: problems.MethodNotAllowed, 413: problems.TooLarge}


def dress(headers: Any, _path: str, _url: str) -> None:
    """The same headers for a built file, which is answered before the application."""
    for name, value in _HEADERS.items():
        headers[name] = value


def squeeze(response: Response) -> None:
    """Compress a large answer of the API or of the field app's shell, for a phone on a weak line.

    Never a page of the desk: there the words of an address stand beside the form's token, and the length of a
    compressed answer would let a stranger on the line guess one by the other.
    """
    if not request.path.startswith(("/api/v1/", "/app/")):
        return
    response.vary.add("Accept-Encoding")
    if response.is_streamed or "gzip" not in request.accept_encodings or "Content-Encoding" in response.headers:
        return
    if "Accept-Ranges" in response.headers:
        return  # asked for by place: other bytes would be other places
    body = response.get_data()
    if len(body) >= _WORTH_SQUEEZING:
        response.set_data(gzip.compress(body, 6, mtime=0))
        response.headers["Content-Encoding"] = "gzip"


class OrjsonProvider(JSONProvider):
    """orjson knows UUIDs and aware datetimes, and refuses NaN."""

    def dumps(self, obj: Any, **_kw: Any) -> str:
        return orjson.dumps(obj, option=orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS).decode()

    def loads(self, s: str | bytes, **_kw: Any) -> Any:
        return orjson.loads(s)


def read_body(max_bytes: int, ratio: int = 100) -> bytes:
    """The request's body, unpacked when gzip, never more than max_bytes nor ratio times what came in.

    Raises TooLarge or BadEncoding.
    """
    length = request.content_length
    if length is not None and length > max_bytes:
        raise problems.TooLarge(extra={"max_bytes": max_bytes})
    raw = request.stream.read(max_bytes + 1)
    if len(raw) > max_bytes:
        raise problems.TooLarge(extra={"max_bytes": max_bytes})
    encoding = request.headers.get("Content-Encoding", "identity").lower()
    if encoding == "identity":
        return raw
    if encoding != "gzip":
        raise problems.BadEncoding()
    bound = min(max_bytes, ratio * len(raw))
    unpack = zlib.decompressobj(wbits=31)
    try:
        body = unpack.decompress(raw, bound + 1)
    except zlib.error as error:
        raise problems.BadEncoding() from error
    if len(body) > bound or unpack.unconsumed_tail:
        raise problems.TooLarge(extra={"max_bytes": max_bytes})
    if not unpack.eof or unpack.unused_data:
        raise problems.BadEncoding()
    return body


def read_json(max_bytes: int, ratio: int = 100) -> Any:
    """The body as JSON; raises NotJson, TooLarge or BadEncoding."""
    body = read_body(max_bytes, ratio)
    try:
        return reading.loads(body)
    except orjson.JSONDecodeError as error:
        raise problems.NotJson() from error


def wants_page() -> bool:
    """True for a person's browser navigating or for htmx; false for the API."""
    return not request.path.startswith(("/api/v1", "/healthz", "/readyz", "/metrics"))


def answer(problem: Problem) -> Response:
    """A Problem as an answer: a page for a person, problem+json for a program."""
    body = problem.to_dict()
    if wants_page():
        page = render_template("problem.html", problem=body)
        return Response(page, status=problem.status, mimetype="text/html")
    response = Response(orjson.dumps(body, option=orjson.OPT_NON_STR_KEYS), status=problem.status)
    response.content_type = "application/problem+json"
    if "retry_after_s" in problem.extra:
        response.headers["Retry-After"] = str(problem.extra["retry_after_s"])
    return response


def translated(error: Exception) -> Problem:
    """Whatever a request raised, as the Problem that may be told."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, IntegrityError):
        return by_constraint(violated(error)) or problems.Conflict()
    if isinstance(error, (OperationalError, PoolTimeout)) or (
        isinstance(error, DBAPIError) and error.connection_invalidated
    ):
        return problems.Busy(extra={"retry_after_s": 5})
    if isinstance(error, HTTPException):
        known = _BY_STATUS.get(error.code or 500)
        if known:
            return known()
        refused = problems.Invalid()
        refused.status = error.code or 500
        return refused
    return Problem()


def by_constraint(name: str) -> Problem | None:
    """The Problem that claims a constraint (`constraint = "uq_…"` on its class), if one does."""
    pending = list(Problem.__subclasses__())
    while pending:
        cls = pending.pop()
        pending.extend(cls.__subclasses__())
        if name and getattr(cls, "constraint", None) == name:
            return cls()
    return None


def register(app: Flask, proxies: int, https: bool) -> None:
    """Headers, error answers and the access log of an application."""
    app.json = OrjsonProvider(app)
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]

    @app.before_request
    def start() -> None:
        g.started = perf_counter()
        g.request_id = str(new_id())

    @app.after_request
    def finish(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if https:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        response.headers.setdefault("Cache-Control", "no-store")
        squeeze(response)
        response.headers["X-Request-Id"] = g.get("request_id", "")
        if request.endpoint != "static":
            rule = request.url_rule.rule if request.url_rule else "(none)"
            seconds = perf_counter() - g.get("started", perf_counter())
            figures.note_request(request.method, rule, response.status_code, seconds)
            log.info(
                "request",
                request_id=g.get("request_id"),
                method=request.method,
                route=rule,
                status=response.status_code,
                ms=round(seconds * 1000, 1),
            )
        return response

    @app.errorhandler(Exception)
    def fail(error: Exception) -> Response:
        problem = translated(error)
        if problem.status >= 500:
            # Type and places only: a message may carry a value that somebody typed.
            places = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)[-6:]]
            log.error("failure", request_id=g.get("request_id"), error=type(error).__name__, places=places)
        return answer(problem)

    app.jinja_env.globals["_"] = _


def table(rows: Iterable[Iterable[Any]], file_name: str) -> Response:
    """Rows as a spreadsheet to keep (spreadsheet.written)."""
    headers = {"Content-Disposition": f'attachment; filename="{file_name}"', "Cache-Control": "no-store"}
    return Response(spreadsheet.written(rows), mimetype="text/csv", headers=headers)
