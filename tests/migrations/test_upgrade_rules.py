"""What a migration may do while phones work (docs/atualizar.md): read from its file, from the first that meets a city.

Expand: only what the version before can live with, and nothing that holds a big table for long. Contract: in a later
version, named below with its reason.
"""

import ast
import re

import pytest

from tests.make.source import ROOT

# Before it there was no installation to be upgraded.
FIRST = "0006"
# (migration, finding): why it may stay.
ALLOWED = {
    ("0006", "unique constraint on devices"): "a phone a row: a city has hundreds",
    ("0010", "constraint without NOT VALID on person_access"): "made by 0009, which no city has without 0010",
    ("0006", "drops a function"): "remade in the same transaction; no city was installed with the one before",
}

_MADE = re.compile(r"create table (?:if not exists )?(\w+)", re.I)
_SQL = {
    "index without CONCURRENTLY on {0}": r"create (?:unique )?index (?!concurrently)(?:if not exists )?\w+\s+on\s+(?:only )?(\w+)",
    "changes a type on {0}": r"alter table (?:only )?(\w+)\s[^;]*?alter (?:column )?\w+ (?:set data )?type\b",
    "SET NOT NULL on {0}": r"alter table (?:only )?(\w+)\s[^;]*?set not null",
    "constraint without NOT VALID on {0}": r"alter table (?:only )?(\w+)\s+add constraint(?![^;]*not valid)[^;]*",
    "renames in {0}": r"alter table (?:only )?(\w+)\s+rename",
    "drops a column of {0}": r"alter table (?:only )?(\w+)\s[^;]*?drop column",
    "rewrites all rows of {0}": r"(?:^|;|\$\$)\s*update (\w+) set(?![^;]*\bid\s*=)",
    "locks {0}": r"\block table (\w+)",
    "empties {0}": r"\btruncate (?:table )?(\w+)",
    "drops a function": r"\bdrop function\b",
    "drops table {0}": r"\bdrop table (?:if exists )?(\w+)",
}  # fmt: skip


def findings(source: str) -> set[str]:
    """What in an upgrade would stop the phones or the version before."""
    tree = ast.parse(source)
    tree.body = [node for node in tree.body if not (isinstance(node, ast.FunctionDef) and node.name == "downgrade")]
    words = " ".join(
        node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("op.")]
    made = {name.lower() for name in _MADE.findall(words)}
    made |= {argument(call, 0) for call in calls if call.func.attr == "create_table"}  # type: ignore[attr-defined]
    found = set()
    for said, pattern in _SQL.items():
        for hit in re.finditer(pattern, words, re.I | re.S):
            table = hit[1].lower() if hit.groups() else ""
            if table not in made:
                found.add(said.format(table))
    for call in calls:
        name, keys = call.func.attr, {key.arg: ast.unparse(key.value) for key in call.keywords}  # type: ignore[attr-defined]
        of_table = name in ("create_index", "create_unique_constraint", "create_check_constraint", "create_foreign_key")
        table = argument(call, 1 if of_table else 0)
        if table in made or (table == "?" and looped(tree, call, 1 if of_table else 0) <= made):
            continue
        if name == "create_index" and keys.get("postgresql_concurrently") != "True":
            found.add(f"index without CONCURRENTLY on {table}")
        elif name == "create_unique_constraint":
            found.add(f"unique constraint on {table}")
        elif name in ("create_check_constraint", "create_foreign_key") and keys.get("postgresql_not_valid") != "True":
            found.add(f"constraint without NOT VALID on {table}")
        elif name == "alter_column" and "type_" in keys:
            found.add(f"changes a type on {table}")
        elif name == "alter_column" and keys.get("nullable") == "False":
            found.add(f"SET NOT NULL on {table}")
        elif name == "alter_column" and "new_column_name" in keys or name == "rename_table":
            found.add(f"renames in {table}")
        elif name == "drop_column":
            found.add(f"drops a column of {table}")
        elif name == "drop_table":
            found.add(f"drops table {table}")
        elif name == "add_column" and "nullable=False" in ast.unparse(call) and "server_default" not in ast.unparse(call):
            found.add(f"column without default on {table}")
    return found


