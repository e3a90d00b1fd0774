"""Translates globs to regular expressions that match exactly as git does.

Everything is done on bytes, as in git: `?` takes one byte, and a name need not be text.
"""

import re
from functools import lru_cache

# The longest path, in bytes: a glob that only longer paths could match matches nothing.
_LONGEST_PATH = 4096
WILD = re.compile(rb"[*?\[\\]")
STAR, _DEEP, _DEEP_SLASH, _NEVER = rb"[^/]*?", rb".*?", rb"(?:.*?/)??", rb"(?!)"
_TOKEN = re.compile(rb"(\*+)|(\[)|(\?)|\\(.)|([^*?\[\\]+)", re.DOTALL)
_ITEM = re.compile(rb"\[:([^\]]*):\]|\\(.)|(.)", re.DOTALL)
_RANGE_END = re.compile(rb"\\?([^\]\\]|(?<=\\).)", re.DOTALL)
_CLASSES = {
    name: frozenset(b"".join(re.findall(members, bytes(range(128)))))
    for name, members in {
        b"alnum": rb"[0-9A-Za-z]",
        b"alpha": rb"[A-Za-z]",
        b"blank": rb"[ \t]",
        b"cntrl": rb"[\x00-\x1f\x7f]",
        b"digit": rb"[0-9]",
        b"graph": rb"[!-~]",
        b"lower": rb"[a-z]",
        b"print": rb"[ -~]",
        b"punct": rb"[!-/:-@\[-`{-~]",
        b"space": rb"[ \t\n\r]",
        b"upper": rb"[A-Z]",
        b"xdigit": rb"[0-9A-Fa-f]",
    }.items()
}


def _bracket(glob: bytes, at: int) -> tuple[bytes, int] | None:
    """Translate a bracket expression.

    Args:
        glob: The glob.
        at: The offset after the opening bracket.

    Returns:
        The regular expression, and the offset after the closing bracket; None if git ignores the
        expression.
    """
    negated = glob.startswith((b"!", b"^"), at)
    first = at = at + negated
    taken: set[int] = set()
    previous = -1
    while at == first or not glob.startswith(b"]", at):
        item = _ITEM.match(glob, at)
        if item is None or (item[1] is not None and item[1] not in _CLASSES):
            return None
        at = item.end()
        if item[1] is not None:
            taken |= _CLASSES[item[1]]
            previous = -1
        elif item[0] == b"-" and previous >= 0 and (end := _RANGE_END.match(glob, at)):
            taken.update(range(previous, end[1][0] + 1))
            previous, at = -1, end.end()
        else:
            previous = (item[2] or item[3])[0]
            taken.add(previous)
    one_of = (set(range(256)) - taken if negated else taken) - {0x2F}
    listed = b"".join(b"\\x%02x" % byte for byte in sorted(one_of))
    return (b"[%s]" % listed if listed else _NEVER), at + 1


def _segments(glob: bytes, start: int) -> list[tuple[bytes, bytes]]:
    """Split a glob into pairs of a wildcard and the translation of what follows it.

    Args:
        glob: The glob.
        start: The offset after the literal that git compares first: `**` there counts as leading.

    Returns:
        The pairs; the first wildcard is empty. What follows a wildcard has a fixed length.
    """
    pieces: list[tuple[bytes, list[bytes]]] = [(b"", [])]
    at = shortest = 0
    while shortest <= _LONGEST_PATH and (token := _TOKEN.match(glob, at)):
        begin, at = token.span()
        if token[1]:
            leads = at - begin > 1 and (begin == start or glob[begin - 1] == 0x2F)
            slash = leads and glob.startswith(b"/", at)
            deep = leads and (at == len(glob) or glob.startswith(b"\\/", at))
            wildcard = _DEEP_SLASH if slash else _DEEP if deep else STAR
            at += slash
            if not (slash and pieces[-1] == (wildcard, [])):  # repeated, it matches the same
                pieces.append((wildcard, []))
            continue
        if token[2]:
            fixed, at = _bracket(glob, at) or (_NEVER, len(glob))
        else:
            fixed = b"[^/]" if token[3] else re.escape(token[4] or token[5])
        shortest += len(token[5] or b"x")
        pieces[-1][1].append(fixed)
    if at < len(glob) or shortest > _LONGEST_PATH:
        return [(b"", _NEVER)]
    return [(wildcard, b"".join(fixed)) for wildcard, fixed in pieces]


def translate(glob: bytes, start: int) -> bytes:
    """Translate a glob to a regular expression that takes at most quadratic time.

    The first match of the text between two wildcards is as good as any later one, so each stretch
    between single stars is an atomic group, and so is each stretch between double stars.

    Args:
        glob: The glob.
        start: The offset of the first wildcard; 0 for a glob that is matched with names.

    Returns:
        The regular expression, for a full match.
    """
    pieces = _segments(glob, start)
    stretches: list[bytes] = []
    for wildcard, fixed in pieces[:-1]:
        if wildcard == STAR:
            stretches[-1] += b"(?>%s%s)" % (wildcard, fixed)
        else:
            stretches.append(wildcard + fixed)
    wildcard, fixed = pieces[-1]
    last = stretches.pop() if wildcard == STAR else b""
    return b"".join(b"(?>%s)" % stretch for stretch in stretches) + last + wildcard + fixed


@lru_cache(maxsize=4096)
def matcher(*regexes: bytes) -> re.Pattern[bytes]:
    """Compile regular expressions into one that matches what any of them does."""
    return re.compile(b"|".join(regexes) or _NEVER, re.DOTALL)
