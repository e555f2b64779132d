"""Journey: a restricted person is nowhere. Planted words are looked for in every door, body, line of the trail and log.

The walk goes over the URL map itself, so that a door built tomorrow is walked too; before she is restricted the same
walk finds every word, and afterwards whoever may see her still finds her.
"""

import json
from datetime import timedelta

import pytest
import structlog

from app.core import logs
from app.core.db import transaction
from app.encounters import jobs as encounters_jobs
from app.home_visits import jobs as visits_jobs
from app.people.jobs import key_names_of
from app.people.service.pairing import propose_pairs
from app.privacy.service import anonymise_city
from tests.make.city import ROLES, make_city
from tests.people.planted import (
    CALLED,
    CASES,
    EVERY,
    EXPECTS,
    HERS,
    NOTE,
    SEALED,
    TOLD,
    hide,
    plant,
    pulled,
    walk,
    words_in,
)
from tests.people.shielded import WORDS, now

STRANGERS = tuple(persona for persona in ROLES if persona != EXPECTS)
# Where she stands before, so that a walk that no longer gets there fails.
DOORS_OF_HERS = {
    "POST /api/v1/people/search", "GET /api/v1/people/<uuid:person_id>", "GET /api/v1/referrals/inbox", "GET /api/v1/sync/pull",
    "GET /mesa/", "GET /mesa/combinados", "GET /mesa/combinados/<uuid:task_id>", "GET /mesa/combinados/novo",
    "GET /mesa/encaminhamentos/<uuid:referral_id>", "GET /mesa/encontros/<uuid:encounter_id>",
    "GET /mesa/familias/<uuid:household_id>", "GET /mesa/pessoas/<uuid:person_id>",
    "GET /mesa/pessoas/<uuid:person_id>/contar", "GET /mesa/pessoas/<uuid:person_id>/dados",
    "GET /mesa/pessoas/<uuid:person_id>/notas", "GET /mesa/pessoas/<uuid:person_id>/retirar",
    "GET /mesa/pessoas/<uuid:person_id>/sigilo", "GET /mesa/pessoas/<uuid:person_id>/unir/<uuid:other_id>",
    "GET /mesa/casa", "GET /mesa/casa/chamada", "GET /mesa/casa/manha", "GET /mesa/chegadas", "GET /mesa/estadias/<uuid:stay_id>",
    "GET /mesa/folha", "GET /mesa/folha/lancar", "GET /mesa/unidade/<uuid:unit_id>/suspensoes",
    "GET /mesa/unidade/<uuid:unit_id>/suspensoes/<uuid:suspension_id>", "GET /mesa/pessoas/parecidas", "GET /painel/unioes", "POST /api/v1/people/likely",
    "POST /mesa/encontros/<uuid:encounter_id>/procurar", "POST /mesa/pessoas/", "phone of pim", "phone of rua",
}  # fmt: skip
# Between them they open every door of a case.
KNOW_HER = ("rua", "pim", "creas", "coordenacao", "supervisao", EXPECTS)
AT_THE_DOOR = {WORDS[5].lower(), NOTE.lower(), "dormiuplantada"}


@pytest.fixture(scope="module")
def seen(app):
    """{door: words} of what strangers find before she is restricted."""
    her = plant(make_city(app))
    found = {}
    for persona in KNOW_HER:
        for door, _asked, text in (*walk(her, persona, verbs=CASES), *walk(her, persona, "POST", ("people.search",))):
            found.setdefault(door, set()).update(words_in(text))
    for persona in ("rua", "pim"):
        found[f"phone of {persona}"] = words_in(pulled(her.phone(persona)))
    return her, found


@pytest.fixture(scope="module")
def her(seen):
    hide(seen[0])
    return seen[0]


def test_before_it_the_same_walk_finds_every_word(seen):
    _her, found = seen
    everything = set().union(*found.values())
    assert {word.lower() for word in EVERY} - {word.lower() for word in everything} == set()
    assert SEALED.lower() not in everything
    assert {door for door, words in found.items() if words} >= DOORS_OF_HERS


@pytest.mark.parametrize("persona", [None, *STRANGERS])
def test_no_page_and_no_answer_tells_of_her(her, persona):
    assert _telling(her, walk(her, persona)) == []


@pytest.mark.parametrize("persona", ["rua", "rua2", "pim"])
def test_no_phone_holds_her_a_new_one_neither(her, persona):
    for phone in (her.phone(persona), her.city.phone(persona)):
        held = pulled(phone)
        assert words_in(held) == set() and not [id_ for id_ in her.hidden if id_ in held]


