"""Hands stages that are over to the tracker: a letter in the outbox, and a process that sends it.

MLflow takes seconds to import, so nobody waits for it: the process outlives the command, and what
it could not send stays in the outbox until the next stage. `KAKOC_TRACKING` is `off` or `wait`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kakoc.project import Project
from kakoc.store.outbox import Outbox

VARIABLE = "KAKOC_TRACKING"
PATIENCE, SHARE = 5.0, 0.02
"""Seconds, and share of the stage's own time, for which a command waits at most."""
FOREVER = 600.0
GIT = ("git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude", "*")


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage that is over: where it can be read, and what can be read nowhere later."""

    kind: str
    name: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sending:
    """A process that sends, and what it was started for."""

    outbox: Outbox
    letters: Sequence[Path]
    kept: Sequence[str]
    """For each letter of earlier commands, why it was not sent; empty where nobody knows."""
    process: subprocess.Popen[bytes] | None

    def outcome(self, seconds: float) -> str:
        """What to say of it, in a line, after a stage that took so long."""
        if self.process is None:
            return "off"
        most = FOREVER if os.environ.get(VARIABLE) == "wait" else min(PATIENCE, SHARE * seconds)
        try:
            self.process.wait(most)
        except subprocess.TimeoutExpired:
            why = next((f" ({reason})" for reason in self.kept if reason), "")
            return f"going to MLflow in the background{self._kept}{why}"
        left = [x for x in self.outbox.letters() if x.path in self.letters]
        if left:
            return f"not in MLflow yet ({left[0].error}); kept, and sent with the next stage"
        return f"in MLflow{self._kept}"

    @property
    def _kept(self) -> str:
        return f", with {len(self.kept)} kept from before" if self.kept else ""


def keep(project: Project, *stages: Stage) -> list[Path]:
    """Put stages into the outbox, with what can be known only now."""
    if os.environ.get(VARIABLE) == "off":
        return []
    outbox = Outbox(project.artifacts)
    known = {"git": _revision(project.root), "time": time.time()}
    return [outbox.put(s.kind, s.name, {**known, **s.facts}) for s in stages]


def track(project: Project, *stages: Stage) -> Sending:
    """Keep stages and start sending all that waits.

    Raises:
        StoreError: the disk refuses.
    """
    outbox = Outbox(project.artifacts)
    before = [letter.error for letter in outbox.letters()]
    letters = keep(project, *stages)
    is_on = os.environ.get(VARIABLE) != "off"
    return Sending(outbox, letters, before, start_sending(project) if is_on else None)


def start_sending(project: Project) -> subprocess.Popen[bytes]:
    """Start the process that sends all that waits."""
    told = json.dumps([str(place) for place in (project.root, project.spec, project.artifacts)])
    package = str(Path(__file__).parents[2])
    path = os.pathsep.join([package, *filter(None, [os.environ.get("PYTHONPATH")])])
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "kakoc.app.sending", told],
        env={**os.environ, "PYTHONPATH": path},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        # Ctrl-C, or the end of the terminal, is not meant for it.
        start_new_session=True,
    )


def _revision(root: Path) -> str | None:
    """Of the project; none where there is no repository."""
    quiet: dict[str, Any] = {"capture_output": True, "text": True, "timeout": 5}
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0"}
    try:
        said = subprocess.run(GIT, cwd=root, env=environment, check=True, **quiet)
    except (OSError, subprocess.SubprocessError):
        return None
    return said.stdout.strip() or None
