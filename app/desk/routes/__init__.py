"""`/metrics` for Prometheus: from this very machine, or with VINCULO_METRICS_TOKEN."""

import hmac
from ipaddress import ip_address

from flask import Blueprint, Response, current_app, request
from prometheus_client import CONTENT_TYPE_LATEST

from app.access.door import door
from app.core import clock
from app.core.watch import figures
from app.desk import watching
from app.desk.problems import FiguresClosed

blueprint = Blueprint("desk", __name__)

# A proxy in front always sets one of these, so whoever comes through it is told from who asks on the machine.
_FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via")


@blueprint.get("/metrics")
@door(public=True)
def metrics(session, _actor):
    config, now = current_app.config["VINCULO"], clock.now()
    if not _bears(config.metrics_token) and not _is_local():
        raise FiguresClosed()
    seen = watching.look(session, config, f"{current_app.root_path}/migrations", now)
    text = figures.exposition(
        config.metrics_dir,
        seen.database,
        seen.disks,
        seen.certificate,
        seen.backup.at if seen.backup else None,
        seen.phones_silent,
        seen.notices,
    )
    return Response(text, content_type=CONTENT_TYPE_LATEST)


def _bears(token: str | None) -> bool:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(token) and hmac.compare_digest(given.encode(), token.encode())


def _is_local() -> bool:
    """Asked on this machine and through no proxy: judged by the connection itself, never by a header's address."""
    if any(name in request.headers for name in _FORWARDED):
        return False
    # What ProxyFix replaced, when it stands in front; a unix socket has no address at all.
    peer = request.environ.get("werkzeug.proxy_fix.orig", request.environ).get("REMOTE_ADDR") or ""
    try:
        return peer == "" or ip_address(peer).is_loopback
    except ValueError:
        return False
