"""Importing layers: editions, identities, differences, reports; and that a refused file writes nothing."""

from pathlib import Path

import pytest
import shapely

from app.access.problems import Forbidden
from app.core import clock
from app.core.db import bind
from app.core.models import Municipality
from app.territory import problems, queries, service
from app.territory.cli import chosen
from tests.make.city import NORTH_POINT
from tests.make.territory import SOUTH, WEST, area, bow_tie, collection, feature, line

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "santa-maria"
real_files = pytest.mark.skipif(not REAL.is_dir(), reason=f"the layers of Santa Maria are not at {REAL}")

HELD = """
SELECT (SELECT count(*) FROM territory_editions WHERE municipality_id = :m) AS editions,
       (SELECT count(*) FROM territory_shapes WHERE municipality_id = :m) AS shapes,
       (SELECT count(*) FROM territory_pieces WHERE municipality_id = :m) AS pieces,
       (SELECT count(*) FROM regions WHERE municipality_id = :m) AS regions,
       (SELECT count(*) FROM changes WHERE municipality_id = :m) AS changes,
       (SELECT count(*) FROM audit_lines WHERE municipality_id = :m AND action = 'territory.import') AS lines
"""


def bring(city, raw, layer="region", *, persona="admin", file_name="a.geojson", **options):
    actor = city.actor(persona)
    with city.transaction() as session:
        return service.import_layer(session, actor, layer, file_name, raw, clock.now(), **options)


def regions(city):
    return {row["name"]: row for row in city.rows("SELECT * FROM regions WHERE municipality_id = :m")}


def shapes(city, layer):
    rows = city.rows(
        "SELECT s.name, ST_AsBinary(s.geom) AS wkb FROM territory_shapes s JOIN territory_editions e"
        f" ON e.municipality_id = s.municipality_id AND e.id = s.edition_id AND e.is_current"
        f" WHERE s.municipality_id = :m AND s.layer = '{layer}' ORDER BY s.id"
    )
    return [(row["name"], shapely.from_wkb(bytes(row["wkb"]))) for row in rows]


def test_a_region_keeps_its_identity_and_a_missing_one_rests(city):
    before = regions(city)
    done = bring(city, collection(feature(area(), "NORTH"), feature(area(WEST + 0.02), "Leste")))
    after = regions(city)
    assert after["North"]["id"] == before["North"]["id"] and after["North"]["is_active"]
    assert after["South"]["id"] == before["South"]["id"] and not after["South"]["is_active"]
    assert after["Leste"]["is_active"]
    assert done.part["difference"]["added"] == {"count": 1, "names": ["Leste"]}
    assert done.part["difference"]["gone"] == {"count": 1, "names": ["South"]}
    assert done.part["difference"]["changed"] == {"count": 1, "names": ["North"]}
    back = bring(city, collection(feature(area(), "South")))
    assert regions(city)["South"]["id"] == before["South"]["id"] and regions(city)["South"]["is_active"]
    assert (back.edition.number, back.part["former"]) == (3, 2)


def test_a_better_spelling_renames_the_region_that_is_there(city):
    bring(city, collection(feature(area(), "NOSSA SENHORA DE FATIMA")))
    first = regions(city)["Nossa Senhora de Fatima"]["id"]
    done = bring(city, collection(feature(area(), "Nossa Senhora de Fátima")))
    assert regions(city)["Nossa Senhora de Fátima"]["id"] == first
    assert [done.part["difference"][kind]["count"] for kind in ("added", "gone", "changed")] == [0, 0, 0]


def test_one_name_twice_is_one_region(city):
    done = bring(city, collection(feature(area(), "Ilha"), feature(area(WEST + 0.05), "ILHA")))
    ((name, shape),) = shapes(city, "region")
    assert name == "Ilha" and shape.geom_type == "MultiPolygon" and shape.area == pytest.approx(0.0002)
    assert (done.part["read"], done.part["kept"], done.part["joined"]) == (2, 2, 1)


