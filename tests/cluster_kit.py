"""A Ray cluster of two nodes on this machine, for commands that are processes of their own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

CORES = 1
"""Of each node, as it says; so there is one worker a node."""
STORE = 80 * 2**20


@dataclass(frozen=True, slots=True)
class TwoNodes:
    """The cluster; the command is at work on its head."""

    cluster: Any
    other: Any
    """The node that a test may kill."""

    @property
    def options(self) -> tuple[str, ...]:
        return ("--engine", "ray", "--address", str(self.cluster.address))

    def kill_one(self) -> None:
        self.cluster.remove_node(self.other, allow_graceful=False)


@pytest.fixture(scope="module")
def one_node() -> Iterator[Any]:
    pytest.importorskip("ray", reason="the extra `ray` is not installed")
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    from ray.cluster_utils import Cluster

    head = {"num_cpus": CORES, "object_store_memory": STORE, "include_dashboard": False}
    cluster = Cluster(initialize_head=True, head_node_args=head)
    yield cluster
    cluster.shutdown()


@pytest.fixture
def two_nodes(one_node: Any) -> Iterator[TwoNodes]:
    nodes = TwoNodes(one_node, _add(one_node))
    yield nodes
    if nodes.other in one_node.worker_nodes:
        nodes.kill_one()


def _add(cluster: Any) -> Any:
    return cluster.add_node(num_cpus=CORES, object_store_memory=STORE)
