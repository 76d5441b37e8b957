"""Codes K431 to K434: what cannot be true of a city, a year, a life or a measurement."""

from __future__ import annotations

from kakoc.lang.codes.code import Code

_CITY = """\
cities:
  - id: berlin
    name: Berlin
    country: Germany
    region: europe
    language: de
    latitude: 52.5
    longitude: 13.4
    formerly:
      - {start: 1945, end: 1948, name: Berlin, country: occupied Germany}
      - {start: %d, end: 1990, name: Berlin, country: divided Germany}
    help_seeking: [{%s: 1990, text: People wait long before they ask.}]
"""
_PROBLEM = """\
problems:
  - id: burnout
    name: Burnout
    ages: [25, 70]
    summary: Work has used up all strength.
    presupposes: [job]
    symptoms: [no sleep, no joy]
    triggers: [a new manager, long shifts]
    duration_months: [3, 24]
    risk: [denied]
    words: [I am so tired.]
"""
_TRAITS = """\
families:
  - id: csi
    source: Made up for this example.
    traits: [{id: directness}, {id: self_disclosure_tendency}]
categories:
  - {id: gender, options: [{id: female, share: 1.0, text: woman}]}
  - {id: household, options: [{id: alone, share: 1, text: lives alone}]}
  - id: employment
    options:
      - {id: employed, share: 0.8, ages: [%s], text: has work, gives: [job]}
      - {id: idle, share: 0.2, text: has none}
  - {id: financial_status, options: [{id: stable, share: 1, text: gets by}]}
  - {id: social_network, options: [{id: small, share: 1, text: two friends}]}
  - {id: risk, options: [{id: denied, share: 1, text: none}]}
"""

_EXAMPLES = """\
author: example
use: %s
examples:
  - group: sleep
    labels: {overall: 1}
    seeker: I cannot sleep.
    reply: Lying awake sounds hard.
"""
_JUDGES = """\
judges:
  - name: empathy
    use: modules.judges:Empathy
    weight: 1.0
    floor: 0.8
    rubric: The reply names what the person feels.
  - name: other
    use: modules.judges:Independent
    use_for: heldout
    floor: 0.6
    rubric: The reply helps.
"""

WORLD = (
    Code(
        "K431",
        "a city has two names at once",
        "A card calls a city as it was called in that year, and there must be one answer.",
        {"cities.yaml": _CITY % (1948, "since")},
        {"cities.yaml": _CITY % (1949, "since")},
    ),
    Code(
        "K432",
        "nothing can be told in the present",
        "A sentence with `since` or `until` holds in some years only, and a card needs one that"
        " holds in the year of its person.",
        {"cities.yaml": _CITY % (1949, "until")},
        {"cities.yaml": _CITY % (1949, "since")},
    ),
    Code(
        "K433",
        "a problem that no life can hold",
        "At no age of the problem do options of all categories fit together and with what it"
        " presupposes, so it would never be sampled.",
        {"problems.yaml": _PROBLEM, "traits.yaml": _TRAITS % "18, 24"},
        {"problems.yaml": _PROBLEM, "traits.yaml": _TRAITS % "18, 64"},
    ),
    Code(
        "K434",
        "one author wrote both the lesson and the test",
        "A figure on examples of the author who wrote those that fit says how well that author is"
        " known, not how well a judge judges.",
        {
            "judges/empathy/example.yaml": _EXAMPLES % "fit",
            "judges/other/example.yaml": _EXAMPLES % "test",
            "judges.yaml": _JUDGES,
        },
        {
            "judges/empathy/example.yaml": _EXAMPLES % "fit",
            "judges/other/example.yaml": _EXAMPLES % "fit",
            "judges.yaml": _JUDGES,
        },
    ),
)
