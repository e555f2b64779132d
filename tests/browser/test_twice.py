"""A finger that trembles taps twice before a slow phone has drawn anew: it is one tap."""

import pytest

from tests.browser.insides import rows_on
from tests.browser.steps import sign_in

pytestmark = pytest.mark.browser

# Both taps in one turn of the browser: nothing can be drawn between them.
TWICE = "name => { const button = document.querySelector(`[data-name=${name}]`); button.click(); button.click() }"


def test_two_taps_open_one_shift_and_leave_one_mark(city, handset):
    page = handset.open()
    sign_in(page, city, "rua")
    page.goto("/app/#/turno")
    page.locator("[data-name=start-shift]").wait_for()
    page.evaluate(TWICE, "start-shift")
    page.locator("[data-name=pass-by]").click()
    page.locator("[data-name=pass-here]").wait_for()
    page.evaluate(TWICE, "pass-here")
    page.locator("[data-name=pass-here]").wait_for(state="detached")
    names = [row["name"] for row in rows_on(page, "commands")]
    assert names == ["shifts.start", "shifts.pass_by"]
