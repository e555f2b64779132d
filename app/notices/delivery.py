"""Notices on their way out: taken under a lease in one transaction, told without any, noted in another.

Nothing waits for a machine outside with a transaction open. Who dies in between tells nobody twice for long: the browser
shows a repeated push of the same kind in the first one's place.
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

import orjson
import structlog
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.core import days, mail, webpush
from app.core.db import transaction
from app.core.mail import MailServer
from app.core.webpush import Message, Target
from app.notices import queries, rules
from app.notices.models import Notice, PushSubscription
from app.notices.queries import Addressee, Browser
from app.notices.terms import AWAKE, BODIES, KINDS, TOLD_WITHIN

log = structlog.get_logger()

AT_ONCE = 200
_LINES = 8
PUSH, EMAIL, NONE = "push", "email", "none"


@dataclass
class Office:
    """Where the key lies and by which server letters go; one per process, set by create_app. origin: the address at
    which people reach the installation, if it was told."""

    keys_dir: Path | None = None
    mail: MailServer | None = None
    origin: str | None = None

    @property
    def contact(self) -> str:
        """Whom a push service may ask about us (RFC 8292 2.1)."""
        if self.mail:
            return f"mailto:{self.mail.sender}"
        return self.origin if self.origin and self.origin.startswith("https") else "mailto:avisos@vinculo.invalid"


office = Office()


def configure(keys_dir: Path, server: MailServer | None, origin: str | None) -> None:
    office.keys_dir, office.mail, office.origin = keys_dir, server, origin


@dataclass
class Telling:
    """What one worker is told of one kind: however many records, it is one push. `statuses`: of each browser."""

    to: Addressee
    kind: str
    urgent: bool
    made_at: datetime
    notices: list[UUID]
    subjects: list[UUID] = field(default_factory=list)
    body: str = ""
    statuses: dict[UUID, int] = field(default_factory=dict)
    channel: str | None = None


def deliver(municipality_id: int, now: datetime) -> dict[str, int]:
    """Tell what is due in one city, at most 200 at a time. Gives how many notices went which way."""
    with transaction(municipality_id) as session:
        tellings = _take(session, municipality_id, now)
    if not tellings:
        return {}
    _push(tellings, now)
    _write(tellings, now)
    with transaction(municipality_id) as session:
        _note(session, municipality_id, tellings, now)
    counts: dict[str, int] = {}
    for telling in tellings:
        way = telling.channel or "again"
        counts[way] = counts.get(way, 0) + len(telling.notices)
    for way, count in counts.items():
        log.info("notices_told", municipality_id=municipality_id, code=way, count=count)
    return counts


def _take(session: Session, municipality_id: int, now: datetime) -> list[Telling]:
    """What is due, held for a few minutes; what must wait for the end of quiet hours or is over is put aside."""
    due = session.scalars(
        select(Notice)
        .where(Notice.municipality_id == municipality_id, Notice.sent_at.is_(None), Notice.due_at <= now)
        .order_by(Notice.is_urgent.desc(), Notice.due_at)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    if not due:
        return []
    people = queries.addressees(session, municipality_id, {notice.worker_id for notice in due}, now)
    zone = days.zone_of(session, municipality_id)
    awake = {kind: AWAKE[kind](session, municipality_id, now) for kind in {notice.kind for notice in due} & AWAKE.keys()}
    tellings: dict[tuple[UUID, str], Telling] = {}
    for notice in due:
        to = people.get(notice.worker_id)
        if to is None or notice.kind not in KINDS or rules.is_stale(notice.made_at, notice.is_urgent, now):
            notice.sent_at, notice.channel = now, NONE
            continue
        is_awake = notice.is_urgent or to.id in awake.get(notice.kind, ())
        until = None if is_awake else rules.quiet_until(to.quiet_from, to.quiet_to, now, zone)
        notice.due_at = until or now + rules.LEASE
        if until:
            continue
        telling = tellings.setdefault((to.id, notice.kind), Telling(to, notice.kind, notice.is_urgent, notice.made_at, []))
        telling.notices.append(notice.id)
        telling.subjects.append(notice.subject_id)
        telling.made_at = min(telling.made_at, notice.made_at)
    session.flush()
    for telling in tellings.values():
        if telling.kind in BODIES:
            with force_locale(telling.to.locale):
                telling.body = BODIES[telling.kind](session, municipality_id, telling.subjects, telling.to.id, now)
    return list(tellings.values())


def _push(tellings: list[Telling], now: datetime) -> None:
    """To every browser of each, several at a time; the answers are kept in the tellings."""
    if office.keys_dir is None:
        raise RuntimeError("the post office has no folder of keys: create_app sets it")
    if not any(telling.to.browsers for telling in tellings):
        return
    key = webpush.key_of(office.keys_dir)
    errands = [(telling, browser, _message(telling, browser)) for telling in tellings for browser in telling.to.browsers]

    def run(errand: tuple[Telling, Browser, Message]) -> int:
        _telling, browser, message = errand
        return webpush.send(Target(browser.endpoint, browser.p256dh, browser.auth), message, key, office.contact, now)

    with ThreadPoolExecutor(_LINES) as lines:
        for (telling, browser, _message_), status in zip(errands, lines.map(run, errands), strict=True):
            telling.statuses[browser.id] = status
            if rules.accepted(status):
                telling.channel = PUSH


def _message(telling: Telling, browser: Browser) -> Message:
    """Words of the kind and the list to open: of which record, and of whom, a push says nothing."""
    with force_locale(telling.to.locale):
        content = {
            "title": str(KINDS[telling.kind]),
            "body": telling.body or _("Abra o Vínculo para ver."),
            "tag": telling.kind,
            "url": rules.page_for(telling.to.verbs, telling.kind) if browser.at_desk else "/app/",
            "lang": telling.to.locale.replace("_", "-"),
        }
    return Message(orjson.dumps(content), TOLD_WITHIN[telling.urgent], telling.urgent, telling.kind)


def _write(tellings: list[Telling], now: datetime) -> None:
    """One letter to each worker whom no browser was told and who gave an address, with all the kinds in it."""
    unreached: dict[UUID, list[Telling]] = {}
    for telling in tellings:
        if telling.channel is None and _may_write(telling, now):
            unreached.setdefault(telling.to.id, []).append(telling)
    for theirs in unreached.values():
        to = theirs[0].to
        with force_locale(to.locale):
            subject, text = _letter(theirs)
        if office.mail and mail.send(office.mail, to.email, subject, text, now):
            for telling in theirs:
                telling.channel = EMAIL


def _may_write(telling: Telling, now: datetime) -> bool:
    if not office.mail or not telling.to.email:
        return False
    tried = any(status not in rules.GONE for status in telling.statuses.values())
    return not tried or rules.mail_takes_over(telling.made_at, telling.urgent, now)


def _letter(theirs: list[Telling]) -> tuple[str, str]:
    lines = [
        str(KINDS[telling.kind]) + (f" ({len(telling.notices)})" if len(telling.notices) > 1 else "") for telling in theirs
    ]
    # A letter lies open in a mailbox: of cases not even the address of their list is in it.
    kind = "" if theirs[0].kind.startswith("case_") else theirs[0].kind
    where = f"{office.origin}{rules.page_for(theirs[0].to.verbs, kind)}" if office.origin else ""
    words = [
        *lines,
        "",
        _("Abra o Vínculo para ver: %(where)s", where=where) if where else _("Abra o Vínculo para ver."),
        "",
        _("Este e-mail é automático e não diz de quem se trata. Para mudar ou desligar os avisos: Minha conta, Avisos."),
    ]
    return f"Vínculo: {str(KINDS[theirs[0].kind])}", "\n".join(words) + "\n"


def _note(session: Session, municipality_id: int, tellings: Iterable[Telling], now: datetime) -> None:
    for telling in tellings:
        pushes = telling.statuses.values()
        tried = any(status not in rules.GONE and not rules.accepted(status) for status in pushes)
        letter = bool(office.mail and telling.to.email)
        if telling.channel is None and not tried and not letter:
            telling.channel = NONE  # no browser and no address: the inbox has it all the same
        # What was settled while it was on its way keeps what settle noted.
        mine = update(Notice).where(
            Notice.municipality_id == municipality_id, Notice.id.in_(telling.notices), Notice.sent_at.is_(None)
        )
        values = (
            {"sent_at": now, "channel": telling.channel}
            if telling.channel
            else {"due_at": rules.next_try(telling.made_at, now)}
        )
        session.execute(mine.values(**values).execution_options(synchronize_session=False))
    gone: set[UUID] = set()
    for telling in tellings:
        for browser_id, status in telling.statuses.items():
            if status in rules.GONE:
                gone.add(browser_id)
            values = {"used_at": now, "failures": 0} if rules.accepted(status) else {"failures": PushSubscription.failures + 1}
            session.execute(_of(municipality_id, {browser_id}).values(**values).execution_options(synchronize_session=False))
    worn = _of(municipality_id, None).where(PushSubscription.failures >= rules.MOST_FAILURES)
    for retiring in (_of(municipality_id, gone), worn):
        retired = session.execute(
            retiring.where(PushSubscription.retired_at.is_(None)).values(retired_at=now).execution_options(synchronize_session=False)
        ).rowcount
        if retired:
            log.info("browsers_retired", municipality_id=municipality_id, count=retired)


def _of(municipality_id: int, ids: set[UUID] | None):
    mine = update(PushSubscription).where(PushSubscription.municipality_id == municipality_id)
    return mine if ids is None else mine.where(PushSubscription.id.in_(ids))


def waiting(session: Session, municipality_id: int, now: datetime) -> int:
    """How many notices of a city are due and not told."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Notice)
            .where(Notice.municipality_id == municipality_id, Notice.sent_at.is_(None), Notice.due_at <= now)
        )
        or 0
    )
