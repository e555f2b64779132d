"""The city's map file: what is in it, that it is the same for the same layers, who may fetch it, and how by pieces."""

import hashlib
import math
import random
import threading

import pytest
from sqlalchemy import text

from app.core import clock
from app.territory import problems, service
from app.territory.basemap import archive
from app.territory.basemap import service as baking
from tests.make.city import SOUTH as REGION_SOUTH
from tests.make.city import WEST as REGION_WEST
from tests.make.pmtiles import Archive
from tests.make.territory import area, collection, feature, line

WEST, SOUTH = REGION_WEST + 0.02, REGION_SOUTH + 0.02
STREET, QUARTER = "Rua da Aurora", "Bairro do Sol"
STREETS = collection(
    feature(line((WEST, SOUTH), (WEST + 0.005, SOUTH)), STREET),
    feature(line((WEST + 0.005, SOUTH), (WEST + 0.01, SOUTH)), STREET),
    feature(line((WEST, SOUTH + 0.001), (WEST + 0.0005, SOUTH + 0.001))),
)
ADDRESS = "/api/v1/territory/basemap"


def bring(city, raw, layer):
    with city.transaction() as session:
        service.import_layer(session, city.actor_in(session, "admin"), layer, "a.geojson", raw, clock.now())


def bake(city, **options):
    with city.transaction() as session:
        return baking.bake(session, city.ibge, clock.now(), **options)


def kept(city):
    return city.rows("SELECT sha256, content FROM territory_basemaps WHERE municipality_id = :m ORDER BY made_at, id")


@pytest.fixture
def drawn(city):
    bring(city, STREETS, "street")
    bring(city, collection(feature(area(WEST, SOUTH), QUARTER)), "neighbourhood")
    bring(city, collection(feature(area(WEST, SOUTH, 0.001))), "block")
    city.digest = bake(city).basemap.sha256
    return city


def tile_of(lon, lat, zoom):
    across = (lon + 180) / 360
    down = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return zoom, int(across * 2**zoom), int(down * 2**zoom)


def test_the_file_holds_the_layers_by_zoom(drawn):
    [row] = kept(drawn)
    raw = bytes(row["content"])
    assert hashlib.sha256(raw).hexdigest() == row["sha256"] == drawn.digest
    found = Archive(raw)
    assert (found.least_zoom, found.most_zoom) == (10, 16)
    assert found.bounds == pytest.approx((REGION_WEST, REGION_SOUTH, REGION_WEST + 0.1, REGION_SOUTH + 0.2), abs=1e-6)
    near, middle, far = (found.tile(*tile_of(WEST + 0.0002, SOUTH + 0.0002, zoom)) for zoom in (16, 13, 10))
    assert STREET.encode() in near and b"block" in near and b"neighbourhood_border" in near
    assert STREET.encode() in middle and b"block" not in middle
    # From afar a street of a kilometre is not seen; its region is.
    assert STREET.encode() not in far and b"region_border" in far and b"North" in far
    assert QUARTER.encode() in found.tile(*tile_of(WEST + 0.005, SOUTH + 0.005, 16))
    assert found.tile(*tile_of(0, 0, 16)) is None


def test_a_city_of_thousands_of_tiles_is_found_through_leaves(monkeypatch):
    monkeypatch.setattr(archive, "_FIRST_READ", 1000)
    dice = random.Random(7)
    tiles = {(16, x, y): dice.randbytes(dice.randrange(1, 400)) for x in range(50) for y in range(50)}
    found = Archive(archive.write(tiles, (0, 0, 1, 1), {}))
    assert found.leaves.stop > found.leaves.start and found.root.stop <= 1000
    some = dice.sample(sorted(tiles), 40)
    assert {at: found.tile(*at) for at in some} == {at: tiles[at] for at in some}


def test_the_same_layers_are_the_same_bytes_and_others_sweep_the_old(drawn):
    bring(drawn, STREETS, "street")  # a new edition: other ids, the same streets
    again = bake(drawn)
    assert (again.is_new, again.basemap.sha256) == (False, drawn.digest)
    assert len(kept(drawn)) == 1
    digests = [drawn.digest]
    for name in ("Rua Nova", "Rua Novíssima"):
        bring(drawn, collection(feature(line((WEST, SOUTH), (WEST + 0.01, SOUTH + 0.01)), name)), "street")
        done = bake(drawn)
        assert done.is_new
        digests.append(done.basemap.sha256)
    assert [row["sha256"] for row in kept(drawn)] == digests[1:]  # who is halfway through the last one may finish


