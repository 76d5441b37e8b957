"""Every role is played by a model that exists. Knows names, not whether a model answers."""

from __future__ import annotations

from kakoc.diagnostics import Diagnostic
from kakoc.ir import Models
from kakoc.lang.context import ROLE_FILES, Context


def role_models(context: Context) -> list[Diagnostic]:
    models = context.models_file
    return [*_unknown(context, models), *_without(context, models)]


def _unknown(context: Context, models: Models) -> list[Diagnostic]:
    names = {model.name for model in models.models}
    return [
        Diagnostic(
            "K302",
            f"there is no model `{name}`",
            context.where("models.yaml", "roles", role),
            help=context.hints.did_you_mean(name, names),
        )
        for role, name in models.roles.items()
        if name not in names
    ]


def _without(context: Context, models: Models) -> list[Diagnostic]:
    roles = [file.removeprefix("roles/").removesuffix(".yaml") for file in ROLE_FILES]
    place = context.where_key("models.yaml", "roles")
    return [
        Diagnostic("K303", f"no model plays the role `{role}`", place, help="name one in `roles`")
        for role in roles
        if role not in models.roles
    ]
