"""What `--engine ray` refuses, before anything is paid; none of it needs a cluster."""

from __future__ import annotations

import socket
import sys

import pytest
from project_kit import ProjectFolder, StubServer

from kakoc.app.cluster_desk import untold
from kakoc.lm.shards import Paid
from kakoc.ports import Meter
from kakoc.types import Usage

ON_RAY = ("generate", "--engine", "ray", "--quiet")


def test_without_the_package_it_says_what_to_install(
    built_project: ProjectFolder, stub: StubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    said = built_project.kakoc(*ON_RAY, *stub.lm)
    assert (said.code, said.out) == (1, "")
    assert "--engine ray needs the package ray" in said.err
    assert 'pip install "kakoc[ray]"' in said.err
    assert not list(built_project.artifacts.glob("journal/shards/*"))


def test_embedded_models_are_refused_with_the_reason(built_project: ProjectFolder) -> None:
    said = built_project.kakoc(*ON_RAY)
    assert said.code == 1
    assert "is embedded, and the workers of a node would fight for its cores" in said.err


def test_a_client_from_elsewhere_is_refused(built_project: ProjectFolder, stub: StubServer) -> None:
    pytest.importorskip("ray", reason="the extra `ray` is not installed")
    said = built_project.kakoc(*ON_RAY, *stub.lm, "--address", "ray://head:10001")
    assert said.code == 1
    assert "call kakoc on a machine of the cluster" in said.err


def test_an_address_where_nobody_answers_is_refused_at_once(
    built_project: ProjectFolder, stub: StubServer
) -> None:
    pytest.importorskip("ray", reason="the extra `ray` is not installed")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    said = built_project.kakoc(*ON_RAY, *stub.lm, "--address", f"127.0.0.1:{port}")
    assert said.code == 1
    assert f"no Ray cluster at 127.0.0.1:{port}" in said.err


def test_what_a_lost_worker_could_not_tell_is_counted_from_its_shard() -> None:
    paid = {
        "lost": Paid(5, Usage(prompt=50, cached=5, completion=10)),
        "well": Paid(2, Usage(prompt=20, completion=4)),
    }
    told = {"lost": Meter(calls=3, usage=Usage(prompt=30, completion=6)), "well": Meter(calls=2)}
    (found,) = untold(paid, told)
    assert (found.calls, found.unpriced) == (2, 2)
    assert found.usage == Usage(prompt=20, cached=5, completion=4)
    assert found.bill is None
