"""Draw until something passes: one value, a bounded number of seeds, every refusal kept.

Knows neither prompts nor judges: the caller says how to ask, which texts the answer holds, and
what speaks against them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from kakoc.errors import KakocError, ProviderError, RefusedError, StoreError, UnansweredError
from kakoc.types import Violation

T = TypeVar("T")
RAW_CHARS = 2000
"""As much of a bad answer as a failure row keeps."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why one draw did not pass. `raw` is empty where a rule forbids to keep the text."""

    reason: str
    raw: str = ""
    failed: bool = False
    """True: no answer at all (a server's fault), not a bad one."""


@dataclass(frozen=True, slots=True)
class Drawn(Generic[T]):
    """A value that passed, or the last refusal."""

    value: T | None
    seed: int
    attempts: int
    refusal: Refusal | None = None

    @property
    def status(self) -> Literal["failed", "rejected"]:
        """What a draw without a value is called in the data."""
        return "failed" if self.refusal and self.refusal.failed else "rejected"

    @property
    def reason(self) -> str:
        return self.refusal.reason if self.refusal else ""


async def draw(
    ask: Callable[[int], Awaitable[T]],
    check: Callable[[T], Refusal | None],
    seeds: Iterable[int],
    compare: Callable[[T], Awaitable[Refusal | None]] | None = None,
) -> Drawn[T]:
    """The first answer that `check` has nothing against.

    Args:
        ask: makes one call with a seed.
        check: a reason against the answer, or None.
        seeds: one for each allowed attempt, at least one.
        compare: a reason against an answer that passed, which may have to be waited for.

    A call that fails for good ends the draw (the engine has already retried what can be retried);
    an answer that cannot be parsed counts as a bad answer and the next seed is tried.
    """
    seed, attempts, refusal = 0, 0, Refusal("no attempt allowed", failed=True)
    for attempts, seed in enumerate(seeds, start=1):
        try:
            value = await ask(seed)
        except Exception as error:
            refusal = refusal_of(error)
            if refusal.failed:
                break
            continue
        found = check(value)
        if found is None and compare:
            found = await compare(value)
        if found is None:
            return Drawn(value, seed, attempts)
        refusal = found
    return Drawn(None, seed, attempts, refusal)


def refusal_of(error: Exception) -> Refusal:
    """An unparsable answer is a bad draw; every other error of the LM layer is a failed call.

    Raises:
        KakocError: no other call could succeed either (no key, a journal that lacks the call).
        The error itself when it is none of DSPy's, because then it is our bug.
    """
    from dspy.utils.exceptions import (
        AdapterParseError,
        DSPyError,
        LMAuthError,
        LMBillingError,
        LMConfigurationError,
    )

    root = _root(error)
    if isinstance(root, RefusedError):
        return Refusal("refused by the provider", raw=str(root)[:RAW_CHARS])
    if isinstance(error, AdapterParseError):
        return Refusal("not the asked format", raw=str(error.lm_response)[:RAW_CHARS])
    if isinstance(root, StoreError):
        raise root from error  # no reply can be kept, and the next one would be paid for as well
    if isinstance(error, (LMAuthError, LMBillingError, LMConfigurationError)):
        raise root or ProviderError(str(error)) from error
    if isinstance(error, DSPyError):
        # What a server answered may hold anything, so it is raw text and not a reason.
        reason = str(root) if isinstance(root, UnansweredError) else type(error).__name__
        return Refusal(reason, raw=str(error)[:RAW_CHARS], failed=True)
    raise error


def _root(error: BaseException | None) -> KakocError | None:
    """The error of ours that DSPy wrapped, if there is one."""
    while error is not None and not isinstance(error, KakocError):
        error = error.__cause__
    return error


def crossed(violations: Iterable[Violation]) -> Refusal | None:
    """A refusal that keeps the rule and the hash, and no word of the text."""
    for violation in violations:
        return Refusal(f"hard line {violation.rule} (text sha256 {violation.text_sha256[:12]})")
    return None
