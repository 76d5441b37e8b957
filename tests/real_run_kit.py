"""One run of the real command on the real models, with the network off, for several tests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from project_kit import copy_project

from kakoc.lm import MODELS, ensure

NO_NETWORK = Path(__file__).parent / "no_network"
TURNS = 2


@dataclass(frozen=True)
class RealRun:
    """What `kakoc run` left behind, on the screen and on disk."""

    root: Path
    code: int
    out: str
    err: str
    left_the_machine: list[str]
    """Look-ups and connections that were refused."""

    @property
    def manifest(self) -> dict[str, Any]:
        printed: dict[str, Any] = json.loads(self.out)
        return printed

    @property
    def artifacts(self) -> Path:
        return self.root / "artifacts"

    @property
    def folder(self) -> Path:
        return self.artifacts / "runs" / str(self.manifest["run"])


def run_really(root: Path) -> RealRun:
    """`kakoc run` for one person and two turns in a fresh copy of the project."""
    for model in MODELS:
        ensure(model)  # the one download that is allowed
    log = root / "network.log"
    options = ["--personas", "1", "--turns", str(TURNS), "--json"]
    said = subprocess.run(
        [sys.executable, "-P", "-m", "kakoc", "run", *options],
        cwd=copy_project(root / "project"),
        env=guarded(log),
        capture_output=True,
        text=True,
    )
    left = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    return RealRun(root / "project", said.returncode, said.stdout, said.stderr, left)


def guarded(log: Path) -> dict[str, str]:
    """The environment of a process, and of its children, that can reach no other machine."""
    inherited = {name: os.environ[name] for name in os.environ if name != "MLFLOW_TRACKING_URI"}
    inherited["KAKOC_TRACKING"] = "wait"
    return {**inherited, "PYTHONPATH": str(NO_NETWORK), "NO_NETWORK_LOG": str(log)}