def looped(tree: ast.Module, call: ast.Call, place: int) -> set[str]:
    """The tables that a variable stands for when it runs over a list written in the migration; else nothing known."""
    name = ast.unparse(call.args[place]) if len(call.args) > place else ""
    for loop in ast.walk(tree):
        if isinstance(loop, ast.For) and call in ast.walk(loop):
            targets = [ast.unparse(t) for t in (loop.target.elts if isinstance(loop.target, ast.Tuple) else [loop.target])]
            if name in targets:
                rows = ast.literal_eval(loop.iter)
                return {row[targets.index(name)] if isinstance(row, tuple) else row for row in rows}
    return {"?"}


def argument(call: ast.Call, place: int) -> str:
    return ast.literal_eval(call.args[place]) if len(call.args) > place and isinstance(call.args[place], ast.Constant) else "?"


def judged():
    return sorted(path for path in (ROOT / "migrations" / "versions").glob("*.py") if path.name[:4] >= FIRST)


def test_no_migration_stops_the_phones():
    assert judged()
    wrong = [
        f"{path.name}: {finding}"
        for path in judged()
        for finding in sorted(findings(path.read_text()))
        if (path.name[:4], finding) not in ALLOWED
    ]
    assert wrong == []


def test_an_allowance_that_nobody_needs_is_struck_out():
    needed = {(path.name[:4], finding) for path in judged() for finding in findings(path.read_text())}
    assert ALLOWED.keys() - needed == set()


@pytest.mark.parametrize(
    ("line", "finding"),
    [
        ("op.create_index('ix_a', 'encounters', ['note'])", "index without CONCURRENTLY on encounters"),
        ("op.create_index('ix_a', 'encounters', ['note'], postgresql_concurrently=True)", None),
        ("op.create_table('new', sa.Column('a'))\n    op.create_index('ix_new', 'new', ['a'])", None),
        ("op.execute('CREATE INDEX ix_a ON encounters (note)')", "index without CONCURRENTLY on encounters"),
        ("op.execute('CREATE INDEX CONCURRENTLY ix_a ON encounters (note)')", None),
        ("op.create_table('new')\n    for t, c in (('new', 'a'),):\n        op.create_index('ix', t, [c])", None),
        ("op.create_table('new')\n    for t, c in (('new', 'a'), ('people', 'b')):\n        op.create_index('ix', t, [c])", "index without CONCURRENTLY on ?"),
        ("op.execute('CREATE TABLE new (a int); CREATE INDEX ix_a ON new (a)')", None),
        ("op.alter_column('people', 'name', nullable=False)", "SET NOT NULL on people"),
        ("op.execute('ALTER TABLE people ALTER COLUMN name SET NOT NULL')", "SET NOT NULL on people"),
        ("op.alter_column('people', 'name', type_=sa.Text())", "changes a type on people"),
        ("op.execute('ALTER TABLE people ALTER name TYPE text')", "changes a type on people"),
        ("op.alter_column('people', 'name', new_column_name='b')", "renames in people"),
        ("op.add_column('people', sa.Column('x', sa.Integer(), nullable=False))", "column without default on people"),
        ("op.add_column('people', sa.Column('x', sa.Integer(), nullable=False, server_default='0'))", None),
        ("op.add_column('people', sa.Column('x', sa.Integer()))", None),
        ("op.create_foreign_key('fk', 'people', 'teams', ['a'], ['b'])", "constraint without NOT VALID on people"),
        ("op.create_foreign_key('fk', 'people', 'teams', ['a'], ['b'], postgresql_not_valid=True)", None),
        ("op.execute('ALTER TABLE people ADD CONSTRAINT c CHECK (a > 0)')", "constraint without NOT VALID on people"),
        ("op.execute('ALTER TABLE people ADD CONSTRAINT c CHECK (a > 0) NOT VALID')", None),
        ("op.drop_column('people', 'a')", "drops a column of people"),
        ("op.execute('UPDATE people SET a = 1')", "rewrites all rows of people"),
        ("op.execute('DROP FUNCTION find_login(text)')", "drops a function"),
        ("op.execute('LOCK TABLE people')", "locks people"),
    ],
)
def test_the_reader_finds_what_it_should(line, finding):
    source = f"import sqlalchemy as sa\nfrom alembic import op\n\ndef upgrade():\n    {line}\n\ndef downgrade():\n    op.drop_table('people')\n"
    assert findings(source) == ({finding} if finding else set())
