"""The judges of this project. What judges are made of is in `kakoc.judging`; words in `spec/`."""

from __future__ import annotations

from modules.judges.empathy import Empathy
from modules.judges.presence import Presence
from modules.judges.safety import Safety
from modules.judges.stabilization import Stabilization

__all__ = ["Empathy", "Presence", "Safety", "Stabilization"]
