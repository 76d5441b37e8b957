"""The card of an export: what it is, how it was made, what it is not for. Knows no spec's words.

What the data are about and what they are for says the project; the sentences here hold for any.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kakoc.store.export import card_figures as figures
from kakoc.store.export.about import About
from kakoc.store.export.front_matter import front_matter
from kakoc.store.export.source import Source
from kakoc.store.export.written import Written

PIPELINE = """\
Every person is sampled: numbers and categories by a compiler from distributions in a spec, prose by a
model that is told them. A model plays the person (the Seeker), another answers (the Supporter): every
Supporter turn is written once for each care level, judges score the variants, and one of them goes on.
Two variants of a turn are a head-to-head: a pair with a winner, a tie, or dropped with its reason."""
IMPORTED = """\
Others made these data; they were read into this shape. Their persons, texts and care levels are as
they were found; scores and pairs, where there are any, were made here."""
LIMITS = """\
- **Nobody here is a person.** Models speak, with the habits of models; what they say of a place, an
  age or a life is what a model makes of a short description. Nothing here measures how real people talk.
- **A score is a judge's opinion.** Judges are fitted on few examples by few authors, in the languages of
  those examples; the figures above say how well they do on examples they had not seen, and no more.
- **A preference is a difference of scores**, not somebody's choice. Models trained on it learn the taste
  of these judges, with its faults. See what length and care level alone predict before training on it.
- **Data are as good as the models that spoke them.** Small ones lose the thread; read some before use.
- Deterministic rules keep hard lines: they catch constructions, not meanings, and miss some."""
THOUGHTS = "They hold the Seeker's private thoughts and distress, which no Supporter may be trained to see."
NO_THOUGHTS = "The Seeker's private thoughts and distress are left out."
LINES = """\
Texts that crossed a hard line of kind `exclude` are nowhere in these files. Texts that crossed one of kind
`lose` stand only where they were rejected, with the rule beside them; in conversations they are blank."""


def card(about: About, source: Source, tables: Sequence[Written]) -> str:
    """The text of `README.md`."""
    head = front_matter(about, source.survey.languages, tables)
    return head + "\n" + "\n\n".join(filter(None, _parts(about, source, tables))) + "\n"


def _parts(about: About, source: Source, tables: Sequence[Written]) -> Iterator[str]:
    seen = source.survey
    yield f"# {about.title.rstrip('.')}"
    yield "Synthetic conversations with scored variants of every reply, exported by kakoc."
    yield figures.contents(tables)
    yield from _using(tables)
    yield f"{THOUGHTS if source.with_thoughts else NO_THOUGHTS} {LINES}"
    yield "## Intended use"
    yield from _uses(about)
    yield "## How it was made"
    yield IMPORTED if about.imported else PIPELINE
    yield _made_of(about, source)
    yield from _titled("## Judges", figures.judges(about.judges))
    yield "## Statistics"
    yield figures.counts(seen)
    yield figures.by_care(seen)
    yield figures.head_to_heads(about.pairs)
    yield from _confounded(about)
    yield from _titled("### Hard lines", figures.crossed(seen))
    yield from _titled("### Left out", figures.left_out(source, tables))
    yield from _linted(about)
    yield "## Limits"
    yield LIMITS
    yield "## License, canary, citation"
    yield f"License: {about.license}."
    yield (
        f"Every row holds this canary, so that its use in training can be found. Keep it:\n\n"
        f"```text\n{about.canary_line}\n```"
    )
    yield f"```bibtex\n{about.citation}\n```"


def _using(tables: Sequence[Written]) -> Iterator[str]:
    first = tables[0]
    call = f'load_dataset("DIR", "{first.name}", split="{first.files[0].split}")'
    yield f"```python\nfrom datasets import load_dataset\n\nrows = {call}\n```"
    yield (
        "Splits are by city: nobody of a city is on both sides of a measurement. "
        "`croissant.json` describes every column."
    )


def _uses(about: About) -> Iterator[str]:
    """As the spec says; a line that begins with Not says what they are not for."""
    against = [line for line in about.intended_use if line.lower().startswith("not ")]
    wanted = [line for line in about.intended_use if line not in against]
    yield "\n".join(f"- {line}" for line in wanted) or "The spec names none."
    yield from _titled("Not intended:", "\n".join(f"- {line}" for line in against))


def _made_of(about: About, source: Source) -> str:
    spoken = {role: ", ".join(sorted(names)) for role, names in source.survey.models.items()}
    rows = [
        ("project", about.project),
        ("spec", f"`{about.spec}`"),
        ("build", f"`{about.build}`" if about.build else "none"),
        ("run", f"`{about.run}`, finished {about.made}"),
        ("seed of the model calls", "-" if about.seed is None else about.seed),
        ("kakoc", about.version),
        ("imported from", about.imported),
        *((f"model of the {role}", f"`{name}`") for role, name in (about.models or spoken).items()),
    ]
    return figures.table(["", ""], [row for row in rows if row[1] != ""])


def _confounded(about: About) -> Iterator[str]:
    yield from _titled(
        "What rules that understand nothing would say of the pairs; 0.5 is chance:",
        figures.confounds(about.pairs),
    )
    if named := about.pairs.get("confounded"):
        rules = " and ".join(str(name).replace("_", " ") for name in named)
        yield f"**Confounded:** {rules} predicts more of these pairs than the spec allows."


def _linted(about: About) -> Iterator[str]:
    if about.lint is None:
        return
    counted = ", ".join(f"{n} {name}" for name, n in about.lint.get("counts", {}).items())
    checked = ", ".join(f"{n} {name}" for name, n in about.lint.get("checked", {}).items())
    yield "## Lint"
    yield f"`kakoc lint` read {checked}: {counted}."
    yield figures.lint(about.lint)


def _titled(title: str, text: str) -> Iterator[str]:
    if text:
        yield title
        yield text
