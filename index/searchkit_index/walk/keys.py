"""Finds private keys in a text: PEM and its kin, in whatever quotes, comments or encodings.

A head is looked for by a literal; then so much base64 must follow, with little between its lines,
as a key takes. Takes linear time.
"""

import re
from collections.abc import Iterator

# PEM, PGP and SSH2; PuTTY; the first bytes of an OpenSSH key without its head.
_HEADS = ("PRIVATE KEY", "PuTTY-User-Key-File-", "b3BlbnNzaC1rZXktdjEA")
# "PRIVATE KEY" in base64, at each of the three ways in which it may fall.
_ENCODED = ("UFJJVkFURSBLRV", "BSSVZBVEUgS0VZ", "QUklWQVRFIEtFW")
_JWK = re.compile(r"""\\?"d\\?"\s{0,4}:\s{0,4}\\?"[\w-]{40}""", re.ASCII)
_WIREGUARD = re.compile(r"PrivateKey\s{0,4}=\s{0,4}[A-Za-z0-9+/]{43}=")

# What is looked at after a head, in characters: headers, and the first lines of the key.
_NEAR = 1600
_HEADERS = 500  # between a head and the first line of its key
_BETWEEN = 48  # between two lines of a key: a line end, quotes, a plus, a comment sign
_LINE = 16  # the shortest line of a key that counts
_ENOUGH = 48  # characters of base64 in all
_WORDS = re.compile(rf"[A-Za-z0-9+/=]{{{_LINE},}}")


def has_private(text: str) -> bool:
    """Tell whether a private key, or the beginning of one, stands in a text."""
    heads = (at + len(head) for head in _HEADS for at in places(text, head))
    if any(_base64_follows(text, at) for at in heads):
        return True
    encoded = (at + len(head) for head in _ENCODED for at in places(text, head))
    if any(_is_base64(text[at : at + _ENOUGH]) for at in encoded):
        return True
    if '"kty' in text.replace("\\", "") and _JWK.search(text):
        return True
    return _WIREGUARD.search(text) is not None


def _base64_follows(text: str, at: int) -> bool:
    """Tell whether lines of base64 follow a head that ends at `at`."""
    body, last = "", at
    for line in _WORDS.finditer(text, at, at + _NEAR):
        between = line.start() - last
        if between > (_BETWEEN if body else _HEADERS):
            break
        body, last = body + line[0], line.end()
        if len(body) >= _ENOUGH:
            return _is_base64(body)
    return False


def _is_base64(text: str) -> bool:
    """Tell whether a stretch is of all kinds of characters, as chance makes it."""
    kinds = sum(any(map(kind, text)) for kind in (str.islower, str.isupper, str.isdigit))
    return len(text) >= _ENOUGH and kinds == 3 and len(set(text)) >= 20 and text.isascii()


def places(text: str, literal: str) -> Iterator[int]:
    """Yield where a literal stands in a text, one place after another."""
    at = text.find(literal)
    while at >= 0:
        yield at
        at = text.find(literal, at + len(literal))
