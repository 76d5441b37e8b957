"""Opens what keeps the texts of a run apart: the embedder, the limits, the runs named beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from kakoc.app.asking import Asked
from kakoc.app.models import Fetching, make_embedder
from kakoc.errors import StoreError
from kakoc.ir import Ir
from kakoc.lm import Journal
from kakoc.ports import Memo
from kakoc.project import Project
from kakoc.run.collisions import COMPARED, Collisions, Compared, Foreign, Told
from kakoc.run.generate import Generated
from kakoc.run.personas import in_one, prose_of
from kakoc.store.runs import RunFolder, find_run
from kakoc.types import Conversation, Persona, digest


def open_collisions(
    project: Project, ir: Ir, asked: Asked, memo: Memo, fetching: Fetching
) -> Collisions | None:
    """What compares the texts of a run; None where the spec or the profile asks for no guard."""
    if ir.diversity is None or not asked.profile.guards:
        return None
    limits: dict[Compared, float] = {
        kind: getattr(ir.diversity, kind).too_close for kind in COMPARED
    }
    embedder = make_embedder(ir.models.embedder, fetching, alone=True)
    return Collisions(embedder, memo, limits, _foreign(project, ir, asked.against))


def identities(project: Project, ir: Ir, runs: Sequence[str]) -> dict[str, str]:
    """For each run, by its id or place, what follows from its texts.

    Raises:
        StoreError: there is no such run, or it is not finished.
    """
    found = {}
    for name in runs:
        folder = find_run(project.artifacts, name)
        if folder.manifest is None:
            raise StoreError(
                f"run {folder.id} is not finished", "the command that began it goes on"
            )
        listed = folder.path.parent == project.artifacts / "runs"
        place = folder.id if listed else str(folder.path)
        found[place] = _identity(ir, folder)
    return found


def collide(project: Project, ir: Ir, asked: Asked, journal: Path, made: Generated) -> bool:
    """Whether rows that were made apart hold texts that are too close to each other."""
    memo = Journal(journal)
    try:
        collisions = open_collisions(project, ir, asked, memo, lambda what, done, total: None)
        return collisions is not None and collisions.any_of([*_rows(ir, made)])
    finally:
        memo.close()


def _rows(ir: Ir, made: Generated) -> Iterator[Mapping[Compared, Told]]:
    openings = {talk.persona: talk for talk in made.conversations}
    for persona in made.personas:
        row: dict[Compared, Told] = {"persona": _persona(ir, persona)}
        if opening := _opening(openings.get(persona.id)):
            row["conversation"] = opening
        yield row


def _persona(ir: Ir, persona: Persona, run: str = "") -> Told:
    text = in_one(prose_of(ir.persona_schema, persona.card))
    return Told(f"{run}{persona.id}", text)


def _opening(talk: Conversation | None, run: str = "") -> Told | None:
    if talk is None or not talk.turns:
        return None
    return Told(f"{run}{talk.persona}", talk.turns[0].seeker.message)


def _texts(ir: Ir, folder: RunFolder, kind: Compared) -> list[Told]:
    run = f"{folder.id}/"
    if kind == "persona":
        return [_persona(ir, persona, run) for persona in folder.read("personas")]
    found = (_opening(talk, run) for talk in folder.read("conversations"))
    return [told for told in found if told]


def _identity(ir: Ir, folder: RunFolder) -> str:
    return digest([[told.id, told.text] for kind in COMPARED for told in _texts(ir, folder, kind)])


def _foreign(project: Project, ir: Ir, against: Mapping[str, str]) -> Foreign:
    def read(kind: Compared) -> list[Told]:
        return [told for name in against for told in _texts(ir, _same(name), kind)]

    def _same(name: str) -> RunFolder:
        folder = find_run(project.artifacts, name)
        if _identity(ir, folder) != against[name]:
            raise StoreError(f"run {name} is not what it was when it was named by --against")
        return folder

    return Foreign(digest(dict(against)) if against else "", read)
