"""`events.jsonl`: batches that survive a killed process, and what a full disk does."""

from __future__ import annotations

import errno
import json
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from kakoc.errors import StoreError
from kakoc.store.events import BATCH_SECONDS, EventLog

KILLED = """
import sys, time
from pathlib import Path
from kakoc.store.events import EventLog

log = EventLog(Path(sys.argv[1]))
for number in range(10_000):
    log.add("turn", {"number": number, "at": time.time()})
    print(number, flush=True)
    time.sleep(0.002)
"""
MICROSECONDS = 20.0
"""An event may take so long; measured are 4, and 18 before they were gathered."""


def events(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_kill_9_loses_what_a_batch_holds_and_no_more(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    began = time.time()
    for line in child.stdout:
        if time.time() - began > 2.0 and int(line) > 50:
            break
    killed_at = time.time()
    child.send_signal(signal.SIGKILL)
    child.communicate()
    kept = events(path)
    assert [row["number"] for row in kept] == list(range(len(kept)))
    assert killed_at - float(str(kept[-1]["at"])) < BATCH_SECONDS + 0.5


def test_a_start_is_written_at_once(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    with EventLog(path) as log:
        log.add("start", {"run": "quick-1"})
        assert [row["event"] for row in events(path)] == ["start"]


def test_half_a_line_of_a_killed_process_is_dropped(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text('{"time": 1, "event": "turn"}\n{"time": 2, "ev')
    with EventLog(path) as log:
        log.add("start", {})
    assert [row["event"] for row in events(path)] == ["turn", "start"]


def test_events_of_several_threads_are_all_there(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"

    def tell(log: EventLog, who: int) -> None:
        for number in range(500):
            log.add("start" if number % 100 == 0 else "turn", {"who": who, "number": number})

    with EventLog(path) as log:
        threads = [threading.Thread(target=tell, args=(log, who)) for who in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    rows = events(path)
    for who in range(4):
        assert [row["number"] for row in rows if row["who"] == who] == list(range(500))


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def write(self, _: bytes) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

        def close(self) -> None:
            pass

    log = EventLog(tmp_path / "events.jsonl")
    monkeypatch.setattr(log, "_file", Full())
    with pytest.raises(StoreError, match="No space left"), log:
        log.add("turn", {})
        time.sleep(3 * BATCH_SECONDS)
        log.add("turn", {})


def test_an_event_costs_a_run_microseconds(tmp_path: Path) -> None:
    with EventLog(tmp_path / "events.jsonl") as log:
        begun = time.process_time()
        for turn in range(20_000):
            log.add("turn", {"persona": "seeker_001", "turn": turn})
        each = (time.process_time() - begun) / 20_000 * 1e6
    assert each < MICROSECONDS
