"""A test that does not run is a failure: every one is collected, none waits, none leans on this machine."""

import ast
import re
import subprocess
import sys
from collections import Counter
from functools import cache

from tests.make.source import ROOT, tracked

TESTS = ROOT / "tests"


# Files that may lie beside the repository or not, and programs of an installation that a developer's machine needn't
# have (their packages would start services on it): .ci/run installs them.
MAY_SKIP = {
    "tests/territory/test_import.py": "whole layers of a prefeitura, too large to keep",
    "tests/units/test_open_network.py": "the schemas of Open Referral, which are another project's",
    "tests/deploy/test_https.py": "caddy",
    "tests/deploy/test_pooler.py": "pgbouncer",
    "tests/deploy/test_units.py": "systemd-analyze",
}


def python_files():
    return sorted(path for path in TESTS.rglob("*.py") if "__pycache__" not in path.parts)


@cache
def parsed(path):
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def own_tests(tree):
    """Names of the tests of a module, in classes too."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            yield from own_tests(node)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            yield node.name


@cache
def written():
    found = Counter()
    for path in python_files():
        for name in own_tests(parsed(path)):
            found[f"{path.relative_to(ROOT).as_posix()}::{name}"] += 1
    return found


def test_every_test_is_collected():
    told = subprocess.run(
        # Nothing is asserted: plain, for rewriting every assertion takes most of the time of collecting.
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", "--assert=plain", str(TESTS)],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert told.returncode == 0, told.stdout[-3000:] + told.stderr[-2000:]
    collected = set()
    for line in told.stdout.splitlines():
        if "::" in line and not line.startswith(" "):
            parts = line.split("[")[0].split("::")
            collected.add(f"{parts[0]}::{parts[-1]}")
    assert len(collected) > 100
    assert set(written()) - collected == set()


def test_no_test_hides_another_of_the_same_name():
    assert [name for name, times in written().items() if times > 1] == []


def test_tests_stand_in_files_that_are_collected():
    lost = [
        str(path.relative_to(ROOT))
        for path in python_files()
        if not path.name.startswith("test_") and any(True for _ in own_tests(parsed(path)))
    ]
    assert lost == []


def test_every_function_of_a_test_file_is_a_test_a_fixture_or_used():
    unused = []
    for path in python_files():
        if not path.name.startswith("test_"):
            continue
        tree = parsed(path)
        text = path.read_text(encoding="utf-8")
        for node in tree.body:
            if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.name.startswith(("test_", "Test")):
                continue
            fixture = any("fixture" in ast.unparse(mark) for mark in node.decorator_list)
            if not fixture and len(re.findall(rf"\b{node.name}\b", text)) < 2:
                unused.append(f"{path.relative_to(ROOT)}: {node.name}")
    assert unused == []


def test_no_test_sleeps_or_skips():
    """A wait hides a race and costs every run; a skip is a test that does not run."""
    wrong = []
    for path in python_files():
        if path.name == "conftest.py":
            continue  # starts servers and looks again until they answer
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Call):
                name = ast.unparse(node.func)
                if name in ("time.sleep", "sleep", "asyncio.sleep", "pytest.skip") or name.endswith("wait_for_timeout"):
                    wrong.append(f"{path.relative_to(ROOT)}:{node.lineno} {name}")
            skips = isinstance(node, ast.Attribute) and ast.unparse(node).startswith("pytest.mark.skip")
            if skips and path.relative_to(ROOT).as_posix() not in MAY_SKIP:
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno} {ast.unparse(node)}")
    assert wrong == []


def test_every_test_asserts_something():
    """By itself, or through a function of its module or of make/ that does."""
    empty = []
    for path in python_files():
        tree = parsed(path)
        asserting = {
            node.name
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef) and any(_judges(inner) for inner in ast.walk(node))
        }
        for node in ast.walk(tree):
            if not isinstance(node, ast.FunctionDef) or not node.name.startswith("test_"):
                continue
            calls = {ast.unparse(n.func).split(".")[-1] for n in ast.walk(node) if isinstance(n, ast.Call)}
            if node.name not in asserting and not calls & asserting and not calls & {"check", "expect"}:
                empty.append(f"{path.relative_to(ROOT)}: {node.name}")
    assert empty == []


def _judges(node):
    return isinstance(node, ast.Assert) or (isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.raises")


def test_nothing_kept_names_a_machine_or_a_registry():
    """Paths of whoever wrote it and addresses of where packages were fetched have no place in a file that we keep."""
    patterns = {
        "path of a machine": r"(?<![\w.])/(work/(main|shared)|root/|home/[a-z][\w-]*/|Users/\w+/)",
        "registry": r"registry\.npmjs|files\.pythonhosted|pypi\.org/simple|--(extra-)?index-url|\"resolved\": \"https?:",
        "secret": r"-----BEGIN [A-Z ]*PRIVATE KEY-----|AKIA[0-9A-Z]{16}",
    }
    own = {"tests/architecture/test_tests.py"}
    wrong = []
    for path in tracked():
        name = path.relative_to(ROOT).as_posix()
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for kind, pattern in patterns.items():
            found = re.search(pattern, text)
            if found and name not in own:
                wrong.append(f"{name}: {kind}: {found[0]}")
    assert wrong == []


def test_only_the_top_level_of_the_design_exists():
    fixed = {
        "app", "static", "templates", "migrations", "tests", "wsgi.py", "pyproject.toml", "README.md",
        "bin", "bench", "deploy", "docs", "LICENSE", "CHANGELOG.md", "requirements.lock", "requirements-test.lock",
    }  # fmt: skip
    found = {path.relative_to(ROOT).parts[0] for path in tracked()}
    assert {name for name in found if not name.startswith(".")} - fixed == set()


def test_nothing_built_is_kept():
    kept = [p.relative_to(ROOT).as_posix() for p in tracked()]
    assert [name for name in kept if name.startswith(("static/dist/", "static/node_modules/")) or name.endswith((".pyc", ".mo"))] == []
