"""What must be known to open one model. Knows no engine and not where the settings came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

EngineName = Literal["embedded", "http", "litellm"]


@dataclass(frozen=True, slots=True)
class LmConfig:
    """One entry of `spec/models.yaml`, or what the command line said instead."""

    name: str
    engine: EngineName
    model: str
    api_base: str | None = None
    api_key_env: str | None = None
    slots: int = 4
    context: int = 4096
    threads: int | None = None
    deterministic: bool = False
    concurrency: int = 64
    timeout: float = 120.0
    sampler: Mapping[str, float] = field(default_factory=dict)
    """Sampling parameters beyond the standard, sent with every request."""
