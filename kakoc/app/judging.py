"""`judge`: opens the judges of a build and lets them read a file or a stored run."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from kakoc.app.asking import load_ir
from kakoc.app.building import BuildResult
from kakoc.app.judges import asking, open_judges
from kakoc.app.judging_files import Counts, judge_rows, lines_of
from kakoc.app.rejudging import rejudge
from kakoc.errors import StoreError
from kakoc.ir import Ir
from kakoc.judging import Complete
from kakoc.lm import Journal
from kakoc.ports import Judge, Meter, Notify
from kakoc.project import Project
from kakoc.store.runs import RUNS, RunFolder
from kakoc.types import digest


def judge_file(
    project: Project,
    build: BuildResult,
    file: Path,
    output: Path,
    allow_remote: bool,
    progress: Callable[[Counts], None],
) -> Counts:
    """Score every row of `file` and write one row each; the output is there when it is whole.

    Raises:
        StoreError: a file cannot be read or written.
    """
    ir = load_ir(project, build.fingerprint)
    judges = local_judges(project, ir, build, allow_remote)
    counts, partial = Counts(), output.with_name(f".{output.name}.part")
    try:
        with partial.open("w", encoding="utf-8") as out:
            for row in judge_rows(ir, judges, lines_of(file), counts):
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
                progress(counts)
        partial.replace(output)
    except OSError as error:
        raise StoreError(f"cannot write {output}: {error.strerror}") from error
    finally:
        partial.unlink(missing_ok=True)
    return counts


def judge_run(
    project: Project, build: BuildResult, old: RunFolder, allow_remote: bool, notify: Notify
) -> dict[str, Any]:
    """Judge a stored run anew; the new run's id follows from the old run and the build."""
    ir = load_ir(project, build.fingerprint)
    judges = local_judges(project, ir, build, allow_remote)
    name = f"judged-{digest([old.id, build.fingerprint], 10)}"
    new = RunFolder(project.artifacts / RUNS / name)
    return rejudge(ir, judges, old, new, build.fingerprint, notify)


def local_judges(
    project: Project, ir: Ir, build: BuildResult, allow_remote: bool
) -> Sequence[Judge]:
    """The judges of the build; those that send texts to a model only if they may.

    What is judged may be real people's words, so the replies of a model are not journalled either.
    """
    if not allow_remote:
        ir = ir.model_copy(update={"judges": tuple(j for j in ir.judges if not j.model)})

    def complete(name: str) -> Complete:
        journal: Journal | None = None
        return asking(ir, name, journal, Meter(), lambda *_: None, False)

    return open_judges(project, ir, build.folder, lambda *_: None, complete)
