"""Whom a referral would tell of to somebody who may not see her."""

from sqlalchemy import ColumnElement, and_, exists, func, or_

from app.home_visits.models import HomeVisit
from app.people.models import Household
from app.referrals.models import Referral


def hides_somebody() -> ColumnElement[bool]:
    """SQL condition on Referral: somebody of its encounter, of its family, or for whom it is, is restricted to others than
    this worker.

    Under whichever record of the meeting the referral was told: a corrected or a joined one hides with the other.
    What row level security doesn't show is there all the same: a family named whose row isn't seen. Who was unlinked from
    the meeting by somebody who doesn't see her is hidden still (hides_referral).
    """
    m = Referral.municipality_id
    visited = exists().where(
        HomeVisit.municipality_id == m,
        HomeVisit.id == Referral.visit_id,
        HomeVisit.household_id.is_not(None),
        ~exists().where(Household.municipality_id == m, Household.id == HomeVisit.household_id),
    )
    return or_(
        and_(Referral.encounter_id.is_not(None), func.hides_encounter(Referral.encounter_id)),
        and_(Referral.visit_id.is_not(None), visited),
        func.hides_referral(Referral.id, Referral.encounter_id),
    )
