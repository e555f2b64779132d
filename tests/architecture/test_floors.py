"""design.md 2, read from the code: floors, what may be asked across domains, where each power lives."""

import ast

from tests.make.source import APP, FLOORS, calls_in, domain_of, imports_of, modules, name_of, tree_of

# What one domain shows another.
SHOWN = {"service", "queries", "schemas", "terms", "problems"}

# Three domains are machinery, made to be used by name in full.
MACHINERY = {
    "audit": {"trail", "chain"},
    "access": {"actor", "door", "guard", "pages", "problems", "roles", "terms"},
}
# A piece of a domain that others build upon, with the reason.
PIECES = {
    # The catalogue, one judge of what may be told, the keys of names and the rule of likeness: pages, demo.
    "people": {"ficha", "likeness", "sound"},
    # Pure: signs of encounters go in, presence comes out, for coverage and the watch of the hour; the plan beside what was
    # worked, with readings and verbs of its own, for the desk and coverage.
    # Routes likewise: stops in order, for the desk, the phone's gate and the one rule of visits.
    "shifts": {"presence", "roster", "route_plans"},
    # What counts as a visit, for the desk's pages and the phone's gate.
    "coverage": {"visits"},
    # Points of concentration are kept by a page of the desk, which knows when they were visited; the city drawn from its layers
    # is shown by the public form.
    "territory": {"place", "points", "sketch"},  # the place of a record: one schema, one rule, one settling for encounters and visits
}
# (file, module): allowed once each, with the reason.
EXCEPTIONS = {
    # Set-up as the schema's owner, past every actor: it changes the password of all invented workers at once.
    ("app/demo/cli.py", "app.accounts.models"),
}
# Pages show who is told what: nobody else's words of a domain are spoken by it.
SPECIAL = {
    "app/__init__.py": "registers every domain; nobody imports its contents",
    "app/cli.py": "commands of the installation; imports core only, and the domains' cli ask it for the owner's address",
    "app/config.py": "the only reader of the environment; imports core's cluster only",
}
KNOWN_FILES = {
    "__init__", "terms", "models", "schemas", "rules", "problems", "service", "queries", "routes", "pages", "jobs", "cli",
}  # fmt: skip
# Files of a name of their own, where the nine names don't say it.
OWN_FILES = {
    "audit": {"trail", "chain"},
    "alerts": {"ringing"},
    "access": {"actor", "door", "guard", "roles"},
    "accounts": {
        "attempts", "ceremonies", "confidentiality", "passkeys", "passwords", "recovery", "roster", "signin", "totp",
    },
    "territory": {"basemap", "geojson", "names", "place", "points", "report", "shapes", "sketch"},
    "people": {"documents", "ficha", "ladder", "likeness", "roster", "sound", "workbook"},
    "notices": {"delivery"},
    "shifts": {"presence", "roster", "route_plans"},
    "sync": {"commands", "cursors", "ledger", "pull", "push", "withdrawal"},
    "units": {"hours", "hsds", "sheet"},
    "referrals": {"slips"},
    "outreach_requests": {"sealing", "sheet"},
    "coverage": {"violations", "visits"},
    "protection": {"sealing", "editions", "communications", "roster"},
    "desk": {"setting", "spent", "steps", "watching"},
    "backup": {"container", "parts", "dump", "programs", "create", "opened", "restore", "afterwards", "keys"},
}
FLASK = {
    "app/__init__.py", "app/cli.py", "app/core/http.py", "app/access/door.py", "app/accounts/signin.py",
}  # fmt: skip


def ours(path):
    return [found for found in imports_of(path) if found.module == "app" or found.module.startswith("app.")]


def test_every_domain_has_a_floor_and_is_known():
    folders = {path.name for path in APP.iterdir() if path.is_dir() and any(path.glob("*.py"))}
    assert folders - FLOORS.keys() == set()
    assert folders >= {"core", "audit", "access", "accounts", "sync"}  # the walk sees something


def test_nobody_climbs_and_siblings_do_not_know_each_other():
    wrong = []
    for path in modules():
        here = domain_of(path)
        if not here:
            continue
        for found in ours(path):
            there = found.module.split(".")[1] if "." in found.module else ""
            if there in ("", here) or found.module == "app.cli":
                continue
            if there == "config" or FLOORS[there] >= FLOORS[here]:
                wrong.append(str(found))
    assert wrong == []


def test_the_files_above_all_domains_keep_to_their_part():
    at_top = {name_of(path) for path in modules() if not domain_of(path)}
    assert at_top == SPECIAL.keys()
    for name in ("app/cli.py", "app/config.py"):
        assert [str(f) for f in ours(APP.parent / name) if not f.module.startswith("app.core")] == []
    reached = [
        str(found)
        for path in modules()
        for found in ours(path)
        if found.module == "app.cli" and "cli" not in (path.stem, path.parent.name) or found.module in ("app", "app.config")
    ]
    reached = [line for line in reached if not line.startswith(tuple(SPECIAL))]
    assert reached == []


