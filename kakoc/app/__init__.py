"""The composition root: opens a project, builds what a command needs. Knows all rooms but cli.

A project and its runs are opened with the names below; what is done to them is one module each.
"""

from kakoc.ports import Traffic, WatchedMeter
from kakoc.project import Project, find_project
from kakoc.store.runs import RunFolder, find_run

__all__ = ["Project", "RunFolder", "Traffic", "WatchedMeter", "find_project", "find_run"]
