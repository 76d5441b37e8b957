"""The cluster of the tests beside this file."""

from cluster_kit import one_node, two_nodes

__all__ = ["one_node", "two_nodes"]
