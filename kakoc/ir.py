"""The intermediate representation: a whole checked spec as frozen values. Knows no YAML, no file.

`kakoc.lang` makes it, everything behind reads it, the build stores it as JSON. A leaf kind (a city,
a rule) is defined here once; `kakoc.lang.schema` only says which file holds which kinds.

Places in the source (`Line.at`) are kept for people and left out of every fingerprint, so that
reindenting a spec changes no identity.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from kakoc.types import Role, digest

IR_VERSION = 2

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
"""Lower-case name that other entries refer to."""
Words = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
Share = Annotated[float, Field(ge=0, le=1)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")]
"""BCP 47 language tag, e.g. `en`, `pt-BR`."""
AgeSpan = tuple[Annotated[int, Field(ge=0, le=120)], Annotated[int, Field(ge=0, le=120)]]
RiskLevel = Literal["denied", "passive", "active_without_plan"]


class Node(BaseModel):
    """Base of every kind: frozen and closed.

    Fields are documented by the docstrings below them. `kakoc.lang.editors` reads those from the
    source when it writes JSON Schemas; to let pydantic do it costs 0.05 s at every start.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")


class Line(Node):
    """One line of a prompt and where it was written."""

    text: Annotated[str, StringConstraints(max_length=4000)]
    at: str = ""
    """`file:line` in the spec; not part of any fingerprint."""

    @model_validator(mode="before")
    @classmethod
    def _from_plain_text(cls, value: Any) -> Any:
        return {"text": value} if isinstance(value, str) else value


def _one_or_more(value: Any) -> Any:
    """A single text as a tuple of one; a list as the tuple that strict validation asks for."""
    return (
        (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list) else value
    )


class Dated(Node):
    """A sentence that may hold in some years only."""

    text: Words
    since: int | None = None
    """First year in which it can be said; none: always could."""
    until: int | None = None
    """Last year in which it can be said."""

    @model_validator(mode="before")
    @classmethod
    def _from_plain_text(cls, value: Any) -> Any:
        return {"text": value} if isinstance(value, str) else value

    def holds_in(self, year: int) -> bool:
        return (self.since is None or self.since <= year) and (
            self.until is None or year <= self.until
        )


def held(items: tuple[Dated, ...], year: int) -> list[str]:
    """The sentences that hold in a year."""
    return [item.text for item in items if item.holds_in(year)]


class OtherPresent(Node):
    """Some of a city's Seekers live in another year than the project's."""

    city: Slug
    year: Annotated[int, Field(ge=1920, le=2100)]
    share: Annotated[float, Field(gt=0, le=1)]
    """Of the people of that city."""


class Project(Node):
    name: Slug
    """Also the name of the Python package that `kakoc build` emits."""
    title: Words
    license: str = "Apache-2.0"
    present_year: Annotated[int, Field(ge=1920, le=2100)]
    """The year in which conversations happen; a constant, never the clock."""
    other_presents: tuple[OtherPresent, ...] = ()
    """Exceptions to `present_year`, e.g. a Seeker in Havana in 1958."""
    min_age: Annotated[int, Field(ge=18, le=120)] = 18
    """No Seeker is younger in the present. Never below 18."""
    plan_seed: int = 0
    """Seed of the sampled personas; model calls have a seed of their own (`--seed`)."""
    language: Literal["native"] | Language = "en"
    """What the personas speak: one language for all, or `native`, each city's own."""
    intended_use: tuple[Words, ...] = ()


class CityName(Node):
    """How a city and its country were called in some years."""

    start: int
    end: int
    name: Words
    country: Words


Standing = Literal[
    "citizen",
    "permanent_resident",
    "temporary_worker",
    "student_visa",
    "refugee_asylee",
    "undocumented",
]


class Arrival(Node):
    """From where people came to live in a city, when, and with what standing."""

    origin: Slug
    """Id of the city they came from."""
    since: int | None = None
    until: int | None = None
    """First and last year of arrival."""
    status: tuple[Standing, ...] = ()
    """Standings on arrival; empty: any. Within one country everybody is a citizen."""
    settles: bool = True
    """False: years of living there never make a resident or a citizen."""


class City(Node):
    id: Slug
    name: Words
    country: Words
    region: Slug
    language: Language
    """The language its personas speak unless the spec says otherwise."""
    languages: tuple[Language, ...] = ()
    """Others commonly spoken there."""
    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]
    style: Slug | None = None
    """How people there speak of distress: a file of `styles/`."""
    formerly: tuple[CityName, ...] = ()
    tendencies: tuple[Dated, ...] = ()
    """Skills and hobbies that fit; concrete activities."""
    help_seeking: tuple[Dated, ...] = Field(min_length=1)
    """How asking for help is seen there; one text, or several for different years."""
    arrivals: tuple[Arrival, ...] = ()
    """Where those who were not born there came from; none: from any city."""

    @field_validator(
        "help_seeking", mode="before", json_schema_input_type=Words | tuple[Dated, ...]
    )
    @classmethod
    def _from_one_text(cls, value: Any) -> Any:
        return _one_or_more(value)


