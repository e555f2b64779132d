"""From a point to names: borders, the 60 m of a street, what phones draw; and that an index does the work."""

import re

import pytest
import shapely
from sqlalchemy import text

from app.core import clock
from app.core.db import bind, owner_transaction
from app.territory import queries, service
from tests.make.city import NORTH_POINT, OUTSIDE_POINT, SOUTH_POINT
from tests.make.territory import SOUTH, WEST, area, collection, feature, line

METRE = 1 / 111195


def bring(city, layer, *features, **options):
    actor = city.actor("admin")
    with city.transaction() as session:
        return service.import_layer(session, actor, layer, "a.geojson", collection(*features), clock.now(), **options)


def locate(city, *points):
    with city.transaction() as session:
        return queries.locate(session, [(k, lon, lat) for k, (lon, lat) in enumerate(points)])


def test_every_point_asked_comes_back_under_its_key(city):
    found = locate(city, NORTH_POINT, SOUTH_POINT, OUTSIDE_POINT)
    assert [found[k].region_id for k in range(3)] == [city.ids["north"], city.ids["south"], None]
    assert found[2] == queries.NOWHERE
    assert locate(city) == {}


def test_a_point_on_a_border_has_one_region(city):
    bring(city, "region", feature(area(), "A"), feature(area(WEST + 0.01), "B"))
    (found,) = locate(city, (WEST + 0.01, SOUTH + 0.005)).values()
    assert found.region_id is not None


def test_a_hole_belongs_to_nobody(city):
    ring = area(side=0.03)
    ring["coordinates"].append(area(WEST + 0.01, SOUTH + 0.01)["coordinates"][0])
    bring(city, "neighbourhood", feature(ring, "Anel"))
    found = locate(city, (WEST + 0.015, SOUTH + 0.015), (WEST + 0.005, SOUTH + 0.005))
    assert (found[0].neighbourhood, found[1].neighbourhood) == (None, "Anel")


def test_a_nameless_neighbourhood_gives_no_name(city):
    bring(city, "neighbourhood", feature(area(), "SEM NOME"), feature(area(), "Sob o outro"))
    assert locate(city, (WEST + 0.005, SOUTH + 0.005))[0].neighbourhood == "Sob o outro"


@pytest.mark.parametrize(("metres", "found"), [(0, "Aurora"), (58, "Aurora"), (62, None)])
@pytest.mark.parametrize("direction", ["north", "east"])
def test_a_street_counts_up_to_sixty_metres(city, metres, found, direction):
    narrow = 0.8678  # cosine of the latitude
    if direction == "north":
        bring(city, "street", feature(line((WEST, SOUTH), (WEST + 0.01, SOUTH)), "AURORA"))
        point = (WEST + 0.005, SOUTH + metres * METRE)
    else:
        bring(city, "street", feature(line((WEST, SOUTH), (WEST, SOUTH + 0.01)), "AURORA"))
        point = (WEST + metres * METRE / narrow, SOUTH + 0.005)
    assert locate(city, point)[0].street == found


def test_the_nearest_named_segment_wins(city):
    def along(north, name):
        return feature(line((WEST, SOUTH + north * METRE), (WEST + 0.01, SOUTH + north * METRE)), name)

    bring(city, "street", along(0, "Longe"), along(25, "Perto"), along(31, "SEM NOME"), along(90, "Longe"))
    assert locate(city, (WEST + 0.005, SOUTH + 32 * METRE))[0].street == "Perto"


def test_only_the_current_edition_answers(city):
    bring(city, "region", feature(area(), "Velha"))
    bring(city, "region", feature(area(WEST + 1), "Nova"))
    assert locate(city, (WEST + 0.005, SOUTH + 0.005))[0] == queries.NOWHERE


def test_a_real_outline_cut_small_still_covers_what_it_covered(city):
    """Pieces of a ragged area of 400 vertices agree with the whole area, point by point."""
    centre = (WEST, SOUTH)
    ragged = (
        shapely.Point(centre)
        .buffer(0.05, quad_segs=100)
        .difference(
            shapely.union_all([shapely.Point(WEST + 0.05, SOUTH + y / 100).buffer(0.004) for y in range(-4, 5)])
        )
    )
    bring(city, "region", feature(shapely.geometry.mapping(ragged), "Rendada"))
    grid = [(WEST + x / 300, SOUTH + y / 300) for x in range(-17, 18) for y in range(-17, 18)]
    found = locate(city, *grid)
    for k, point in enumerate(grid):
        assert (found[k].region_id is not None) == ragged.covers(shapely.Point(point)), point


