"""Holds one training pair, and measures by which texts are cut and compared.

A pair is two texts that should lie close to each other. This module reads no file and knows no
model.
"""

import json
import re
from dataclasses import asdict, dataclass
from hashlib import blake2b

from searchkit_index.scripts import CJK

_TOKEN = re.compile(rf"[{CJK}]|\w+|[^\w\s]")
_WORD = re.compile(rf"[{CJK}]|\w+")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts that mean the same, or of which one answers the other.

    Attributes:
        a: The side that is asked with: a sentence, a heading, a name.
        b: The side that is found: code, a section, a translation.
        kind: Where such pairs come from, such as `docstring`; a batch holds one kind.
        lang_a: Name of a programming language or ISO code of a natural one; empty if unknown.
        lang_b: The same for `b`.
    """

    a: str
    b: str
    kind: str
    lang_a: str
    lang_b: str

    def line(self) -> str:
        """Format the pair as one line of JSON, without the line break."""
        return json.dumps(asdict(self), ensure_ascii=False)

    def digest(self) -> bytes:
        """Digest the pair to 16 bytes, equal where only spaces, case and punctuation differ."""
        return blake2b(f"{normal(self.a)}\0{normal(self.b)}".encode(), digest_size=16).digest()


def primary_subtag(tag: str) -> str:
    """Return the language of a tag without script and region: `de` for `de-AT` and `DE_at`."""
    return tag.replace("_", "-").partition("-")[0].lower()


def normal(text: str) -> str:
    """Keep the words of a text alone, in lower case."""
    return " ".join(_WORD.findall(text.lower()))


def word_count(text: str) -> int:
    """Count words, and single signs of the scripts that put no space between words."""
    return sum(1 for _ in _WORD.finditer(text))


def token_count(text: str) -> int:
    """Count words and punctuation marks: a bound for what a tokenizer makes of them."""
    return sum(1 for _ in _TOKEN.finditer(text))


def cut(text: str, tokens: int) -> str:
    """Cut a text to `tokens` words and marks, at the end of a line where that keeps most of it."""
    for count, found in enumerate(_TOKEN.finditer(text)):
        if count == tokens:
            head = text[: found.start()].rstrip()
            whole = head.rpartition("\n")[0].rstrip()
            return whole if len(whole) * 3 > len(head) * 2 else head
    return text
