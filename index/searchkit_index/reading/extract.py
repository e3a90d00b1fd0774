"""Reads the text of a file out of its bytes, whatever the bytes are.

Decodes, and leaves out what is not for searching. Opens nothing and stores nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module

from searchkit_index.languages import language
from searchkit_index.languages.row import Language
from searchkit_index.reading import artifact, text
from searchkit_index.reading.document import Block
from searchkit_index.walk import secret


@dataclass(frozen=True, slots=True)
class Extract:
    """The text of a file: plain text, or the blocks of a document; one of the two.

    Attributes:
        language: Its language or format, where it is known.
        plain: The whole text, where the bytes are text.
        blocks: What a reader found in it; None where there is no reader.
    """

    language: Language | None
    plain: str = ""
    blocks: Sequence[Block] | None = None


def extract(path: str, data: bytes, *, secrets: bool) -> Extract:
    """Read the text of a file.

    Args:
        path: Relative to the root; names the language.
        data: All that the file holds.
        secrets: Whether to take what looks like keys and tokens all the same.

    Returns:
        Its text.

    Raises:
        text.Unsuitable: It is no text that a person would search, or holds secrets.
    """
    if reason := artifact.reason_of(path, data):
        raise text.Unsuitable(reason)
    known = language.detect(path, data[:4096])
    blocks = _blocks(known, data)
    if blocks is None:
        plain = plain_text(known, data)
        found = Extract(known, plain)
    else:
        plain = "\n".join(row for block in blocks for row in block.rows)
        found = Extract(known, blocks=blocks)
    held = None if secrets else secret.held(plain)
    if held:
        raise text.Unsuitable(held)
    return found


def blocks_of(name: str, data: bytes) -> list[Block]:
    """Read the blocks of a file within another one, such as an attachment."""
    known = language.detect(name, data[:4096])
    blocks = _blocks(known, data)
    if blocks is None:
        rows = plain_text(known, data).split("\n")
        blocks = [Block(rows, range(len(rows)), language=known)]
    return blocks


def plain_text(known: Language | None, data: bytes) -> str:
    """Decode a text as it is written in its language.

    Args:
        known: The language, where it is known.
        data: All that the file holds.

    Returns:
        The text.

    Raises:
        text.Unsuitable: See `text.decode`.
    """
    if known is None:
        return text.decode(data)
    return text.decode(data, escaped=known.escaped, dump=known.dumps)


def _blocks(known: Language | None, data: bytes) -> list[Block] | None:
    if known is None or not known.reader:
        return None
    module = import_module(f"searchkit_index.reading.formats.{known.reader}")
    found: list[Block] | None = module.read(data)
    return found
