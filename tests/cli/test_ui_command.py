"""`kakoc ui`: MLflow's own interface starts, shows two runs side by side, and ends on Ctrl-C."""

from __future__ import annotations

import contextlib
import json
import shutil
import signal
import socket
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from project_kit import ProjectFolder, StubServer

FEW = ("--personas", "2", "--turns", "1", "--quiet", "--json")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
WAIT = 90_000

pytestmark = pytest.mark.slow


@contextlib.contextmanager
def running_ui(project: ProjectFolder) -> Iterator[str]:
    """Its address; it is ended as a person ends it, and must end well."""
    process = project.start("ui", "--no-open", "--port", str(free_port()))
    try:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert url.startswith("http://127.0.0.1:"), process.communicate()
        yield url
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
        with pytest.raises(OSError):
            urllib.request.urlopen(url, timeout=5)
    finally:
        process.kill()
        process.communicate()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_it_starts_here_and_ends_on_ctrl_c(built_project: ProjectFolder) -> None:
    with running_ui(built_project) as url:
        with urllib.request.urlopen(f"{url}/health", timeout=10) as answer:
            assert answer.read() == b"OK"
        taken = built_project.kakoc("ui", "--no-open", "--port", url.rpartition(":")[2])
    assert taken.code == 1
    assert "give another --port" in taken.err


def test_another_server_is_only_named(
    built_project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    said = built_project.kakoc("ui", "--no-open")
    assert (said.code, said.out) == (0, "http://127.0.0.1:9\n")


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_two_runs_are_compared_in_a_browser(
    built_project: ProjectFolder,
    stub: StubServer,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    pytest.importorskip("playwright")
    monkeypatch.setenv("KAKOC_TRACKING", "wait")
    runs = [
        built_project.kakoc("generate", *FEW, *stub.lm, "--seed", seed).json["run"]
        for seed in ("1", "2")
    ]
    experiment, ids = tracked_ids(built_project, runs)
    path = f"#/compare-runs?runs={json.dumps(ids)}&experiments={json.dumps([experiment])}"
    with running_ui(built_project) as url:
        text = page_text(f"{url}/{path}", tmp_path / "compared.png")
    assert "Comparing 2 Runs from 1 Experiment" in text
    for run in runs:
        assert run in text
    lines = [line.split("\t") for line in text.splitlines()]
    assert ["seed", "1", "2"] in lines
    assert "score/empathy" in text
    assert "progress/reward" in text
    assert (tmp_path / "compared.png").stat().st_size > 10_000


def tracked_ids(project: ProjectFolder, runs: list[str]) -> tuple[str, list[str]]:
    from mlflow import MlflowClient

    client = MlflowClient(tracking_uri=f"sqlite:///{project.artifacts / 'mlflow.db'}")
    experiment = client.get_experiment_by_name(project.root.name).experiment_id
    found = client.search_runs([experiment])
    ids = {run.data.tags["kakoc.run"]: run.info.run_id for run in found}
    return experiment, [ids[run] for run in runs]


def page_text(url: str, picture: Path) -> str:
    """What a page says once it has tables, and how it looks."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as browsers:
        browser: Any = browsers.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"], timeout=WAIT
        )
        page = browser.new_page(viewport={"width": 1500, "height": 2400})
        page.goto(url, timeout=WAIT)
        page.get_by_text("score/empathy", exact=True).first.wait_for(timeout=WAIT)
        text: str = page.inner_text("body")
        page.screenshot(path=str(picture))
        browser.close()
    return text
