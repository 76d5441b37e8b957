"""A whole export: the tables of a format, the card, Croissant, and last the manifest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kakoc.errors import StoreError
from kakoc.store.export.about import About
from kakoc.store.export.card import card
from kakoc.store.export.columns import Column, Table, public
from kakoc.store.export.croissant import croissant
from kakoc.store.export.folder import KIND, MANIFEST, staged
from kakoc.store.export.forms import FORMS, Form
from kakoc.store.export.source import Source
from kakoc.store.export.writers import JsonlWriter, ParquetWriter, Writer
from kakoc.store.export.written import WHOLE, DataFile, Written
from kakoc.store.files import write_file, write_json

EXPORT_VERSION = 1


def write_export(
    source: Source, form: str, about: About, out: Path, by_city: bool = False
) -> dict[str, Any]:
    """Write an export to `out`; returns its manifest.

    Raises:
        StoreError: there is nothing to export, `out` holds something else, or the disk refuses.
    """
    with staged(out) as folder:
        tables = [
            _write_table(folder, table, source, FORMS[form], by_city)
            for table in FORMS[form].tables(source)
        ]
        if not any(table.rows for table in tables):
            raise StoreError(f"run {source.run.id} has no rows for --format {form}", _hint(form))
        tables = [table for table in tables if table.rows]
        texts = {
            "README.md": card(about, source, tables),
            "croissant.json": croissant(about, tables),
        }
        for name, text in texts.items():
            write_file(folder / name, text.encode())
        manifest = _manifest(source, form, about, tables, by_city)
        files = [*manifest["files"], *texts]
        manifest["files"] = {name: _sha256(folder / name) for name in files}
        write_json(folder / MANIFEST, manifest)
    return manifest


def _hint(form: str) -> str:
    return "make its pairs with `kakoc pairs RUN`" if FORMS[form].has_pairs else ""


def _write_table(folder: Path, table: Table, source: Source, form: Form, by_city: bool) -> Written:
    """All rows of a table; a split that nobody is in has no file."""
    columns = public(table.columns, source.with_thoughts)
    writers, rows = dict[str, Writer](), dict[str, int]()
    try:
        for row in table.rows(source):
            split = row["split"] if by_city or form.hub else WHOLE
            if split not in writers:
                path = folder / form.path(table.name, split, by_city)
                path.parent.mkdir(parents=True, exist_ok=True)
                writers[split] = _writer(path, columns, table, form)
            writers[split].write(row)
            rows[split] = rows.get(split, 0) + 1
    finally:
        for writer in writers.values():
            writer.close()
    files = tuple(
        _data_file(folder, form.path(table.name, s, by_city), s, rows) for s in _sorted(rows)
    )
    return Written(table.name, table.about, columns, files, form.kind)


def _writer(path: Path, columns: tuple[Column, ...], table: Table, form: Form) -> Writer:
    if form.kind == "jsonl":
        return JsonlWriter(path, columns)
    return ParquetWriter(path, columns, table.group)


def _sorted(splits: dict[str, int]) -> Iterator[str]:
    return (split for split in ("train", "dev", "test", WHOLE) if split in splits)


def _data_file(folder: Path, name: str, split: str, rows: dict[str, int]) -> DataFile:
    path = folder / name
    return DataFile(name, split, rows[split], path.stat().st_size, _sha256(path))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _manifest(
    source: Source, form: str, about: About, tables: list[Written], by_city: bool
) -> dict[str, Any]:
    return {
        "kind": KIND,
        "version": EXPORT_VERSION,
        "format": form,
        "project": about.project,
        "run": about.run,
        "build": about.build,
        "spec": about.spec,
        "canary": about.canary,
        "lance": dict(about.lance),
        "with_thoughts": source.with_thoughts,
        "split": "by-city" if by_city or FORMS[form].hub else None,
        "tables": {
            table.name: {
                "rows": {file.split: file.rows for file in table.files},
                "left_out": source.reasons(table.name),
            }
            for table in tables
        },
        "files": [file.path for table in tables for file in table.files],
    }
