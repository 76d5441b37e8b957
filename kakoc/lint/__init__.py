"""Findings over personas and conversations: what contradicts itself, its facts or its spec.

Knows records and the IR; no model, no store, no way in which the data were made.
"""

from __future__ import annotations