def test_a_bake_that_is_cut_leaves_the_map_of_before(drawn, monkeypatch):
    bring(drawn, collection(feature(line((WEST, SOUTH), (WEST + 0.01, SOUTH + 0.01)), "Rua Nova")), "street")
    monkeypatch.setattr(archive, "write", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        bake(drawn)
    assert [row["sha256"] for row in kept(drawn)] == [drawn.digest]
    assert drawn.client("rua").get(ADDRESS).json["sha256"] == drawn.digest


def test_two_at_once_bake_one(drawn, monkeypatch):
    bring(drawn, collection(feature(line((WEST, SOUTH), (WEST + 0.01, SOUTH + 0.01)), "Rua Nova")), "street")
    written, done, write = [], [], archive.write
    monkeypatch.setattr(archive, "write", lambda *given: written.append(1) or write(*given))
    threads = [threading.Thread(target=lambda: done.append(bake(drawn))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(written) == 1
    assert sorted(each.is_new for each in done) == [False, True] and len({each.basemap.sha256 for each in done}) == 1


def test_without_a_layer_there_is_no_map(city):
    client = city.client("rua")
    assert client.get(ADDRESS).json["code"] == "territory.no_basemap"
    with city.transaction() as session:
        session.execute(text("DELETE FROM territory_shapes WHERE municipality_id = :m"), {"m": city.ibge})
        with pytest.raises(problems.NoLayers):
            baking.bake(session, city.ibge, clock.now())


def test_an_import_asks_for_its_map(city):
    bring(city, STREETS, "street")
    asked = "SELECT count(*) AS n FROM procrastinate_jobs WHERE task_name = 'territory.bake_basemap' AND args ->> 'municipality_id' = :c"
    assert city.rows(asked, c=str(city.ibge))[0]["n"] == 1


def test_it_is_fetched_whole_and_by_pieces(drawn):
    client, where = drawn.client("rua"), f"{ADDRESS}/{drawn.digest}"
    raw = bytes(kept(drawn)[0]["content"])
    said = client.get(ADDRESS).json
    assert (said["sha256"], said["size_bytes"], said["address"]) == (drawn.digest, len(raw), where)
    whole = client.get(where, headers={"Accept-Encoding": "gzip"})
    assert (whole.status_code, whole.data, whole.headers["Content-Length"]) == (200, raw, str(len(raw)))
    assert whole.headers["ETag"] == f'"{drawn.digest}"' and "Content-Encoding" not in whole.headers
    assert "private" in whole.headers["Cache-Control"] and "immutable" in whole.headers["Cache-Control"]

    def asked(value, **more):
        return client.get(where, headers={"Range": value, "Accept-Encoding": "gzip"} | more)

    for value, part in {"bytes=0-126": raw[:127], "bytes=100-": raw[100:], "bytes=-50": raw[-50:], f"bytes=9-{len(raw) * 2}": raw[9:]}.items():
        got = asked(value)
        assert (got.status_code, got.data) == (206, part), value
        assert got.headers["Content-Range"].endswith(f"/{len(raw)}") and "Content-Encoding" not in got.headers
    beyond = asked(f"bytes={len(raw)}-")
    assert (beyond.status_code, beyond.headers["Content-Range"], beyond.json["code"]) == (416, f"bytes */{len(raw)}", "territory.not_that_far")
    assert asked("bytes=0-9", **{"If-Range": f'"{drawn.digest}"'}).status_code == 206
    # Of another version, of several pieces or of something that is no range: the whole.
    for value, more in (("bytes=0-9", {"If-Range": '"other"'}), ("bytes=0-1,5-6", {}), ("bananas=1", {}), ("bytes=9-3", {})):
        assert asked(value, **more).status_code == 200, value
    assert client.get(where, headers={"If-None-Match": f'"{drawn.digest}"'}).status_code == 304
    head = client.head(where)
    assert (head.status_code, head.data, head.headers["Content-Length"]) == (200, b"", str(len(raw)))


def test_only_who_works_in_the_city_fetches_it(drawn, other_city):
    where = f"{ADDRESS}/{drawn.digest}"
    assert drawn.client().get(where).status_code == 401
    assert drawn.client("auditoria").get(where).status_code == 403
    theirs = other_city.client("rua").get(where, headers={"Range": "bytes=0-9"})
    assert (theirs.status_code, theirs.json["code"]) == (404, "territory.basemap_gone")
    assert other_city.client("supervisao").get(ADDRESS).status_code == 404