def test_an_old_edition_keeps_its_report_and_only_one_is_current(city):
    bring(city, collection(feature(area(), "Um"), feature(None, "Dois")))
    bring(city, collection(feature(area(), "Um")))
    rows = city.rows(
        "SELECT number, is_current, report FROM territory_editions WHERE municipality_id = :m ORDER BY number"
    )
    assert [(row["number"], row["is_current"]) for row in rows] == [(1, False), (2, False), (3, True)]
    assert rows[1]["report"]["files"][0]["reasons"] == [{"reason": "no_geometry", "count": 1, "first": [1]}]
    assert len(shapes(city, "region")) == 1
    assert city.rows("SELECT count(*) AS n FROM territory_shapes WHERE municipality_id = :m")[0]["n"] == 1


def test_a_crossed_ring_is_mended_to_its_whole_area(city):
    done = bring(city, collection(feature(bow_tie(), "Laço"), feature(area(WEST + 0.05), "Praça")), "neighbourhood")
    assert (done.part["kept"], done.part["mended"], done.part["refused"]) == (2, 1, 0)
    mended = dict(shapes(city, "neighbourhood"))["Laço"]
    assert mended.is_valid and mended.area == pytest.approx(0.00005)


def test_overlapping_parts_become_one_area_and_not_a_hole(city):
    both = {"type": "MultiPolygon", "coordinates": [area()["coordinates"], area(WEST + 0.005)["coordinates"]]}
    bring(city, collection(feature(both, "Duplo")), "neighbourhood")
    ((_name, shape),) = shapes(city, "neighbourhood")
    assert shape.is_valid and shape.area == pytest.approx(0.00015)


def test_what_cannot_be_mended_is_refused_and_the_rest_stays(city):
    flat = {
        "type": "Polygon",
        "coordinates": [[[WEST, SOUTH], [WEST + 0.1, SOUTH], [WEST + 0.2, SOUTH], [WEST, SOUTH]]],
    }
    still = line((WEST, SOUTH), (WEST, SOUTH))
    done = bring(city, collection(feature(flat, "Fio"), feature(area(), "Bom")), "neighbourhood")
    assert done.part["reasons"] == [{"reason": "beyond_mending", "count": 1, "first": [0]}]
    with pytest.raises(problems.NothingKept):
        bring(city, collection(feature(still, "Parada")), "street")


def test_a_second_file_joins_the_current_edition(city):
    one = collection(feature(area(), "Um"), feature(area(WEST + 0.02), "Dois"))
    two = collection(feature(area(WEST + 0.01), "Um"), feature(area(WEST + 0.06), "Três"))
    first = bring(city, one)
    second = bring(city, two, add=True, file_name="b.geojson")
    assert second.edition.id == first.edition.id and second.edition.file_name == "a.geojson + b.geojson"
    assert second.edition.report["totals"]["read"] == 4
    held = dict(shapes(city, "region"))
    assert sorted(held) == ["Dois", "Três", "Um"] and held["Um"].area == pytest.approx(0.0002)
    assert second.part["difference"]["added"]["names"] == ["Três"]
    assert second.part["difference"]["changed"]["names"] == ["Um"]
    assert all(regions(city)[name]["is_active"] for name in held)
    with pytest.raises(problems.AlreadyAdded):
        bring(city, two, add=True)


def test_adding_to_nothing_makes_the_first_edition(city):
    done = bring(city, collection(feature(area())), "block", add=True)
    assert (done.edition.number, done.part["former"]) == (1, None)


def test_regions_that_overlap_are_accepted_with_a_warning(city):
    done = bring(
        city, collection(feature(area(), "A"), feature(area(WEST + 0.005), "B"), feature(area(WEST + 0.02), "C"))
    )
    (warning,) = done.edition.report["warnings"]
    assert (warning["code"], warning["names"]) == ("overlap", ["A", "B"])
    assert warning["km2"] == pytest.approx(0.0005 * 0.1 * 111.2 * 111.2 * 0.868, rel=0.02)


