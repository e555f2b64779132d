"""Restore with phones in the field: the server burns, another one comes back from last night's copy at the same address,
and the worker in the street notices nothing but that everything is sent."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Handset
from tests.browser.insides import encounters, everything_delivered, let_go, noted_encounter, on_shift, records, rows_on, saved_here, send_now, states, until
from tests.make.city import make_city
from tests.make.machine import Machine, own_keyring
from tests.make.server import Server


@pytest.fixture
def machines() -> Iterator[tuple[Machine, Machine]]:
    """The one that burns, and the one that comes after it."""
    both = Machine(), Machine()
    with own_keyring():
        yield both
    for machine in both:
        machine.remove()


def test_a_server_is_restored_while_a_phone_is_in_the_field(machines, playwright, browser, tmp_path):
    first, second = machines
    code = first.set_up()
    city = make_city(first.app())
    server = Server(first.config).start()
    phone = Handset(playwright, server.url, browser=browser)
    try:
        page = on_shift(city, phone)
        saved_here(page)
        let_go(page)
        everything_delivered(page)
        known = {row["id"] for row in encounters(city)}
        assert len(known) == 1
        made = first.flask("backup", "create", "--to", str(tmp_path / "elsewhere"))
        assert made.returncode == 0, made.stderr
        [copy] = (tmp_path / "elsewhere").iterdir()

        # The day goes on after the copy: two more are delivered, and the last one meets no server any more.
        saved_here(page)
        noted_encounter(page, "Em situação de rua", "depois da cópia")
        let_go(page)
        everything_delivered(page)
        delivered = {row["id"]: row for row in encounters(city)}
        receipts = receipts_on(page)
        assert len(delivered) == 3
        server.stop()
        saved_here(page)
        first.remove()

        restored = second.flask("backup", "restore", str(copy), typed=code + "\n")
        assert restored.returncode == 0, restored.stderr
        city.app = second.app()
        assert {row["id"] for row in encounters(city)} == known
        server.config = second.config
        server.start()

        # Nothing is asked of the worker: no sign-in, no new listing to start by hand.
        let_go(page)
        send_now(page)
        until(page, lambda: len(encounters(city)) == 4, timeout_s=60)
        everything_delivered(page)
        after = {row["id"]: row for row in encounters(city)}
        assert set(delivered) < set(after)
        for one in delivered:
            assert {key: after[one][key] for key in SAME} == {key: delivered[one][key] for key in SAME}
            # To the second it can't be: this phone's clock was moved ahead, which the first server saw and the second not.
            assert abs(after[one]["occurred_at"] - delivered[one]["occurred_at"]) < timedelta(minutes=1)
        assert set(states(page)) == {"delivered"}
        assert receipts.items() <= receipts_on(page).items()
        page.goto("/app/#/")
        expect(records(page, "delivered")).to_have_count(4)
        expect(page.get_by_label("Senha", exact=True)).to_have_count(0)

        # The work goes on, and what was sent again was sent once.
        before = len(done(city))
        saved_here(page)
        let_go(page)
        everything_delivered(page)
        assert len(done(city)) == before + 1 and len(encounters(city)) == 5
        assert phone.errors == []
    finally:
        phone.close()
        server.stop()


SAME = ("situation", "people_count", "note", "shift_id", "team_id", "worker_id", "region_id")


def receipts_on(page) -> dict[str, str]:
    return {row["id"]: row["receipt"] for row in rows_on(page, "commands") if row["receipt"]}


def done(city) -> list[dict]:
    return city.rows("SELECT id FROM sync_commands WHERE municipality_id = :m AND status = 'done'")
