"""The desk page of a person with 500 encounters, against a bare query of the same rows.

    .venv/bin/python bench/person_page.py [--encounters 500] [--times 20] [--people 2000]

A city made in a throw-away cluster: the person was met that often by teams, each time with an offer, every tenth with a
referral, and has a ladder and answers to half of the ficha; as many others were met beside her. The page is asked of the application
in this process, signed in as the technician, as the application's role. Limit: one plain query as that role that reads
the same encounters with worker, team and offers. Medians.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from flask_migrate import upgrade  # noqa: E402
from sqlalchemy import text  # noqa: E402

from app import config as settings  # noqa: E402
from app import create_app  # noqa: E402
from app.core import clock, cluster  # noqa: E402
from app.core.db import owner_transaction  # noqa: E402
from app.core.ids import new_id  # noqa: E402
from app.people import ficha, service  # noqa: E402
from tests.make.city import City, make_city  # noqa: E402
from tests.people.made import at, register, told  # noqa: E402

BARE = text(
    "SELECT e.id, e.occurred_at, e.outcome, e.situation, e.neighbourhood, w.name, t.name, p.certainty,"
    " (SELECT json_agg(json_build_array(o.kind, o.answer, o.reason)) FROM offers o"
    "  WHERE o.municipality_id = e.municipality_id AND o.encounter_id = e.id)"
    " FROM participations p JOIN encounters e ON e.municipality_id = p.municipality_id AND e.id = p.encounter_id"
    " JOIN workers w ON w.municipality_id = e.municipality_id AND w.id = e.worker_id"
    " LEFT JOIN teams t ON t.municipality_id = e.municipality_id AND t.id = e.team_id"
    " WHERE p.municipality_id = :m AND p.person_id = :person AND e.status = 'valid' ORDER BY e.occurred_at DESC"
)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--encounters", type=int, default=500)
    options.add_argument("--times", type=int, default=20)
    options.add_argument("--people", type=int, default=2000)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="vinculo-bench-") as folder:
        state = Path(folder)
        state.chmod(0o755)
        app_url, owner_url = cluster.ensure_running(state)
        environ = {
            "DATABASE_URL": app_url, "DATABASE_OWNER_URL": owner_url, "VINCULO_STATE": folder, "VINCULO_TESTING": "1",
            "VINCULO_SECRET_KEY": "a bench needs a secret of some 48 different letters", "VINCULO_LOG_LEVEL": "error",
        }  # fmt: skip
        try:
            app = create_app(settings.load(dict(os.environ) | environ))
            with app.app_context():
                upgrade()
            city = make_city(app)
            person_id = life(city, chosen.encounters, chosen.people)
            measure(city, person_id, chosen.times)
        finally:
            cluster.stop(state)


def life(city: City, encounters: int, people: int) -> str:
    """The person and the crowd around her."""
    person_id = register(city, "Senhor do carrinho azul", when=clock.now() - timedelta(days=80))
    crowd = [
        {"person_id": new_id(), "called": f"Pessoa {n}", "called_kind": "alias", "age_band": None, "sex": None, "region_id": city.ids["north"]}
        for n in range(people)
    ]
    with city.transaction() as session:
        service.register_people(session, city.actor_in(session, "rua"), crowd, at())
    phone, start = city.phone("rua"), clock.now() - timedelta(days=75)
    with app_language(city):
        items = [told(f"name.{kind}", f"Nome {kind} {n}") for kind in ("nickname", "civil") for n in range(3)]
        items += [told(field.id, value_of(field)) for field in list(ficha.FIELDS.values())[::2]]
    tell = phone.command("people.tell", {"person_id": person_id, "told": items}, start)
    check(phone.push(tell))
    for begin in range(0, encounters, 50):
        commands = []
        for number in range(begin, min(begin + 50, encounters)):
            met = phone.encounter(start + timedelta(hours=3 * number), people=2, outcome="attended_on_site")
            present = met["body"]["people"]
            present[0]["person_id"], present[1]["person_id"] = person_id, str(crowd[number % people]["person_id"])
            offer = {"offer_id": str(new_id()), "participation_id": present[0]["participation_id"], "kind": "overnight", "answer": "refused", "reason": "rules"}
            body = {"encounter_id": met["body"]["encounter_id"], "offers": [offer]}
            commands += [met, phone.command("encounters.offer", body, after=[met["id"]])]
            if number % 10 == 0:
                commands.append(phone.referral(met))
        check(phone.push(*commands))
    with city.app.app_context(), owner_transaction(city.app.config["VINCULO"].sqlalchemy_owner_url) as session:
        session.execute(text("ANALYZE"))
    return person_id


def app_language(city: City):
    """Labels of the ficha are said in a language: that of a request."""
    return city.app.test_request_context()


def value_of(field: ficha.Field):
    return {
        "choice": lambda: ficha.LISTS[field.list][0].code, "many": lambda: [o.code for o in ficha.LISTS[field.list][:2]],
        "yes_no": lambda: True, "number": lambda: field.least + 1, "date": lambda: "1970-01-31", "text": lambda: "Algo",
        "document": lambda: {"state": "lost"},
    }[field.kind]()  # fmt: skip


def check(outcomes: list[dict]) -> None:
    wrong = [outcome["problem"] for outcome in outcomes if outcome["status"] != "done"]
    if wrong:
        raise SystemExit(f"not taken in: {wrong[0]}")


def measure(city: City, person_id: str, times: int) -> None:
    client, ours, bare = city.client("creas"), [], []
    for turn in range(times + 2):
        began = time.perf_counter()
        answer = client.get(f"/mesa/pessoas/{person_id}")
        took = time.perf_counter() - began
        assert answer.status_code == 200, answer.status_code
        with city.transaction() as session:
            began = time.perf_counter()
            rows = session.execute(BARE, {"m": city.ibge, "person": person_id}).all()
            plain = time.perf_counter() - began
        if turn >= 2:  # the first two pay for templates and plans
            ours.append(took * 1000)
            bare.append(plain * 1000)
    print(f"{len(rows)} encounters, {times} times, load {os.getloadavg()[0]:.1f}")
    for name, taken in (("the page", ours), ("bare query", bare)):
        print(f"{name:<11} {statistics.median(taken):7.1f} ms ({min(taken):.1f} to {max(taken):.1f})")
    print(f"ratio {statistics.median(ours) / statistics.median(bare):.1f}; {len(answer.data) / 1024:.0f} KiB of HTML")


if __name__ == "__main__":
    main()
