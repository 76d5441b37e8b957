"""Exports: a run as data sets that others can load, with a card. Knows no model, no judge, no spec.

`open_source` looks over a run, `write_export` makes a folder of it, `push` publishes one.
"""

from kakoc.store.export.about import About, canary
from kakoc.store.export.bundle import write_export
from kakoc.store.export.forms import FORMS
from kakoc.store.export.guard import Guard
from kakoc.store.export.hub import address, push, require_token
from kakoc.store.export.source import open_source

__all__ = [
    "FORMS",
    "About",
    "Guard",
    "address",
    "canary",
    "open_source",
    "push",
    "require_token",
    "write_export",
]
