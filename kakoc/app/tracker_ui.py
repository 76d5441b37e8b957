"""MLflow's own user interface over the project's store, as a process on this machine."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass

from kakoc.app.tracking import start_sending
from kakoc.errors import KakocError
from kakoc.project import Project
from kakoc.store.mlflow import tracking_uri
from kakoc.store.outbox import Outbox

HOST = "127.0.0.1"
START_SECONDS = 120.0
SENDING_SECONDS = 120.0
STOP_SECONDS = 10.0
QUIET = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
}


@dataclass(frozen=True, slots=True)
class Ui:
    """A user interface that runs, here or on another server."""

    url: str
    process: subprocess.Popen[bytes] | None
    """None: it is not ours."""

    def wait(self) -> int:
        """Until it ends."""
        return self.process.wait() if self.process else 0

    def stop(self) -> None:
        """End it with all its workers."""
        if self.process is None or self.process.poll() is not None:
            return
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def send_first(project: Project) -> int:
    """Send what waits, so that it can be seen; returns how much still waits."""
    outbox = Outbox(project.artifacts)
    if outbox.letters():
        with contextlib.suppress(subprocess.TimeoutExpired):
            start_sending(project).wait(SENDING_SECONDS)
    return len(outbox.letters())


def start_ui(project: Project, port: int) -> Ui:
    """Start it and wait until it answers.

    Raises:
        KakocError: the port is taken, or it does not start.
    """
    uri = tracking_uri(project.artifacts)
    if uri.startswith(("http://", "https://")):
        return Ui(uri, None)
    _require_free(port)
    files = (project.artifacts / "mlflow").as_uri()
    project.artifacts.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-P", "-m", "mlflow", "server", "--backend-store-uri", uri]
    command += ["--default-artifact-root", files, "--workers", "1"]
    process = subprocess.Popen(
        [*command, "--host", HOST, "--port", str(port)],
        env={**os.environ, **QUIET},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        # A group of its own: Ctrl-C is ours, and we end all of it.
        start_new_session=True,
    )
    ui = Ui(f"http://{HOST}:{port}", process)
    try:
        _await(ui)
    except BaseException:
        ui.stop()
        raise
    return ui


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise KakocError(f"port {port} is taken", "give another --port") from error


def _await(ui: Ui) -> None:
    limit = time.monotonic() + START_SECONDS
    while time.monotonic() < limit:
        if ui.process is None or ui.process.poll() is not None:
            raise KakocError("MLflow's user interface does not start", "is the store damaged?")
        try:
            with urllib.request.urlopen(f"{ui.url}/health", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise KakocError(f"MLflow's user interface does not answer after {START_SECONDS:.0f} s")