class Style(Node):
    """How distress is voiced, and how people like to be spoken to: tendencies, never rules."""

    id: Slug
    title: Words
    region: Slug
    languages: tuple[Language, ...] = Field(min_length=1)
    """The languages for which `native` is meant."""
    address: Words
    """How to address somebody, in any language."""
    native: Words
    """Forms of the language itself; told only when the talk is in one of `languages`."""
    directness: Words
    distress: Words
    """How distress tends to be voiced."""
    avoid: tuple[Words, ...] = ()
    """Sayings that close the subject."""
    variation: Words
    """What differs among the people of one place."""


class Decade(Node):
    id: Annotated[str, StringConstraints(pattern=r"^(19|20)\d0s$")]
    norms: Words
    register_: Words = Field(alias="register")
    """How people spoke."""
    helper_talk: Words
    """How people talked to somebody who helps."""

    model_config = ConfigDict(populate_by_name=True)

    @property
    def start(self) -> int:
        return int(self.id[:4])


OneOf = Annotated[
    tuple[Slug, ...],
    BeforeValidator(_one_or_more, json_schema_input_type=Slug | tuple[Slug, ...]),
]
"""One tag, or several of which one is enough."""


class Problem(Node):
    id: Slug
    name: Words
    ages: AgeSpan
    """Youngest and oldest age at which it is plausible."""
    summary: Words
    """What is going on, in plain words; no diagnosis."""
    since: int | None = None
    """First year in which somebody can have it."""
    presupposes: tuple[OneOf, ...] = ()
    """Circumstances it needs, each a tag of an option or several of which one is enough."""
    symptoms: tuple[Dated, ...] = Field(min_length=2)
    triggers: tuple[Dated, ...] = Field(min_length=2)
    duration_months: tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(ge=0)]]
    risk: tuple[RiskLevel, ...] = Field(min_length=1)
    """Risk levels that may be sampled with it."""
    substance_use: Literal["denied", "past", "current"] = "denied"
    violence: Literal["denied", "past"] = "denied"
    """`past`: the person was on the receiving end."""
    leans: dict[str, Annotated[float, Field(ge=-1, le=1)]] = {}
    """Trait (`family.trait`) -> shift of its mean among those who have the problem, in standard
    deviations. The distribution over all people stays what `traits.yaml` says."""
    words: tuple[Dated, ...] = Field(min_length=1)
    """What a person would say first, in the first person; no diagnosis words."""


class Bands(Node):
    """How a score sounds in speech: plain sentences about the person."""

    low: str
    middle: str = ""
    high: str


class Trait(Node):
    id: Slug
    mean: Annotated[float, Field(ge=0, le=100)] = 50.0
    sd: Annotated[float, Field(gt=0, le=50)] = 15.0
    with_age: Annotated[float, Field(ge=-0.9, le=0.9)] = 0.0
    """Correlation with age."""
    speech: Bands | None = None
    """Only traits with `speech` are told to the model."""


class Correlation(Node):
    between: tuple[Slug, Slug]
    r: Annotated[float, Field(ge=-1, le=1)]


class TraitFamily(Node):
    id: Slug
    """The field of the persona card that holds the scores (0-100)."""
    source: Words
    """Where means, spreads and correlations come from."""
    traits: tuple[Trait, ...] = Field(min_length=1, max_length=60)
    correlations: tuple[Correlation, ...] = ()


class Option(Node):
    id: Slug
    share: Share
    text: Words
    """How the card says it."""
    ages: AgeSpan = (0, 120)
    gives: tuple[Slug, ...] = ()
    """Circumstances that come with it, e.g. `partner`, `children`, `job`."""
    needs: tuple[Slug, ...] = ()
    """Circumstances without which it is not possible, given by earlier categories."""
    bars: tuple[Slug, ...] = ()
    """Circumstances with which it is not possible."""
    odds: dict[Slug, Annotated[float, Field(gt=0, le=100)]] = {}
    """How many times likelier it is with a circumstance; its share over all people stays."""
    contradicted_by: tuple[Words, ...] = ()
    """Phrases that cannot be said of such a person ("my husband"), in any case."""


class AgeBand(Node):
    """A share of all people is of these ages, evenly."""

    ages: AgeSpan
    share: Share


