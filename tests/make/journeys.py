"""Short ways to a state that many tests begin from."""

from tests.make.city import City
from tests.make.phone import Phone


def sent_referral(city: City, unit: str = "shelter", **body) -> tuple[Phone, str]:
    """An encounter of the street team with a referral to a unit of the city; gives the phone and the referral's id."""
    phone = city.phone("rua")
    met = phone.encounter()
    referral = phone.referral(met, unit, **body)
    outcomes = phone.push(met, referral)
    assert [outcome["status"] for outcome in outcomes] == ["done", "done"], outcomes
    return phone, referral["body"]["referral_id"]


def refused(phone: Phone, command: dict) -> str | None:
    """The code with which a command is refused; None when it is done."""
    [outcome] = phone.push(command)
    return outcome["problem"]["code"] if outcome["status"] == "refused" else None
