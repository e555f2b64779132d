"""Auditoria: the trail, and nothing that the trail speaks of. (Its page comes with the trail's desk.)"""

from app.access.roles import ROLES
from tests.make.journeys import sent_referral


def test_holds_the_trail_and_the_own_account_only():
    others = {verb for verb in ROLES["auditor"] if not verb.startswith(("accounts.", "notices."))}
    assert others == {"audit.read"}


def test_opens_no_other_door(city):
    _phone, referral_id = sent_referral(city)
    client = city.client("auditoria")
    for path in (
        "/api/v1/sync/pull", "/api/v1/referrals/inbox", "/api/v1/coverage/regions", "/api/v1/coverage/encounters",
        "/mesa/", f"/mesa/encaminhamentos/{referral_id}", "/painel/", "/admin/", "/admin/territorio",
    ):  # fmt: skip
        assert client.get(path).status_code == 403, path
    assert client.get("/conta/").status_code == 200
