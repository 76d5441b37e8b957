"""What judges are made of: rules, readings, heads fitted on examples, rewards.

Names load on first use, so that `kakoc check`, which needs the rules only, loads no numpy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kakoc.judging.base import Complete, JudgeBase, JudgeContext, unscored
    from kakoc.judging.build import BuiltJudge, SharedEmbedder, build_judges
    from kakoc.judging.figures import Figure
    from kakoc.judging.head import Head, fit_head, made_of, require_floor
    from kakoc.judging.reward import Outcome, head_to_head, pair_rewards, reward_weights
    from kakoc.judging.rules import RuleBook, example_faults
    from kakoc.judging.scoring import score_all
    from kakoc.judging.stated_risk import RiskWatch, risk_faults

_HOMES = {
    "base": ("Complete", "JudgeBase", "JudgeContext", "unscored"),
    "figures": ("Figure",),
    "build": ("BuiltJudge", "SharedEmbedder", "build_judges"),
    "head": ("Head", "fit_head", "made_of", "require_floor"),
    "reward": ("Outcome", "head_to_head", "pair_rewards", "reward_weights"),
    "rules": ("RuleBook", "example_faults"),
    "scoring": ("score_all",),
    "stated_risk": ("RiskWatch", "risk_faults"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "BuiltJudge",
    "Complete",
    "Figure",
    "Head",
    "JudgeBase",
    "JudgeContext",
    "Outcome",
    "RiskWatch",
    "RuleBook",
    "SharedEmbedder",
    "build_judges",
    "example_faults",
    "fit_head",
    "head_to_head",
    "made_of",
    "pair_rewards",
    "require_floor",
    "reward_weights",
    "risk_faults",
    "score_all",
    "unscored",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
