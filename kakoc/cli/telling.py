"""What progress says, in words and as plain values. Knows figures and events; writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from kakoc.cli.tally import Figures

LONGEST = 200
"""Letters of a server's words that are shown."""


def status(figures: Figures) -> str:
    """The line under the bars."""
    parts = [
        f"{figures.calls_per_second:.1f} calls/s",
        f"{figures.tokens_per_second:.0f} tokens/s",
        _in_flight(figures.traffic.endpoints),
        "" if figures.traffic.cost is None else f"cost {figures.traffic.cost:.4f}",
        f"failures {figures.failures}",
        f"{figures.traffic.hits} from the journal" if figures.traffic.hits else "",
        duration(figures.seconds),
        "" if figures.seconds_left is None else f"{duration(figures.seconds_left)} left",
    ]
    return ", ".join(part for part in parts if part)


def counts(figures: Figures) -> str:
    """How much is done, for a line without bars."""
    turns = figures.turns
    return (
        f"conversations {figures.over}/{figures.conversations['planned']},"
        f" turns {turns['done']}/{turns['planned']}"
    )


def ended(figures: Figures) -> str:
    """The last words about a run, over its whole length."""
    traffic, seconds = figures.traffic, max(figures.seconds, 1e-6)
    words = [
        counts(figures),
        f"{traffic.calls} calls ({traffic.calls / seconds:.1f}/s)",
        f"{traffic.hits} from the journal",
        f"{traffic.usage.completion} tokens ({traffic.usage.completion / seconds:.0f}/s)",
        "" if traffic.cost is None else f"cost {traffic.cost:.4f}",
        f"failures {figures.failures}",
        duration(seconds),
    ]
    return ", ".join(word for word in words if word)


def values(figures: Figures) -> dict[str, Any]:
    """The same for machines."""
    traffic = figures.traffic
    return {
        "seconds": round(figures.seconds, 2),
        "conversations": figures.conversations,
        "turns": figures.turns,
        "calls": {"made": traffic.calls, "from_journal": traffic.hits},
        "calls_per_second": round(figures.calls_per_second, 2),
        "tokens": traffic.usage.model_dump(),
        "tokens_per_second": round(figures.tokens_per_second, 2),
        "cost": traffic.cost,
        "endpoints": {
            model: {"in_flight": flying, "limit": limit}
            for model, (flying, limit) in traffic.endpoints.items()
        },
        "failures": figures.failures,
        "seconds_left": figures.seconds_left and round(figures.seconds_left, 1),
    }


def failure(event: str, told: Mapping[str, Any]) -> str:
    """One line about what failed; empty where nothing did."""
    if event not in ("failure", "conversation") or told["status"] == "ok":
        return ""
    where = f"{told['persona']}: {told.get('stage', event)} {told['status']}"
    turn = f", turn {told['turn']}" if told.get("turn") else ""
    return plain(f"{where}{turn}: {told.get('reason') or told.get('ended') or 'no reason given'}")


def fetched(told: Mapping[str, Any]) -> str:
    done, total = int(told["done"]) / 1e6, int(told["total"]) / 1e6
    return f"fetching {told['what']}: {done:.0f} of {total:.0f} MB"


def plain(text: str) -> str:
    """One short line that moves no cursor, whatever a server put into it."""
    line = "".join(letter if letter.isprintable() else " " for letter in text)
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}..."


def duration(seconds: float) -> str:
    return str(timedelta(seconds=round(seconds)))


def _in_flight(endpoints: Mapping[str, tuple[int, int]]) -> str:
    """`in flight 12/16`; with names where there are several endpoints."""
    if len(endpoints) == 1:
        ((flying, limit),) = endpoints.values()
        return f"in flight {flying}/{limit}"
    told = ", ".join(f"{name} {flying}/{limit}" for name, (flying, limit) in endpoints.items())
    return f"in flight {told}" if told else ""