def test_neighbours_that_share_a_border_do_not_overlap(city):
    assert (
        bring(city, collection(feature(area(), "A"), feature(area(WEST + 0.01), "B"))).edition.report["warnings"] == []
    )


def test_a_layer_of_another_place_is_accepted_with_a_warning(city):
    done = bring(city, collection(feature(area(), "Longe")), "neighbourhood")  # the city's regions are in Natal
    assert [each["code"] for each in done.edition.report["warnings"]] == ["apart"]


def test_phones_hear_of_regions_and_of_points_that_changed_hands(city):
    west, south = NORTH_POINT[0] - 0.005, NORTH_POINT[1] - 0.005
    bring(city, collection(feature(area(west, south), "Viaduto")))
    heard = city.rows("SELECT type, entity_id FROM changes WHERE municipality_id = :m")
    assert {row["entity_id"] for row in heard if row["type"] == "region"} == {
        row["id"] for row in regions(city).values()
    }
    assert [row["entity_id"] for row in heard if row["type"] == "point"] == [city.ids["point"]]
    with city.transaction() as session:
        place = queries.point_place(session, city.ibge, city.ids["point"])
    assert place and place.region_id == regions(city)["Viaduto"]["id"]


def test_an_import_leaves_its_line_in_the_trail(city):
    done = bring(city, collection(feature(area(), "A")))
    (line_,) = city.rows("SELECT * FROM audit_lines WHERE municipality_id = :m AND action = 'territory.import'")
    assert (line_["worker_id"], line_["subject_id"], line_["outcome"]) == (city.ids["admin"], done.edition.id, "done")


@pytest.mark.parametrize("persona", ["rua", "pim", "abrigo", "creas", "coordenacao", "supervisao", "auditoria"])
def test_only_the_administrator_imports(city, persona):
    with pytest.raises(Forbidden):
        bring(city, collection(feature(area(), "A")), persona=persona)


def test_another_city_never_sees_the_layer(city, other_city):
    bring(city, collection(feature(area(), "Segredo")))
    bring(other_city, collection(feature(area(WEST + 0.5), "Outra")))
    inside = (WEST + 0.005, SOUTH + 0.005)
    with other_city.transaction() as session:
        assert "Segredo" not in queries.region_names(session, city.ibge).values()
        assert queries.outlines(session, city.ibge) == []
        assert queries.locate(session, [(1, *inside)]) == {1: queries.NOWHERE}
    with city.transaction() as session:
        assert queries.locate(session, [(1, *inside)])[1].region_id == regions(city)["Segredo"]["id"]


def cli(city, *arguments):
    return city.app.test_cli_runner().invoke(
        args=["territory", "import", *map(str, arguments), "--municipality", str(city.ibge)]
    )


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (collection(feature(area(229000, 6710000), "A")), "SIRGAS 2000/UTM"),
        (collection(feature(line((WEST, SOUTH), (WEST + 1, SOUTH)), "A")), "LineString"),
        (collection(feature(area(), "A"))[:-9], "cortado"),
        (b"nome;area\n", "não é JSON"),
        (b"{}", "FeatureCollection"),
        (collection(feature(area(SOUTH, WEST), "A")), "trocadas"),
        (collection(feature(area(2.0, 48.0), "A")), "fora do Brasil"),
        (collection(feature(area())), "Nenhuma feição"),
        (collection(feature(area(), a="x", b="y")), "a, b"),
        (None, "não existe"),
        (64 * 1024 * 1024 + 1, "64 MiB"),
    ],
)
def test_a_file_that_cannot_serve_is_one_clear_line_and_nothing_is_written(city, tmp_path, raw, says):
    path = tmp_path / "a.geojson"
    if isinstance(raw, int):
        with path.open("wb") as file:
            file.truncate(raw)
    elif raw is not None:
        path.write_bytes(raw)
    before = city.rows(HELD)
    told = cli(city, path, "--layer", "region")
    assert told.exit_code == 1 and told.output.count("\n") == 1
    assert says in told.output and "Nada foi gravado" in told.output and "Traceback" not in told.output
    assert city.rows(HELD) == before


