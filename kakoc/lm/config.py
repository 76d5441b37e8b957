"""What must be known to open one model. Knows no engine and not where the settings came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from kakoc.errors import ProviderError

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
    concurrency: int = 256
    timeout: float = 120.0
    connect_timeout: float = 10.0
    first_byte_timeout: float | None = None
    sampler: Mapping[str, float] = field(default_factory=dict)
    """Sampling parameters beyond the standard, sent with every request."""

    def __post_init__(self) -> None:
        """Refuse what must never be written into a record.

        Raises:
            ProviderError: the base URL holds a secret.
        """
        parts = urlsplit(self.api_base or "")
        if parts.username or parts.password or parts.query:
            raise ProviderError(
                f"the `api_base` of model {self.name} holds a user, a password or a query",
                "it is written into records; name the key's variable in `api_key_env`",
            )
