"""Names to objects: `modules.judges:Empathy` is the class `Empathy` of `modules.judges`.

A name without a colon is that of a judge which an installed package offers (entry points).

Knows how to look a name up and which fault a wrong one is (K5xx); a loader is handed in, so that
this file imports no user code by itself.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from importlib.metadata import entry_points
from types import ModuleType
from typing import Any

from kakoc.diagnostics import Diagnostic, Span
from kakoc.ir import Ir

PLUGINS = "kakoc.judges"
"""Entry point group in which packages offer judges by name."""
Loader = Callable[[str], ModuleType]


def lookup(use: str, load: Loader) -> Any:
    """The object that `use` names.

    Raises:
        LookupError: the module has no such name; the message holds near ones.
        Whatever `load` raises for a module that cannot be imported.
    """
    module_name, colon, name = use.partition(":")
    if not colon:
        return _plugin(use)
    module = load(module_name)
    if not hasattr(module, name):
        near = difflib.get_close_matches(name, dir(module), n=3, cutoff=0.6)
        did_you_mean = f"; did you mean {', '.join(near)}?" if near else ""
        raise LookupError(f"{module_name} has no {name!r}{did_you_mean}")
    return getattr(module, name)


def _plugin(name: str) -> Any:
    """What an installed package offers under that name in the group `kakoc.judges`.

    Raises:
        LookupError: none does.
    """
    offered = {point.name: point for point in entry_points(group=PLUGINS)}
    if name not in offered:
        known = f"; there are: {', '.join(sorted(offered))}" if offered else ""
        raise LookupError(f"no installed package offers the judge {name!r}{known}")
    return offered[name].load()


def link_faults(ir: Ir, load: Loader, where: Callable[..., Span]) -> list[Diagnostic]:
    """K501 for each `use:` of a role or a judge that names nothing."""
    uses = [(spec.use, (f"roles/{role}.yaml", "use")) for role, spec in ir.roles.items()]
    judges = [(j.use, ("judges.yaml", "judges", i, "use")) for i, j in enumerate(ir.judges)]
    return [f for use, path in (*uses, *judges) for f in _link_faults(use, load, where(*path))]


def _link_faults(use: str, load: Loader, place: Span) -> list[Diagnostic]:
    try:
        lookup(use, load)
    except (Exception, SystemExit) as error:  # importing the user's code may raise anything
        reason = str(error) or type(error).__name__
        return [Diagnostic("K501", f"`{use}`: {reason}", place, help="`use` is module:Class")]
    return []
