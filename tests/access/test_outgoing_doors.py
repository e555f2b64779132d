"""design 11: every way out of the program, reviewed one by one: none serves police, guarda, zeladoria or migration.

A new door, job or command fails here until somebody says, in this table, to whom it gives what. And no table and no field
of the ficha has room for a photo, a biometric or a police fact (domain 8.3).
"""

import re

import pytest

from app import COMMANDS
from app.access.roles import ROLES
from app.core.db import db
from app.core.jobs import queue
from app.people import ficha
from app.people.ficha.options import LISTS
from app.sync.commands import COMMANDS as PHONE_COMMANDS
from tests.make.source import modules, name_of

# Folder of the address → who reads what comes out of it. Every door lies in one of these.
OUT = {
    "/": "sends to the sign-in or to the first page of the role",
    "/entrar": "nobody's data: the sign-in",
    "/sair": "nobody's data",
    "/aparencia": "nobody's data",
    "/conta": "the worker's own account",
    "/aparelhos": "coordination and administration: phones, and what a lost one may have held",
    "/admin": "administration: accounts, teams, units, territory, lists; no case",
    "/mesa": "the units of the network: referrals to them, persons they attend, each with its verb",
    "/painel": "coordination and management: figures by region, cells of at least five people",
    "/app": "the shell of the field app, without data",
    "/conferir": "whoever holds a communication's paper: number, unit, city, day, whether corrected; nothing of the case",
    "/pedido": "whoever asks for a team: whether the own request was received, is being answered, has ended; never of whom. The city's own outlines and streets",
    "/static": "built files",
    "/healthz": "the process lives",
    "/readyz": "yes or no",
    "/metrics": "sums of the installation, without a person, for its own machine",
    "/api/v1/session": "the worker's own sign-in",
    "/api/v1/account": "the worker's own account",
    "/api/v1/sync": "the worker's own phone: its caseload, narrowed to the team's regions",
    "/api/v1/people": "who holds people.read or people.search, each reading logged",
    "/api/v1/units": "who notes free places at her own unit",
    "/api/v1/referrals": "the unit to which somebody was sent",
    "/api/v1/coverage": "coordination and management: figures",
    "/api/v1/encounters": "the team that recorded them",
    "/api/v1/households": "the visitor of the family",
    "/api/v1/tasks": "the team that agreed on them",
    "/api/v1/notices": "the worker's own browsers, told that there is news and never of whom",
    "/api/v1/protection": "who raised a flag: how it goes, not a word of it",
    "/api/v1/territory": "whoever works in the city: its own open layers, drawn",
    "/api/v1/openapi.json": "what the API is",
    "/api": "our own page to read it",
}
# What runs by itself; one alone tells somebody: the city's own workers, in words of nobody (SENDS).
JOBS = {
    "accounts.purge": "deletes", "audit.chain": "chains the trail", "encounters.fade_points": "deletes exact points",
    "notices.deliver": "pushes and letters to workers", "notices.sweep": "the same, what fell due", "notices.purge": "deletes",
    "home_visits.fade_points": "deletes exact points", "people.anonymise": "deletes names", "people.key_names": "keys names",
    "people.propose_pairs": "pairs for the technician's list", "sync.purge": "deletes",
    "protection.watch": "notes for the workers of the city, in neutral words", "protection.recount": "counts marks",
    "operations.end_due": "ends an operation whose hour has come: places and hours go back",
    "outreach_requests.forget": "deletes contacts, exact places and words",
    "alerts.watch": "notes for the supervision of the city: a team, a region, an hour; no person, no worker",
    "shifts.close_forgotten": "closes shifts",
    "territory.bake_basemap": "draws the city's own layers", "territory.keep_basemap": "the same, when they changed",
    "referrals.watch": "notes for the workers of the city, in neutral words",
}  # fmt: skip
SENDS = {"notices.deliver", "notices.sweep"}
# What the server's shell may do; it is whoever runs the installation. `files` says what leaves as a file.
SHELL = {
    "municipality", "jobs", "worker", "audit", "territory", "basemap", "demo", "sync", "health", "check-config", "keys", "backup",
    "people", "units",
}  # fmt: skip
FILES = {"units": "the network as open data: places, phones and hours of units; no person, no home of children", "backup": "one copy, sealed to the recovery code on paper", "people": "the city's own people, for its own technicians"}
_FORBIDDEN = re.compile(
    r"polic|police|guarda_municipal|guardas\b|zeladoria|imigra|immigra|deport|seguranca_publica|fiscaliza|cleaning|removal|eviction|remocao",
    re.I,
)
# No place for these in any table or field; words inside longer ones are named apart.
_NO_FIELD = re.compile(
    r"photo|foto(?!_)|picture|image|selfie|biometr|fingerprint|digital_print|facial|\bface\b|iris|voice_?print|police|polic|criminal|"
    r"crime|warrant|mandado|antecedente|ficha_corrida|gang|faccao|tattoo|tatuag|visa_status|passport_status|deport",
    re.I,
)


