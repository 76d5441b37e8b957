"""Croissant 1.0: what its specification requires, and that its own library reads the rows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from export_kit import data_files, export, make_run, rows_of

from kakoc.store.export import FORMS
from kakoc.store.runs import RunFolder

REQUIRED = {
    "@context",
    "@type",
    "conformsTo",
    "description",
    "license",
    "name",
    "url",
    "creator",
    "datePublished",
    "distribution",
}
OF_A_FILE = {"@type", "@id", "name", "contentUrl", "contentSize", "encodingFormat", "sha256"}
TYPES = {"sc:Text", "sc:Integer", "sc:Float", "sc:Boolean"}


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    return make_run(tmp_path)


def croissant(out: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((out / "croissant.json").read_text(encoding="utf-8"))
    return found


def all_fields(fields: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for field in fields:
        yield field
        yield from all_fields(field.get("subField", []))


@pytest.mark.parametrize("form", FORMS)
def test_it_has_what_the_specification_requires(run: RunFolder, tmp_path: Path, form: str) -> None:
    manifest = export(run, form, tmp_path / "out", by_city=True)
    found = croissant(tmp_path / "out")
    assert found.keys() >= REQUIRED and all(found[name] for name in REQUIRED)
    assert (found["@type"], found["conformsTo"]) == (
        "sc:Dataset",
        "http://mlcommons.org/croissant/1.0",
    )
    assert found["@context"]["conformsTo"] == "dct:conformsTo"
    for file in found["distribution"]:
        assert file.keys() == OF_A_FILE and file["@type"] == "cr:FileObject"
        assert file["sha256"] == manifest["files"][file["contentUrl"]]
    assert {file["contentUrl"] for file in found["distribution"]} == {
        path.relative_to(tmp_path / "out").as_posix() for path in data_files(tmp_path / "out")
    }


@pytest.mark.parametrize("form", FORMS)
def test_every_field_has_a_type_and_a_source(run: RunFolder, tmp_path: Path, form: str) -> None:
    export(run, form, tmp_path / "out")
    found = croissant(tmp_path / "out")
    files = {file["@id"] for file in found["distribution"]}
    ids: list[str] = []
    for records in found["recordSet"]:
        assert records["@type"] == "cr:RecordSet" and records["field"]
        for field in all_fields(records["field"]):
            assert field["@type"] == "cr:Field"
            assert field["source"]["fileObject"]["@id"] in files
            assert field.get("dataType") in TYPES or field["subField"]
            ids.append(field["@id"])
    assert len(ids) == len(set(ids))


def test_fields_are_the_columns(run: RunFolder, tmp_path: Path) -> None:
    export(run, "parquet", tmp_path / "out")
    for records in croissant(tmp_path / "out")["recordSet"]:
        (row, *_) = rows_of(tmp_path / "out" / f"{records['@id']}.parquet")
        assert [field["source"]["extract"]["column"] for field in records["field"]] == list(row)


def test_a_license_that_is_no_spdx_id_is_told_in_words(run: RunFolder, tmp_path: Path) -> None:
    export(run, "sft", tmp_path / "out", license="Ours only")
    assert croissant(tmp_path / "out")["license"] == "Ours only"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("form", ["trl", "sft", "kto", "parquet", "hf"])
def test_its_own_library_reads_the_rows(run: RunFolder, tmp_path: Path, form: str) -> None:
    library = pytest.importorskip("mlcroissant")
    export(run, form, tmp_path / "out", by_city=True)
    found = library.Dataset(jsonld=str(tmp_path / "out" / "croissant.json"))
    assert not found.metadata.ctx.issues.errors
    for records in found.metadata.record_sets:
        if records.id.startswith("conversations"):
            continue  # lists in lists of Parquet: the library knows no path through them
        (row, *_) = found.records(record_set=records.id)
        assert row[f"{records.id}/split"].decode() == records.id.rpartition("_")[2]
