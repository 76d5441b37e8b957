"""A key that a server tells everybody is in no file, no database and no output of a run."""

from __future__ import annotations

import contextlib
import sqlite3
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from project_kit import ProjectFolder, Said, StubServer, running_stub

from kakoc.lm import retry

KEY = "sk-fake-0123456789-fedcba"
FEW = ("--profile", "bench", "--personas", "2", "--turns", "2", "--lm", "hosted")
NOBODY = "api_base: http://127.0.0.1:9/v1\n    api_key_env: KAKOC_TEST_KEY"


@pytest.fixture
def keyed(plain_project: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> ProjectFolder:
    monkeypatch.setattr(retry, "FIRST_SECONDS", 0.01)
    monkeypatch.setenv("KAKOC_TEST_KEY", KEY)
    return plain_project


def go(project: ProjectFolder, server: StubServer, command: str) -> Said:
    project.edit("spec/models.yaml", NOBODY, NOBODY.replace("http://127.0.0.1:9/v1", server.base))
    said = project.kakoc(command, *FEW)
    assert server.stats["keys"] == [f"Bearer {KEY}"]
    return said


def pieces(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file as it is; of a database every value too, unpacked where it is packed."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            yield path, data
            if data.startswith(b"SQLite format 3"):
                yield from ((path, value) for value in values(path))


def values(path: Path) -> Iterator[bytes]:
    with contextlib.closing(sqlite3.connect(path)) as database:
        tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            for row in database.execute(f'SELECT * FROM "{table}"'):
                for value in row:
                    data = value if isinstance(value, bytes) else str(value).encode()
                    yield data
                    with contextlib.suppress(zlib.error):
                        yield zlib.decompress(data)


def holders(project: ProjectFolder, said: Said, secret: str) -> set[str]:
    """Who holds it: names of files, and the outputs."""
    found = {path.name for path, data in pieces(project.root) if secret.encode() in data}
    return found | {name for name in ("out", "err") if secret in getattr(said, name)}


def test_replies_that_hold_the_key_are_kept_without_it(keyed: ProjectFolder) -> None:
    with running_stub("--echo", "--fault", "echo=0.2") as server:
        said = go(keyed, server, "run")
        assert server.stats["faults"]["echo"] > 0
    assert said.code == 0
    kept = {"conversations.jsonl", "personas.jsonl", "journal.sqlite"}
    assert kept <= holders(keyed, said, "I heard Bearer [key]")
    assert holders(keyed, said, KEY) == set()


@pytest.mark.parametrize("fault", ["echo", "denied"])
def test_errors_that_hold_the_key_are_told_without_it(keyed: ProjectFolder, fault: str) -> None:
    with running_stub("--fault", f"{fault}=1") as server:
        said = go(keyed, server, "generate")
    assert said.code == 1
    place = {"echo": "failures.jsonl", "denied": "err"}[fault]
    assert place in holders(keyed, said, "Bearer [key]")
    assert holders(keyed, said, KEY) == set()


def test_the_search_finds_a_key_that_is_packed(keyed: ProjectFolder) -> None:
    path = keyed.root / "packed.sqlite"
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE t (a BLOB)")
        database.execute("INSERT INTO t VALUES (?)", (zlib.compress(KEY.encode() * 50),))
    assert holders(keyed, Said(0, "", ""), KEY) == {"packed.sqlite"}
