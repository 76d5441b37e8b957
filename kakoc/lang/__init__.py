"""The language: the text of a spec in, the IR and diagnostics out. Prints nothing, runs nothing.

A pure function of the bytes it reads: phases are source (K1xx), shape (K2xx), names (K3xx) and
meaning (K4xx); what other rooms check is handed in as extra passes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kakoc.diagnostics import Diagnostic, Span, has_errors, ordered
from kakoc.ir import Ir
from kakoc.lang.composing import Room
from kakoc.lang.context import Context
from kakoc.lang.files import Found, find, matches, spec_name
from kakoc.lang.lower import lower
from kakoc.lang.passes import run
from kakoc.lang.schema import FILES
from kakoc.lang.shape import validate
from kakoc.lang.source import gc_paused, read
from kakoc.lang.wording import Hints, first, printable

Where = Callable[..., Span]
"""Place of a value: `where("safety.yaml", "rules", 3, "examples", "caught", 0)`."""
ExtraPass = Callable[[Ir, Where], list[Diagnostic]]
"""A check that belongs to another room; it runs last and only on a spec without errors."""


@dataclass(frozen=True, slots=True)
class Compilation:
    """What compiling a spec found out."""

    ir: Ir | None
    """None exactly if `diagnostics` holds an error."""
    diagnostics: tuple[Diagnostic, ...]
    sources: dict[str, bytes]
    """Every file that was read, by path relative to the project."""


def compile_spec(root: Path, spec: Path, extra: Sequence[ExtraPass] = ()) -> Compilation:
    """Check and lower a whole spec.

    Args:
        root: the project's folder; nothing outside it is read.
        spec: the folder of the spec, inside `root`.
        extra: checks of other rooms, such as the safety rules' own examples.
    """
    with gc_paused():
        return _compile(root, spec, extra)


def _compile(root: Path, spec: Path, extra: Sequence[ExtraPass]) -> Compilation:
    # A function of its own, so that the nodes are freed before the collector could walk them.
    hints = Hints()
    found = find(root, spec, {kind.glob: kind.required for kind in FILES}, hints)
    context = Context(spec_name(root, spec), {}, dict.fromkeys(found.broken), hints)
    faults = [*found.faults, *_load(context, found), *run(context)]
    ir = None if has_errors(tuple(faults)) else lower(context)
    if ir is not None:
        faults += [fault for check in extra for fault in check(ir, context.where)]
    sources = {f"{context.spec}/{name}": content for name, content in found.contents.items()}
    shown = ordered([printable(fault) for fault in first(faults)])
    return Compilation(None if has_errors(tuple(faults)) else ir, shown, sources)


def _load(context: Context, found: Found) -> list[Diagnostic]:
    """Read and validate every file into the context."""
    faults: list[Diagnostic] = []
    room = Room()
    context.models |= dict.fromkeys(found.contents)
    for name, content in found.contents.items():
        if room.is_full:
            break
        document, problems = read(f"{context.spec}/{name}", content, room)
        if document is not None:
            kind = next(kind for kind in FILES if matches(name, kind.glob))
            context.documents[name] = document
            context.models[name], problems = validate(document, kind.model, context.hints)
        faults += problems
    return faults
