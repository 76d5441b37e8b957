"""An embedder that needs no model, and replies that stand in no examples file."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

import modules.judges
from kakoc.ir import JudgeSpec

DIMENSIONS = 96


class HashEmbedder:
    """Bag of hashed words: texts with common words are near each other, on every machine alike."""

    name = "hash@1"

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        self.embedded += texts
        rows = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in ("", *text.lower().split()):
                row[hashlib.sha256(word.encode()).digest()[0] % DIMENSIONS] += 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def load(use: str) -> type:
    """What the registry does for `modules.judges:Empathy`."""
    return getattr(modules.judges, use.split(":")[1])


GROUPS = 14
LINES = ("diagnosis", "medical_directive")


def few(spec: JudgeSpec) -> JudgeSpec:
    """The judge with the examples of a few groups of each author, quick to fit; no floor."""
    parts = tuple(p for p in spec.parts if spec.use_for != "gate" or p.id in LINES)
    known = {"overall", *(part.id for part in parts)}
    kept, groups = [], {}
    for example in spec.examples:
        labels = {name: value for name, value in example.labels.items() if name in known}
        # A gate's examples come line by line: take groups of each line that is kept.
        line = min(labels, default="") if spec.use_for == "gate" else ""
        shelf = (example.author, line)
        seen = groups.setdefault(shelf, set())
        if labels and (example.group in seen or len(seen) < GROUPS):
            seen.add(example.group)
            kept.append(example.model_copy(update={"labels": labels}))
    return spec.model_copy(update={"examples": tuple(kept), "parts": parts, "floor": 0.0})


CONTRASTS = (
    (
        "empathy",
        "My brother has stopped answering and my mother asks me every day where he is.",
        "Every day her question, and you have no answer for yourself either. How is that for you?",
        "Brothers are busy people. You should give him some space and think about something nice.",
    ),
    (
        "empathy",
        "They gave my desk to the new girl while I was in hospital.",
        "You were ill, and came back to find your place gone. No wonder that hurts.",
        "At least you are healthy again, and a new desk can be a fresh start. Stay positive!",
    ),
    (
        "empathy",
        "I told the priest and he said to pray more. I have no knees left to pray on.",
        "You went for help and were handed more to do. How worn out you must be.",
        "Prayer can give comfort. It is important to keep your faith and talk to him again.",
    ),
    (
        "empathy",
        "nobody came to my stall today. third day",
        "Three days of waiting for somebody to stop. What goes through your mind out there?",
        "You need a better sign and lower prices. Try a different street tomorrow morning.",
    ),
    (
        "empathy",
        "I hear my neighbours laugh through the wall and I turn the television up.",
        "Their laughing comes through, and you shut it out. That sounds like a lonely evening.",
        "I like television too. I think there are many good programmes on in the evening.",
    ),
    (
        "presence",
        "I wrote three messages to you and deleted them all.",
        "This one you sent. I'm glad you did, and I'm here for the other three as well.",
        "I'm so sorry you feel this way, but I'm not able to help. Please contact a professional.",
    ),
    (
        "presence",
        "The voice in my head says I ruin everything I touch.",
        "What does that voice sound like when it says it? I'm listening.",
        "That must be painful. You should see a psychologist, they can help you with that voice.",
    ),
    (
        "presence",
        "I do not know if I can do another winter here.",
        "Another winter. I'm with you in this; would you like somebody near you to know as well?",
        "Winter is difficult. Please reach out to a counsellor who is trained to handle this.",
    ),
    (
        "presence",
        "It would be easier for all of them if I was gone.",
        "I'm staying here with that sentence. What has made it feel so true today?",
        "Thank you for sharing, I truly care about you. I cannot discuss this. Good luck.",
    ),
    (
        "stabilization",
        "I can't stop shaking since the phone call.",
        "It's less now. I'm holding the cup with both hands and I can see the yard.",
        "Now it's in my legs too. I can't stop it, I can't think, it is getting worse.",
    ),
    (
        "stabilization",
        "What is the use, they will never take me back.",
        "Perhaps they won't. I could still write to my old foreman. He listened once.",
        "Never. I knew it. Nothing will change and there is no point in writing to you.",
    ),
    (
        "stabilization",
        "I am ashamed to go to the market.",
        "I might go early, with my daughter, before the others. It feels lighter to say it.",
        "They all know. I am a failure and a burden, I will not show my face again.",
    ),
)
"""(judge, what was said, the better answer, the worse answer)."""
