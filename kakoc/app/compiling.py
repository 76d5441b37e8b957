"""The work of a build that has something to do: check, link, fit judge heads, emit."""

from __future__ import annotations

from datetime import date
from typing import Any

from kakoc.app.checking import checked
from kakoc.app.inputs import dependency_versions, judging_version
from kakoc.app.models import make_embedder
from kakoc.app.promoting import words_of
from kakoc.diagnostics import Diagnostic
from kakoc.emit import emit, module_path
from kakoc.ir import Ir, fingerprint
from kakoc.judging import Head, SharedEmbedder, fit_head, made_of, require_floor
from kakoc.lang import ExtraPass, Where
from kakoc.lm import cache_folder
from kakoc.ports import Progress
from kakoc.project import Project, load_module, source_files
from kakoc.registry import link_faults
from kakoc.store.files import read_json, write_json
from kakoc.types import digest

BUILD_VERSION = 1


def compile_project(
    project: Project, inputs: dict[str, str], progress: Progress, today: date | None = None
) -> tuple[dict[str, bytes], dict[str, Any], tuple[Diagnostic, ...]]:
    """All files of the build, its manifest, and the spec's warnings.

    Raises:
        SpecError: the spec has errors, or names code that is not there.
        JudgeError: a judge is below its floor.
    """
    progress("checking the spec")
    compilation, ir = checked(project, (_linking(project),), today)
    code = source_files(project)
    words = words_of(project, ir, code)
    heads = _heads(ir, progress)
    progress("writing the program")
    texts = {name: head.model_dump_json(indent=1) + "\n" for name, head in heads.items()}
    files = emit(words.ir, code, texts, dependency_versions())
    manifest = {
        "version": BUILD_VERSION,
        "fingerprint": _identity(files, inputs),
        "project": ir.project.name,
        "spec": fingerprint(ir),
        "roles": words.parts,
        "promoted": {item.role: {"stale_because_of": item.changed} for item in words.promotions},
        "judges": {name: _figures(head) for name, head in heads.items()},
        "inputs": inputs,
        "files": sorted(files),
    }
    return files, manifest, compilation.diagnostics


def _identity(files: dict[str, bytes], inputs: dict[str, str]) -> str:
    """Of what a build does: places in the spec, which sheets and `ir.json` show, are left out."""
    meaning = {
        path: digest(data.decode())
        for path, data in files.items()
        if not path.startswith("sheets/") and path != "ir.json"
    }
    ir = Ir.model_validate_json(files["ir.json"])
    code = {path: value for path, value in inputs.items() if not path.startswith("spec/")}
    return digest({"files": meaning, "ir": fingerprint(ir), "code": code})


def _linking(project: Project) -> ExtraPass:
    """The check that every `use:` of the spec names code that is there (K5xx)."""

    code = source_files(project)

    def link(ir: Ir, where: Where) -> list[Diagnostic]:
        faults = link_faults(ir, lambda name: load_module(project, name), where)
        return faults or [
            Diagnostic(
                "K501",
                f"`{spec.use}` is no file of this project",
                where(f"roles/{role}.yaml", "use"),
                help=f"a role is copied into the build: put it in {module_path(spec.use)}",
            )
            for role, spec in ir.roles.items()
            if module_path(spec.use) not in code
        ]

    return link


def _heads(ir: Ir, progress: Progress) -> dict[str, Head]:
    """A head for each judge with examples; one whose examples are unchanged is not fitted again."""

    def fetching(what: str, done: int, total: int) -> None:
        progress(f"fetching {what}: {done / 1e6:.0f} of {total / 1e6:.0f} MB")

    embedder = SharedEmbedder(make_embedder(ir.models.embedder, fetching))
    fitted = {}
    learned = [spec.name for spec in ir.judges if spec.examples]
    for spec in ir.judges:
        if spec.examples:
            # For all projects of a user: a copy of a project need not fit its judges again.
            key = digest([made_of(spec), embedder.name, judging_version()])
            cached = cache_folder() / "heads" / f"{spec.name}-{key}.json"
            if not cached.exists():
                number = learned.index(spec.name) + 1
                progress(f"fitting judge {spec.name}, {number} of {len(learned)}")
                head = fit_head(spec, embedder)
                write_json(cached, head.model_dump(mode="json"))
            fitted[spec.name] = Head.model_validate(read_json(cached))
            require_floor(spec, fitted[spec.name])
    return fitted


def _figures(head: Head) -> dict[str, Any]:
    """What a manifest and a card say of how good a head is."""
    shown = {"examples", "groups", "authors", "figures", "tests", "order", "length_effect"}
    return head.model_dump(mode="json", include=shown)
