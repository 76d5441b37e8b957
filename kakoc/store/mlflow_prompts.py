"""The registry of prompts in MLflow: a version for each promoted prompt, one of them in use."""

from __future__ import annotations

from typing import Any

from kakoc.ports import PromptText

ALIAS = "champion"
KNOWN = "kakoc.version_of."
"""Before a prompt's digest: a tag that holds the number of its version."""


def set_champion(client: Any, name: str, prompt: PromptText | None, origin: str | None) -> None:
    """Give the alias to the version that holds `prompt`; a text is registered once.

    Args:
        origin: id of the run that found it.
    """
    held = client.get_prompt(name)
    if prompt is None:
        if held is not None:
            client.delete_prompt_alias(name, ALIAS)
        return
    known = (held.tags if held else {}).get(KNOWN + prompt.digest)
    version = int(known) if known else _register(client, name, prompt)
    client.set_prompt_alias(name, ALIAS, version)
    if origin:
        client.link_prompt_version_to_run(origin, client.get_prompt_version(name, str(version)))
        client.set_tag(origin, "kakoc.promoted", f"{name}/{version}")


def _register(client: Any, name: str, prompt: PromptText) -> int:
    made = client.register_prompt(
        name,
        [dict(message) for message in prompt.messages],
        commit_message=f"found by {prompt.origin}",
        tags={"kakoc.run": prompt.origin, "kakoc.digest": prompt.digest},
    )
    client.set_prompt_tag(name, KNOWN + prompt.digest, str(made.version))
    return int(made.version)