class Category(Node):
    """A categorical distribution, e.g. `gender`, `household`, `risk`.

    Categories are drawn in the order of the file, so that one can need what an earlier one gives.
    """

    id: Slug
    options: tuple[Option, ...] = Field(min_length=1)


class Prompt(Node):
    """The words of one role, split by how often they change, as prefix caching needs it."""

    instructions: tuple[Line, ...]
    """Constant; what optimizers search. No placeholders."""
    facts: tuple[Line, ...] = ()
    """Once a conversation, below the instructions. `{path.of.card}`; empty values drop a line."""
    turn: tuple[Line, ...] = ()
    """Before each reply, at the very end, so that everything before it stays cached."""


class Demo(Node):
    """One example exchange, sent as chat turns."""

    user: Words
    assistant: dict[str, Any]
    """The role's output fields."""
    at: str = ""
    """`file:line` in the spec; not part of any fingerprint."""


class Decoding(Node):
    """Sampling parameters; a care level's own values win."""

    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(gt=0, le=1)] | None = None
    top_k: Annotated[int, Field(ge=0)] | None = None
    stop: tuple[str, ...] | None = None
    """Texts that end a reply and are not part of it."""


class RoleSpec(Node):
    role: Role
    use: str
    """The DSPy module, `modules.seeker:Seeker`."""
    prompt: Prompt
    constitution: bool = False
    """Append the constitution's lines to the instructions."""
    demos: tuple[Demo, ...] = ()
    decoding: Decoding = Decoding()
    limits: dict[str, Annotated[int, Field(gt=0, le=4000)]] = {}
    """Longest value of each string the role writes, in characters."""
    never: tuple[Words, ...] = ()
    """Phrases that show the role was lost (words, any case): the reply is drawn again."""


class CareLevel(Node):
    value: Share
    name: Slug
    guidance: tuple[Line, ...]
    """Told to the Supporter at the end of the prompt."""
    sentences: tuple[Annotated[int, Field(ge=1)], Annotated[int, Field(ge=1)]]
    """Fewest and most sentences of a reply."""
    decoding: Decoding = Decoding()


class Principle(Node):
    id: Slug
    line: Line


class RuleExamples(Node):
    caught: tuple[Words, ...] = Field(min_length=1)
    """Texts the rule must catch. Means and methods are placeholders such as `[method]`."""
    passes: tuple[Words, ...] = ()
    """Near misses it must let through."""


class Rule(Node):
    """One hard line, deterministic."""

    id: Slug
    kind: Literal["exclude", "lose"]
    why: Words
    applies_to: tuple[Role, ...] = ("persona", "seeker", "supporter")
    patterns: tuple[Words, ...] = Field(min_length=1)
    """Python regular expressions, searched in any case; `'` also matches the typographic one."""
    examples: RuleExamples


class JudgeExample(Node):
    """A labelled reply. Folds of the cross-validation never split a `group`."""

    group: Slug
    author: Slug
    label: Share
    """1 = what the judge looks for is fully there, 0 = not at all."""
    seeker: Words
    """The Seeker message that is answered (for stabilization: what it said before)."""
    reply: Words
    """The text that is scored (for stabilization: what the Seeker says afterwards)."""


class JudgeSpec(Node):
    name: Slug
    use: str
    """The class, `modules.judges:Empathy`."""
    use_for: Literal["reward", "heldout", "gate"] = "reward"
    """`gate`: never part of the reward; an unsafe reply cannot win."""
    weight: Share = 0.0
    floor: Share = 0.0
    """Smallest cross-validated AUROC with which a build accepts it."""
    rubric: Words
    reads: Literal["reply", "next_seeker"] = "reply"
    """The text it scores; `next_seeker` is what the Seeker says afterwards."""
    languages: tuple[Language, ...] = ("en",)
    examples: tuple[JudgeExample, ...] = ()
    lexicon: dict[Slug, tuple[Words, ...]] = {}
    """Named lists of phrases that its features count."""


class Disclosure(Node):
    """How much the Seeker says: starts at a trait's score, moved by how it was answered."""

    trait: str = "csi.self_disclosure_tendency"
    judge: Slug = "empathy"
    gain: Annotated[float, Field(ge=0, le=1)] = 0.3
    """Added per turn: gain x (score - 0.5)."""
    levels: tuple[Line, ...] = Field(min_length=1)
    """From guarded to open; the state picks one."""


class PairPolicy(Node):
    tie_margin: Annotated[float, Field(ge=0, le=1)] = 0.02
    """Smaller differences of reward are ties."""


