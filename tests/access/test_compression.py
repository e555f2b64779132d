"""A large answer travels compressed to a phone that can read it; a page of the desk never does."""

import gzip

import orjson

GZIP = {"Accept-Encoding": "gzip, br"}


def test_the_worker_and_the_shell_are_compressed_for_who_asks(app):
    client = app.test_client()
    plain = client.get("/app/sw.js")
    packed = client.get("/app/sw.js", headers=GZIP)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip" and "Accept-Encoding" in packed.headers["Vary"]
    assert gzip.decompress(packed.data) == plain.data
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data)


def test_a_pull_is_compressed_and_says_the_same(city):
    phone = city.phone("rua")
    plain = phone.client.get("/api/v1/sync/pull")
    packed = phone.client.get("/api/v1/sync/pull", headers=GZIP)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert orjson.loads(gzip.decompress(packed.data))["changes"] == plain.json["changes"]


def test_small_answers_and_pages_with_a_token_stay_as_they_are(city):
    client = city.client("abrigo")
    assert "Content-Encoding" not in client.get("/api/v1/session", headers=GZIP).headers
    inbox = client.get("/mesa/", headers=GZIP)
    assert inbox.status_code == 200 and len(inbox.data) > 1000
    assert "Content-Encoding" not in inbox.headers
