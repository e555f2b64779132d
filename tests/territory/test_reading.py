"""Reading GeoJSON: what is taken, what is refused one by one, and what stops the whole file."""

import json
import random

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.territory import geojson, problems, rules
from app.territory.terms import LAYERS, REFUSALS
from tests.make.territory import SOUTH, WEST, area, bow_tie, collection, feature, line


def read(raw, layer="region", name_property=None):
    reading = geojson.read(raw, layer, name_property)
    rules.check_reading(reading, layer)
    return reading


def shapes_of(reading):
    return [shapely.from_wkb(each.wkb) for each in reading.features]


def test_an_area_becomes_the_same_shape_without_its_heights():
    reading = read(collection(feature(area(z=True), "CENTRO")))
    (shape,) = shapes_of(reading)
    assert not shape.has_z
    assert shape.equals(shapely.box(WEST, SOUTH, WEST + 0.01, SOUTH + 0.01))
    assert [each.name for each in reading.features] == ["Centro"]
    assert reading.name_property == "nome"


def test_single_and_multi_geometries_live_in_one_layer():
    two = {
        "type": "MultiLineString",
        "coordinates": [[[WEST, SOUTH], [WEST + 0.01, SOUTH]], [[WEST, SOUTH + 0.01], [WEST + 0.01, SOUTH + 0.01]]],
    }
    reading = read(collection(feature(line((WEST, SOUTH), (WEST + 0.01, SOUTH)), "A"), feature(two, "B")), "street")
    assert [shape.geom_type for shape in shapes_of(reading)] == ["LineString", "MultiLineString"]


def test_a_collection_gives_its_areas_and_leaves_its_points():
    mixed = {"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [WEST, SOUTH]}, area()]}
    reading = read(collection(feature(mixed, "A")))
    assert shapes_of(reading)[0].geom_type == "Polygon"
    assert reading.ignored_parts == 1


def test_an_open_ring_is_closed_and_counted_as_mended():
    square = area()
    square["coordinates"][0].pop()
    (only,) = read(collection(feature(square, "A"))).features
    assert only.mended
    assert shapely.from_wkb(only.wkb).area == pytest.approx(0.0001)


def test_a_hole_of_two_points_is_dropped_and_the_area_stays():
    square = area()
    square["coordinates"].append([[WEST, SOUTH], [WEST + 0.001, SOUTH]])
    (only,) = read(collection(feature(square, "A"))).features
    assert only.mended and not shapely.from_wkb(only.wkb).interiors


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (feature(None, "B"), "no_geometry"),
        (feature({"type": "Polygon", "coordinates": []}, "B"), "empty_geometry"),
        (feature({"type": "GeometryCollection", "geometries": []}, "B"), "empty_geometry"),
        (feature({"type": "Polygon", "coordinates": [[[WEST, SOUTH]]]}, "B"), "too_few_points"),
        (feature({"type": "Polygon", "coordinates": [[["a", 1]]]}, "B"), "bad_coordinates"),
        (feature({"type": "Polygon", "coordinates": [[[True, False]] * 4]}, "B"), "bad_coordinates"),
        (feature({"type": "Polygon", "coordinates": {"x": 1}}, "B"), "bad_coordinates"),
        (feature({"type": "Polygon"}, "B"), "bad_coordinates"),
        (feature({"type": "Circle", "coordinates": [0, 0]}, "B"), "wrong_kind"),
        (feature([1], "B"), "wrong_kind"),
        (feature(line((WEST, SOUTH), (WEST + 1, SOUTH)), "B"), "wrong_kind"),
        (feature(area(west=2.0, south=48.0), "B"), "outside_brazil"),
        (feature(area(west=SOUTH, south=WEST), "B"), "swapped"),
        (feature(area(west=229000, south=6710000), "B"), "off_the_planet"),
        (feature(area(), "SEM NOME"), "no_name"),
        ({"type": "Polygon"}, "not_a_feature"),
        (None, "not_a_feature"),
        ("x", "not_a_feature"),
    ],
)
def test_a_bad_feature_is_refused_alone_with_its_reason(bad, reason):
    good = feature(area(), "A")
    reading = read(collection(good, bad, good))
    assert reading.refused == {reason: [1]}
    assert [each.index for each in reading.features] == [0, 2]
    assert reason in REFUSALS


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b"", problems.Truncated),
        (b"  \n", problems.Truncated),
        (collection(feature(area(), "A"))[:-1], problems.Truncated),
        (b"PK\x03\x04", problems.NotJson),
        (b"<kml/>", problems.NotJson),
        (b'{"type": "FeatureCollection",, "features": []}', problems.NotJson),
        ("{\"type\": \"São\"}".encode("latin-1"), problems.NotJson),
        (b"[]", problems.NotGeoJson),
        (b"3", problems.NotGeoJson),
        (b'{"type": "Topology", "objects": {}}', problems.NotGeoJson),
        (b'{"type": "FeatureCollection"}', problems.NotGeoJson),
        (json.dumps(area()).encode(), problems.NotGeoJson),
        (collection(), problems.NoFeatures),
        (collection(feature(area(229000, 6710000), "A")), problems.Projected),
        (collection(feature(area(), "A"), crs={"properties": {"name": "urn:ogc:def:crs:EPSG::31982"}}), problems.Projected),
        (collection(feature(area(), "A"), crs={"properties": {"name": "SIRGAS 2000 / UTM zone 22S"}}), problems.Projected),
        (collection(feature(area(), "A"), crs={"properties": {"name": "EPSG:4618"}}), problems.OtherDatum),
        (collection(feature(area(SOUTH, WEST), "A")), problems.Swapped),
        (collection(feature(area(2.0, 48.0), "A")), problems.OutsideBrazil),
        (collection(feature({"type": "Point", "coordinates": [WEST, SOUTH]}, "A")), problems.WrongLayer),
        (collection(feature(line((WEST, SOUTH), (WEST + 1, SOUTH)), "A")), problems.WrongLayer),
        (collection(feature(area())), problems.NothingKept),
        (collection(feature(None, "A"), feature(area(), "S/N")), problems.NothingKept),
        (collection(feature(area(), a="x", b="y")), problems.NamePropertyUnclear),
    ],
)  # fmt: skip
def test_a_file_that_cannot_serve_stops_with_its_own_sentence(app, raw, problem):
    with app.app_context(), pytest.raises(problem) as stopped:
        read(raw)
    with app.app_context():
        sentence = str(stopped.value.sentence)
    assert sentence and "\n" not in sentence and "%(" not in sentence


