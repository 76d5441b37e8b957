"""Virtual environments that hold what a test puts there and nothing else."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

from source_kit import ROOT

FOREIGN = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "MLFLOW_TRACKING_URI")


@dataclass(frozen=True)
class Venv:
    """A bare environment; pip's own configuration counts in it."""

    folder: Path

    def install(self, *arguments: str | Path) -> None:
        self.run("python", "-m", "pip", "install", "--quiet", *arguments)

    def run(
        self, program: str, *arguments: str | Path, cwd: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run one of its programs to a good end; else the test fails with what it said."""
        command = [str(self.folder / "bin" / program), *map(str, arguments)]
        environment = {name: os.environ[name] for name in os.environ if name not in FOREIGN}
        said = subprocess.run(
            command, cwd=cwd or self.folder, env=environment, capture_output=True, text=True
        )
        assert said.returncode == 0, f"{command}\n{said.stdout}\n{said.stderr}"
        return said


def make_venv(folder: Path) -> Venv:
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    return Venv(folder)


def requirements(*names: str) -> list[str]:
    """What `pyproject.toml` asks of packages, e.g. `click>=8.1.7`."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {re.split(r"[^\w-]", line)[0]: line for line in project["dependencies"]}
    return [asked[name] for name in names]
