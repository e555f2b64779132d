"""The door: every route declares the verb that opens it, what it takes and what it gives.

Steps, always in this order: read the body (bounded, unpacked under a limit) → one transaction { actor →
verb → load → call → dump } → answer. A test walks the URL map and fails on a view without a door.
"""

import hashlib
import hmac
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import quote

import structlog
from flask import Response, current_app, jsonify, make_response, redirect, request
from flask_login import current_user
from marshmallow import RAISE, Schema, ValidationError

from app.access.actor import Actor
from app.access.problems import BadToken, Forbidden, Locked, Owing, SendOnly, SignedOut
from app.audit import trail
from app.core import clock, http
from app.core.db import reading, transaction
from app.core.problems import Invalid, NotJson, Problem
from app.core.sentences import told

log = structlog.get_logger()

_SAFE = {"GET", "HEAD", "OPTIONS"}
COOKIE = "vinculo"
VAULT_HEADER = "X-Vinculo-Vault"
BODY_LIMIT = 64 * 1024
# Where what an actor owes is settled.
OWED_AT = {"password": "/conta/senha", "term": "/conta/termo"}


def csrf_token_of(session_token: str) -> str:
    """The token that writes must carry, derived from the session cookie; the same for API and desk."""
    key = current_app.config["SECRET_KEY"].encode()
    return hmac.new(key, b"csrf:" + session_token.encode(), hashlib.sha256).hexdigest()


def cookie_name() -> str:
    """`__Host-` binds the cookie to HTTPS and to this host; plain on a loopback demonstration."""
    return f"__Host-{COOKIE}" if current_app.config["SESSION_COOKIE_SECURE"] else COOKIE


def session_token() -> str:
    """The opaque token of this request's cookie, or ''."""
    return request.cookies.get(cookie_name(), "")


def delivery_token() -> str | None:
    """The token of `Authorization: Bearer …`, '' when the header is there without one; None when it isn't there.

    It wins over the cookie: another worker may be signed in on the same browser.
    """
    scheme, _blank, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def vault_token() -> str:
    """What proves that the phone's vault is open, or ''."""
    return request.headers.get(VAULT_HEADER, "")


def door(
    verb: str | None = None,
    *,
    takes: type[Schema] | None = None,
    gives: type[Schema] | None = None,
    query: type[Schema] | None = None,
    status: int = 200,
    public: bool = False,
    limit: int = BODY_LIMIT,
    reads_only: bool = False,
) -> Callable:
    """A JSON route. The view is called as view(session, actor, [data], [query], **path) and returns what
    `gives` dumps (or None with status 204). `public=True` (and no verb) lets anybody in, with actor None.
    A view may return a ready Response. `reads_only` lets a hot standby answer, when there is one.
    """

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        def enter(**path: Any) -> Response:
            raw = http.read_json(limit) if takes else None
            result = _within(verb, view, takes, query, raw, path, bool(takes), reads_only=reads_only)
            if isinstance(result, Response):
                return result
            if gives is not None:
                result = gives().dump(result)
            if status == 204:
                return make_response("", 204)
            response = jsonify(result)
            response.status_code = status
            return response

        return _declare(enter, verb, public, takes, gives, query, status)

    return decorate


def page_door(
    verb: str | None = None,
    *,
    takes: type[Schema] | None = None,
    query: type[Schema] | None = None,
    public: bool = False,
    owing: bool = False,
    limit: int = BODY_LIMIT,
    reads_only: bool = False,
    again: Callable | None = None,
) -> Callable:
    """A page for a person: the view returns HTML or a redirect. Forms carry `csrf_token`.

    Who is not signed in is led to /entrar and back; who still owes a new password or the confidentiality term, to
    its page, unless the door says `owing=True`. `again(session, actor, typed, refused, **path)` gives the page once more
    when `takes` refuses what was typed: nothing is lost, and the sentences stand beside their fields.
    """

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        def enter(**path: Any) -> Any:
            request.max_content_length = request.max_form_memory_size = limit
            form = {key: values[0] if len(values) == 1 else values for key, values in request.form.lists()}
            form.pop("csrf_token", None)
            try:
                has_body = bool(takes) and request.method == "POST"
                return _within(
                    verb, view, takes, query, form, path, has_body, verb is not None and not owing, reads_only, again
                )
            except SignedOut:
                return _led(f"/entrar?de={_back()}")
            except Owing as owed:
                return _led(f"{owed.where}?de={_back()}")

        return _declare(enter, verb, public, None, None, None, 200)

    return decorate


def _back() -> str:
    """This page's address, to come back to; what a write would change is not repeated."""
    return quote(request.full_path.rstrip("?") if request.method in _SAFE else "/")


