"""Unwise: a model elsewhere that is asked without a key. Knows addresses, not what answers there.

Only names are looked at: whether a key's variable is set is a matter of the run, not of the spec.
"""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from kakoc.diagnostics import Diagnostic
from kakoc.ir import ModelSpec
from kakoc.lang.context import Context


def keys_named(context: Context) -> list[Diagnostic]:
    return [
        Diagnostic(
            "K427",
            f"model `{model.name}` is asked at another machine without a key",
            context.where("models.yaml", "models", number, "api_base"),
            "warning",
            "name the variable that holds its key: `api_key_env: MY_PROVIDER_KEY`",
        )
        for number, model in enumerate(context.models_file.models)
        if model.api_key_env is None and _is_elsewhere(model)
    ]


def _is_elsewhere(model: ModelSpec) -> bool:
    """Whether the model has an address that is not this machine's; without one, a flag gives it."""
    if model.engine == "embedded" or model.api_base is None:
        return False
    try:
        host = urlsplit(model.api_base).hostname or ""
        return host != "localhost" and not ip_address(host).is_loopback
    except ValueError:  # a name, or no address at all
        return True
