"""/mesa/conferir: is this slip true, and who is expected with this code. And the paper itself.

What follows # in the address of a scanned slip stays in the browser, where it is verified, with network or without.
"""

from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

import segno
from flask import Blueprint, make_response, request

from app.access.door import page_door
from app.access.pages import desk_page
from app.core import clock, days
from app.core.models import Municipality
from app.referrals import rules
from app.referrals.slips import queries
from app.referrals.slips.reading import code_in
from app.referrals.slips.schemas import CheckQuery, PaperQuery
from app.referrals.slips.words import HTML_LANGUAGES, LANGUAGES, RIGHTS, WORDS
from app.referrals.terms import STATUSES

blueprint = Blueprint("slips_pages", __name__)
# Only here may a page ask for the camera, and only this site's own.
_WITH_CAMERA = "geolocation=(self), camera=(self), microphone=(), payment=(), usb=(), interest-cohort=()"


@blueprint.get("/mesa/conferir")
@page_door("referrals.check_slip", query=CheckQuery)
def check(session, actor, query):
    typed = query["codigo"].strip()
    code = code_in(typed)
    now = clock.now()
    found = queries.with_code(session, actor, code, now) if code else []
    page = desk_page(
        session, actor, "referrals/slips/check.html",
        typed=typed if code is None else code,
        code=code,
        found=found,
        elsewhere=queries.elsewhere(session, actor, code) if code and not found else [],
        statuses=STATUSES,
        can_arrive={status for status, moves in rules.MOVES.items() if "arrive" in moves},
        with_unit=len({item["unit_id"] for item in found}) > 1,
        offline=False,
    )  # fmt: skip
    return _with_camera(page)


@blueprint.get("/mesa/conferir/sem-rede")
@page_door("referrals.check_slip")
def check_offline(session, _actor):
    """The same page as a desk keeps it for when there is no network: of nobody, so that it may lie in a browser."""
    page = desk_page(session, None, "referrals/slips/check.html", typed="", code=None, found=[], elsewhere=[], statuses=STATUSES, offline=True)
    return _with_camera(page)


@blueprint.get("/mesa/vias")
@page_door("referrals.read_inbox")
def slips(session, actor):
    """What was sent to units without a desk: they see it on paper or hear of it by telephone."""
    return desk_page(session, actor, "referrals/slips/list.html", items=queries.to_print(session, actor, clock.now()), statuses=STATUSES)


@blueprint.get("/mesa/encaminhamentos/<uuid:referral_id>/via")
@page_door("referrals.read_inbox", query=PaperQuery)
def paper(session, actor, query, referral_id: UUID):
    item = queries.printable(session, actor, referral_id)
    settings = session.get_one(Municipality, actor.municipality_id).settings
    language = query["idioma"]
    return desk_page(
        session, actor, "referrals/slips/paper.html",
        item=item,
        until=_until(item["arrive_by"] or item["held_until"], days.zone_of(session, actor.municipality_id)),
        appointment=_until(item["appointment_at"], days.zone_of(session, actor.municipality_id)),
        paper=query["papel"],
        language=language,
        html_language=HTML_LANGUAGES[language],
        languages_of_slips=LANGUAGES,
        words=WORDS[language],
        rights=RIGHTS,
        ombudsman=str(settings.get("ombudsman") or ""),
        # A city's own server has no key of a device: this one carries the letters, which the page looks up.
        qr=_qr(f"{_origin()}/mesa/conferir#{item['code']}") if item["has_desk"] else None,
    )  # fmt: skip


def _with_camera(page: str):
    answer = make_response(page)
    answer.headers["Permissions-Policy"] = _WITH_CAMERA
    return answer


def _until(at: datetime | None, zone: ZoneInfo) -> str | None:
    """In figures, whatever the slip's language: `27/11/2026 23:50`. The end of a day is that day, not the next one's 00:00."""
    if at is None:
        return None
    local = at.astimezone(zone)
    if (local.hour, local.minute) == (0, 0):
        return (local - timedelta(minutes=1)).strftime("%d/%m/%Y")
    return local.strftime("%d/%m/%Y %H:%M")


def _origin() -> str:
    parts = urlsplit(request.host_url)
    return f"{parts.scheme}://{parts.netloc}"


def _qr(text: str) -> dict[str, object]:
    """A QR code as the template draws it: side in modules, and the path of the dark ones."""
    code = segno.make(text, error="m", micro=False)
    path = ""
    for y, row in enumerate(code.matrix_iter(border=4)):
        x = 0
        cells = [bool(cell) for cell in row]
        while x < len(cells):
            if not cells[x]:
                x += 1
                continue
            begin = x
            while x < len(cells) and cells[x]:
                x += 1
            path += f"M{begin} {y}h{x - begin}v1h-{x - begin}z"
    return {"side": code.symbol_size(border=4)[0], "path": path}
