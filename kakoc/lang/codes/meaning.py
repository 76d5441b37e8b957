"""Codes K401 to K411 and K418: values that cannot be meant."""

from __future__ import annotations

from kakoc.lang.codes.code import Code

_LEVELS = """\
care_levels:
  - {value: 0.2, name: plain, guidance: [Reply in one sentence.], sentences: [1, 1]}
  - {value: 0.8, name: close, guidance: [Reply in three sentences.], sentences: [2, 3]}
"""
_PLACES = """\
region: europe
places:
  berlin:
    "2020s": Rents rise faster than wages.
"""
_PROBLEM = """\
problems:
  - id: burnout
    name: Burnout
    ages: [25, 70]
    summary: Work has used up all strength.
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
    traits: [{id: directness}, {id: conflict_avoidance}, {id: self_disclosure_tendency}]
    correlations:
      - {between: [directness, conflict_avoidance], r: -0.9}
      - {between: [directness, self_disclosure_tendency], r: 0.9}
      - {between: [conflict_avoidance, self_disclosure_tendency], r: 0.9}
categories:
  - {id: gender, options: [{id: female, share: 1.0, text: woman}]}
  - {id: household, options: [{id: alone, share: 1, text: lives alone}]}
  - {id: employment, options: [{id: employed, share: 1, text: has work}]}
  - {id: financial_status, options: [{id: stable, share: 1, text: gets by}]}
  - {id: social_network, options: [{id: small, share: 1, text: two friends}]}
  - {id: risk, options: [{id: denied, share: 1, text: none}]}
"""
_POSSIBLE = _TRAITS.replace(
    "r: 0.9}\n      - {between: [conflict", "r: 0.4}\n      - {between: [conflict"
).replace("self_disclosure_tendency], r: 0.9}\ncat", "self_disclosure_tendency], r: -0.3}\ncat")
_CARD = """\
{
  "type": "object",
  "x-visible-to": ["persona", "seeker", "supporter"],
  "properties": {
    "language": {"type": "string"},
    "csi": {
      "type": "object",
      "properties": {
        "directness": {"type": "integer"},
        "conflict_avoidance": {"type": "integer"},
        "self_disclosure_tendency": {"type": "integer"}
      }
    },
    "presenting_problem": {
      "type": "object",
      "properties": {"category": {"type": "string"}, "summary": {"type": "string"}}
    }
  }
}
"""
_PROFILE = "profiles:\n  - {name: quick, personas: 1, turns: 4, min_turns: %d}\n"
_UNJUDGED = """\
profiles:
  - {name: quick, personas: 1, turns: 4, min_turns: 2, judges: false, continuation: %s}
"""
_JUDGE = """\
judges:
  - name: empathy
    use: modules.judges:Empathy
    weight: 1.0
    floor: 0.8
    rubric: The reply names what the person feels.
"""
_OTHER_JUDGE = """\
  - name: independent
    use: modules.judges:Independent
    use_for: heldout
    rubric: The reply names what the person feels.
"""
_CONVERSATION = """\
opening: What brings you here?
disclosure:
  trait: csi.self_disclosure_tendency
  judge: %s
  levels: [Say little., Say more.]
"""
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

MEANING = (
    Code(
        "K401",
        "care levels do not ascend",
        "Levels are compared with their neighbours; reports show them from low to high.",
        {"care_levels.yaml": _LEVELS.replace("0.8", "0.1")},
        {"care_levels.yaml": _LEVELS},
    ),
    Code(
        "K402",
        "a city has no context for a decade",
        "A person may have lived there then, and would have nothing to remember.",
        {
            "places/europe.yaml": _PLACES.replace(
                '\n    "2020s": Rents rise faster than wages.', " {}"
            )
        },
        {"places/europe.yaml": _PLACES},
    ),
    Code(
        "K403",
        "correlations contradict each other",
        "Two traits that both go with a third cannot go strongly against each other: no scores"
        " could be sampled.",
        {"traits.yaml": _TRAITS, "personas.schema.json": _CARD},
        {"traits.yaml": _POSSIBLE, "personas.schema.json": _CARD},
    ),
    Code(
        "K404",
        "shares do not sum to 1",
        "The options of a category are all there are.",
        {"traits.yaml": _POSSIBLE.replace("1.0", "0.9"), "personas.schema.json": _CARD},
        {"traits.yaml": _POSSIBLE, "personas.schema.json": _CARD},
    ),
    Code(
        "K405",
        "a range runs backwards",
        "No age, duration or count lies in it.",
        {"problems.yaml": _PROBLEM.replace("[25, 70]", "[70, 25]")},
        {"problems.yaml": _PROBLEM},
    ),
    Code(
        "K406",
        "a problem that no adult of the project has",
        "Its ages end before the youngest age, so it would never be sampled. Adults only.",
        {"problems.yaml": _PROBLEM.replace("[25, 70]", "[10, 16]")},
        {"problems.yaml": _PROBLEM},
    ),
    Code(
        "K407",
        "a profile asks for more turns than it makes",
        "Every conversation would fail.",
        {"profiles.yaml": _PROFILE % 5},
        {"profiles.yaml": _PROFILE % 2},
    ),
    Code(
        "K418",
        "a profile goes on with the best reply and judges none",
        "Without a judge no reply is better than another: the first would go on, always.",
        {"profiles.yaml": _UNJUDGED % "best"},
        {"profiles.yaml": _UNJUDGED % "sampled"},
    ),
    Code(
        "K408",
        "the weights of the reward do not sum to 1",
        "A reward lies between 0 and 1, and only judges used for it have a weight.",
        {"judges.yaml": _JUDGE.replace("1.0", "0.6")},
        {"judges.yaml": _JUDGE},
    ),
    Code(
        "K409",
        "a held-out judge steers",
        "It must see nothing of what it is to measure, or it cannot tell learning from hacking.",
        {"judges.yaml": _JUDGE + _OTHER_JUDGE, "conversation.yaml": _CONVERSATION % "independent"},
        {"judges.yaml": _JUDGE + _OTHER_JUDGE, "conversation.yaml": _CONVERSATION % "empathy"},
    ),
    Code(
        "K410",
        "a safety rule is wrong about its own example",
        "A rule carries texts that it must catch and texts that it must let through; `check` runs"
        " them.",
        {"safety.yaml": _RULE.replace("[You must call", "[You should call")},
        {"safety.yaml": _RULE},
    ),
    Code(
        "K411",
        "a pattern of a safety rule cannot be used",
        "It is not a regular expression, is too large for one, matches everything, or could take"
        " for ever.",
        {"safety.yaml": _RULE.replace(r"call\b", r"(call\b")},
        {"safety.yaml": _RULE},
    ),
)
