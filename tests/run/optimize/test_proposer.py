"""Instructions by rule: what is missed most comes first, and nothing twice."""

from __future__ import annotations

from kakoc.emit import instruction_text
from kakoc.ir import Ir
from kakoc.run.optimize.proposer import BlockProposer, blocks_of


def feedback(*sentences: str) -> dict[str, list[dict[str, str]]]:
    return {"role.supporter": [{"Feedback": sentence} for sentence in sentences]}


def test_what_is_missed_most_is_said_first(ir: Ir) -> None:
    often, seldom = blocks_of(ir)[2], blocks_of(ir)[0]
    told = feedback(seldom.missed, often.missed, often.missed)
    text = instruction_text(ir, "supporter")
    found = BlockProposer(blocks_of(ir))({"role.supporter": text}, told, ["role.supporter"])
    assert found == {"role.supporter": f"{text}\n{often.line}"}


def test_the_same_feedback_gives_the_same_prompts_and_none_twice(ir: Ir) -> None:
    told = feedback(*(block.missed for block in blocks_of(ir)))
    text = instruction_text(ir, "supporter")

    def twenty() -> list[str]:
        proposer = BlockProposer(blocks_of(ir))
        asked = ({"role.supporter": text}, told, ["role.supporter"])
        return [proposer(*asked)["role.supporter"] for _ in range(20)]

    assert twenty() == twenty()
    assert len({text, *twenty()}) == 21


def test_no_word_comes_from_a_held_out_judge(ir: Ir) -> None:
    heldout = next(judge for judge in ir.judges if judge.use_for == "heldout")
    lines = " ".join(block.line for block in blocks_of(ir))
    assert not [part for part in heldout.parts if part.has in lines]
