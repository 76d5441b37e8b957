"""Codes K3xx: names and what they refer to."""

from __future__ import annotations

from kakoc.lang.codes.code import Code

_MODELS = """\
models:
  - {name: local, engine: embedded, model: smollm2-135m}
roles: {persona: local, seeker: local, supporter: local}
"""
_TRAITS = """\
families:
  - id: csi
    source: Made up for this example.
    traits: [{id: directness}, {id: self_disclosure_tendency}]
    correlations:
      - {between: [directness, self_disclosure_tendency], r: 0.2}
categories:
  - {id: gender, options: [{id: female, share: 1, text: woman}]}
  - {id: household, options: [{id: alone, share: 1, text: lives alone}]}
  - {id: employment, options: [{id: employed, share: 1, text: has work}]}
  - {id: financial_status, options: [{id: stable, share: 1, text: gets by}]}
  - {id: social_network, options: [{id: small, share: 1, text: two friends}]}
  - {id: risk, options: [{id: denied, share: 1, text: none}]}
"""
_PLACES = """\
region: europe
places:
  berlin:
    "2020s": Rents rise faster than wages.
"""

NAMES = (
    Code(
        "K301",
        "a name is given twice",
        "A name means one thing. The second entry would hide the first or be hidden by it.",
        {
            "profiles.yaml": "profiles:\n"
            + "  - {name: a, personas: 1, turns: 4, min_turns: 2}\n" * 2
        },
        {"profiles.yaml": "profiles:\n  - {name: a, personas: 1, turns: 4, min_turns: 2}\n"},
    ),
    Code(
        "K302",
        "a name refers to nothing",
        "The entry that is meant does not exist, or is spelt otherwise.",
        {"models.yaml": _MODELS.replace("seeker: local", "seeker: lokal")},
        {"models.yaml": _MODELS},
    ),
    Code(
        "K303",
        "something that kakoc needs is not named",
        "Three roles must each be played by a model, and six categories are part of every card.",
        {"models.yaml": _MODELS.replace(", supporter: local", "")},
        {"models.yaml": _MODELS},
    ),
    Code(
        "K304",
        "a file is named after something else",
        "Roles, regions and judges' examples are found by the name of their file.",
        {"places/europe.yaml": _PLACES.replace("region: europe", "region: asia")},
        {"places/europe.yaml": _PLACES},
    ),
    Code(
        "K305",
        "a correlation does not join two traits",
        "A correlation is between two different traits, and each pair has one.",
        {
            "traits.yaml": _TRAITS.replace(
                "[directness, self_disc", "[self_disclosure_tendency, self_disc"
            )
        },
        {"traits.yaml": _TRAITS},
    ),
    Code(
        "K306",
        "a trait has no field in the persona card",
        "Scores are sampled into the card: its schema has one field a family and one a trait.",
        {"traits.yaml": _TRAITS.replace("{id: directness}, ", "{id: directness}, {id: warmth}, ")},
        {"traits.yaml": _TRAITS},
    ),
)
