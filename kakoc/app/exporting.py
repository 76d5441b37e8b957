"""`export`: gathers what a data set says of itself and lets the store write it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kakoc.app.asking import load_ir
from kakoc.app.checking import checked
from kakoc.app.describing import describe, pair_counts
from kakoc.errors import StoreError
from kakoc.ir import Ir
from kakoc.judging import RuleBook
from kakoc.ports import Notify
from kakoc.project import Project
from kakoc.run.pairs import system_message
from kakoc.store.export import (
    FORMS,
    Guard,
    address,
    canary,
    open_source,
    push,
    require_token,
    write_export,
)
from kakoc.store.export.folder import require_free
from kakoc.store.export.guard import Check, Kind, worst
from kakoc.store.export.remote import require_free_there, send
from kakoc.store.lance import is_remote
from kakoc.store.runs import RunFolder, find_run
from kakoc.types import Persona, Role

FORMATS = tuple(FORMS)
WARN = "warn"
"""The spec's word for: say that pairs are confounded and go on."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for."""

    form: str
    out: Path | str
    """A folder, or an address such as `s3://bucket/folder`."""
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
    place = str(wanted.out)
    if not is_remote(place):
        return _export(project, run, wanted, Path(place), notify)
    require_free_there(place)  # before the work, not after it
    with TemporaryDirectory(prefix="kakoc-export-") as scratch:
        written = _export(project, run, wanted, Path(scratch) / "export", notify)
        send(Path(scratch) / "export", place)
    return written


def _export(
    project: Project, run: str, wanted: Wanted, out: Path, notify: Notify
) -> dict[str, Any]:
    url = address(wanted.push) if wanted.push else ""
    if wanted.push:
        require_token()  # before the work, not after it
    require_free(out)
    folder = find_run(project.artifacts, run)
    manifest = folder.manifest
    if manifest is None:
        raise StoreError(f"run {folder.id} is not finished", "the command that began it goes on")
    ir = _ir(project, folder)
    _require_sound(ir, folder, manifest, wanted, notify)
    guard, system = Guard(_check(ir)), _system(ir, folder)
    source = open_source(folder, guard, canary(ir.project.name), system, wanted.with_thoughts)
    about = describe(project, ir, folder, manifest, url, FORMS[wanted.form].hub)
    written = write_export(source, wanted.form, about, out, wanted.by_city)
    if wanted.push:
        notify("push", {"repo": wanted.push})
        push(out, wanted.push, f"Run {folder.id}, exported by kakoc")
    return {**written, "url": url} if url else written


def _ir(project: Project, folder: RunFolder) -> Ir:
    """The spec the run was made of; imported data are held against the present one."""
    config = folder.config
    return load_ir(project, config["build"]) if "build" in config else checked(project)[1]


def _require_sound(
    ir: Ir, folder: RunFolder, manifest: Mapping[str, Any], wanted: Wanted, notify: Notify
) -> None:
    pairs = pair_counts(manifest)
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


def _check(ir: Ir) -> Check:
    """The worst of the spec's hard lines that a text crosses."""
    rules = RuleBook.of(ir)

    def check(text: str, role: Role) -> Kind | None:
        return worst(violation.kind for violation in rules.check(text, role))

    return check


def _system(ir: Ir, folder: RunFolder) -> Callable[[Persona], str] | None:
    """What the Supporter is told of a person; nothing where a card has another shape than ours."""
    if "imported" in folder.config:
        return None

    def system(persona: Persona) -> str:
        return system_message(ir, persona.card)

    return system
