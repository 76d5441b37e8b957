"""What a data set says of itself: whose it is, what made it, how good its judges are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib import metadata
from typing import Any

from kakoc.errors import KakocError
from kakoc.ir import Ir, fingerprint
from kakoc.project import Project
from kakoc.store.builds import Builds
from kakoc.store.export import About
from kakoc.store.files import read_jsonl
from kakoc.store.lance_texts import written
from kakoc.store.runs import RunFolder


def describe(
    project: Project,
    ir: Ir,
    folder: RunFolder,
    manifest: Mapping[str, Any],
    url: str,
    linted: bool,
) -> About:
    """What the card and the metadata of an export say.

    Args:
        url: where it will be published, if it will.
        linted: whether the findings of lint belong into it.
    """
    config = folder.config
    build = str(config.get("build", ""))
    return About(
        project=ir.project.name,
        title=ir.project.title,
        license=ir.project.license,
        spec=fingerprint(ir),
        build=build,
        run=folder.id,
        version=metadata.version("kakoc"),
        made=_day(folder),
        intended_use=tuple(ir.project.intended_use),
        seed=config.get("seed"),
        models=_models(manifest),
        judges=tuple(_judges(project, ir, build)),
        pairs=pair_counts(manifest),
        lint=_lint(project, folder) if linted else None,
        lance=(written(folder) or {}).get("versions", {}),
        imported=str(config.get("imported", "")),
        url=url,
    )


def pair_counts(manifest: Mapping[str, Any]) -> dict[str, Any]:
    found = manifest.get("pairs")
    return dict(found) if isinstance(found, Mapping) else {}


def _models(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Identities without the address of a server, which is nobody's business."""
    known = manifest.get("identities", {})
    return {role: str(name).partition("?api_base=")[0] for role, name in known.items()}


def _judges(project: Project, ir: Ir, build: str) -> Iterator[dict[str, Any]]:
    """For each judge what the spec says and what the build measured."""
    found = Builds(project.artifacts).manifest(build) if build else None
    measured = (found or {}).get("judges", {})
    for spec in ir.judges:
        figures = measured.get(spec.name, {})
        yield {"name": spec.name, "use_for": spec.use_for, "weight": spec.weight, **figures}


def _day(folder: RunFolder) -> str:
    """When the run came to its end: the same for every export of it."""
    events = folder.path / "events.jsonl"
    last = None
    for event in read_jsonl(events) if events.exists() else ():
        last = event.get("time", last)
    moment = last or (folder.path / "manifest.json").stat().st_mtime
    return datetime.fromtimestamp(moment, UTC).date().isoformat()


def _lint(project: Project, folder: RunFolder) -> dict[str, Any] | None:
    """The findings of the run by code; None where it cannot be linted."""
    try:
        from kakoc.app.language import LINT_CODES
        from kakoc.app.linting import lint_data

        found = lint_data(project, str(folder.path))
    except (ImportError, KakocError):
        return None
    counted = Counter(finding.code for finding in found.findings)
    by_code = [[code, LINT_CODES[code].title, n] for code, n in sorted(counted.items())]
    return {"counts": found.counts, "checked": found.checked, "by_code": by_code}
