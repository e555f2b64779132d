"""A notice on its way: once to each, by push, else by letter, in words of nobody; never to who no longer should be told."""

import email
import email.policy
import json
import threading
from datetime import timedelta

import pytest
import structlog.testing
from sqlalchemy import text

from app.access.roles import ROLES
from app.core import clock
from app.core.ids import new_id
from app.notices import service
from app.notices.delivery import deliver
from app.notices.jobs import purge, sweep
from app.notices.terms import KINDS
from tests.make.colleague import another
from tests.notices.receiver import Browser, b64e, verified

SOON = timedelta(minutes=1)


def subscribed(city, persona, service_, name=None, client=None):
    """A browser of a persona's signed-in client that asked to be told."""
    browser = Browser(service_, name or f"{persona}-{new_id()}")
    browser.client = client or city.client(persona)
    answer = browser.client.post("/api/v1/notices/subscriptions", json=browser.subscription())
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return browser


def field(city):
    """The browser of a phone on which `rua` is signed in."""
    phone = city.phone("rua")
    phone.client.environ_base["HTTP_X_CSRF_TOKEN"] = phone.csrf
    return phone.client


def told(city, personas, kind="referral_new", subject=None, ago=timedelta(0), step=0):
    subject = subject or new_id()
    with city.transaction() as session:
        service.tell(session, city.ibge, [city.ids[name] for name in personas], kind, subject, clock.now() - ago, step)
    return subject


def delivered(city, later=SOON):
    with city.app.app_context():
        return deliver(city.ibge, clock.now() + later)


def notices(city):
    return city.rows("SELECT * FROM notices WHERE municipality_id = :m ORDER BY made_at, id")


def channels(city):
    return [row["channel"] for row in notices(city)]


def execute(city, sql, **values):
    with city.transaction() as session:
        assert session.execute(text(sql), {"m": city.ibge} | values).rowcount > 0


@pytest.fixture
def choose(city):
    def chosen(persona, **data):
        client = city.client(persona)
        answer = client.post("/conta/avisos", data={"csrf_token": client.csrf} | data)
        assert answer.status_code == 303, answer.get_data(as_text=True)

    return chosen


# -- by push --------------------------------------------------------------------------------------------------------


def test_what_a_locked_screen_shows_is_the_kind_and_nothing_else(city, pushing):
    browser = subscribed(city, "abrigo", pushing)
    subject = told(city, ["abrigo"])
    assert delivered(city) == {"push": 1}
    [content] = browser.reads()
    assert content == {
        "title": "Novo encaminhamento", "body": "Abra o Vínculo para ver.", "tag": "referral_new", "url": "/mesa/",
        "lang": "pt-BR",
    }  # fmt: skip
    assert str(subject) not in json.dumps(content)
    claims, point = verified(browser.pushes()[0].headers["Authorization"])
    assert claims["aud"] == f"https://{pushing.origin.removeprefix('http://')}"
    assert b64e(point) == browser.client.get("/api/v1/notices/key").json["public_key"]
    [row] = notices(city)
    assert row["channel"] == "push" and row["sent_at"] is not None


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_fits_and_says_nothing_of_anybody(city, pushing, kind):
    browser = subscribed(city, "abrigo", pushing)
    told(city, ["abrigo"], kind)
    delivered(city)
    [content] = browser.reads()
    assert content["title"] == str(KINDS[kind]) and set(content) == {"title", "body", "tag", "url", "lang"}


def test_a_notice_is_told_once(city, pushing):
    browser = subscribed(city, "abrigo", pushing)
    subject = told(city, ["abrigo"])
    told(city, ["abrigo"], subject=subject)
    delivered(city)
    told(city, ["abrigo"], subject=subject)
    delivered(city)
    assert len(browser.pushes()) == 1 and len(notices(city)) == 1
    told(city, ["abrigo"], "referral_waiting", subject, step=1)
    told(city, ["abrigo"], "referral_waiting", subject, step=2)
    delivered(city)
    assert len(notices(city)) == 3


