"""How near generation comes to the speed of the model server.

    python benchmarks/generate.py [--personas 69] [--turns 20] [--latency 0.1] [--lanes 64]
                                  [--fail 0.05 --garbage 0.05] [--overload 32]

Starts a stub server that answers after `latency` seconds, `lanes` calls at a time, and asks it for
the same conversations twice: by a bare aiohttp loop that keeps nothing, and by `kakoc generate`
(profile `bench`, journal on). The bound is calls x latency / lanes. Prints ratios of one run; the
loop says what the machine could do at best at this moment. With faults the loop knows the schedule:
it asks again at once for what failed, and nothing else. With `--overload N` the server refuses what
goes beyond N calls at once; the loop stays at N, kakoc has to find out.
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
from itertools import pairwise
from pathlib import Path

import aiohttp

ROOT = Path(__file__).parent.parent
VARIANTS = 3
CHILD = """
import json, resource, sys, time
from kakoc.cli import run
from kakoc.lm.limit import Limit
sizes, end_round = [], Limit._end_round
def noted(limit):
    end_round(limit)
    sizes.append((time.perf_counter(), limit.size))
Limit._end_round = noted
times, count = [], Limit._count
def counted(limit, begun, busy):
    times[1:] = [time.perf_counter()] if times else [begun, time.perf_counter()]
    count(limit, begun, busy)
Limit._count = counted
code = run(sys.argv[1:])
used = resource.getrusage(resource.RUSAGE_SELF)
cpu, peak = used.ru_utime + used.ru_stime, used.ru_maxrss // 1024
calling = times[-1] - times[0]
print(json.dumps({"peak_mb": peak, "cpu": cpu, "limits": sizes, "calling": calling}))
sys.exit(code)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--personas", type=int, default=69)
    parser.add_argument("--turns", type=int, default=20)
    parser.add_argument("--latency", type=float, default=0.1)
    parser.add_argument("--lanes", type=int, default=64)
    parser.add_argument("--overload", type=int, default=0, help="calls at once it bears")
    parser.add_argument("--fail", type=float, default=0.0, help="share of calls that get a 500")
    parser.add_argument("--garbage", type=float, default=0.0, help="share that get no completion")
    parser.add_argument("--project", type=Path, default=ROOT)
    asked = parser.parse_args()
    calls = asked.personas * (1 + asked.turns * (1 + VARIANTS))
    bound = calls * asked.latency / min(asked.lanes, asked.overload or asked.lanes)
    command = [sys.executable, "-m", "kakoc", "build", "--project", str(asked.project)]
    subprocess.run(command, check=True)
    served = ["--latency", str(asked.latency), "--lanes", str(asked.lanes)]
    served += ["--fault", f"500={asked.fail}", "--fault", f"garbage={asked.garbage}"]
    most = asked.overload or asked.lanes
    with stub(*served) as base:
        bare = asyncio.run(drive(base, asked.personas, asked.turns, most))
    with stub(*served, "--overload", str(asked.overload)) as base:
        seconds, used, manifest = generate(base, asked.personas, asked.turns, asked.project)
        answered = int(stats(base)["calls"])
    made = manifest["calls"]["made"]
    calling = used["calling"]
    print(f"{calls} calls, bound {bound:.2f} s")
    print(f"bare loop        {bare:7.2f} s  {against(bare, bound)}")
    print(f"kakoc            {calling:7.2f} s  {against(calling, bound)}, first call to last")
    print(f"kakoc, run       {manifest['seconds']:7.2f} s  with plan, opening of models, files")
    print(f"kakoc, process   {seconds:7.2f} s  with start and tracking")
    print(f"{made} calls made, {answered} requests, {made / calling:.0f} calls a second")
    print(f"client CPU {1000 * used['cpu'] / made:.2f} ms a call, peak {used['peak_mb']} MB")
    print(f"kakoc / bare loop {calling / bare:.2f}")
    if asked.overload:
        print(f"limit in the second half of its life: mean {settled(used['limits']):.1f}")
    print(f"counts {manifest['counts']}")


def against(seconds: float, bound: float) -> str:
    return f"{seconds / bound:5.2f} x bound" if bound else "no bound"


def settled(limits: list[tuple[float, int]]) -> float:
    """Mean of the limit over the second half of the time, each value as long as it stood."""
    begin, end = limits[0][0], limits[-1][0]
    half, total = (begin + end) / 2, 0.0
    for (since, size), (until, _) in pairwise(limits):
        total += size * max(0.0, until - max(since, half))
    return total / (end - half)


@contextlib.contextmanager
def stub(*options: str) -> Iterator[str]:
    command = [sys.executable, str(ROOT / "tests" / "stub_server.py"), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield process.stdout.readline().strip()
        finally:
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
            while not await answered(body):
                pass

        async def answered(body: dict[str, object]) -> bool:
            async with gate, session.post(f"{base}/chat/completions", json=body) as reply:
                is_good = reply.status == 200 and reply.content_type == "application/json"
                await (reply.json() if is_good else reply.read())
                return is_good

        async def one(person: int) -> None:
            await call(f"persona {person}")
            for turn in range(turns):
                await call(f"seeker {person} {turn}")
                words = [f"supporter {person} {turn} {care}" for care in range(VARIANTS)]
                await asyncio.gather(*map(call, words))

        begun = time.perf_counter()
        await asyncio.gather(*map(one, range(personas)))
        return time.perf_counter() - begun


def generate(base: str, personas: int, turns: int, project: Path) -> tuple[float, dict, dict]:
    with tempfile.TemporaryDirectory() as folder:
        artifacts = Path(folder)
        (artifacts / "build").symlink_to(project.resolve() / "artifacts" / "build")
        command = [
            *("generate", "--profile", "bench", "--personas", str(personas)),
            *("--turns", str(turns), "--lm", "http/stub", "--api-base", base),
            *("--project", str(project), "-o", str(artifacts), "--quiet", "--json"),
        ]
        begun = time.perf_counter()
        child = subprocess.run(
            [sys.executable, "-P", "-c", CHILD, *command],
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
