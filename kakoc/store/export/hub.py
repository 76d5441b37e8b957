"""Puts an export on the Hugging Face Hub. The token comes from the environment and stays there."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from kakoc.errors import StoreError, boundary

TOKEN = "HF_TOKEN"
REPO = re.compile(r"[\w.-]+/[\w.-]+")
OF_AN_EXPORT = ["data/*", "*.jsonl", "*.parquet"]
"""What an older export left there goes when a newer one comes."""


def require_token() -> str:
    """The token of the environment.

    Raises:
        StoreError: there is none.
    """
    token = os.environ.get(TOKEN, "").strip()
    if not token:
        raise StoreError(
            f"--push needs a token in the environment variable {TOKEN}",
            "set it, or leave --push out",
        )
    return token


def address(repo: str) -> str:
    """Where a data set is published.

    Raises:
        StoreError: `repo` is no name of one.
    """
    if not REPO.fullmatch(repo):
        raise StoreError(f"{repo!r} is no name of a data set", "write OWNER/NAME")
    from huggingface_hub.constants import ENDPOINT

    return f"{ENDPOINT}/datasets/{repo}"


def push(folder: Path, repo: str, message: str, api: Any = None) -> None:
    """Upload an export; a repository that is not there yet is made, for its owner's eyes only.

    Args:
        api: what speaks to the Hub; default: its own client.

    Raises:
        StoreError: there is no token, or the Hub refuses.
    """
    token = require_token()
    if api is None:
        from huggingface_hub import HfApi

        api = HfApi(token=token)
    try:
        with boundary(StoreError, f"cannot push to {repo}", "the export itself is on disk"):
            api.create_repo(repo, repo_type="dataset", private=True, exist_ok=True)
            api.upload_folder(
                folder_path=str(folder),
                repo_id=repo,
                repo_type="dataset",
                commit_message=message,
                delete_patterns=OF_AN_EXPORT,
            )
    except StoreError as error:
        # Whatever the client says, the token is not in it; nor is the exception that may hold it.
        raise StoreError(str(error).replace(token, "***"), error.hint) from None