def _led(where: str) -> Response:
    if request.headers.get("HX-Request"):
        return Response("", 204, {"HX-Redirect": where})
    return redirect(where)


def _declare(enter: Callable, verb: str | None, public: bool, takes: Any, gives: Any, query: Any, status: int):
    if bool(verb) == public:
        raise TypeError("a door has a verb, or says that it is public")
    enter.verb, enter.public = verb, public  # type: ignore[attr-defined]
    doc: dict[str, Any] = {"responses": {str(status): {"description": "OK"}, "default": {"$ref": "#/components/responses/Problem"}}}
    if takes:
        doc["requestBody"] = {"required": True, "content": {"application/json": {"schema": takes}}}
    if gives:
        doc["responses"][str(status)]["content"] = {"application/json": {"schema": gives}}
    if query:
        doc["parameters"] = [{"in": "query", "schema": query}]
    doc["x-verb"] = verb or "public"
    enter._apidoc = {"manual_doc": doc}  # type: ignore[attr-defined]
    return enter


def _within(
    verb: str | None,
    view: Callable,
    takes: type[Schema] | None,
    query: type[Schema] | None,
    raw: Any,
    path: dict[str, Any],
    has_body: bool,
    settled: bool = False,
    reads_only: bool = False,
    again: Callable | None = None,
) -> Any:
    actor: Actor | None = None
    try:
        with transaction() as session:
            if verb:
                actor = _signed_in()
                _check(actor, verb)
                if settled and actor.owes:
                    raise Owing(OWED_AT[actor.owes[0]])
            else:
                actor = _whoever()
            arguments = dict(path)
            if takes:
                try:
                    arguments["data"] = load(takes, raw) if has_body else None
                except Invalid as refused:
                    if again is None:
                        raise
                    return again(session, actor, typed_in(raw), refused, **path), refused.status
            if query:
                arguments["query"] = load(query, request.args.to_dict())
            if reads_only and actor:
                with reading(session, actor.municipality_id, actor.worker_id) as source:
                    return view(source, actor, **arguments)
            return view(session, actor, **arguments)
    except Exception as error:
        _after_refusal(actor, verb, error)
        raise


def _signed_in() -> Actor:
    if not current_user.is_authenticated:
        raise SignedOut()
    return current_user._get_current_object()


def _whoever() -> Actor | None:
    """Who comes through a public door; nobody when only the gate of sync knows the caller."""
    if delivery_token() is not None or not session_token() or not current_user.is_authenticated:
        return None
    return current_user._get_current_object()


def _check(actor: Actor, verb: str) -> None:
    # A page of another site can make a browser send its cookie, never a header of ours.
    if request.method not in _SAFE and not actor.delivery:
        given = request.headers.get("X-CSRF-Token") or request.form.get("csrf_token", "")
        if not hmac.compare_digest(given.encode(), csrf_token_of(session_token()).encode()):
            raise BadToken()
    if not actor.can(verb):
        raise _refusal(actor, verb)


def _refusal(actor: Actor, verb: str) -> Problem:
    if actor.send_only or actor.delivery:
        return SendOnly()
    return Locked() if actor.locked else Forbidden(extra={"verb": verb})


def load(schema: type[Schema], raw: Any) -> Any:
    """Raw input through a schema: unknown fields refused; raises Invalid with sentences by field."""
    if not isinstance(raw, dict):
        raise NotJson()
    try:
        return schema(unknown=RAISE).load(raw)
    except ValidationError as error:
        raise Invalid(fields=told(error.normalized_messages())) from error
    except RecursionError as error:
        raise NotJson() from error


def typed_in(form: dict[str, Any]) -> dict[str, str]:
    """What a form sent, as a page can show it again: of a name that came twice the first, without what no page can hold."""
    firsts = {name: values[0] if isinstance(values, list) else values for name, values in form.items()}
    return {name: "".join(char for char in value if ord(char) >= 32 or char in "\n\r\t") for name, value in firsts.items()}


def _after_refusal(actor: Actor | None, verb: str | None, error: Exception) -> None:
    """What must be written although the verb was rolled back: its audit line, a failed attempt."""
    problem = http.translated(error)
    then = problem.then if isinstance(error, Problem) else None
    trace = actor is not None and verb is not None and problem.status in (403, 409, 422)
    if not then and not trace:
        return
    try:
        with transaction(actor.municipality_id if actor else None, actor.worker_id if actor else None) as session:
            if trace:
                trail.refused(session, actor, verb or "", clock.now(), problem.code)
            if then:
                then(session)
    except Exception as failure:  # the refusal itself must still be answered
        log.error("refusal_not_noted", error=type(failure).__name__)
