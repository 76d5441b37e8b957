"""Bytes of one spec file to a `Document`. Knows encodings and YAML, not what a file should hold."""

from __future__ import annotations

import contextlib
import gc
import re
from collections.abc import Iterator

from kakoc.diagnostics import Diagnostic, Span, has_errors
from kakoc.lang.composing import Room, compose
from kakoc.lang.document import Document
from kakoc.lang.plain import Converter

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
"""Also the line breaks that YAML counts and editors do not."""


def read(
    file: str, content: bytes, room: Room | None = None
) -> tuple[Document | None, list[Diagnostic]]:
    """A document without faults, or None and its faults.

    Args:
        file: path to show, relative to the project.
        content: the file's bytes.
        room: how much may still be read; by default as much as one spec may have.
    """
    try:
        text = content.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        return None, [_not_utf8(file, content, error.start)]
    if found := _CONTROL.search(text):
        return None, [_control_character(file, text, found.start())]
    root, faults = compose(file, text, room or Room())
    if root is None:
        return None, faults
    converter = Converter(file)
    data = converter.convert(root)
    if has_errors(tuple(converter.faults)):
        return None, converter.faults
    return Document(file, text, data, root), []


@contextlib.contextmanager
def gc_paused() -> Iterator[None]:
    """Without the cyclic collector: it would walk all nodes again and again while they are made."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _not_utf8(file: str, content: bytes, offset: int) -> Diagnostic:
    valid = content[:offset].decode("utf-8")
    message = f"byte 0x{content[offset]:02x} is not UTF-8"
    return Diagnostic("K108", message, _place(file, valid, offset=len(valid)), help="save as UTF-8")


def _control_character(file: str, text: str, offset: int) -> Diagnostic:
    message = f"control character U+{ord(text[offset]):04X}"
    return Diagnostic("K107", message, _place(file, text, offset), help="remove it")


def _place(file: str, text: str, offset: int) -> Span:
    lines = re.split("\r\n|\r|\n", text[:offset])
    column = len(lines[-1]) + 1
    return Span(file, len(lines), column, len(lines), column + 1)
