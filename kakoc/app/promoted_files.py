"""`promote`: writes what a search found to `optimizers/promoted/<role>.json`, or takes it back.

What stood there before is kept in the artifacts, so that `--undo` brings it back. Nothing is
promoted whose gain may be chance, and nothing whatever that crosses a hard line.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from kakoc.app.asking import load_ir
from kakoc.app.promoting import FOLDER, Promoted
from kakoc.emit.roles import SHAPES
from kakoc.errors import KakocError, StoreError
from kakoc.ir import Demo, Ir
from kakoc.judging import RuleBook
from kakoc.project import Project
from kakoc.store.builds import Builds
from kakoc.store.files import read_json, write_file, write_json
from kakoc.store.runs import RunFolder, find_run, list_runs
from kakoc.types import Role

STAGE = "optimize"
REPLACED = "optimize/replaced"


@dataclass(frozen=True, slots=True)
class Change:
    """A file that was written or taken back."""

    role: Role
    path: Path
    refusals: tuple[str, ...] = ()
    """What spoke against it and was overruled."""
    is_there: bool = True
    """Whether there is a promoted prompt now."""


def promote_run(project: Project, name: str, force: bool = False) -> Change:
    """Promote the best prompt of a search.

    Args:
        force: although something speaks against it.

    Raises:
        KakocError: something does, or a text of the prompt crosses a hard line.
        StoreError: there is no such search, or it is not finished.
    """
    folder = _search(project, name)
    manifest = folder.manifest
    if manifest is None:
        raise StoreError(f"search {folder.id} is not finished", "the command that began it goes on")
    refusals = tuple(str(reason) for reason in manifest["refusals"])
    if refusals and not force:
        raise KakocError(
            f"{folder.id} is not promoted: {'; '.join(refusals)}", "--force does it all the same"
        )
    if manifest["best"] == 0:
        raise KakocError(f"{folder.id} found nothing better than the prompt that there is")
    prompt = _prompt(project, folder, manifest)
    _require_safe(load_ir(project, manifest["build"]), prompt)
    path = project.root / FOLDER / f"{prompt.role}.json"
    _keep(project, prompt.role, path)
    write_json(path, prompt.model_dump(mode="json", exclude={"demos": {"__all__": {"at"}}}))
    return Change(prompt.role, path, refusals)


def undo(project: Project, role: Role) -> Change:
    """Bring back what stood there before the last promotion, if anything did.

    Raises:
        StoreError: nothing was promoted.
    """
    path = project.root / FOLDER / f"{role}.json"
    if not path.exists():
        raise StoreError(f"no prompt of {role} is promoted", "kakoc promote RUN")
    kept = _kept(project, role)
    if kept:
        write_file(path, kept[-1].read_bytes())
        kept[-1].unlink()
    else:
        path.unlink()
    return Change(role, path, is_there=bool(kept))


def _search(project: Project, name: str) -> RunFolder:
    if name == "latest":
        for folder in list_runs(project.artifacts):
            if folder.config.get("stage") == STAGE:
                return folder
    folder = find_run(project.artifacts, name)
    if folder.config.get("stage") != STAGE:
        raise StoreError(f"run {folder.id} is no search", "kakoc optimize supporter --recipe NAME")
    return folder


def _prompt(project: Project, folder: RunFolder, manifest: dict[str, Any]) -> Promoted:
    candidate = read_json(folder.path / "candidates" / f"{manifest['best']:03d}.json")
    role: Role = candidate["role"]
    if len(candidate["predictors"]) != 1:
        raise KakocError(
            f"the module of {role} has several predictors, and a promoted prompt holds one",
            "write what was found into spec/ and modules/ by hand: see candidates/ of the search",
        )
    (words,) = candidate["predictors"].values()
    build = Builds(project.artifacts).manifest(manifest["build"])
    if build is None:
        raise StoreError(f"build {manifest['build']} is not there", "search again")
    try:
        return Promoted(
            role=role,
            parts=build["roles"][role],
            instructions=tuple(words["instructions"].splitlines()),
            demos=tuple(_demo(demo, SHAPES[role].output) for demo in words["demos"]),
            origin=folder.id,
        )
    except ValidationError as error:
        raise KakocError(
            f"the prompt of {folder.id} is none: {error.errors()[0]['msg']}"
        ) from error


def _demo(fields: dict[str, Any], output: str) -> Demo:
    answer = fields[output]
    return Demo(
        user=fields["turn"], assistant=answer if isinstance(answer, dict) else {output: answer}
    )


def _require_safe(ir: Ir, prompt: Promoted) -> None:
    """Not even --force: demos are said to the model in every conversation.

    Raises:
        KakocError: an answer of a demo crosses a hard line, or any text one of class `exclude`.
    """
    rules = RuleBook.of(ir)
    said = [str(value) for demo in prompt.demos for value in demo.assistant.values()]
    told = [*prompt.instructions, *(demo.user for demo in prompt.demos)]
    crossed = [broken for text in said for broken in rules.check(text, prompt.role)]
    crossed += [
        broken
        for text in told
        for broken in rules.check(text, prompt.role)
        if broken.kind == "exclude"
    ]
    if crossed:
        raise KakocError(f"the prompt crosses the hard line {crossed[0].rule}; nothing was written")


def _keep(project: Project, role: Role, path: Path) -> None:
    if path.exists():
        number = len(_kept(project, role)) + 1
        kept = project.artifacts / REPLACED / role / f"{number:03d}.json"
        write_file(kept, path.read_bytes())


def _kept(project: Project, role: Role) -> list[Path]:
    return sorted((project.artifacts / REPLACED / role).glob("*.json"))
