"""Croissant 1.0 metadata (JSON-LD): what is in the files, readable by machines. Writes none.

A table is a record set for each of its files. Files are named relative to `croissant.json`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from kakoc.store.export.about import About
from kakoc.store.export.columns import Column
from kakoc.store.export.written import DataFile, Written
from kakoc.types import RECORDS_VERSION

CONFORMS_TO = "http://mlcommons.org/croissant/1.0"
_TERMS = """
citeAs column equivalentProperty extract field fileProperty fileObject fileSet format includes
isLiveDataset jsonPath key md5 parentField path recordSet references regex repeated replace
samplingRate separator source subField transform
"""
CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "sc": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    **{term: f"cr:{term}" for term in _TERMS.split()},
}
DATA_TYPES = {"text": "sc:Text", "int": "sc:Integer", "float": "sc:Float", "bool": "sc:Boolean"}
MIME = {"jsonl": "application/jsonlines", "parquet": "application/x-parquet"}


def croissant(about: About, tables: Sequence[Written]) -> str:
    """The text of `croissant.json`."""
    files = [(table, file) for table in tables for file in table.files]
    license_url = f"https://spdx.org/licenses/{about.license}.html"
    described = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "name": about.project,
        "conformsTo": CONFORMS_TO,
        "description": f"{about.title} {about.canary_line}",
        "license": license_url if about.is_spdx else about.license,
        "url": about.url or f"urn:uuid:{about.canary}",
        "version": f"{RECORDS_VERSION}.0.0",
        "creator": {"@type": "sc:Organization", "name": f"The makers of {about.project}"},
        "datePublished": about.made,
        "citeAs": about.citation,
        "keywords": ["synthetic", "dialogue", "preference"],
        "rai:dataUseCases": list(about.intended_use),
        "rai:personalSensitiveInformation": ["None: every person in it is sampled."],
        "distribution": [_file_object(table, file) for table, file in files],
        "recordSet": [_record_set(table, file) for table, file in files],
    }
    return json.dumps(described, ensure_ascii=False, indent=1) + "\n"


def _file_object(table: Written, file: DataFile) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": file.path,
        "name": file.path,
        "contentUrl": file.path,
        "contentSize": f"{file.bytes} B",
        "encodingFormat": MIME[table.kind],
        "sha256": file.sha256,
    }


def _record_set(table: Written, file: DataFile) -> dict[str, Any]:
    name = f"{table.name}_{file.split}" if len(table.files) > 1 else table.name
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": f"{table.about}; {file.rows} rows",
        "field": [_field(column, name, file.path) for column in table.columns],
    }


def _field(
    column: Column, parent: str, file: str, column_of: str = "", inside: Sequence[str] = ()
) -> dict[str, Any]:
    """A field; one inside another says its path below the column."""
    id_ = f"{parent}/{column.name}"
    top = column_of or column.name
    source: dict[str, Any] = {"fileObject": {"@id": file}, "extract": {"column": top}}
    if inside:
        source["transform"] = _transforms(inside)
    field: dict[str, Any] = {"@type": "cr:Field", "@id": id_, "name": id_}
    if column.about:
        field["description"] = column.about
    if column.many:
        field["repeated"] = True
    if isinstance(column.kind, tuple):
        below = ((inner, [*inside, inner.name]) for inner in column.kind)
        field["subField"] = [_field(inner, id_, file, top, path) for inner, path in below]
    else:
        field["dataType"] = DATA_TYPES[column.kind]
    return {**field, "source": source}


def _transforms(path: Iterable[str]) -> list[dict[str, str]]:
    return [{"jsonPath": name} for name in path]
