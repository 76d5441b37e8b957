"""Models: engines for `dspy.LM`, the journal of their replies, local models, the embedder.

Knows no spec and no role; what to open is handed in as `LmConfig`.
"""

from kakoc.lm.budget import FREE, Budget, Limits, Tariff
from kakoc.lm.cache import cache_folder
from kakoc.lm.config import LmConfig
from kakoc.lm.embedder import MiniLm, open_embedder
from kakoc.lm.journal import Journal
from kakoc.lm.local_models import MODELS, LocalModel, ModelStatus, ensure, resolve, status
from kakoc.lm.opening import close_all, journal_identity, model_string, open_lm

__all__ = [
    "FREE",
    "MODELS",
    "Budget",
    "Journal",
    "Limits",
    "LmConfig",
    "LocalModel",
    "MiniLm",
    "ModelStatus",
    "Tariff",
    "cache_folder",
    "close_all",
    "ensure",
    "journal_identity",
    "model_string",
    "open_embedder",
    "open_lm",
    "resolve",
    "status",
]