def test_phones_draw_simple_outlines_of_active_regions(city):
    smooth = shapely.geometry.mapping(shapely.Point(WEST, SOUTH).buffer(0.05, quad_segs=200))
    bring(city, "region", feature(smooth, "Redonda"), feature(area(WEST + 0.2), "Quadrada"))
    with city.transaction() as session:
        drawn = {each["name"]: each for each in queries.outlines(session, city.ibge)}
        assert [region.name for region in queries.active_regions(session, city.ibge)] == ["Quadrada", "Redonda"]
        assert set(queries.region_names(session, city.ibge).values()) == {"North", "Quadrada", "Redonda", "South"}
    assert set(drawn) == {"Redonda", "Quadrada"}
    round_ = drawn["Redonda"]["outline"]
    assert round_["type"] == "MultiPolygon"
    ring = round_["coordinates"][0][0]
    assert 20 < len(ring) < 200
    assert all(round(value, 5) == value for position in ring for value in position)
    whole = shapely.geometry.shape(smooth)
    assert shapely.hausdorff_distance(shapely.geometry.shape(round_).boundary, whole.boundary) < 0.0003


def test_known_points_are_told_with_their_place(city):
    with city.transaction() as session:
        (only,) = queries.points(session, city.ibge)
        place = queries.point_place(session, city.ibge, city.ids["point"])
        assert queries.point_place(session, city.ibge, city.ids["north"]) is None
    assert only == {
        "id": city.ids["point"], "name": "Viaduto", "kind": "viaduct", "region_id": city.ids["north"],
        "lon": pytest.approx(NORTH_POINT[0]), "lat": pytest.approx(NORTH_POINT[1]), "frequency_days": None,
        "peaks": [], "conditions": [],
    }  # fmt: skip
    assert (place.lon, place.lat) == (only["lon"], only["lat"])


@pytest.fixture
def many_streets(city):
    """Enough streets that reading them all would show: 4,000 in a grid."""
    bring(city, "region", feature(area(side=0.3), "Toda"))
    bring(
        city,
        "street",
        *(
            feature(
                line((WEST + x * 0.002, SOUTH + y * 0.002), (WEST + x * 0.002 + 0.0015, SOUTH + y * 0.002)),
                f"Rua {x} {y}",
            )
            for x in range(80)
            for y in range(50)
        ),
    )
    return city


def scans(city):
    """Index and sequential scans of the pieces so far, as the statistics collector counted them."""
    (row,) = city.rows(
        "SELECT i.idx_scan, t.seq_scan FROM pg_stat_user_indexes i JOIN pg_stat_user_tables t USING (relid)"
        " WHERE i.indexrelname = 'ix_territory_pieces_geom'"
    )
    return row["idx_scan"], row["seq_scan"]


def test_the_application_role_locates_by_index(many_streets):
    city = many_streets
    points = [(WEST + k * 0.0031, SOUTH + k * 0.0017) for k in range(40)]
    flush = text("SELECT pg_stat_force_next_flush()")
    with city.transaction() as session:
        session.execute(flush)
    before = scans(city)
    with city.transaction() as session:
        role = session.scalar(text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"))
        assert role is False
        found = queries.locate(session, [(k, *point) for k, point in enumerate(points)])
        session.execute(flush)
    after = scans(city)
    assert sum(each.street is not None for each in found.values()) > 10
    assert after[0] - before[0] >= 3 * len(points)  # region, neighbourhood and street of each
    assert after[1] == before[1]


def test_the_plan_inside_the_function_reads_the_gist_index(many_streets):
    """EXPLAIN doesn't look inside a SECURITY DEFINER function: its own query is explained, with its variables put in."""
    city = many_streets
    (row,) = city.rows("SELECT prosrc FROM pg_proc WHERE proname = 'territory_locate'")
    body = re.search(r"RETURN QUERY(.*?);\s*END", row["prosrc"], re.DOTALL)[1]
    editions = "ARRAY(SELECT id FROM territory_editions WHERE is_current)"
    body = re.sub(r"\bpresent\b", editions, re.sub(r"= city\b", f"= {city.ibge}", body))
    body = body.replace("jsonb_array_elements(points)", f"jsonb_array_elements('[[0, {WEST}, {SOUTH}]]')")
    with city.app.app_context(), owner_transaction(city.app.config["VINCULO"].sqlalchemy_owner_url) as session:
        bind(session, city.ibge)
        plan = "\n".join(session.connection().exec_driver_sql(f"EXPLAIN {body}").scalars())
    assert plan.count("Index Scan using ix_territory_pieces_geom") == 3, plan
    assert "Seq Scan on territory_pieces" not in plan
