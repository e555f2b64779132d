"""The content of a push and who sends it, read by an implementation of the test's own."""

import re
import stat
import threading
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec

from app.core import webpush
from app.core.webpush import Message, Target
from tests.notices.receiver import Browser, b64d, b64e, opened, verified

NOW = datetime(2026, 11, 27, 22, 0, tzinfo=UTC)
CONTENT = '{"title": "Novo encaminhamento"}'.encode()


def target_of(browser):
    told = browser.subscription()
    return Target(told["endpoint"], told["keys"]["p256dh"], told["keys"]["auth"])


def test_the_test_s_reader_opens_the_example_of_rfc_8291():
    """Section 5 and appendix A: proof that the reader below is a right one."""
    number = int.from_bytes(b64d("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"), "big")
    private = ec.derive_private_key(number, ec.SECP256R1())
    body = (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
        "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )
    assert opened(b64d(body), private, b64d("BTBZMqHH6r4Tts7J_aSIgg")) == b"When I grow up, I want to be a watermelon"


def test_only_the_browser_opens_its_push(pushing):
    browser, other = Browser(pushing, "a"), Browser(pushing, "b")
    body = webpush.encrypted(target_of(browser), CONTENT)
    assert opened(body, browser.private, browser.auth) == CONTENT
    with pytest.raises(InvalidTag):
        opened(body, other.private, browser.auth)
    with pytest.raises(InvalidTag):
        opened(body, browser.private, other.auth)
    assert CONTENT not in body


def test_all_pushes_are_of_one_length_and_none_is_like_another(pushing):
    target = target_of(Browser(pushing, "a"))
    bodies = [webpush.encrypted(target, content) for content in (b"", CONTENT, b"x" * 300, CONTENT)]
    assert len({len(body) for body in bodies}) == 1
    assert len({body[:16] for body in bodies}) == 4  # a salt of its own
    assert len(bodies[0]) < 4096  # what every service takes


def test_a_service_learns_who_sends_for_it_alone_and_for_how_long(tmp_path):
    key = webpush.key_of(tmp_path)
    header = webpush.authorization("https://fcm.googleapis.com/fcm/send/abc", key, "mailto:vinculo@cidade.test", NOW)
    claims, point = verified(header)
    assert claims["aud"] == "https://fcm.googleapis.com"
    assert claims["sub"] == "mailto:vinculo@cidade.test"
    assert NOW < datetime.fromtimestamp(claims["exp"], UTC) <= NOW + timedelta(hours=24)
    assert b64e(point) == webpush.public_key(tmp_path)
    token, _, rest = header.partition(".")
    with pytest.raises(InvalidSignature):
        verified(f"{token}.{b64e(b'{}')}.{rest.split('.', 1)[1]}")


def test_the_key_is_made_once_and_is_nobody_else_s(tmp_path):
    folder = tmp_path / "keys"
    made = []
    threads = [threading.Thread(target=lambda: made.append(webpush.public_key(folder))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 8 and len(set(made)) == 1
    path = folder / webpush.KEY_FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [found.name for found in folder.iterdir()] == [webpush.KEY_FILE]  # no draft is left


def test_a_torn_key_is_not_quietly_replaced(tmp_path):
    (tmp_path / webpush.KEY_FILE).write_bytes(b"torn")
    with pytest.raises(ValueError):
        webpush.public_key(tmp_path)
    assert (tmp_path / webpush.KEY_FILE).read_bytes() == b"torn"


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/abc", "https://updates.push.services.mozilla.com/wpush/v2/abc",
        "https://wns2-by3p.notify.windows.com/w/?token=abc", "https://web.push.apple.com/abc",
        "https://fcm.googleapis.com:443/fcm/send/abc",
    ],
)  # fmt: skip
def test_push_services_that_are_known(endpoint):
    assert webpush.acceptable(endpoint)


@pytest.mark.parametrize(
    "endpoint",
    [
        "", "http://fcm.googleapis.com/abc", "https://example.org/abc", "https://fcm.googleapis.com.example.org/abc",
        "https://fcm.googleapis.com@example.org/abc", "https://example.org/fcm.googleapis.com", "https://notify.windows.com/w",
        "https://evilnotify.windows.com/w", "https://fcm.googleapis.com:8443/abc", "https://127.0.0.1/abc", "https://[::1]/abc",
        "https://fcm.googleapis.com/a b", "https://fcm.googleapis.com/a\r\nHost: x", "ftp://fcm.googleapis.com/abc", "https://",
        "https://fcm.googleapis.com:port/abc", "https://[fcm.googleapis.com/abc", "https://fcm.googleapis.com/" + "a" * 2000,
        "//fcm.googleapis.com/abc", "file:///etc/passwd", "https://fcm.googleapis.com/abc#x", "https://FCM.googleapis.com\\@x/abc",
    ],
)  # fmt: skip
def test_addresses_that_are_no_push_service_of_ours(endpoint, tmp_path):
    assert not webpush.acceptable(endpoint)
    told = Message(CONTENT, timedelta(hours=1), True, "x")
    assert webpush.send(Target(endpoint, "", ""), told, webpush.key_of(tmp_path), "mailto:a@b.test", NOW) == 410


def test_headers_say_how_long_how_urgent_and_what_it_replaces(pushing, tmp_path):
    browser = Browser(pushing, "a")
    told = Message(CONTENT, timedelta(hours=4), True, "referral_new")
    assert webpush.send(target_of(browser), told, webpush.key_of(tmp_path), "mailto:a@b.test", NOW) == 201
    [pushed] = browser.pushes()
    sent = {name.lower(): value for name, value in pushed.headers.items()}
    assert (sent["ttl"], sent["urgency"]) == ("14400", "high")
    assert sent["content-encoding"] == "aes128gcm"
    assert opened(pushed.body, browser.private, browser.auth) == CONTENT


def test_a_topic_joins_what_is_alike_and_tells_a_service_nothing(pushing, tmp_path):
    first, second = Browser(pushing, "a"), Browser(pushing, "b")
    for browser, topic in ((first, "referral_new"), (first, "referral_new"), (first, "trial"), (second, "referral_new")):
        told = Message(CONTENT, timedelta(hours=4), True, topic)
        webpush.send(target_of(browser), told, webpush.key_of(tmp_path), "mailto:a@b.test", NOW)
    topics = [pushed.headers["Topic"] for pushed in pushing.pushed]
    assert topics[0] == topics[1] and len(set(topics)) == 3
    assert all(re.fullmatch(r"[\w-]{1,32}", topic) and "referral" not in topic for topic in topics)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_followed_nowhere(pushing, tmp_path, status):
    browser = Browser(pushing, "a")
    pushing.answer(browser, status)
    told = Message(CONTENT, timedelta(hours=1), False, "x")
    assert webpush.send(target_of(browser), told, webpush.key_of(tmp_path), "mailto:a@b.test", NOW) == status
    assert [pushed.path for pushed in pushing.pushed] == ["/push/a"]


def test_a_service_that_is_not_there_is_no_answer(pushing, tmp_path, monkeypatch):
    gone = Browser(pushing, "a")
    target = target_of(gone)
    told = Message(CONTENT, timedelta(hours=1), False, "x")
    monkeypatch.setattr(webpush, "acceptable", lambda _endpoint: True)
    unreached = Target("http://127.0.0.1:9/push/a", target.p256dh, target.auth)
    assert webpush.send(unreached, told, webpush.key_of(tmp_path), "mailto:a@b.test", NOW) == 0


@pytest.mark.parametrize("p256dh, auth", [("", ""), ("AAAA", "A" * 22), (b64e(b"\x04" + b"\x01" * 64), "A" * 22), ("ã", "ã")])
def test_keys_that_encrypt_nothing(p256dh, auth):
    assert not webpush.fits(p256dh, auth)