def test_areas_given_as_streets_are_the_wrong_layer():
    with pytest.raises(problems.WrongLayer):
        read(collection(feature(area(), "A")), "street")


@pytest.mark.parametrize(
    "name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::4326", "EPSG:4674", "", None, 3]
)
def test_systems_in_degrees_are_taken(name):
    assert read(collection(feature(area(), "A"), crs={"type": "name", "properties": {"name": name}})).features


def test_a_lone_feature_and_a_byte_order_mark_are_taken():
    assert read(b"\xef\xbb\xbf" + json.dumps(feature(area(), "A")).encode()).read == 1


def test_the_name_is_found_where_it_is_obvious_and_asked_where_not():
    def chosen(layer="region", asked=None, **properties):
        return geojson.choose_property([feature(area(), **properties)], layer, asked)

    assert chosen(ns_name="Norte") == "ns_name"
    assert chosen(NOME="Norte", descricao="x", id=3) == "NOME"
    assert chosen("neighbourhood", nm_bairro="Norte", zona="A") == "nm_bairro"
    assert chosen(regiao=3, area=2.5) == "regiao"
    assert chosen(label="Norte", area=2.5) == "label"
    assert chosen("block", area=2.5) is None
    assert chosen() is None
    assert chosen(nome="x", outro="y", asked="outro") == "outro"
    assert chosen(nome="x", asked="") is None
    with pytest.raises(problems.NamePropertyMissing) as missing:
        chosen(nome="x", asked="nomes")
    assert missing.value.extra == {"choices": ["nome"]}


def test_features_without_properties_are_nameless_streets():
    bare = {"type": "Feature", "geometry": line((WEST, SOUTH), (WEST + 0.01, SOUTH)), "properties": None}
    reading = read(
        collection(bare, feature(bare["geometry"], "SEM NOME"), feature(bare["geometry"], "AURORA")), "street"
    )
    assert [each.name for each in reading.features] == [None, None, "Aurora"]


def test_a_path_that_is_no_file_and_a_file_too_large_say_so(tmp_path, monkeypatch):
    with pytest.raises(problems.FileMissing):
        geojson.load(tmp_path / "none.geojson")
    with pytest.raises(problems.FileMissing):
        geojson.load(tmp_path)
    large = tmp_path / "large.geojson"
    with large.open("wb") as file:
        file.truncate(64 * 1024 * 1024 + 1)  # sparse: takes no room on the disk
    with pytest.raises(problems.FileTooLarge):
        geojson.load(large)


def test_any_cut_of_a_file_is_recognised_as_a_cut():
    raw = collection(feature(area(), 'A "quoted" \\ ção'), feature(bow_tie(), "B"))
    for end in random.Random(1).sample(range(1, len(raw)), 150):
        with pytest.raises(problems.Truncated):
            geojson.parse(raw[:end])


_VALUES = st.recursive(
    st.none() | st.booleans() | st.floats(-200, 200) | st.integers(-(10**7), 10**7) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)
_POSITIONS = st.lists(
    st.tuples(st.floats(-74, -28), st.floats(-34, 5)) | st.tuples(st.floats(-200, 200), st.floats(-200, 200)),
    max_size=6,
)
_GEOMETRIES = st.one_of(
    _VALUES,
    st.fixed_dictionaries({"type": st.sampled_from(["LineString", "MultiPoint"]), "coordinates": _POSITIONS}),
    st.fixed_dictionaries(
        {"type": st.sampled_from(["Polygon", "MultiLineString"]), "coordinates": st.lists(_POSITIONS, max_size=3)}
    ),
    st.fixed_dictionaries({"type": st.just("MultiPolygon"), "coordinates": st.lists(st.lists(_POSITIONS), max_size=2)}),
    st.fixed_dictionaries({"type": st.sampled_from(["Polygon", "GeometryCollection"]), "coordinates": _VALUES}),
)
_FEATURES = st.fixed_dictionaries(
    {"type": st.just("Feature"), "geometry": _GEOMETRIES, "properties": st.dictionaries(st.text(max_size=5), _VALUES, max_size=3) | _VALUES}
)  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_FEATURES | _VALUES, min_size=1, max_size=5), st.sampled_from(list(LAYERS)))
def test_any_collection_is_accounted_for_feature_by_feature(features, layer):
    try:
        reading = geojson.read(collection(*features), layer)
    except problems.BadFile:
        return
    places = [each.index for each in reading.features] + [i for indexes in reading.refused.values() for i in indexes]
    assert sorted(places) == list(range(len(features)))
    assert set(reading.refused) <= set(REFUSALS)
    for shape in shapes_of(reading):
        assert not shape.is_empty and shape.area >= 0
        assert shapely.get_dimensions(shape) == LAYERS[layer].dimension


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200) | _VALUES.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_either_read_or_stop_with_a_problem_of_ours(raw):
    try:
        reading = geojson.read(raw, "region")
    except problems.BadFile:
        return
    assert reading.features or reading.refused
