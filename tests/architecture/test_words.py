"""Problems and verbs: named once, said in Portuguese, used."""

import ast
import importlib
import pkgutil
import re

import app as package
from app.access.roles import ROLES, VERBS
from app.access.terms import ROLE_NAMES
from app.core.problems import Problem
from app.sync.commands import COMMANDS
from tests.make.city import ROLES as PERSONAS
from tests.make.source import calls_in, domain_of, modules

# Verbs in the table whose door is not built yet, each with where it will be asked.
PROMISED = {
    "audit.read": "the auditor's page of the trail",
    "units.read": "the network's list at the desk; phones read units under sync.pull",
}
# Asked of an actor by name, in these ways.
_QUESTIONS = {"require", "allows", "can", "everywhere", "team_ids", "unit_ids", "region_ids", "may_record"}
_PORTUGUESE = re.compile(
    r"\b(não|de|do|da|dos|das|o|a|os|as|e|que|este|esta|isto|há|com|para|um|uma|em|no|na|é|foi|ao|ou|já|só)\b", re.I
)


def everything():
    for found in pkgutil.walk_packages(package.__path__, "app."):
        importlib.import_module(found.name)


def problems():
    everything()
    found, pending = [], [Problem]
    while pending:
        cls = pending.pop()
        pending += cls.__subclasses__()
        if cls.__module__.startswith("app."):
            found.append(cls)
    return found


def test_every_problem_has_a_code_of_its_own():
    codes = [cls.code for cls in problems()]
    assert len(codes) > 40
    assert sorted(codes) == sorted(set(codes))


def test_a_code_is_domain_and_fact():
    wrong = []
    for cls in problems():
        domain, _, fact = cls.code.partition(".")
        parts = cls.__module__.split(".")
        homes = {parts[1], parts[-1]} if parts[1] == "core" else {parts[1]}
        if domain not in homes or not re.fullmatch(r"[a-z][a-z0-9_]*", fact):
            wrong.append(f"{cls.__module__}.{cls.__name__}: {cls.code}")
    assert wrong == []


def test_every_problem_says_a_sentence_in_portuguese(app):
    wrong = []
    with app.test_request_context(headers={"Accept-Language": "pt-BR"}):
        for cls in problems():
            said = str(cls.sentence)
            if not said.endswith((".", "!", "?")) or not _PORTUGUESE.search(said) or not 10 <= len(said) <= 200:
                wrong.append(f"{cls.code}: {said}")
    assert wrong == []


def test_every_problem_has_a_status_that_is_an_answer():
    assert {cls.code: cls.status for cls in problems() if not 400 <= cls.status <= 599} == {}


def test_a_constraint_is_claimed_by_one_problem_and_exists(app, city):
    claimed = [cls.constraint for cls in problems() if getattr(cls, "constraint", None)]
    assert len(claimed) == len(set(claimed))
    known = {row["name"] for row in city.rows("SELECT conname::text AS name FROM pg_constraint")} | {
        row["name"] for row in city.rows("SELECT indexname::text AS name FROM pg_indexes")
    }
    assert set(claimed) - known == set()


# Doors, and what loads a record for a verb by asking it.
_ASKING = {
    "door", "page_door", "_at_the_desk", "at_the_desk", "_locked", "at_the_door", "stay_at_the_door", "_open_stay", "_counted",
}  # fmt: skip


def asked_verbs():
    """Verbs that the code asks for by name: doors and questions to an actor."""
    found = {}
    for path in modules():
        for name, call in calls_in(path):
            short = name.split(".")[-1]
            if short not in _QUESTIONS | _ASKING:
                continue
            for node in [*call.args, *(k.value for k in call.keywords if k.arg == "verb")]:
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and "." in node.value:
                    found.setdefault(node.value, []).append(f"{domain_of(path)}:{call.lineno}")
    return found


def test_every_verb_that_is_asked_stands_in_the_table():
    asked = asked_verbs()
    assert len(asked) > 10
    assert {verb: where for verb, where in asked.items() if verb not in VERBS} == {}


def test_every_command_of_a_phone_is_a_verb():
    assert {name for name, _version in COMMANDS} - VERBS == set()


def test_every_verb_of_the_table_is_asked_somewhere():
    used = set(asked_verbs()) | {name for name, _version in COMMANDS}
    assert VERBS - used - PROMISED.keys() == set()


def test_a_promise_that_was_kept_is_struck_out():
    assert set(PROMISED) & (set(asked_verbs()) | {name for name, _version in COMMANDS}) == set()
    assert set(PROMISED) <= VERBS


def test_every_role_has_a_persona_and_words():
    from_tests = {role for role, _scope in PERSONAS.values()}
    assert from_tests == set(ROLES)
    assert set(ROLE_NAMES) == set(ROLES)
