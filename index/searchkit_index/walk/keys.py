"""Finds private keys in a text: PEM and similar formats, also in quotes, comments or base64.

The header of a key is searched as a literal; enough base64 must follow, with little between its
lines. Takes linear time.
"""

import re
from collections.abc import Iterator

# Headers: of PEM, PGP and SSH2; of PuTTY; the first bytes of an OpenSSH key without its header.
_HEADS = ("PRIVATE KEY", "PuTTY-User-Key-File-", "b3BlbnNzaC1rZXktdjEA")
# "PRIVATE KEY" in base64, at each of its three alignments.
_ENCODED = ("UFJJVkFURSBLRV", "BSSVZBVEUgS0VZ", "QUklWQVRFIEtFW")
_JWK = re.compile(r"""\\?"d\\?"\s{0,4}:\s{0,4}\\?"[\w-]{40}""", re.ASCII)
_WIREGUARD = re.compile(r"PrivateKey\s{0,4}=\s{0,4}[A-Za-z0-9+/]{43}=")

# In characters.
_EXAMINED = 1600  # after a header: further headers, and the first lines of the key
_MOST_HEADERS = 500  # between a header and the first line of its key
_MOST_BETWEEN = 48  # between two lines of a key: a line end, quotes, a plus, a comment sign
_SHORTEST_LINE = 16  # of a key
_ENOUGH = 48  # of base64, in all
_WORDS = re.compile(rf"[A-Za-z0-9+/=]{{{_SHORTEST_LINE},}}")


def has_private(text: str) -> bool:
    """Tell whether a text contains a private key, or the beginning of one."""
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
    """Tell whether lines of base64 follow a header that ends at `at`."""
    body, last = "", at
    for line in _WORDS.finditer(text, at, at + _EXAMINED):
        between = line.start() - last
        if between > (_MOST_BETWEEN if body else _MOST_HEADERS):
            break
        body, last = body + line[0], line.end()
        if len(body) >= _ENOUGH:
            return _is_base64(body)
    return False


def _is_base64(text: str) -> bool:
    """Tell whether a stretch looks like random base64: it is of all kinds of characters."""
    kinds = sum(any(map(kind, text)) for kind in (str.islower, str.isupper, str.isdigit))
    return len(text) >= _ENOUGH and kinds == 3 and len(set(text)) >= 20 and text.isascii()


def places(text: str, literal: str) -> Iterator[int]:
    """Yield the offsets of a literal in a text."""
    at = text.find(literal)
    while at >= 0:
        yield at
        at = text.find(literal, at + len(literal))
