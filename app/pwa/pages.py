"""The field app's shell, its worker and manifest: public, the same for everybody, nothing of a person in them."""

import orjson
from flask import Blueprint, Response, current_app, redirect, render_template
from flask_babel import force_locale

from app.access.door import page_door
from app.core.assets import Assets

blueprint = Blueprint("pwa_pages", __name__)
ENTRY = "src/field.tsx"
# What recording an encounter without signal needs; the rest (maps, other screens) follows once this is safe.
CORE = (ENTRY,)
_SHELL_ICONS = ("icon-192.png", "icon-512.png")


def _assets() -> Assets:
    return current_app.extensions["assets"]


def _shell() -> str:
    # In one language for everybody: its bytes are part of the build's name, and the app's own words follow the phone.
    with force_locale("pt_BR"):
        return render_template("field/shell.html", script=_assets().script(ENTRY), styles=_assets().styles(ENTRY))


@blueprint.get("/app")
@page_door(public=True)
def to_shell(_session, _actor):
    return redirect("/app/")


@blueprint.get("/app/", defaults={"rest": ""})
@blueprint.get("/app/<path:rest>")
@page_door(public=True)
def shell(_session, _actor, rest: str):
    response = Response(_shell(), mimetype="text/html")
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/app/sw.js")
@page_door(public=True)
def worker(_session, _actor):
    """The compiled worker behind three values: a changed build changes its bytes, so browsers update by themselves."""
    compiled = _assets().dist / "sw.js"
    first = _assets().core(*CORE)
    later = [url for url in _assets().everything(ENTRY) if url not in first]
    build = _assets().build_id(ENTRY, _shell())
    values = {"__BUILD": build, "__ASSETS": first, "__LATER": later}
    head = "".join(f"self.{name}={orjson.dumps(value).decode()};" for name, value in values.items()) + "\n"
    response = Response(head + (compiled.read_text() if compiled.exists() else ""), mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Service-Worker-Allowed"] = "/app/"
    return response


@blueprint.get("/mesa/sw.js")
@page_door(public=True)
def desk_worker(_session, _actor):
    """The desk's own worker: for notices, and for checking slips without a network. The same for everybody."""
    compiled = _assets().dist / "desk-sw.js"
    response = Response(compiled.read_text() if compiled.exists() else "", mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Service-Worker-Allowed"] = "/mesa/"
    return response


@blueprint.get("/app/manifest.webmanifest")
@page_door(public=True)
def manifest(_session, _actor):
    body = {
        "id": "/app/",
        "name": "Vínculo",
        "short_name": "Vínculo",
        "description": "Abordagem social e visitas domiciliares, com ou sem sinal.",
        "lang": "pt-BR",
        "start_url": "/app/",
        "scope": "/app/",
        "display": "standalone",
        "orientation": "any",
        "background_color": "#071d41",
        "theme_color": "#071d41",
        "icons": [
            {"src": "/static/icons/icon-192.png", "sizes": "192x192", "type": "image/png", "purpose": "any"},
            {"src": "/static/icons/icon-512.png", "sizes": "512x512", "type": "image/png", "purpose": "any"},
            {"src": "/static/icons/maskable-512.png", "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
        ],
        "shortcuts": [
            {"name": "Novo encontro", "url": "/app/#/encontro"},
        ],
    }
    response = Response(orjson.dumps(body), mimetype="application/manifest+json")
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/api/")
@page_door(public=True)
def api_page(_session, _actor):
    """Our own reader of openapi.json: the libraries' templates need inline scripts, which the policy forbids."""
    return render_template("pwa/api.html", spec=current_app.extensions["api_spec"].to_dict())
