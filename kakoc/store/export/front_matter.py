"""The YAML head of a data set card, as `datasets` and the Hub read it. Knows tables, no run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import yaml

from kakoc.store.export.about import About
from kakoc.store.export.columns import Column
from kakoc.store.export.written import Written

DTYPES = {"text": "string", "int": "int64", "float": "float64", "bool": "bool"}
_HUB_LICENSES = """
apache-2.0 mit bsd-3-clause cc0-1.0 cc-by-4.0 cc-by-sa-4.0 cc-by-nc-4.0 cc-by-nd-4.0
cc-by-nc-sa-4.0 cc-by-nc-nd-4.0 odc-by odbl gpl-3.0 agpl-3.0 unlicense
"""
"""Licenses that the Hub calls by name; others have a name of their own."""
SIZES = ((1e3, "n<1K"), (1e4, "1K<n<10K"), (1e5, "10K<n<100K"), (1e6, "100K<n<1M"))


def front_matter(about: About, languages: Iterable[str], tables: Sequence[Written]) -> str:
    """The head with its fences."""
    head = {
        **_license(about.license),
        "pretty_name": about.title.rstrip("."),
        "language": sorted(set(languages)),
        "task_categories": ["text-generation"],
        "annotations_creators": ["machine-generated"],
        "language_creators": ["machine-generated"],
        "size_categories": [_size(max(table.rows for table in tables))],
        "tags": ["synthetic", "dialogue", "preference", "croissant"],
        "configs": [_config(table, first=table is tables[0]) for table in tables],
        "dataset_info": [
            {"config_name": table.name, "features": _features(table.columns)} for table in tables
        ],
    }
    text = yaml.safe_dump(head, sort_keys=False, allow_unicode=True, width=100)
    return f"---\n{text}---\n"


def _license(license_: str) -> dict[str, str]:
    if license_.lower() in _HUB_LICENSES.split():
        return {"license": license_.lower()}
    return {"license": "other", "license_name": license_}


def _size(rows: int) -> str:
    return next((name for limit, name in SIZES if rows < limit), "1M<n<10M")


def _config(table: Written, first: bool) -> dict[str, Any]:
    files = [{"split": file.split, "path": _pattern(file.path)} for file in table.files]
    return {"config_name": table.name, "data_files": files, **({"default": True} if first else {})}


def _pattern(path: str) -> str:
    """`data/sft/train-*.parquet` for a numbered file."""
    return path.replace("-00000-of-00001", "-*")


def _features(columns: Iterable[Column]) -> list[dict[str, Any]]:
    return [{"name": column.name, **_feature(column)} for column in columns]


def _feature(column: Column) -> dict[str, Any]:
    if isinstance(column.kind, tuple):
        return {"list" if column.many else "struct": _features(column.kind)}
    dtype = DTYPES[column.kind]
    return {"list": dtype} if column.many else {"dtype": dtype}