class ConversationSpec(Node):
    opening: Line
    """What the Seeker is asked at its first turn (the others: `roles/seeker.yaml`, `turn`)."""
    topics: tuple[Line, ...] = ()
    """`{topic}` of the Seeker's turns, one after another and round again, so that a conversation
    moves on; a line that names a list of the card is one topic for each of its items."""
    redraws: Annotated[int, Field(ge=0, le=20)] = 4
    """How often a guarded reply is drawn again."""
    echo_overlap: Share = 0.6
    """Share of 4-grams taken from the last message at which a reply is an echo."""
    disclosure: Disclosure
    pairs: PairPolicy = PairPolicy()
    spares: Annotated[int, Field(ge=0, le=20)] = 2
    """Rows of the same city that may stand in for one whose prose was refused."""


class ModelSpec(Node):
    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/:-]*$")]
    engine: Literal["embedded", "http", "litellm"]
    model: Words
    """embedded: a name of `kakoc models` or a GGUF path; otherwise the provider's name of it."""
    api_base: str | None = None
    api_key_env: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$")] | None = None
    """Environment variable that holds the key; the key itself never stands in a spec."""
    slots: Annotated[int, Field(ge=1, le=64)] = 4
    """embedded: prompt slots; conversations run at once = slots // 2."""
    context: Annotated[int, Field(ge=512)] = 4096
    """embedded: tokens a slot can hold."""
    threads: Annotated[int, Field(ge=1)] | None = None
    """embedded: compute threads; default max(1, cores - 1)."""
    deterministic: bool = False
    """embedded: one slot, no prefix reuse: the same seed gives the same text, about 3.5x slower."""
    sampler: dict[str, float] = {}
    """Sampling parameters that this server knows beyond the standard, sent with every request."""
    concurrency: Annotated[int, Field(ge=1, le=4096)] = 64
    """http, litellm: requests in flight at most."""
    timeout: Annotated[float, Field(gt=0)] = 120.0
    """http, litellm: seconds for a whole request."""


class Models(Node):
    models: tuple[ModelSpec, ...] = Field(min_length=1)
    roles: dict[Role, str]
    """Which model plays which role."""
    embedder: str = "minilm"


class Profile(Node):
    name: Slug
    personas: Annotated[int, Field(ge=1)]
    turns: Annotated[int, Field(ge=1, le=40)]
    min_turns: Annotated[int, Field(ge=1, le=40)]
    """A conversation that ends before this many turns has failed."""
    exact_turns: bool = False
    """True: `ready_to_close` does not end a conversation early."""
    lookahead: bool = False
    """The Seeker answers every variant, not only the chosen one."""
    best_of: Annotated[int, Field(ge=1, le=16)] = 1
    continuation: Literal["best", "sampled"] | Share = "best"
    """Which variant goes on: best by the judges, sampled, or always one care level."""
    guards: bool = True
    """Draw again what a guard refuses; False lets a stub server stand in for a model."""
    failure_threshold: Share = 0.5
    """Share of failed and rejected conversations at which a run exits 1."""


class Ir(Node):
    """One checked spec."""

    version: int = IR_VERSION
    project: Project
    cities: tuple[City, ...]
    decades: tuple[Decade, ...]
    places: dict[str, dict[str, str]]
    """City id -> decade id -> everyday life there and then."""
    styles: tuple[Style, ...] = ()
    problems: tuple[Problem, ...]
    ages: tuple[AgeBand, ...] = ()
    """Distribution of ages; empty: even over all at which somebody can have a problem."""
    families: tuple[TraitFamily, ...]
    categories: tuple[Category, ...]
    persona_schema: dict[str, Any]
    """`spec/personas.schema.json`."""
    roles: dict[Role, RoleSpec]
    care_levels: tuple[CareLevel, ...]
    """Ascending by value."""
    constitution: tuple[Principle, ...]
    rules: tuple[Rule, ...]
    judges: tuple[JudgeSpec, ...]
    conversation: ConversationSpec
    models: Models
    profiles: dict[str, Profile]

    def style(self, city: City) -> Style | None:
        return next((style for style in self.styles if style.id == city.style), None)

    def city(self, id_: str) -> City:
        return next(city for city in self.cities if city.id == id_)

    def category(self, id_: str) -> Category:
        return next(category for category in self.categories if category.id == id_)

    def model(self, name: str) -> ModelSpec | None:
        return next((model for model in self.models.models if model.name == name), None)


def fingerprint(node: Any, length: int = 12) -> str:
    """Identity of an IR node or of plain data that holds some: places in files do not count."""
    return digest(_meaning(node), length)


def _meaning(value: Any) -> Any:
    if isinstance(value, Line):
        return value.text
    if isinstance(value, BaseModel):
        names = (name for name in type(value).model_fields if name != "at")
        return {name: _meaning(getattr(value, name)) for name in names}
    if isinstance(value, dict):
        return {str(key): _meaning(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [_meaning(item) for item in value]
    return value
