"""The held-out judge: would a thoughtful supervisor be glad that this reply was sent?

Fitted on other authors' examples with another family of features, and kept out of everything that
is optimized, so that it can tell learning from hacking. It is coarser than the judges of the reward
and is not meant to be climbed.
"""

from __future__ import annotations

from kakoc import JudgeBase


class HeldoutSupport(JudgeBase):
    """Only what was learned of the whole; a person reads its rubric in `spec/judges.yaml`."""