def test_no_project_import_hides_inside_a_function():
    assert [str(found) for path in modules() for found in ours(path) if found.nested] == []


def test_across_domains_only_what_a_domain_shows():
    wrong = []
    for path in modules():
        here = domain_of(path)
        if not here or here == "core":
            continue
        for found in ours(path):
            parts = found.module.split(".")
            if len(parts) < 3 or parts[1] in (here, "core"):
                continue
            there, piece = parts[1], parts[2]
            allowed = MACHINERY.get(there) or SHOWN | PIECES.get(there, set())
            if piece == "models" and "queries" in (path.stem, path.parent.name):
                continue
            if piece not in allowed and (name_of(path), found.module) not in EXCEPTIONS:
                wrong.append(str(found))
    assert wrong == []


def test_an_exception_that_nobody_needs_is_struck_out():
    real = {(name_of(path), found.module) for path in modules() for found in ours(path)}
    assert EXCEPTIONS - real == set()


def test_protection_is_sealed():
    allowed = {"sync", "desk", "privacy", "protection", "demo"}  # demo: only alerts.py, which invents some
    wrong = [
        str(found)
        for path in modules()
        for found in ours(path)
        if found.module.startswith("app.protection")
        and domain_of(path) not in allowed
        and name_of(path) != "app/__init__.py"
    ]
    assert wrong == []


def test_flask_stays_at_the_edges():
    wrong = []
    for path in modules():
        # A file that grew became a folder of its name.
        if name_of(path) in FLASK or {path.stem, path.parent.name} & {"cli", "routes", "pages"}:
            continue
        for found in imports_of(path):
            if found.module.split(".")[0] in ("flask", "flask_login", "flask_smorest", "flask_migrate", "werkzeug"):
                wrong.append(str(found))
    assert wrong == []


def test_only_core_db_commits():
    wrong = [
        f"{name_of(path)}:{call.lineno} {name}"
        for path in modules()
        for name, call in calls_in(path)
        if name.split(".")[-1] in ("commit", "begin") and name_of(path) != "app/core/db.py"
    ]
    assert wrong == []


def test_only_core_clock_asks_the_time():
    asks = {
        "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns",
        "datetime.datetime.now", "datetime.date.today", "func.now", "func.current_timestamp", "time.localtime",
    }  # fmt: skip
    wrong = [
        f"{name_of(path)}:{call.lineno} {name}"
        for path in modules()
        for name, call in calls_in(path)
        if name in asks and name_of(path) != "app/core/clock.py"
    ]
    assert wrong == []


def test_only_config_reads_the_environment():
    wrong = []
    for path in modules():
        # The private cluster starts programs, and gives each an environment of its own: bin/ uses it too.
        if name_of(path) == "app/config.py" or "cluster" in path.parts:
            continue
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Attribute) and ast.unparse(node) in ("os.environ", "os.getenv", "os.environb"):
                wrong.append(f"{name_of(path)}:{node.lineno}")
    assert wrong == []


def test_file_names_inside_a_domain_are_the_known_ones():
    wrong = []
    for path in modules():
        domain = domain_of(path)
        # core is machinery and demo is one long script: both are cut by subject.
        if domain in ("", "core", "demo"):
            continue
        piece = path.relative_to(APP / domain).parts[0].removesuffix(".py")
        if piece not in KNOWN_FILES | OWN_FILES.get(domain, set()):
            wrong.append(name_of(path))
    assert wrong == []


def test_no_drawer_for_everything():
    drawers = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "base", "misc", "lib"}
    roots = [APP, APP.parent / "static" / "src", APP.parent / "tests", APP.parent / "bin"]
    found = [
        name_of(path)
        for root in roots
        for path in root.rglob("*")
        if path.name.split(".")[0] in drawers and "__pycache__" not in path.parts
    ]
    assert found == []


def test_rules_are_pure():
    """Facts and `now` in; a decision or a Problem out: no database, no flask, no clock."""
    wrong = [
        str(found)
        for path in modules()
        if path.stem == "rules"
        for found in imports_of(path)
        if found.module.split(".")[0] in ("sqlalchemy", "flask", "flask_sqlalchemy", "psycopg")
        or found.module in ("app.core.db", "app.core.clock", "app.core.jobs")
        or found.module.endswith((".queries", ".models", ".service"))
    ]
    assert wrong == []


def test_services_never_open_or_close_a_transaction():
    wrong = [
        f"{name_of(path)}:{call.lineno} {name}"
        for path in modules()
        if path.stem in ("service", "queries", "rules")
        for name, call in calls_in(path)
        if name.split(".")[-1] in ("transaction", "owner_transaction", "rollback", "bind")
    ]
    assert wrong == []


def test_files_stay_readable():
    """About 300 lines, then a folder of that name (design 2); the ceiling that a reader feels is a little above."""
    long = {name_of(path): n for path in modules() if (n := path.read_text().count("\n")) > 360}
    assert long == {}
