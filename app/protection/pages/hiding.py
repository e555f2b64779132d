"""/mesa/esconder: one press, and the screen says nothing of anybody. Works without JavaScript.

The press is kept in a cookie of this browser: until somebody goes on by a press of her own, also the way back leads here.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, current_app, make_response, redirect, request

from app.access.door import page_door
from app.access.pages import desk_page

blueprint = Blueprint("protection_hiding", __name__)

COOKIE = "vinculo_quiet"
PLACE = "/mesa/esconder"


def unless_hidden(view: Callable) -> Callable:
    """A page of cases: while the screen is hidden it leads to the neutral one."""

    @wraps(view)
    def shown(*args: Any, **kwargs: Any) -> Any:
        if request.cookies.get(COOKIE):
            return redirect(PLACE, 303)
        return view(*args, **kwargs)

    return shown


def shown_unless_hidden(view: Callable) -> Callable:
    """A form of a page of cases: what it does is done, and while the screen is hidden nothing comes back on it."""

    @wraps(view)
    def done(*args: Any, **kwargs: Any) -> Any:
        answer = make_response(view(*args, **kwargs))
        return redirect(PLACE, 303) if request.cookies.get(COOKIE) else answer

    return done


@blueprint.get(PLACE)
@page_door("accounts.read_own")
def quiet(session, _actor):
    # In the frame of a page for anybody: no name, no places.
    return desk_page(session, None, "protection/quiet.html")


@blueprint.post(PLACE)
@page_door("accounts.read_own")
def hide(_session, _actor):
    answer = make_response(redirect(PLACE, 303))
    answer.set_cookie(COOKIE, "1", httponly=True, samesite="Lax", secure=current_app.config["SESSION_COOKIE_SECURE"], path="/mesa")
    return answer


@blueprint.get("/mesa/esconder/voltar")
@page_door("accounts.read_own")
def go_on(_session, _actor):
    answer = make_response(redirect("/mesa/casos", 303))
    answer.delete_cookie(COOKIE, path="/mesa")
    return answer
