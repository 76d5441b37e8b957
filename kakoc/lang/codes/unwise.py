"""Codes K421 to K428, all warnings: what is legal and likely to be regretted."""

from __future__ import annotations

from kakoc.lang.codes.code import Code

_RULE = r"""
rules:
  - id: directive
    kind: lose
    why: Orders take the choice away.
    patterns: ['\byou must call\b']
    examples:
      caught: [You must call somebody now.]
      passes: [Would you like to call somebody?]
"""
_PRINCIPLES = """\
principles:
  - {id: presence, line: Stay with the person.}
  - {id: staying, line: %s}
"""
_MODELS = """\
models:
  - {name: local, engine: embedded, model: smollm2-135m, context: %d}
roles: {persona: local, seeker: local, supporter: local}
"""
_JUDGE = """\
judges:
  - name: empathy
    use: modules.judges:Empathy
    weight: 1.0
    floor: %s
    rubric: The reply names what the person feels.
"""
_LEVELS = """\
care_levels:
  - {value: 0.2, name: plain, guidance: [Reply in one sentence.], sentences: [1, 1]}
  - {value: 0.8, name: close, guidance: [%s], sentences: [2, 3]}
"""
_PROFILE = """\
profiles:
  - {name: quick, personas: 1, turns: 4, min_turns: 2, best_of: 3, guards: %s}
"""
_REMOTE = """\
models:
  - name: remote
    engine: http
    model: default
    api_base: https://models.example/v1
    api_key_env: EXAMPLE_KEY
roles: {persona: remote, seeker: remote, supporter: remote}
"""
_PROJECT = """\
name: demo
title: A demonstration.
present_year: 2024
language: %s
"""

UNWISE = (
    Code(
        "K421",
        "a safety rule has no near miss",
        "A rule that catches too much silences replies that help. A harmless text that looks like"
        " a violation shows where the line is, and `check` runs it.",
        {"safety.yaml": _RULE.replace("passes: [Would you like to call somebody?]", "passes: []")},
        {"safety.yaml": _RULE},
    ),
    Code(
        "K422",
        "two principles say nearly the same",
        "Every line of the constitution is sent with every call, and what is said twice outweighs"
        " what is said once.",
        {"constitution.yaml": _PRINCIPLES % "stay with the person"},
        {"constitution.yaml": _PRINCIPLES % "Offer one choice at a time."},
    ),
    Code(
        "K423",
        "a conversation can outgrow its model",
        "A prompt holds the whole conversation; one that is longer than the model's context ends"
        " it. The estimate takes three characters a token, and texts half as long as they may be.",
        {
            "models.yaml": _MODELS % 512,
            "profiles.yaml": "profiles:\n  - {name: long, personas: 1, turns: 40, min_turns: 2}\n",
        },
        {"models.yaml": _MODELS % 4096},
    ),
    Code(
        "K424",
        "a judge is accepted however it judges",
        "A build measures a fitted judge on examples it has not seen and refuses it below its"
        " `floor`; a coin reaches 0.5.",
        {"judges.yaml": _JUDGE % "0.5"},
        {"judges.yaml": _JUDGE % "0.8"},
    ),
    Code(
        "K425",
        "two care levels have one guidance",
        "The guidance is all that a level tells the Supporter: pairs of such replies teach nothing"
        " about care.",
        {"care_levels.yaml": _LEVELS % "Reply in one sentence."},
        {"care_levels.yaml": _LEVELS % "Reply in three sentences."},
    ),
    Code(
        "K426",
        "the best of unguarded replies is picked",
        "Without guards a reply in the wrong role counts like any other, and judges are not made to"
        " tell. Guards are off for stub servers, whose replies need no choice.",
        {"profiles.yaml": _PROFILE % "false"},
        {"profiles.yaml": _PROFILE % "true"},
    ),
    Code(
        "K427",
        "a model at another machine has no key",
        "A server on a network that answers anybody is rare, and conversations should not go to"
        " it. Only the name of the key's variable stands in a spec.",
        {"models.yaml": _REMOTE.replace("    api_key_env: EXAMPLE_KEY\n", "")},
        {"models.yaml": _REMOTE},
    ),
    Code(
        "K428",
        "nobody judges a language",
        "A judge is asked about the languages that it declares and about no other. Where no judge"
        " of the reward gives a score, no reply can win.",
        {"project.yaml": _PROJECT % "es"},
        {"project.yaml": _PROJECT % "en-GB"},
    ),
)
