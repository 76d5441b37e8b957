"""Runs made by hand: ten conversations that differ, and ten that say one thing in other words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from export_kit import talk, turn, variant

from kakoc.store.runs import RunFolder
from kakoc.types import Persona, SeekerTurn, Turn

VARIED = (
    "My father died in March and his coat still hangs in the hall.",
    "The landlord put up the rent again and I count coins before the shop.",
    "I failed the entrance examination a second time and told nobody at home.",
    "Since the shifts changed I lie awake while the trams start outside.",
    "My daughter moved overseas and the Sunday table is set for one.",
    "At work they gave my project to somebody who joined last month.",
    "Twelve years together, and she took the dog and the good radio.",
    "The doctor says my heart is fine, yet it races in every queue.",
    "I came here for the harvest and nobody speaks my language at the hostel.",
    "My brother and I have not spoken since we sold the boat.",
)
REPLIES = (
    "A coat that nobody wears. What is it like to pass it every morning?",
    "Counting before you buy sounds tiring. How long has it been so tight?",
    "You carry that result alone. Who would you tell first, if anybody?",
    "Night after night without rest. What goes on in your head at that hour?",
    "One plate on a Sunday. What did those meals mean to you?",
    "That was yours, and it was handed on. How did they tell you?",
    "So much left at once. Which silence in the flat is the loudest?",
    "Your body sounds an alarm nobody else hears. Where are you when it starts?",
    "So many people around and no words to share. What do you miss saying?",
    "A boat, and then no words. What would you ask him about first?",
)
COLLAPSED = tuple(
    f"{when} I lie awake and think of my {whom}, and the {what} feels empty."
    for when, whom, what in (
        ("Every night", "father", "house"),
        ("Each night", "father", "home"),
        ("Every single night", "dad", "house"),
        ("All night long", "father", "whole house"),
        ("Night after night", "father", "house"),
        ("At night", "father", "empty house"),
        ("Every night now", "dad", "home"),
        ("Most nights", "father", "house"),
        ("Each and every night", "dad", "house"),
        ("Nearly every night", "father", "home"),
    )
)
SAME_REPLIES = tuple(
    f"I hear {how} lonely the nights are without your {whom}. What do you think about then?"
    for how in ("how", "just how", "how very", "so well how", "clearly how")
    for whom in ("father", "dad")
)


def persona(number: int, city: str, prose: str) -> Persona:
    card = {
        "birth_context": {"decade": f"{1950 + number % 3 * 10}s"},
        "presenting_problem": {"summary": prose},
    }
    made = {"problem": "loss", "language": "en", "seed": 1, "attempts": 1}
    return Persona(id=f"seeker_{number:03}", city=city, card=card, model="m", prompt="p", **made)


def say(index: int, message: str, plain: str, close: str) -> Turn:
    said = SeekerTurn(thought="Hm.", message=message, distress=6, ready_to_close=False)
    replies = [variant(0.2, plain), variant(0.8, f"{close} I am here.")]
    return turn(index, replies, seeker=said)


def make_corpus(
    place: Path, messages: Sequence[str], replies: Sequence[str], city: str = "oslo"
) -> RunFolder:
    """A finished run of one conversation a message, as if others had made it."""
    run = RunFolder(place)
    run.start({"version": 1, "imported": "by hand"})
    people = [persona(n, city, f"They say: {text}") for n, text in enumerate(messages)]
    run.write("personas", people)
    talks = [
        talk(
            city,
            [say(1, messages[n], replies[n], f"I see. {replies[n - 1]}")],
            id=f"{person.id}-c1",
            persona=person.id,
        )
        for n, person in enumerate(people)
    ]
    run.write("conversations", talks)
    run.write("failures", [])
    run.finish({"run": run.id, "counts": {"planned": len(talks), "ok": len(talks)}})
    return run
