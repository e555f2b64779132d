"""What a phone delivered is shown there until it has come back: each delivery has a mark, each pull says what it has seen."""

from sqlalchemy import create_engine, text

from app.core.ids import new_id


def _last_page(phone):
    return phone.client.get("/api/v1/sync/pull", query_string={"cursor": phone.cursor}).json


def test_a_pull_beside_a_slow_transaction_says_that_it_has_not_seen_what_was_just_delivered(city, config):
    phone = city.phone("rua")
    phone.pull()
    body = {"person_id": str(new_id()), "called": "Galego", "called_kind": "nickname", "age_band": None, "sex": None, "region_id": str(city.ids["north"])}
    engine = create_engine(config.owner_url if hasattr(config, "owner_url") else config.database_url)
    with engine.connect() as slow:
        slow.execute(text("SELECT pg_current_xact_id()"))
        mark = phone.post([phone.command("people.register", body)]).json["mark"]
        page = _last_page(phone)
        assert not page["has_more"] and page["seen"] < mark
        assert body["person_id"] not in [change["id"] for change in page["changes"]]
        slow.rollback()
    page = _last_page(phone)
    assert page["seen"] >= mark
    assert body["person_id"] in [change["id"] for change in page["changes"]]
