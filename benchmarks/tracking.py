"""What tracking costs a generation.

    python benchmarks/tracking.py [--seconds 60] [--rounds 1] [--quick]

Starts a stub server whose latency makes a generation last `seconds`, and runs `kakoc generate`
(profile `bench`) with KAKOC_TRACKING=off and with tracking as it is by default, in turn, each into
empty artifacts with a database of its own. Prints the whole commands' times and their ratio, with
the load of the machine, and how long after the command MLflow had everything. At most 3 % is wanted
of a generation of 60 s or more; `--quick` (10 s) shows only that it runs.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from generate import stub

ROOT = Path(__file__).parent.parent
PERSONAS, TURNS, LANES = 24, 10, 16
CALLS = PERSONAS * (1 + TURNS * 4)
WANTED = 1.03
LONGEST_WAIT = 300.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60.0, help="of one generation")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--project", type=Path, default=ROOT)
    asked = parser.parse_args()
    seconds = 10.0 if asked.quick else asked.seconds
    times: dict[str, list[float]] = {"off": [], "on": []}
    for number in range(asked.rounds):
        # Whoever comes second finds warm files: each is second in half of the rounds.
        for mode in ("off", "on") if number % 2 == 0 else ("on", "off"):
            times[mode].append(measure(mode, seconds, asked.project))
    off, on = median(times["off"]), median(times["on"])
    verdict = "" if seconds >= 60 else " (too short to say)"
    print(f"on / off = {on / off:.4f}, wanted <= {WANTED}{verdict}")


def measure(mode: str, seconds: float, project: Path) -> float:
    """Seconds of the whole command."""
    latency = seconds * LANES / CALLS
    served = ("--latency", str(latency), "--lanes", str(LANES))
    with tempfile.TemporaryDirectory() as folder, stub(*served) as base:
        artifacts = Path(folder)
        (artifacts / "build").symlink_to(project.resolve() / "artifacts" / "build")
        load, begun = os.getloadavg()[0], time.perf_counter()
        manifest = generate(mode, base, artifacts, project)
        took = time.perf_counter() - begun
        waited = drained(artifacts) if mode == "on" else 0.0
    print(
        f"{mode:>3}  command {took:7.2f} s  generation {manifest['seconds']:7.2f} s  "
        f"MLflow has it {waited:5.2f} s later  load {load:.1f}"
    )
    return took


def generate(mode: str, base: str, artifacts: Path, project: Path) -> dict[str, float]:
    command = [
        *("generate", "--profile", "bench", "--personas", str(PERSONAS), "--turns", str(TURNS)),
        *("--lm", "http/stub", "--api-base", base, "--project", str(project)),
        *("-o", str(artifacts), "--quiet", "--json"),
    ]
    environment = {k: v for k, v in os.environ.items() if k != "MLFLOW_TRACKING_URI"}
    environment["KAKOC_TRACKING"] = {"off": "off", "on": ""}[mode]
    said = subprocess.run(
        [sys.executable, "-P", "-m", "kakoc", *command],
        stdout=subprocess.PIPE,
        check=True,
        text=True,
        env=environment,
    )
    found: dict[str, float] = json.loads(said.stdout.splitlines()[-1])
    return found


def drained(artifacts: Path) -> float:
    """Seconds until nothing waits to be sent."""
    begun = time.perf_counter()
    while list((artifacts / "outbox").glob("*.json")):
        if time.perf_counter() - begun > LONGEST_WAIT:
            raise SystemExit("MLflow never had it")
        time.sleep(0.1)
    if not (artifacts / "mlflow.db").exists():
        raise SystemExit("nothing was tracked")
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
