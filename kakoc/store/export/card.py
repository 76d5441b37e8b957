"""The card of an export: what it is, how it was made, what it is not for. Knows no spec's words.

What the data are about and what they are for says the project; the sentences here hold for any.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kakoc.store.export import card_figures as figures
from kakoc.store.export import card_words as words
from kakoc.store.export.about import About
from kakoc.store.export.front_matter import front_matter
from kakoc.store.export.source import Source
from kakoc.store.export.written import WHOLE, Written


def card(about: About, source: Source, tables: Sequence[Written]) -> str:
    """The text of `README.md`."""
    head = front_matter(about, source.survey.languages, tables)
    return head + "\n" + "\n\n".join(filter(None, _parts(about, source, tables))) + "\n"


def _parts(about: About, source: Source, tables: Sequence[Written]) -> Iterator[str]:
    seen = source.survey
    yield f"# {about.title.rstrip('.')}"
    yield "Synthetic conversations with scored variants of every reply, exported by kakoc."
    yield figures.contents(tables)
    yield from _using(about, tables)
    yield f"{words.THOUGHTS if source.with_thoughts else words.NO_THOUGHTS} {words.LINES}"
    yield "## Intended use"
    yield from _uses(about)
    yield "## How it was made"
    yield words.IMPORTED if about.imported else words.PIPELINE
    yield _made_of(about, source)
    yield from _titled(f"## Judges\n\n{words.JUDGES}", figures.judges(about.judges))
    yield "## Statistics"
    yield figures.counts(seen)
    yield figures.by_care(seen)
    yield figures.head_to_heads(about.pairs)
    yield from _confounded(about)
    yield from _titled("### Hard lines", figures.crossed(seen))
    yield from _titled("### Left out", figures.left_out(source, tables))
    yield from _linted(about)
    yield "## Limits"
    yield words.LIMITS
    yield "## License, canary, citation"
    yield f"License: {about.license}."
    yield (
        f"Every row holds this canary, so that its use in training can be found. Keep it:\n\n"
        f"```text\n{about.canary_line}\n```"
    )
    yield f"```bibtex\n{about.citation}\n```"


def _using(about: About, tables: Sequence[Written]) -> Iterator[str]:
    first = tables[0]
    split = first.files[0].split
    name = about.url.rpartition("/datasets/")[2] or "DIR"
    call = f'load_dataset("{name}", "{first.name}", split="{split}")'
    yield f"```python\nfrom datasets import load_dataset\n\nrows = {call}\n```"
    yield f"{words.NO_SPLITS if split == WHOLE else words.SPLITS} {words.COLUMNS}"


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
        ("Lance tables", ", ".join(f"`{name}` version {n}" for name, n in about.lance.items())),
        *((f"model of the {role}", f"`{name}`") for role, name in (about.models or spoken).items()),
    ]
    return figures.table(["", ""], [row for row in rows if row[1] != ""])


def _confounded(about: About) -> Iterator[str]:
    yield from _titled(
        words.BASELINES,
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
