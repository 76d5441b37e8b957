"""What the models of a run cost: their entries' `price`; embedded ones cost nothing."""

from __future__ import annotations

from collections.abc import Iterator

from kakoc.app.asking import Asked
from kakoc.app.models import choose_models
from kakoc.errors import ModelError
from kakoc.ir import Ir
from kakoc.lm import FREE, LmConfig, Tariff


def tariff_of(ir: Ir, config: LmConfig) -> Tariff | None:
    """What a model costs; None: its entry does not say."""
    if config.engine == "embedded":
        return FREE
    spec = ir.model(config.name)
    price = spec.price if spec else None
    return Tariff(price.prompt, price.completion) if price else None


def require_prices(ir: Ir, asked: Asked) -> None:
    """Refuse a run whose cost nobody could know.

    Raises:
        ModelError: one of its models has no price.
    """
    names = sorted({each.name for each in _models(ir, asked) if tariff_of(ir, each) is None})
    if names:
        raise ModelError(
            f"--max-cost needs a price of every model, and {', '.join(names)} has none",
            "give each its entry in spec/models.yaml with `price: {prompt: 0.2, completion: 0.6}` "
            "(of a million tokens; 0 where it is free), and call it by the entry's name: --lm NAME",
        )


def _models(ir: Ir, asked: Asked) -> Iterator[LmConfig]:
    """Those of the roles, and those that judges ask while the run goes on."""
    yield from asked.models.values()
    for judge in ir.judges if asked.profile.judges else ():
        if judge.model and judge.use_for != "heldout":
            yield choose_models(ir, [judge.model])["supporter"]
