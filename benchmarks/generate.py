"""How near generation comes to the speed of the model server.

    python benchmarks/generate.py [--personas 69] [--turns 20] [--latency 0.1] [--lanes 64]

Starts a stub server that answers after `latency` seconds, `lanes` calls at a time, and asks it for
the same conversations twice: by a bare aiohttp loop that keeps nothing, and by `kakoc generate`
(profile `bench`, journal on). The bound is calls x latency / lanes. Prints ratios of one run; the
loop says what the machine could do at best at this moment.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import aiohttp

ROOT = Path(__file__).parent.parent
VARIANTS = 3
CHILD = """
import json, resource, sys, time
from kakoc.cli import run
code = run(sys.argv[1:])
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({"peak_mb": used.ru_maxrss // 1024, "cpu": used.ru_utime + used.ru_stime}))
sys.exit(code)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--personas", type=int, default=69)
    parser.add_argument("--turns", type=int, default=20)
    parser.add_argument("--latency", type=float, default=0.1)
    parser.add_argument("--lanes", type=int, default=64)
    parser.add_argument("--overload", type=int, default=0)
    asked = parser.parse_args()
    calls = asked.personas * (1 + asked.turns * (1 + VARIANTS))
    bound = calls * asked.latency / min(asked.lanes, asked.overload or asked.lanes)
    subprocess.run([sys.executable, "-m", "kakoc", "build", "--project", ROOT], check=True)
    served = ["--latency", str(asked.latency), "--lanes", str(asked.lanes)]
    with stub(*served) as base:
        bare = asyncio.run(drive(base, asked.personas, asked.turns, asked.lanes))
    with stub(*served, "--overload", str(asked.overload)) as base:
        seconds, used, manifest = generate(base, asked.personas, asked.turns)
        answered = int(stats(base)["calls"])
    made = manifest["calls"]["made"]
    print(f"{calls} calls, bound {bound:.2f} s")
    print(f"bare loop        {bare:7.2f} s  {bare / bound:5.2f} x bound")
    generation = manifest["seconds"]
    print(f"kakoc            {generation:7.2f} s  {generation / bound:5.2f} x bound")
    print(f"kakoc, process   {seconds:7.2f} s  with start, pairs and tracking")
    print(f"{made} calls made, {answered} requests, {made / generation:.0f} calls a second")
    print(f"client CPU {1000 * used['cpu'] / made:.2f} ms a call, peak {used['peak_mb']} MB")
    print(f"counts {manifest['counts']}")


@contextlib.contextmanager
def stub(*options: str) -> Iterator[str]:
    command = [sys.executable, str(ROOT / "tests" / "stub_server.py"), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield process.stdout.readline().strip()
        process.kill()


def stats(base: str) -> dict[str, object]:
    with urllib.request.urlopen(f"{base}/stats", timeout=60) as reply:
        found: dict[str, object] = json.load(reply)
    return found


async def drive(base: str, personas: int, turns: int, most: int) -> float:
    """Seconds of the same calls in the same order, by nothing but a client."""
    gate = asyncio.Semaphore(most)
    connector = aiohttp.TCPConnector(limit=most)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def call(words: str) -> None:
            body = {"model": "stub", "messages": [{"role": "user", "content": words}]}
            async with gate, session.post(f"{base}/chat/completions", json=body) as reply:
                await reply.json()

        async def one(person: int) -> None:
            await call(f"persona {person}")
            for turn in range(turns):
                await call(f"seeker {person} {turn}")
                words = [f"supporter {person} {turn} {care}" for care in range(VARIANTS)]
                await asyncio.gather(*map(call, words))

        begun = time.perf_counter()
        await asyncio.gather(*map(one, range(personas)))
        return time.perf_counter() - begun


def generate(base: str, personas: int, turns: int) -> tuple[float, dict, dict]:
    with tempfile.TemporaryDirectory() as folder:
        artifacts = Path(folder)
        (artifacts / "build").symlink_to(ROOT / "artifacts" / "build")
        command = [
            *("generate", "--profile", "bench", "--personas", str(personas)),
            *("--turns", str(turns), "--lm", "http/stub", "--api-base", base),
            *("--project", str(ROOT), "-o", str(artifacts), "--quiet", "--json"),
        ]
        begun = time.perf_counter()
        child = subprocess.run(
            [sys.executable, "-c", CHILD, *command],
            stdout=subprocess.PIPE,
            text=True,
            check=False,
            env=os.environ,
        )
        seconds = time.perf_counter() - begun
        manifest, used = map(json.loads, child.stdout.splitlines()[-2:])
        return seconds, used, manifest


if __name__ == "__main__":
    main()
