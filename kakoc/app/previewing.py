"""`preview`: what a run would cost, and one turn as the models would be sent it. Asks no model.

The program is compiled into a folder that goes again, without the judges' heads, and the run's own
code holds whole conversations with a model that is none (`rehearsing`). So calls are counted, not
reckoned, and prompts are those of the program; how long real answers are it cannot know. Nor what
the journal would answer: all but the first prompts quote real answers, which are not those here.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kakoc.app.asking import Overrides, profile_of
from kakoc.app.checking import checked
from kakoc.app.inputs import dependency_versions
from kakoc.app.judges import ANSWER_TOKENS
from kakoc.app.models import choose_models, make_embedder, played_by
from kakoc.app.promoting import words_of
from kakoc.app.rehearsing import Heard, Message, Rehearsal
from kakoc.app.showing import CHARS_PER_TOKEN
from kakoc.emit import ROLES, emit, prose_fields
from kakoc.errors import KakocError
from kakoc.ir import Ir, Price, Profile
from kakoc.judging import Complete, RuleBook, build_judges
from kakoc.plan import sample
from kakoc.ports import Judge
from kakoc.project import Project, load_module, source_files
from kakoc.registry import lookup
from kakoc.run.cast import make_cast
from kakoc.run.context import RunContext
from kakoc.run.dialogue import converse
from kakoc.run.personas import with_prose, write_persona
from kakoc.run.seeker import SeekerSide
from kakoc.run.supporter import SupporterSide
from kakoc.types import Persona, PersonaRow, Role

JUDGES = "judges"
MILLION = 1_000_000
SEEKER_SAYS = "<what the Seeker says>"


@dataclass(frozen=True, slots=True)
class Cost:
    """What one role, or all judges that ask a model, would take."""

    role: str
    model: str
    calls: int
    prompt: int
    """Tokens, estimated."""
    completion: int
    """Tokens at most."""
    cost: float | None
    """In the currency of the prices; None: a model has none."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One request, message by message."""

    role: Role
    care: float | None
    """Of the Supporter."""
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be run, and what that takes."""

    profile: Profile
    rehearsed: int
    """People whose conversations were rehearsed; all others are taken to be like them."""
    costs: list[Cost]
    persona: str
    turn: list[Sent]
    """The first turn of the first person."""
    journal_considered: bool = False
    """Calls that the journal already answers are counted too, though a run makes none again."""


def preview(
    project: Project,
    profile: str,
    overrides: Overrides,
    rehearse: int = 1,
    seed: int = 1,
    lms: Sequence[str] = (),
    api_base: str | None = None,
) -> Preview:
    """What the run would cost that is asked for by the same words.

    Raises:
        SpecError: the spec has errors.
        KakocError: the profile or a model is not known.
    """
    ir = words_of(project, checked(project)[1], source_files(project)).ir
    asked = overrides.apply(profile_of(ir, profile))
    models = choose_models(ir, lms, api_base)
    stage = _Stage(project, ir, asked, seed)
    people = sample(played_by(ir, models), asked.personas)[:rehearse]
    with stage.set() as context:
        asyncio.run(_conversations(context, people))
        share = asked.personas / len(people)
        names = {role: config.name for role, config in models.items()}
        costs = [_cost(ir, role, names[role], stage.cast[role].heard, share) for role in ROLES]
        if stage.bench:
            costs.append(_cost_of_judges(ir, stage.bench, share))
        turn = asyncio.run(_first_turn(context, stage, people[0]))
    return Preview(asked, len(people), costs, people[0].id, turn)


@dataclass
class _Stage:
    """A run's parts with nobody behind them."""

    project: Project
    ir: Ir
    profile: Profile
    seed: int
    cast: dict[Role, Rehearsal] = field(
        default_factory=lambda: {role: Rehearsal() for role in ROLES}
    )
    bench: dict[str, Rehearsal] = field(default_factory=dict)
    """By name of the model that judges ask."""

    @contextmanager
    def set(self) -> Iterator[RunContext]:
        """The context, for as long as the program's folder is there."""
        asking = _asking_judges(self.ir)
        # Only the judges that are here may be waited for; a rehearsal has no use for the others.
        ir = self.ir.model_copy(update={"judges": asking})
        calm = {"guards": False, "exact_turns": True}
        with tempfile.TemporaryDirectory(prefix="kakoc_preview_") as folder:
            build = Path(folder)
            _lay(build, emit(self.ir, source_files(self.project), {}, dependency_versions()))
            lms = {role: rehearsal.lm() for role, rehearsal in self.cast.items()}
            yield RunContext(
                ir=ir,
                profile=self.profile.model_copy(update=calm),
                seed=self.seed,
                cast=make_cast(build, ir.project.name, lms),
                judges=self._judges(ir) if asking else (),
                rules=RuleBook(()),
                memo=_Memo(),
                notify=lambda name, values: None,
            )

    def _judges(self, ir: Ir) -> list[Judge]:
        def load(use: str) -> type:
            found: type = lookup(use, lambda name: load_module(self.project, name))
            return found

        embedder = make_embedder(ir.models.embedder, lambda *_: None)
        return build_judges(ir, {}, embedder, load, complete=self._complete)

    def _complete(self, model: str) -> Complete:
        rehearsal = self.bench.setdefault(model, Rehearsal())
        return lambda messages, seed: rehearsal.complete(messages, seed, ANSWER_TOKENS)


