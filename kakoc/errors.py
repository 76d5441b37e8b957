"""One error type per boundary that kakoc crosses. Knows nothing else of kakoc.

Faults in a spec are *values* (`kakoc.diagnostics`), not exceptions. An exception below means that
a command cannot go on; `kakoc.cli` turns it into one line, a hint and an exit code.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator


class KakocError(Exception):
    """Something the user can mend. `hint` says how; the exit code is 1."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class SpecError(KakocError):
    """The spec has faults; `diagnostics` were already collected and are printed by the caller."""

    def __init__(self, diagnostics: tuple[object, ...], sources: dict[str, bytes]) -> None:
        super().__init__(f"the spec has {len(diagnostics)} fault(s)")
        self.diagnostics = diagnostics
        self.sources = sources
        """The files the diagnostics point into, by path relative to the project."""


class ProjectError(KakocError):
    """The project folder or its Python code (`modules/`, `optimizers/`) is not usable."""


class ModelError(KakocError):
    """A local model is missing, damaged or cannot be loaded."""


class ProviderError(KakocError):
    """A model server refused, failed or answered with something that is not an answer."""


class RefusedError(ProviderError):
    """The provider answered, and the answer is that it will not: neither a text nor a fault."""


class UnansweredError(ProviderError):
    """No answer came. The text is a reason that records may show: no word of it is the server's."""


class BudgetError(KakocError):
    """What a run may spend is spent; what was paid for is in the journal. The exit code is 3."""


class StoppedError(BudgetError):
    """Somebody ended a run with a signal; it stops as if its budget were spent.

    The exit code is 128 and the signal's number, as a shell has it.
    """

    def __init__(self, message: str, hint: str = "", signal: int = 2) -> None:
        super().__init__(message, hint)
        self.signal = signal


class JudgeError(KakocError):
    """A judge could not be built (a judge that fails on one item is `unscored`, not an error)."""


class StoreError(KakocError):
    """A run, a build or the journal cannot be read or written."""


class TrackerError(StoreError):
    """MLflow cannot be reached or refuses; what was to be tracked is kept."""


@contextlib.contextmanager
def boundary(kind: type[KakocError], what: str, hint: str = "") -> Iterator[None]:
    """Name the boundary that foreign code crossed when it failed.

    Args:
        kind: the error to raise instead of a foreign exception.
        what: the subject of the sentence, e.g. `"judge empathy"`.
        hint: what the user can do.
    """
    try:
        yield
    except KakocError:
        raise
    except Exception as error:
        raise kind(f"{what}: {type(error).__name__}: {error}", hint) from error