def test_the_unit_that_expects_her_knows_by_which_name_and_no_more(her):
    shown = {word for _asked, words in _telling(her, walk(her, EXPECTS)) for word in words}
    assert shown == AT_THE_DOOR


def test_a_copy_of_the_city_has_everybody_but_her(her, tmp_path):
    answer = _shell(her, "export", str(tmp_path / "out.csv"))
    assert answer.exit_code == 0, answer.output
    copied = (tmp_path / "out.csv").read_text()
    assert "Sósia Visível" in copied and words_in(copied) == set() and her.ids["person_id"] not in copied


def test_a_spreadsheet_with_her_name_is_answered_as_any_other(her, tmp_path):
    for name, file in (("Zuleicaplantata", "hers.csv"), ("Hortênsia Abajur", "others.csv")):
        (tmp_path / file).write_text(f"Nome;CPF\n{name};\n")
    hers, others = (_shell(her, "import", str(tmp_path / file)).output for file in ("hers.csv", "others.csv"))
    assert words_in(hers) == set() and "Pares parecidos a conferir: 0." in hers
    assert hers.split("undo-import")[0] == others.split("undo-import")[0]


def test_the_night_jobs_pair_her_with_nobody_and_leave_no_word_behind(her, app, capfd):
    ibge, at = her.city.ibge, now()
    pairs = "SELECT count(*) AS n FROM person_pairs WHERE municipality_id = :m AND (low_id = :p OR high_id = :p)"
    before = her.city.rows(pairs, p=her.person_id)
    with structlog.testing.capture_logs() as lines, app.app_context(), transaction(ibge) as session:
        propose_pairs(session, ibge, at, at.date())
        key_names_of(session, ibge)
        anonymise_city(session, ibge, at)
    with app.app_context():
        for job in (encounters_jobs, visits_jobs):
            job.fade_points(0)
    written = capfd.readouterr()
    assert words_in(str(lines) + written.out + written.err) == set()
    assert her.city.rows(pairs, p=her.person_id) == before


@pytest.mark.parametrize("persona", STRANGERS)
def test_no_form_tells_of_her_nor_opens_her(her, persona, app):
    """Every form of a case, filled in about her; afterwards the pages again, in case one of them let somebody in."""
    with structlog.testing.capture_logs() as lines:
        told = _telling(her, walk(her, persona, "POST", CASES))
        told += _telling(her, walk(her, persona, verbs=("people.", "encounters.", "tasks.")))
    assert told == []
    # As they are written: by the list of what a line may say.
    assert words_in(json.dumps([logs.redact(None, "", line) for line in lines], default=str, ensure_ascii=False)) == set()


def test_a_lost_phone_s_paper_does_not_name_her(her):
    client, where = her.client("coordenacao"), f"/aparelhos/{her.ids['device_id']}/perdido"
    local = (now() - timedelta(hours=4)).strftime("%Y-%m-%dT%H:%M")
    paper = client.post(where, data={"seen_at": local, "csrf_token": client.csrf}, follow_redirects=True)
    assert paper.status_code == 200 and words_in(paper.get_data(as_text=True)) == set()


def test_no_line_of_the_trail_and_no_announcement_holds_a_word(her):
    for table in ("audit_lines", "changes"):
        rows = her.city.rows(f"SELECT t::text AS row FROM {table} t WHERE municipality_id = :m")
        assert len(rows) > 20 and words_in(" ".join(row["row"] for row in rows), also=(SEALED,)) == set()


def test_who_may_see_her_still_finds_her(her):
    """Last: what strangers sent in between took nothing away from her."""
    found = set()
    for _door, _asked, text in walk(her, HERS, verbs=CASES):
        found |= words_in(text)
    assert {CALLED.lower(), *(word.lower() for word in TOLD.values())} <= found


def _telling(her, walked):
    """[(what was asked, words)] where an answer holds a word of hers, or an id of hers that it was not asked with."""
    told = []
    for _door, asked, text in walked:
        words = words_in(text) | {id_ for id_ in her.hidden if id_ in text and not any(own in asked for own in her.hidden)}
        if words:
            told.append((asked, words))
    return told


def _shell(her, *arguments):
    return her.city.app.test_cli_runner().invoke(args=["people", *arguments, "--municipality", str(her.city.ibge)])