def folder_of(rule):
    parts = [part for part in rule.split("/") if part]
    if parts[:2] == ["api", "v1"]:
        return "/" + "/".join(parts[:3])
    return "/" + (parts[0] if parts else "")


def test_every_door_leads_to_somebody_named(doors):
    assert {str(door) for door in doors if folder_of(door.rule) not in OUT} == set()


def test_no_door_verb_role_command_or_job_is_for_force_or_cleaning(doors):
    spoken = [f"{door.rule} {door.verb or ''} {door.endpoint}" for door in doors]
    spoken += [*ROLES, *queue.tasks, *(name for name, _version in PHONE_COMMANDS)]
    spoken += [f"{group.name} {' '.join(getattr(group, 'commands', {}))}" for module in COMMANDS for group in module.commands]
    assert [line for line in spoken if _FORBIDDEN.search(line)] == []


def test_every_job_is_known_and_notices_alone_tell_anybody():
    ours = {name for name in queue.tasks if "procrastinate" not in name}
    assert ours - JOBS.keys() == set()
    # Whoever reaches a machine outside does it by these two, and only the delivery of notices asks them.
    ways = re.compile(r"\b(webpush|mail)\.send\b|\bsmtplib\b|\burllib\.request\b|\bhttp\.client\b|\brequests\.")
    asking = {name_of(path) for path in modules() if ways.search(path.read_text())}
    assert asking == {"app/core/webpush.py", "app/core/mail.py", "app/notices/delivery.py"}
    assert {name for name in JOBS if name.startswith("notices.")} - SENDS == {"notices.purge"}


def test_every_command_of_the_shell_is_known():
    groups = {group.name for module in COMMANDS for group in module.commands}
    assert groups - SHELL == set()
    writes = {
        group.name
        for module in COMMANDS
        for group in module.commands
        for name in getattr(group, "commands", {})
        if name in ("export", "create", "dump", "write") and group.name not in ("municipality", "worker")
    }
    assert writes <= FILES.keys()


def test_the_words_are_found_where_they_would_stand():
    """The lists above can fail: each kind of forbidden word is caught."""
    for word in ("/api/v1/policia/consulta", "guarda_municipal.read", "/zeladoria", "imigracao.export", "remocao"):
        assert _FORBIDDEN.search(word), word
    for word in ("photo_url", "foto", "biometria", "fingerprint", "police_record", "antecedentes", "mandado", "tatuagem"):
        assert _NO_FIELD.search(word), word


def test_no_table_has_room_for_a_photo_a_biometric_or_a_police_fact():
    names = [f"{table.name}.{column.name}" for table in db.metadata.tables.values() for column in table.columns]
    assert len(names) > 200
    assert [name for name in names if _NO_FIELD.search(name)] == []


def test_the_ficha_asks_for_none_of_them():
    fields = [f"{field.id} {field.list or ''}" for group in ficha.GROUPS for field in group.fields]
    options = [f"{list_}.{option.code}" for list_, options in LISTS.items() for option in options]
    assert len(fields) > 20
    assert [name for name in (*fields, *options) if _NO_FIELD.search(name)] == []


@pytest.mark.parametrize("role", sorted(ROLES))
def test_no_role_is_of_force(role):
    assert role in {
        "outreach_worker", "home_visitor", "technician", "unit_desk", "coordinator", "supervisor", "administrator", "auditor",
    }  # fmt: skip