def test_many_of_one_kind_are_one_push(city, pushing):
    browser = subscribed(city, "abrigo", pushing)
    for _ in range(5):
        told(city, ["abrigo"])
    told(city, ["abrigo"], "vehicle_asked")
    assert delivered(city) == {"push": 6}
    assert sorted(content["tag"] for content in browser.reads()) == ["referral_new", "vehicle_asked"]


def test_two_workers_of_the_queue_tell_once(city, pushing):
    browser = subscribed(city, "abrigo", pushing)
    told(city, ["abrigo"])
    threads = [threading.Thread(target=delivered, args=(city,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(browser.pushes()) == 1


def test_every_browser_of_a_worker_is_told_and_nobody_else_s(city, pushing):
    first, second = subscribed(city, "abrigo", pushing), subscribed(city, "abrigo", pushing)
    other = subscribed(city, "centropop", pushing)
    told(city, ["abrigo"])
    delivered(city)
    assert [len(browser.pushes()) for browser in (first, second, other)] == [1, 1, 0]


def test_each_opens_the_page_where_she_works(city, pushing):
    desk, above = subscribed(city, "abrigo", pushing), subscribed(city, "supervisao", pushing)
    street = subscribed(city, "rua", pushing, client=field(city))
    told(city, ["abrigo", "supervisao", "rua"])
    delivered(city)
    assert above.client.get("/painel/encaminhamentos").status_code == 200
    assert [browser.reads()[0]["url"] for browser in (desk, above, street)] == ["/mesa/", "/painel/encaminhamentos", "/app/"]


def test_the_words_are_in_the_worker_s_language(city, pushing):
    browser = subscribed(city, "abrigo", pushing)
    execute(city, "UPDATE workers SET locale = 'es' WHERE municipality_id = :m AND id = :w", w=city.ids["abrigo"])
    told(city, ["abrigo"])
    delivered(city)
    assert browser.reads()[0]["lang"] == "es"


# -- who is told no more --------------------------------------------------------------------------------------------


def test_a_browser_is_told_as_long_as_its_session_lasts(city, pushing):
    browser = subscribed(city, "abrigo", pushing)
    browser.client.post("/sair", data={"csrf_token": browser.client.csrf})
    told(city, ["abrigo"])
    assert delivered(city) == {"none": 1}
    assert browser.pushes() == []


def test_a_session_that_ran_out_is_told_nothing(city, pushing):
    browser = subscribed(city, "abrigo", pushing)
    told(city, ["abrigo"])
    assert delivered(city, timedelta(hours=13)) == {} or browser.pushes() == []
    assert browser.pushes() == []


def test_a_shared_browser_tells_who_signed_in_last(city, pushing):
    mine = subscribed(city, "abrigo", pushing, "tablet")
    another(city, "noite", "unit_desk", scope="shelter")
    client = city.client("noite")
    assert client.post("/api/v1/notices/subscriptions", json=mine.subscription()).status_code == 201
    told(city, ["abrigo"])
    assert delivered(city) == {"none": 1}
    told(city, ["noite"])
    assert delivered(city) == {"push": 1}
    assert len(mine.pushes()) == 1


@pytest.mark.parametrize("column", ["revoked_at", "lost_at"])
def test_a_phone_revoked_or_lost_is_told_nothing(city, pushing, column):
    browser = subscribed(city, "rua", pushing, client=field(city))
    execute(city, f"UPDATE devices SET {column} = now() WHERE municipality_id = :m AND worker_id = :w", w=city.ids["rua"])
    told(city, ["rua"])
    assert delivered(city) == {"none": 1} and browser.pushes() == []


def test_who_was_suspended_is_told_nothing_by_no_way(city, pushing, mailbox, choose):
    browser = subscribed(city, "rua", pushing, client=field(city))
    choose("rua", email="rua@cidade.test")
    told(city, ["rua"])
    execute(city, "UPDATE workers SET is_active = false WHERE municipality_id = :m AND id = :w", w=city.ids["rua"])
    assert delivered(city) == {}
    assert channels(city) == ["none"] and browser.pushes() == [] and mailbox.letters == []


def test_what_was_settled_is_told_nobody(city, pushing):
    browser = subscribed(city, "abrigo", pushing)
    subject, kept = told(city, ["abrigo"]), told(city, ["abrigo"], "vehicle_asked")
    with city.transaction() as session:
        assert service.settle(session, city.ibge, ("referral_new", "referral_waiting"), subject) == 1
        assert service.settle(session, city.ibge, "referral_new", kept) == 0
    delivered(city)
    assert [content["tag"] for content in browser.reads()] == ["vehicle_asked"]
    assert [row["channel"] for row in notices(city) if row["subject_id"] == subject] == [None]


def test_what_nobody_could_be_told_for_hours_is_over(city, pushing):
    browser = subscribed(city, "abrigo", pushing)
    told(city, ["abrigo"], ago=timedelta(hours=5))
    told(city, ["abrigo"], "vehicle_asked", ago=timedelta(hours=5))
    delivered(city)
    assert [content["tag"] for content in browser.reads()] == ["vehicle_asked"]
    assert sorted(map(str, channels(city))) == ["none", "push"]


# -- a service that does not take it --------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [404, 410, 403])
def test_a_browser_that_is_gone_is_retired(city, pushing, status):
    gone, here = subscribed(city, "abrigo", pushing), subscribed(city, "abrigo", pushing)
    pushing.answer(gone, status)
    told(city, ["abrigo"])
    assert delivered(city) == {"push": 1}
    told(city, ["abrigo"])
    delivered(city)
    assert (len(gone.pushes()), len(here.pushes())) == (1, 2)
    assert city.rows("SELECT count(*) AS n FROM push_subscriptions WHERE municipality_id = :m AND retired_at IS NOT NULL")[0]["n"] == 1


@pytest.mark.parametrize("status", [500, 503, 429, 302])
def test_a_service_in_trouble_is_asked_again_later_and_later(city, pushing, status):
    browser = subscribed(city, "abrigo", pushing)
    pushing.answer(browser, status, status, status, 201)
    start = clock.now()
    told(city, ["abrigo"])
    with city.app.app_context():
        assert deliver(city.ibge, start + SOON) == {"again": 1}
        assert deliver(city.ibge, start + SOON + timedelta(seconds=20)) == {}  # not yet
        assert deliver(city.ibge, start + timedelta(minutes=3)) == {"again": 1}
        assert deliver(city.ibge, start + timedelta(minutes=5)) == {}
        assert deliver(city.ibge, start + timedelta(minutes=7)) == {"again": 1}
        assert deliver(city.ibge, start + timedelta(minutes=15)) == {"push": 1}
    assert len(browser.pushes()) == 4
    [row] = city.rows("SELECT failures, used_at FROM push_subscriptions WHERE municipality_id = :m")
    assert row["failures"] == 0 and row["used_at"] is not None


def test_a_browser_that_fails_without_end_is_retired(city, pushing):
    browser = subscribed(city, "abrigo", pushing)
    pushing.answer(browser, 500)
    start = clock.now()
    told(city, ["abrigo"], "vehicle_asked")
    with city.app.app_context():
        for minutes in range(1, 600):
            deliver(city.ibge, start + timedelta(minutes=minutes))
    assert len(browser.pushes()) == 8
    assert channels(city) == ["none"]


def test_who_died_on_the_way_leaves_it_to_the_next(city, pushing, monkeypatch):
    browser = subscribed(city, "abrigo", pushing)
    told(city, ["abrigo"])
    with monkeypatch.context() as broken:
        broken.setattr("app.notices.delivery.webpush.send", lambda *_args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            delivered(city)
    assert delivered(city, timedelta(minutes=2)) == {}  # still held
    assert delivered(city, timedelta(minutes=10)) == {"push": 1}
    assert len(browser.pushes()) == 1


# -- quiet hours ----------------------------------------------------------------------------------------------------


def at_local(city, hours):
    """An instant of today at an hour of the city's clock (UTC-3)."""
    return clock.now().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(hours=hours + 3)


def told_at(city, persona, kind, at):
    with city.transaction() as session:
        service.tell(session, city.ibge, [city.ids[persona]], kind, new_id(), at)


def test_quiet_hours_hold_back_what_can_wait_until_they_end(city, pushing, choose):
    choose("abrigo", quiet_from="22:00", quiet_to="06:30")
    browser = subscribed(city, "abrigo", pushing)
    execute(city, "UPDATE sessions SET expires_at = now() + interval '9 days' WHERE municipality_id = :m")
    night = at_local(city, 23)
    told_at(city, "abrigo", "vehicle_asked", night)
    told_at(city, "abrigo", "referral_new", night)
    with city.app.app_context():
        deliver(city.ibge, night)
        assert [content["tag"] for content in browser.reads()] == ["referral_new"]  # what is urgent comes
        assert deliver(city.ibge, night + timedelta(hours=7)) == {}  # 06:00, past midnight
        assert deliver(city.ibge, night + timedelta(hours=7, minutes=30)) == {"push": 1}
    assert [content["tag"] for content in browser.reads()] == ["referral_new", "vehicle_asked"]


def test_by_day_nothing_is_held_back(city, pushing, choose):
    choose("abrigo", quiet_from="22:00", quiet_to="06:30")
    browser = subscribed(city, "abrigo", pushing)
    execute(city, "UPDATE sessions SET expires_at = now() + interval '9 days' WHERE municipality_id = :m")
    day = at_local(city, 12)
    told_at(city, "abrigo", "vehicle_asked", day)
    with city.app.app_context():
        assert deliver(city.ibge, day) == {"push": 1}
    assert len(browser.pushes()) == 1


# -- by letter ------------------------------------------------------------------------------------------------------


def letter(raw):
    return email.message_from_string(raw, policy=email.policy.default)


def test_who_has_no_browser_gets_a_letter_of_nobody(city, mailbox, choose):
    choose("abrigo", email="abrigo@cidade.test")
    subject = told(city, ["abrigo"])
    told(city, ["abrigo"])
    told(city, ["abrigo"], "vehicle_asked")
    assert delivered(city) == {"email": 3}
    [raw] = mailbox.letters
    found = letter(raw)
    words = found.get_content().replace("\r\n", "\n")
    assert (found["To"], found["Subject"]) == ("abrigo@cidade.test", "Vínculo: Novo encaminhamento")
    assert "Novo encaminhamento (2)\n" in words and "Veículo pedido\n" in words
    assert "https://vinculo.cidade.test/mesa/" in words
    assert found["Auto-Submitted"] == "auto-generated"
    assert str(subject) not in raw and "Abrigo" not in words and "shelter" not in words


def test_a_letter_takes_over_when_a_push_service_stays_silent(city, pushing, mailbox, choose):
    choose("abrigo", email="abrigo@cidade.test")
    browser = subscribed(city, "abrigo", pushing)
    pushing.answer(browser, 503)
    start = clock.now()
    told(city, ["abrigo"])
    with city.app.app_context():
        assert deliver(city.ibge, start + SOON) == {"again": 1} and mailbox.letters == []
        assert deliver(city.ibge, start + timedelta(minutes=4)) == {"email": 1}
    assert len(mailbox.letters) == 1


def test_a_letter_is_written_at_once_when_the_browser_is_gone(city, pushing, mailbox, choose):
    choose("abrigo", email="abrigo@cidade.test")
    browser = subscribed(city, "abrigo", pushing)
    pushing.answer(browser, 410)
    told(city, ["abrigo"])
    assert delivered(city) == {"email": 1}


def test_a_mail_server_in_trouble_is_asked_again(city, mailbox, choose):
    choose("abrigo", email="abrigo@cidade.test")
    mailbox.refuses = True
    told(city, ["abrigo"])
    assert delivered(city) == {"again": 1}
    mailbox.refuses = False
    assert delivered(city, timedelta(minutes=5)) == {"email": 1}


def test_without_a_mail_server_nobody_is_written_to_and_it_is_noted(city, choose):
    choose("abrigo", email="abrigo@cidade.test")
    told(city, ["abrigo"])
    assert delivered(city) == {"none": 1}


# -- nothing personal, no other city --------------------------------------------------------------------------------


def test_planted_words_are_in_no_push_no_letter_and_no_log(city, pushing, mailbox, choose):
    planted = ("Zulmira Plantada", "enderecoplantado", "motivoplantado")
    execute(city, "UPDATE workers SET name = :n WHERE municipality_id = :m", n=planted[0])
    execute(city, "UPDATE units SET name = id::text || :n WHERE municipality_id = :m", n=planted[1])
    choose("centropop", email="centropop@cidade.test")
    browser = subscribed(city, "abrigo", pushing, "endereco-do-navegador")
    with structlog.testing.capture_logs() as lines:
        subjects = [told(city, ["abrigo", "centropop"], kind) for kind in KINDS]
        delivered(city)
    logged = json.dumps(lines, default=str)
    everything = json.dumps(browser.reads()) + "".join(mailbox.letters) + logged
    assert "notices_told" in logged and len(browser.reads()) == len(KINDS) and len(mailbox.letters) == 1
    for word in (*planted, *map(str, subjects), str(city.ids["abrigo"]), "centropop-", city.tag + "-"):
        assert word not in everything
    assert "endereco-do-navegador" not in logged and "@" not in logged


def test_one_city_s_post_is_not_another_s(city, other_city, pushing):
    mine, theirs = subscribed(city, "abrigo", pushing), subscribed(other_city, "abrigo", pushing)
    told(other_city, ["abrigo"])
    assert delivered(city) == {}
    assert (mine.pushes(), theirs.pushes()) == ([], [])
    assert delivered(other_city) == {"push": 1}
    assert (len(mine.pushes()), len(theirs.pushes())) == (0, 1)
    # The same browser in two cities: two subscriptions, each with its own session.
    client = other_city.client("centropop")
    assert client.post("/api/v1/notices/subscriptions", json=mine.subscription()).status_code == 201
    gone = client.delete("/api/v1/notices/subscriptions", json={"endpoint": theirs.endpoint})
    assert gone.status_code == 404  # a colleague's
    told(city, ["abrigo"])
    assert delivered(city) == {"push": 1}


# -- the jobs -------------------------------------------------------------------------------------------------------


def test_the_sweep_tells_what_was_left_in_every_city(city, other_city, pushing):
    browsers = [subscribed(each, "abrigo", pushing) for each in (city, other_city)]
    for each in (city, other_city):
        told(each, ["abrigo"])
    with city.app.app_context():
        sweep(0)
    assert [len(browser.pushes()) for browser in browsers] == [1, 1]


def test_the_purge_forgets_what_was_told_long_ago_and_browsers_of_nobody(city, pushing):
    kept, gone = subscribed(city, "abrigo", pushing), subscribed(city, "abrigo", pushing)
    gone.client.post("/sair", data={"csrf_token": gone.client.csrf})
    told(city, ["abrigo"], ago=timedelta(days=100))
    told(city, ["abrigo"])
    with city.app.app_context():
        purge(0)
    assert len(notices(city)) == 1
    endpoints = [row["endpoint"] for row in city.rows("SELECT endpoint FROM push_subscriptions WHERE municipality_id = :m")]
    assert endpoints == [kept.endpoint]


def test_a_session_that_is_forgotten_takes_its_browser_along(city, pushing):
    subscribed(city, "abrigo", pushing)
    execute(city, "DELETE FROM sessions WHERE municipality_id = :m AND worker_id = :w", w=city.ids["abrigo"])
    assert city.rows("SELECT id FROM push_subscriptions WHERE municipality_id = :m") == []


def test_everybody_who_works_here_may_be_told():
    assert {role for role, verbs in ROLES.items() if not {"notices.subscribe", "notices.set_preferences"} <= verbs} == set()
