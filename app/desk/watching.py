"""The watch as a whole: facts of this installation gathered and judged, for the page, the command and Prometheus."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core import seal
from app.core.db import bind
from app.core.safekeeping import LastBackup, last_backup, recovery_ready
from app.core.watch import facts, rules
from app.core.watch.facts import Certificate, DatabaseFacts, Disk
from app.desk import queries
from app.notices import queries as notices

_WAYS = ("push", "email", "none", "waiting", "failing")
_A_DAY = timedelta(hours=24)


@dataclass(frozen=True)
class Seen:
    """Everything that is watched, at one instant."""

    database: DatabaseFacts
    disks: tuple[Disk, ...]
    certificate: Certificate | None
    backup: LastBackup | None
    recovery_ready: bool
    keys_open: bool
    phones_silent: int
    phones_longest: timedelta
    notices: dict[str, int]


def look(session: Session, config, migrations: str, now: datetime) -> Seen:
    """Read it all. Ends bound to no city: the caller's own readings come before."""
    database = facts.of_database(session, migrations, now)
    silent, longest, keys_open, told = 0, timedelta(0), True, dict.fromkeys(_WAYS, 0)
    if database.schema in (facts.HEAD, facts.AHEAD):
        silent, longest, told = _of_cities(session, now)
        keys_open = seal.every_key_opens(session, now)
    return Seen(
        database=database,
        disks=facts.disks(config.state_dir),
        certificate=certificate_of(config),
        backup=last_backup(config),
        recovery_ready=recovery_ready(config),
        keys_open=keys_open,
        phones_silent=silent,
        phones_longest=longest,
        notices=told,
    )


def judge(seen: Seen, config, now: datetime) -> list[rules.Check]:
    """Each thing with its state, in words; what is wrong comes first."""
    return rules.ordered(
        [
            *rules.of_database(seen.database),
            rules.of_backup(seen.backup, now),
            rules.of_recovery(seen.recovery_ready),
            rules.of_keys(seen.keys_open),
            *rules.of_disks(seen.disks),
            rules.of_certificate(seen.certificate, bool(config.certificate), config.https, now),
            rules.of_phones(seen.phones_silent, seen.phones_longest),
            rules.of_notices(seen.notices, config.mail is not None),
        ]
    )


def _of_cities(session: Session, now: datetime) -> tuple[int, timedelta, dict[str, int]]:
    """Silent phones and notices over all cities, one after the other under its own policy; only the sums leave here."""
    total, longest, told = 0, timedelta(0), dict.fromkeys(_WAYS, 0)
    for municipality_id in session.scalars(text("SELECT all_municipalities()")).all():
        bind(session, municipality_id)
        count, silent = queries.count_silent(session, municipality_id, now)
        total, longest = total + count, max(longest, silent)
        for way, how_many in notices.tally(session, municipality_id, now - _A_DAY).items():
            told[way] += how_many
    bind(session, None)
    return total, longest, told


def certificate_of(config) -> Certificate | None:
    """The certificate that VINCULO_CERTIFICATE names; None when there is none to read."""
    if not config.certificate:
        return None
    try:
        return facts.certificate(config.certificate)
    except (OSError, ValueError):
        return None
