"""The container files, which can't be built here: read, and held to what a builder and an attacker would look for."""

import re
import shlex

import pytest
import yaml

from tests.make.source import ROOT, tracked

FOLDER = ROOT / "deploy" / "containers"
PINNED = re.compile(r"^(docker\.io|quay\.io|ghcr\.io)/[\w./-]+:\d+[\w.-]*$")


def instructions():
    """(instruction, words) of the Containerfile, continued lines joined."""
    text = re.sub(r"\\\n\s*", " ", (FOLDER / "Containerfile").read_text())
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.split(maxsplit=1)[0], line.split(maxsplit=1)[1]) for line in lines]


def stages():
    found: list[list[tuple[str, str]]] = []
    for name, words in instructions():
        if name == "FROM":
            found.append([])
        found[-1].append((name, words))
    return found


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((FOLDER / "compose.yaml").read_text())


def test_every_base_is_pinned():
    bases = [words.split()[0] for name, words in instructions() if name == "FROM"]
    assert len(bases) == 3
    assert [base for base in bases if not PINNED.match(base)] == []


def test_what_is_copied_exists_and_is_in_the_repository():
    kept = {path.relative_to(ROOT).as_posix() for path in tracked()}
    for name, words in instructions():
        if name != "COPY" or "--from=" in words:
            continue
        *sources, _target = shlex.split(words)
        for source in sources:
            assert (ROOT / source).exists(), source
            assert any(path == source or path.startswith(source.rstrip("/") + "/") for path in kept), source


def test_what_is_copied_between_stages_was_made_there():
    names = [re.search(r" AS (\w+)", stage[0][1]) for stage in stages()]
    known = {found[1] for found in names if found}
    asked = {found for name, words in instructions() if name == "COPY" for found in re.findall(r"--from=(\w+)", words)}
    assert asked == known == {"front", "packages"}


def test_everything_the_application_reads_is_in_the_image():
    last = " ".join(words for name, words in stages()[-1] if name == "COPY")
    for needed in ("app/", "migrations/", "templates/", "wsgi.py", "pyproject.toml", "static/dist/", "deploy/gunicorn.conf.py"):
        assert needed in last, needed


def test_it_runs_as_nobody_special_and_says_when_it_is_well():
    last = stages()[-1]
    names = [name for name, _words in last]
    user = [words for name, words in last if name == "USER"]
    assert user and user[-1].split(":")[0].isdigit() and int(user[-1].split(":")[0]) >= 1000
    assert names.index("USER") > max(at for at, name in enumerate(names) if name in ("RUN", "COPY"))
    assert "HEALTHCHECK" in names and names.count("CMD") == 1
    assert "/healthz" in next(words for name, words in last if name == "HEALTHCHECK")


def test_no_secret_is_in_any_of_the_files():
    for path in FOLDER.iterdir():
        text = path.read_text()
        assert not re.search(r"(?i)(password|secret|token)[\w]*\s*[=:]\s*['\"]?[A-Za-z0-9+_-]{16,}\b(?!/)", text), path.name
        assert "BEGIN" not in text
    assert all(name != "ARG" for name, _words in instructions())  # an argument of the build stays in its history


def test_it_says_that_it_was_not_built_here():
    assert "NOT BUILT" in (FOLDER / "Containerfile").read_text()
    assert "NOT RUN" in (FOLDER / "compose.yaml").read_text()
    assert "construíd" in (ROOT / "docs" / "instalar.md").read_text()


def test_compose_names_only_what_it_declares(compose):
    services = compose["services"]
    assert set(services) == {"database", "migrate", "web", "jobs", "caddy"}
    for name, service in services.items():
        for secret in service.get("secrets", []):
            assert secret in compose["secrets"], (name, secret)
        for network in service.get("networks", []):
            assert network in compose["networks"], (name, network)
        for other, how in (service.get("depends_on") or {}).items():
            assert other in services, (name, other)
            condition = how["condition"]
            assert condition in ("service_healthy", "service_completed_successfully")
            if condition == "service_healthy":
                assert "healthcheck" in services[other] or "build" in services[other], f"{other} never says that it is well"
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("."):
                assert (FOLDER / source).resolve().exists(), (name, source)
            else:
                assert source in compose["volumes"], (name, source)


def test_every_service_is_shut(compose):
    for name, service in compose["services"].items():
        assert "no-new-privileges:true" in service["security_opt"], name
        assert "privileged" not in service and "docker.sock" not in str(service), name
        if name != "database":  # its own entry point changes users
            assert service["cap_drop"] == ["ALL"] and service["read_only"] is True, name
    assert compose["networks"]["inside"]["internal"] is True
    published = {name for name, service in compose["services"].items() if service.get("ports")}
    assert published == {"caddy"}


def test_only_the_migration_knows_the_owner(compose):
    knowing = {name for name, service in compose["services"].items() if "database_owner_url" in service.get("secrets", [])}
    assert knowing == {"migrate"}
    for service in compose["services"].values():
        for key, value in service.get("environment", {}).items():
            if key.endswith("_FILE"):
                assert value.removeprefix("/run/secrets/") in service["secrets"]


def test_images_of_others_are_pinned(compose):
    for service in compose["services"].values():
        assert "build" in service or PINNED.match(service["image"]), service["image"]


def test_the_build_does_not_carry_what_is_private():
    ignored = (ROOT / ".containerignore").read_text().splitlines()
    assert {".git", "secrets", ".venv", "static/node_modules"} <= set(ignored)
