"""What every page of cases shows by the same words: lists of terms, deadlines as one says them."""

from datetime import datetime
from typing import Any

from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from app.core import days
from app.protection import terms
from app.referrals.terms import STATUSES


def words(session: Session, municipality_id: int, now: datetime) -> dict[str, Any]:
    """For templates/protection: closed lists, and `time_left(due_at)` as the queue and the case say it."""
    zone = days.zone_of(session, municipality_id)
    return {
        "violations": {code: violation.words for code, violation in terms.VIOLATIONS.items()}, "ages": terms.AGES, "sexes": terms.SEXES,
        "risks": terms.RISKS, "company": terms.COMPANY, "subjects": terms.SUBJECTS, "labour_forms": terms.LABOUR_FORMS,
        "actions": terms.ACTIONS, "tip_words": terms.TIP_GROUPS, "bodies": terms.BODIES, "states": terms.STATES, "guidances": terms.GUIDANCE,
        "choices": terms.CHOICES, "outcomes": terms.CALL_OUTCOMES, "close_reasons": terms.CLOSE_REASONS, "event_words": terms.EVENTS,
        "mistakes": terms.MISTAKES, "sent_states": terms.COMMUNICATION_STATES, "recipients": terms.RECIPIENTS, "dropped_words": DROPPED,
        "referral_states": STATUSES, "time_left": lambda at: time_left(now, at), "when": lambda at: days.hour(zone, now, at),
    }  # fmt: skip


DROPPED = {
    "not_applicable": terms._("Não se aplica"),
    "told_together": terms._("Já foi avisado junto com outra comunicação"),
    "mistake": terms._("Engano confirmado"),
}


def time_left(now: datetime, at: datetime) -> str:
    """"faltam 40 min", "passou há 2 h": in the largest unit that still says something."""
    minutes = int(abs((at - now).total_seconds()) // 60)
    if minutes < 90:
        span = ngettext("%(num)d min", "%(num)d min", minutes)
    elif minutes < 48 * 60:
        hours, rest = divmod(minutes, 60)
        span = gettext("%(hours)d h %(minutes)d min", hours=hours, minutes=rest) if hours < 6 and rest else gettext("%(hours)d h", hours=hours)
    else:
        span = ngettext("%(num)d dia", "%(num)d dias", minutes // (24 * 60))
    return gettext("faltam %(span)s", span=span) if at >= now else gettext("passou há %(span)s", span=span)