@dataclass(slots=True)
class _Memo:
    """A memory that is gone with the rehearsal."""

    kept: dict[str, Any] = field(default_factory=dict)

    def recall(self, key: str) -> Any | None:
        return self.kept.get(key)

    def remember(self, key: str, value: Any) -> None:
        self.kept[key] = value


async def _conversations(context: RunContext, people: Sequence[PersonaRow]) -> None:
    for row in people:
        written = await write_persona(context, row)
        person = written if isinstance(written, Persona) else _person(context.ir, row)
        held = await converse(context, person)
        if held.failures:
            failed = held.failures[0]
            raise KakocError(f"the rehearsal of {row.id} ended: {failed.stage}: {failed.reason}")


async def _first_turn(context: RunContext, stage: _Stage, row: PersonaRow) -> list[Sent]:
    """What Seeker and Supporter are sent in turn 1; words of a model are named, not made up."""
    for rehearsal in stage.cast.values():
        rehearsal.heard.clear()
    person = _person(context.ir, row)
    seeker, supporter = SeekerSide(context, person), SupporterSide(context, person)
    await seeker.speak(1, "", seeker.disclosure)
    await supporter.variants(1, supporter.heard(SEEKER_SAYS), None)
    found = [Sent("seeker", None, heard.messages) for heard in stage.cast["seeker"].heard]
    by_care: dict[float, Sent] = {}
    for heard in stage.cast["supporter"].heard:
        care = float(heard.site.variant.split("/")[0])
        # The other draws of a best of N differ in their seed only.
        by_care.setdefault(care, Sent("supporter", care, heard.messages))
    return [*found, *by_care.values()]


def _person(ir: Ir, row: PersonaRow) -> Persona:
    """The person with a name for each text that a model would write."""
    names = [path[-1] for path, _ in prose_fields(ir.persona_schema)]
    prose = {name: f"<what the model writes: {name}>" for name in names}
    card = with_prose(ir.persona_schema, row.card, prose)
    known = row.model_dump(include={"id", "city", "problem", "language"})
    return Persona(**known, card=card, seed=0, attempts=1, model="", prompt="")


def _asking_judges(ir: Ir) -> tuple[Any, ...]:
    """Those that ask a model while a run goes on; a held-out judge steers nothing."""
    return tuple(spec for spec in ir.judges if spec.model and spec.use_for != "heldout")


def _cost(ir: Ir, role: str, model: str, heard: Sequence[Heard], share: float) -> Cost:
    prompt = round(share * sum(-(-call.chars // CHARS_PER_TOKEN) for call in heard))
    completion = round(share * sum(call.completion for call in heard))
    calls = round(share * len(heard))
    return Cost(role, model, calls, prompt, completion, _price(ir, model, prompt, completion))


def _cost_of_judges(ir: Ir, bench: Mapping[str, Rehearsal], share: float) -> Cost:
    """One line for all of them, whichever models they ask."""
    each = [_cost(ir, JUDGES, name, asked.heard, share) for name, asked in bench.items()]
    paid = [one.cost for one in each if one.cost is not None]
    return Cost(
        JUDGES,
        ", ".join(bench),
        sum(one.calls for one in each),
        sum(one.prompt for one in each),
        sum(one.completion for one in each),
        sum(paid) if len(paid) == len(each) else None,
    )


def _price(ir: Ir, model: str, prompt: int, completion: int) -> float | None:
    spec = ir.model(model)
    price: Price | None = spec.price if spec else None
    if price is None:
        return None
    return (prompt * price.prompt + completion * price.completion) / MILLION


def _lay(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
