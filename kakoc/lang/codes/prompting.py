"""Codes K412 to K417: what prompts name, and the persona card they name it from."""

from __future__ import annotations

from kakoc.lang.codes.code import Code

_SUPPORTER = """\
role: supporter
use: modules.supporter:Supporter
prompt:
  instructions: [You stay with the person.]
  facts: ["%s"]
  turn: ["{message}", "({care})"]
"""
_GOOD = {"roles/supporter.yaml": _SUPPORTER % "Language: {language}"}
_CARD = """\
{
  "type": "object",
  "properties": {
    "language": {"type": "string", "x-visible-to": ["persona", "seeker", "supporter"]},
    "csi": {
      "type": "object",
      "x-visible-to": ["persona"],
      "properties": {
        "directness": {"type": "integer"},
        "self_disclosure_tendency": {"type": "integer"}
      }
    },
    "presenting_problem": {
      "type": "object",
      "x-visible-to": ["persona", "seeker"],
      "properties": {
        "category": {"type": "string"},
        "own_words": {"type": "string", "x-written-by": "model"},
        "summary": {"type": "string", "x-written-by": "model"}
      }
    }
  }
}
"""
_TWICE = """\
        "first": {
          "type": "object",
          "properties": {"summary": {"type": "string", "x-written-by": "model"}}
        },
"""

PROMPTING = (
    Code(
        "K412",
        "a brace that is no placeholder",
        "Braces name fields of the persona card. Write `{{` and `}}` for braces themselves.",
        {"roles/supporter.yaml": _SUPPORTER % "Language: {the language}"},
        _GOOD,
    ),
    Code(
        "K413",
        "a placeholder in a line that names nothing",
        "Instructions, principles and disclosure levels are the same in every conversation; what"
        " varies belongs into `facts` and `turn`.",
        {"constitution.yaml": "principles:\n  - {id: speak, line: 'Speak {language}.'}\n"},
        {"constitution.yaml": "principles:\n  - {id: speak, line: Speak their language.}\n"},
    ),
    Code(
        "K414",
        "a placeholder names no value of the persona card",
        "The line would be empty in every conversation.",
        {"roles/supporter.yaml": _SUPPORTER % "Language: {langauge}"},
        _GOOD,
    ),
    Code(
        "K415",
        "a prompt names a field that its role may not see",
        "The Supporter knows only what was said to it, and what `x-visible-to` shows it. A line"
        " like this would leak in every conversation.",
        {"roles/supporter.yaml": _SUPPORTER % "Trouble: {presenting_problem.category}"},
        _GOOD,
    ),
    Code(
        "K416",
        "a field of the persona card has no viewers",
        "Who may see a field is decided, never guessed: by it or by a group around it.",
        {"personas.schema.json": _CARD.replace('\n      "x-visible-to": ["persona"],', "")},
        {"personas.schema.json": _CARD},
    ),
    Code(
        "K417",
        "two fields that a model writes have one name",
        "A model writes its fields side by side, so their last names must differ.",
        {"personas.schema.json": _CARD.replace('        "own', _TWICE + '        "own')},
        {"personas.schema.json": _CARD},
    ),
)