def test_the_command_tells_what_it_did(city, tmp_path):
    path = tmp_path / "regioes.geojson"
    path.write_bytes(
        collection(feature(area(), "NORTH"), feature(bow_tie(WEST + 0.02), "LESTE"), feature(area(), "S/N"))
    )
    told = cli(city, path, "--layer", "region")
    assert told.exit_code == 0, told.output
    assert "regiões · edição 2" in told.output
    assert "lidas 3, aproveitadas 2, consertadas 1, recusadas 1" in told.output
    assert "features 2" in told.output
    assert "novas: 1 (Leste); saíram: 1 (South); mudaram de forma: 1 (North)" in told.output


def test_a_failure_in_the_middle_leaves_nothing(city, monkeypatch):
    def fail(*_arguments):
        raise RuntimeError("halfway")

    before = city.rows(HELD)
    monkeypatch.setattr(service.trail, "record", fail)
    with pytest.raises(RuntimeError, match="halfway"):
        bring(city, collection(feature(area(), "A")))
    assert city.rows(HELD) == before


def test_a_shape_is_never_edited_in_place(city):
    with pytest.raises(Exception, match="permission denied"), city.transaction() as session:
        bind(session, city.ibge)
        session.connection().exec_driver_sql("UPDATE territory_shapes SET name = 'x'")


def test_the_city_is_the_only_real_one_else_the_demonstration():
    real = Municipality(id=4316907, name="Santa Maria", is_demo=False)
    natal = Municipality(id=2408102, name="Natal (demonstração)", is_demo=True)
    beside = Municipality(id=2400000, name="Vizinha (demonstração)", is_demo=True)
    assert chosen([beside, natal, real], None) is real
    assert chosen([beside, natal], None) is natal
    assert chosen([beside, natal, real], 2400000) is beside
    for cities, asked in (([], None), ([real, Municipality(id=1, name="B", is_demo=False)], None), ([real], 2408102)):
        with pytest.raises(Exception, match="munic"):
            chosen(cities, asked)


@real_files
def test_the_four_layers_of_a_real_city(city):
    def lay(file_name, layer, **options):
        return bring(city, (REAL / file_name).read_bytes(), layer, file_name=file_name, **options)

    assert lay("bairros.geojson", "neighbourhood", name_property="ns_name").edition.report["totals"] == {
        "read": 42, "kept": 42, "mended": 0, "refused": 0, "nameless": 1,
    }  # fmt: skip
    streets = lay("streets.geojson", "street").edition.report["totals"]
    assert (streets["read"], streets["kept"], streets["nameless"]) == (9343, 9343, 528)
    lay("blocks_1.geojson", "block")
    blocks = lay("blocks_2.geojson", "block", add=True)
    assert blocks.edition.report["totals"]["kept"] == 1496 + 2016
    assert blocks.part["difference"]["nameless_added"] == 2016
    regions_ = lay("bairros.geojson", "region")
    assert regions_.part["reasons"] == [{"reason": "no_name", "count": 1, "first": [41]}]
    names = {name for name, _shape in shapes(city, "street") if name}
    assert "Borges de Medeiros (Avenida)" in names and not any(name.lower() == "sem nome" for name in names)
    with city.transaction() as session:
        # The square before the cathedral.
        found = queries.locate(session, [(7, -53.8069, -29.6868)])[7]
        assert found.neighbourhood == "Centro"
        assert queries.region_names(session, city.ibge)[found.region_id] == "Centro"
        assert found.street


@real_files
def test_a_real_layer_under_the_wrong_name_writes_nothing(city):
    before = city.rows(HELD)
    for file_name, layer in (
        ("streets.geojson", "region"),
        ("bairros.geojson", "street"),
        ("blocks_1.geojson", "street"),
    ):
        with pytest.raises(problems.WrongLayer):
            bring(city, (REAL / file_name).read_bytes(), layer)
    with pytest.raises(problems.Truncated):
        bring(city, (REAL / "blocks_1.geojson").read_bytes()[:-200_000], "block")
    assert city.rows(HELD) == before
