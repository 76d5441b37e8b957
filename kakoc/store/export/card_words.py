"""What a card says of any export, in sentences. Knows no run and none of the spec's words."""

from __future__ import annotations

PIPELINE = """\
Every person is sampled: numbers and categories by a compiler from distributions in a spec, prose
by a model that is told them. A model plays the person (the Seeker), another answers (the
Supporter). Every Supporter turn is written once for each care level, judges score the variants,
and one of them goes on. Two variants of a turn are a head-to-head: a pair with a winner, a tie, or
dropped with its reason."""

IMPORTED = """\
Others made these data; they were read into this shape. Their persons, texts and care levels are as
they were found; scores and pairs, where there are any, were made here."""

THOUGHTS = """\
They hold the Seeker's private thoughts and distress, which no Supporter may be trained to see."""

NO_THOUGHTS = "The Seeker's private thoughts and distress are left out."

LINES = """\
Texts that crossed a hard line of kind `exclude` are nowhere in these files. Texts that crossed one
of kind `lose` stand only where they were rejected, with the rule beside them; in conversations they
are blank."""

SPLITS = "Splits are by city: nobody of a city is on both sides of a measurement."

NO_SPLITS = """\
**One file holds all splits.** The column `split` tells them apart, by city: filter before training,
so that nobody of a city is on both sides of a measurement."""

COLUMNS = "`croissant.json` describes every column."

JUDGES = """\
AUROC of each part with its 95 % interval, bootstrapped over groups, and the number of good and bad
examples: on groups of examples that were left out, and on authors who wrote for tests only."""

BASELINES = "What rules that understand nothing would say of the pairs; 0.5 is chance:"

LIMITS = """\
- **Nobody here is a person.** Models speak, with the habits of models; what they say of a place, an
  age or a life is what a model makes of a short description. Nothing here measures how real people
  talk.
- **A score is a judge's opinion.** Judges are fitted on few examples by few authors, in the
  languages of those examples; the figures above say how well they do on examples they had not seen,
  and no more.
- **A preference is a difference of scores**, not somebody's choice. Models trained on it learn the
  taste of these judges, with its faults. See what length and care level alone predict before
  training on it.
- **Data are as good as the models that spoke them.** Small ones lose the thread; read some first.
- **Rules keep the hard lines.** They catch constructions, not meanings, and miss some."""
