"""Publishing: a fake stands where the Hub would, and the token is seen by nobody else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kakoc.errors import StoreError
from kakoc.store.export import address, push, require_token

SECRET = "hf_nobody_may_ever_read_this"


class FakeApi:
    """Remembers what it was asked."""

    def __init__(self, refuses: Exception | None = None) -> None:
        self.asked: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []
        self.refuses = refuses

    def create_repo(self, *arguments: Any, **named: Any) -> None:
        self.asked.append(("create_repo", arguments, named))

    def upload_folder(self, **named: Any) -> None:
        if self.refuses:
            raise self.refuses
        self.asked.append(("upload_folder", (), named))


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", SECRET)


@pytest.mark.usefixtures("token")
def test_a_folder_goes_to_a_private_data_set(tmp_path: Path) -> None:
    api = FakeApi()
    push(tmp_path, "me/talks", "Run 1", api)
    ((made, named, how), (uploaded, _, what)) = api.asked
    assert (made, named) == ("create_repo", ("me/talks",))
    assert how == {"repo_type": "dataset", "private": True, "exist_ok": True}
    assert uploaded == "upload_folder"
    assert (what["folder_path"], what["repo_id"], what["repo_type"]) == (
        str(tmp_path),
        "me/talks",
        "dataset",
    )
    assert "data/*" in what["delete_patterns"]


@pytest.mark.usefixtures("token")
def test_the_client_is_given_the_token_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[str] = []

    def client(token: str) -> FakeApi:
        given.append(token)
        return FakeApi()

    monkeypatch.setattr("huggingface_hub.HfApi", client)
    push(tmp_path, "me/talks", "Run 1")
    assert given == [SECRET]


@pytest.mark.usefixtures("token")
def test_a_refusal_is_one_message_without_the_token(tmp_path: Path) -> None:
    api = FakeApi(RuntimeError(f"401 for {SECRET}"))
    with pytest.raises(StoreError, match="cannot push to me/talks") as caught:
        push(tmp_path, "me/talks", "Run 1", api)
    assert SECRET not in str(caught.value) and "***" in str(caught.value)
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("value", [None, "", "  "])
def test_without_a_token_it_says_which_variable(
    monkeypatch: pytest.MonkeyPatch, value: str | None
) -> None:
    monkeypatch.delenv("HF_TOKEN", raising=False)
    if value is not None:
        monkeypatch.setenv("HF_TOKEN", value)
    with pytest.raises(StoreError, match="HF_TOKEN"):
        require_token()


@pytest.mark.parametrize("repo", ["talks", "me/talks/more", "me talks", "https://x/y", ""])
def test_what_is_no_name_of_a_data_set_is_refused(repo: str) -> None:
    with pytest.raises(StoreError, match="no name of a data set"):
        address(repo)


def test_the_address_is_that_of_the_data_set() -> None:
    assert address("me/talks").endswith("/datasets/me/talks")
