"""The process that sends: reads each stage of the outbox and writes it to the tracker.

Started by `kakoc.app.tracking`; prints nothing. A stage that another goes on from is written first
if the tracker does not know it, so that pairs always lead back to their build.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import sys
from pathlib import Path

from kakoc.app.promoting import read_promoted
from kakoc.app.tracked import KINDS, Gone, Stage
from kakoc.app.tracked.prompts import prompt_text
from kakoc.errors import KakocError, StoreError, TrackerError, boundary
from kakoc.ports import Tracker
from kakoc.project import Project
from kakoc.store.mlflow import MlflowTracker
from kakoc.store.outbox import Letter, Outbox

LONGEST = 900
"""Seconds after which the process ends, whatever it waits for."""
MOST_TRIES = 5
PROMOTED = "promoted"


def main() -> None:
    """Send all that waits in the project that the arguments name."""
    signal.alarm(LONGEST)
    with contextlib.suppress(OSError):
        os.nice(10)  # whoever generates comes first
    root, spec, artifacts = map(Path, json.loads(sys.argv[1]))
    send_all(Project(root, spec, artifacts))


def send_all(project: Project) -> None:
    """Empty the outbox as far as the tracker lets."""
    outbox = Outbox(project.artifacts)
    with outbox.alone():
        letters = outbox.letters()
        tracker = MlflowTracker(project.artifacts, project.root.name)
        try:
            tracker.open()
        except TrackerError as error:
            for letter in letters:
                outbox.failed(letter, _line(error))
            return
        for letter in letters:
            _send(project, tracker, outbox, letter)


def _send(project: Project, tracker: Tracker, outbox: Outbox, letter: Letter) -> None:
    try:
        with boundary(StoreError, "the stage"):
            content = letter.content
            deliver(project, tracker, Stage(content["kind"], content["name"], content["facts"]))
    except Gone:
        outbox.sent(letter)  # there is nothing to tell any more
    except KakocError as error:
        outbox.refused(letter, _line(error), MOST_TRIES)
    else:
        outbox.sent(letter)


def deliver(project: Project, tracker: Tracker, stage: Stage) -> None:
    """Write one stage.

    Raises:
        Gone: it is not there.
        StoreError: it cannot be read, or the tracker refuses.
    """
    if stage.kind == PROMOTED:
        name = f"{re.sub(r'[^A-Za-z0-9_.-]', '_', project.root.name)}.{stage.name}"
        promoted = {str(role): found for role, found in read_promoted(project).items()}
        found = promoted.get(stage.name)
        tracker.champion(name, prompt_text(found) if found else None)
    else:
        _write(project, tracker, stage)


def _write(project: Project, tracker: Tracker, stage: Stage) -> str:
    kind = KINDS[stage.kind]
    tracked = kind.read(project, stage)
    before = kind.after(project, stage)
    return tracker.write(tracked, _parent(project, tracker, before) if before else None)


def _parent(project: Project, tracker: Tracker, stage: Stage) -> str | None:
    """Its id; none where it is gone."""
    try:
        known = tracker.find(KINDS[stage.kind].key(project, stage))
        return known or _write(project, tracker, stage)
    except TrackerError:
        raise
    except StoreError:
        return None


def _line(error: KakocError) -> str:
    """One line of a message that may be long: drivers quote whole statements."""
    return " ".join(str(error).split())[:300]


if __name__ == "__main__":
    main()
