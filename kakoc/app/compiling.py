"""The work of a build that has something to do: check, link, fit judge heads, emit."""

from __future__ import annotations

from typing import Any

from kakoc.app.checking import checked
from kakoc.app.inputs import dependency_versions, tool_versions
from kakoc.app.models import make_embedder
from kakoc.app.promoting import promote, promotions, read_promoted
from kakoc.diagnostics import Diagnostic
from kakoc.emit import ROLES, emit, role_parts
from kakoc.ir import Ir, fingerprint
from kakoc.judging import Head, fit_head, made_of, require_floor
from kakoc.lang import ExtraPass, Where
from kakoc.ports import Progress
from kakoc.project import Project, load_module, source_files
from kakoc.registry import link_faults
from kakoc.store.files import read_json, write_json
from kakoc.types import digest

BUILD_VERSION = 1


def compile_project(
    project: Project, inputs: dict[str, str], progress: Progress
) -> tuple[dict[str, bytes], dict[str, Any], tuple[Diagnostic, ...]]:
    """All files of the build, its manifest, and the spec's warnings.

    Raises:
        SpecError: the spec has errors, or names code that is not there.
        JudgeError: a judge is below its floor.
    """
    progress("checking the spec")
    compilation, ir = checked(project, (_linking(project),))
    code = source_files(project)
    parts = {role: role_parts(ir, role, code) for role in ROLES}
    promoted = read_promoted(project)
    found = promotions(promoted, parts)
    heads = _heads(project, ir, progress)
    progress("writing the program")
    texts = {name: head.model_dump_json(indent=1) + "\n" for name, head in heads.items()}
    files = emit(promote(ir, promoted, found), code, texts, dependency_versions())
    manifest = {
        "version": BUILD_VERSION,
        "fingerprint": _identity(files, inputs),
        "project": ir.project.name,
        "spec": fingerprint(ir),
        "roles": parts,
        "promoted": {item.role: {"stale_because_of": item.changed} for item in found},
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

    def link(ir: Ir, where: Where) -> list[Diagnostic]:
        return link_faults(ir, lambda name: load_module(project, name), where)

    return link


def _heads(project: Project, ir: Ir, progress: Progress) -> dict[str, Head]:
    """A head for each judge with examples; one whose examples are unchanged is not fitted again."""
    embedder = make_embedder(ir.models.embedder, progress)
    fitted = {}
    for spec in ir.judges:
        if spec.examples:
            key = digest([made_of(spec), embedder.name, tool_versions()])
            cached = project.artifacts / "cache" / f"head-{spec.name}-{key}.json"
            if not cached.exists():
                progress(f"fitting judge {spec.name}")
                head = fit_head(spec, embedder)
                write_json(cached, head.model_dump(mode="json"))
            fitted[spec.name] = Head.model_validate(read_json(cached))
            require_floor(spec, fitted[spec.name])
    return fitted


def _figures(head: Head) -> dict[str, Any]:
    shown = {"auroc", "auroc_low", "auroc_high", "examples", "groups"}
    return head.model_dump(mode="json", include=shown)
