"""The administrator's pages of the territory."""

import pytest

from app.core import clock
from app.territory import service
from tests.make.territory import WEST, area, collection, feature


@pytest.fixture
def imported(city):
    raw = collection(
        feature(area(), "<script>alert(1)</script>"), feature(area(WEST + 0.005), "Sul"), feature(None, "X")
    )
    actor = city.actor("admin")
    with city.transaction() as session:
        return service.import_layer(session, actor, "region", "<b>.geojson", raw, clock.now()).edition


def test_the_list_and_the_report_are_shown_and_names_stay_text(city, imported):
    client = city.client("admin")
    listed = client.get("/admin/territorio")
    assert listed.status_code == 200
    page = listed.get_data(as_text=True)
    assert f"/admin/territorio/{imported.id}" in page and "&lt;b&gt;.geojson" in page
    report = client.get(f"/admin/territorio/{imported.id}").get_data(as_text=True)
    assert "se sobrepõem" in report and "sem geometria" in report
    for shown in (page, report):
        assert "<script>alert" not in shown and "<b>.geojson" not in shown


def test_an_edition_of_another_city_does_not_exist(city, other_city, imported):
    assert other_city.client("admin").get(f"/admin/territorio/{imported.id}").status_code == 404
    assert city.client("admin").get("/admin/territorio/not-an-id").status_code == 404


@pytest.mark.parametrize("persona", ["rua", "abrigo", "supervisao", "auditoria"])
def test_who_does_not_import_is_refused(city, persona):
    assert city.client(persona).get("/admin/territorio").status_code == 403


def test_nobody_is_led_to_the_sign_in(city):
    answer = city.client().get("/admin/territorio")
    assert answer.status_code == 302 and answer.headers["Location"].startswith("/entrar")
