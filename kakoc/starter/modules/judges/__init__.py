"""The judges of this project. What judges are made of is in `kakoc.judging`; words in `spec/`."""

from __future__ import annotations

from modules.judges.empathy import Empathy
from modules.judges.heldout_support import HeldoutSupport
from modules.judges.lm_judge import LMJudge
from modules.judges.presence import Presence
from modules.judges.safety import Safety
from modules.judges.stabilization import Stabilization

__all__ = ["Empathy", "HeldoutSupport", "LMJudge", "Presence", "Safety", "Stabilization"]
