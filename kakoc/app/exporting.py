"""`export`: gathers what a data set says of itself and lets the store write it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from kakoc.app.asking import load_ir
from kakoc.app.checking import checked
from kakoc.errors import KakocError, StoreError
from kakoc.ir import Ir, fingerprint
from kakoc.judging import RuleBook
from kakoc.ports import Notify
from kakoc.project import Project
from kakoc.run.pairs import system_message
from kakoc.store.builds import Builds
from kakoc.store.export import (
    FORMS,
    About,
    Guard,
    address,
    canary,
    open_source,
    push,
    require_token,
    write_export,
)
from kakoc.store.export.folder import require_free
from kakoc.store.export.guard import Kind, worst
from kakoc.store.files import read_jsonl
from kakoc.store.runs import RunFolder, find_run
from kakoc.types import Persona, Role

FORMATS = tuple(FORMS)
WARN = "warn"
"""The spec's word for: say that pairs are confounded and go on."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for."""

    form: str
    out: Path
    by_city: bool = False
    with_thoughts: bool = False
    force: bool = False
    """Export although a rule that knows nothing predicts the pairs."""
    push: str = ""
    """Repository to publish in."""


def export_run(project: Project, run: str, wanted: Wanted, notify: Notify) -> dict[str, Any]:
    """Write the export of a finished run, publish it if asked; returns its manifest.

    Raises:
        StoreError: there is no such run, its pairs are confounded, the place is taken.
        SpecError: an imported run needs the project's spec, and that has errors.
    """
    url = address(wanted.push) if wanted.push else ""
    if wanted.push:
        require_token()  # before the work, not after it
    require_free(wanted.out)
    folder = find_run(project.artifacts, run)
    manifest = folder.manifest
    if manifest is None:
        raise StoreError(f"run {folder.id} is not finished", "the command that began it goes on")
    ir = _ir(project, folder)
    _require_sound(ir, folder, manifest, wanted, notify)
    guard, system = Guard(_check(ir)), _system(ir, folder)
    source = open_source(folder, guard, canary(ir.project.name), system, wanted.with_thoughts)
    about = _about(project, ir, folder, manifest, url, FORMS[wanted.form].hub)
    written = write_export(source, wanted.form, about, wanted.out, wanted.by_city)
    if wanted.push:
        notify("push", {"repo": wanted.push})
        push(wanted.out, wanted.push, f"Run {folder.id}, exported by kakoc")
    return {**written, "url": url} if url else written


def _ir(project: Project, folder: RunFolder) -> Ir:
    """The spec the run was made of; imported data are held against the present one."""
    config = folder.config
    return load_ir(project, config["build"]) if "build" in config else checked(project)[1]


def _require_sound(
    ir: Ir, folder: RunFolder, manifest: Mapping[str, Any], wanted: Wanted, notify: Notify
) -> None:
    pairs = _pairs(manifest)
    if not pairs.get("confounded") or not FORMS[wanted.form].has_pairs:
        return
    named = " and ".join(str(name).replace("_", " ") for name in pairs["confounded"])
    if wanted.force or pairs.get("policy", ir.conversation.pairs.on_confounded) == WARN:
        notify("confounded", {"rules": named})
        return
    raise StoreError(
        f"{named} predicts too many of the pairs of run {folder.id}",
        f"make them anew with `kakoc pairs {folder.id} --length-matched`, change what the care "
        "levels ask for, or export them as they are with --force",
    )


def _check(ir: Ir) -> Any:
    """The worst of the spec's hard lines that a text crosses."""
    rules = RuleBook(ir.rules)

    def check(text: str, role: Role) -> Kind | None:
        return worst(violation.kind for violation in rules.check(text, role))

    return check


def _system(ir: Ir, folder: RunFolder) -> Any:
    """What the Supporter is told of a person; nothing where a card has another shape than ours."""
    if "imported" in folder.config:
        return None

    def system(persona: Persona) -> str:
        return system_message(ir, persona.card)

    return system


def _about(
    project: Project,
    ir: Ir,
    folder: RunFolder,
    manifest: Mapping[str, Any],
    url: str,
    linted: bool,
) -> About:
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
        pairs=_pairs(manifest),
        lint=_lint(project, folder) if linted else None,
        imported=str(config.get("imported", "")),
        url=url,
    )


def _pairs(manifest: Mapping[str, Any]) -> dict[str, Any]:
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
