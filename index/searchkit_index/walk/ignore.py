"""Reads ignore files and matches their patterns exactly as git does.

Everything is done on bytes, as in git: `?` takes one byte, and a name need not be text. Knows
nothing of repositories, and lists no folder.
"""

import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cached_property, lru_cache
from io import FileIO
from pathlib import Path

# A longer file counts as absent: no person writes such a one, and git has a limit too.
LONGEST = 2_000_000

# No path is longer, in bytes: what could match longer ones alone matches nothing.
_LONGEST_PATH = 4096

# Up to so many rules of one file are looked at together; of more, those alone that begin or end
# with the letters of a path.
_MANY = 400
_LETTERS = 4

_WILD = re.compile(rb"[*?\[\\]")
_ENDS = re.compile(rb"[*?]")
_STAR, _DEEP, _DEEP_SLASH, _NEVER = rb"[^/]*?", rb".*?", rb"(?:.*?/)??", rb"(?!)"
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


class Kind(IntEnum):
    """Where a rule comes from: the smaller kind wins, and within one kind the innermost folder."""

    OPTION = -1  # of the command line
    SEARCHKIT = 0
    PLAIN = 1
    GIT = 2  # from here on, the rule does not touch a file that git tracks
    EXCLUDE = 3
    GLOBAL = 4
    HIDDEN = 5


FILES = {b".searchkitignore": Kind.SEARCHKIT, b".ignore": Kind.PLAIN, b".gitignore": Kind.GIT}


def open_regular(path: bytes | str | Path, *, follow: bool, folder: int | None = None) -> FileIO:
    """Open a regular file, unbuffered; never wait for a pipe or a device.

    Args:
        path: Relative to `folder`, or absolute.
        follow: Whether it may be a link.
        folder: The descriptor of an open folder; None for the current one.

    Returns:
        The open file.

    Raises:
        OSError: It cannot be opened, is no regular file, or is a link and `follow` is false.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    flags |= 0 if follow else getattr(os, "O_NOFOLLOW", 0)
    stream = FileIO(os.open(path, flags, dir_fd=folder))
    if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
        stream.close()
        raise OSError("not a regular file")
    return stream


def bytes_of(path: bytes | Path, *, follow: bool = True) -> bytes:
    """Read a file; nothing when it is absent, unreadable or no regular file."""
    try:
        with open_regular(path, follow=follow) as stream:
            return stream.readall() if os.fstat(stream.fileno()).st_size <= LONGEST else b""
    except (OSError, ValueError):  # a NUL in the path is a ValueError
        return b""


def _bracket(glob: bytes, at: int) -> tuple[bytes, int] | None:
    """Translate the bracket expression that opens before `at`; None if git discards it."""
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


def _pieces(glob: bytes, start: int) -> list[tuple[bytes, bytes]]:
    """Cut a glob into pairs: a wildcard, and the translation of what follows it, of fixed length.

    `start` is where git's matcher sets in after a literal head: two stars there count as leading.
    """
    pieces: list[tuple[bytes, list[bytes]]] = [(b"", [])]
    at = shortest = 0
    while shortest <= _LONGEST_PATH and (token := _TOKEN.match(glob, at)):
        begin, at = token.span()
        if token[1]:
            leads = at - begin > 1 and (begin == start or glob[begin - 1] == 0x2F)
            slash = leads and glob.startswith(b"/", at)
            deep = leads and (at == len(glob) or glob.startswith(b"\\/", at))
            wildcard = _DEEP_SLASH if slash else _DEEP if deep else _STAR
            at += slash
            if not (slash and pieces[-1] == (wildcard, [])):  # twice says what once does
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


def _translate(glob: bytes, start: int) -> bytes:
    """Translate a glob to a regular expression that takes at most quadratic time.

    The earliest place for what stands between two wildcards is always as good as a later one, so
    each stretch is atomic: between single stars, and as a whole between double ones.
    """
    pieces = _pieces(glob, start)
    stretches: list[bytes] = []
    for wildcard, fixed in pieces[:-1]:
        if wildcard == _STAR:
            stretches[-1] += b"(?>%s%s)" % (wildcard, fixed)
        else:
            stretches.append(wildcard + fixed)
    wildcard, fixed = pieces[-1]
    last = stretches.pop() if wildcard == _STAR else b""
    return b"".join(b"(?>%s)" % stretch for stretch in stretches) + last + wildcard + fixed


@lru_cache(maxsize=4096)
def _matcher(*regexes: bytes) -> re.Pattern[bytes]:
    return re.compile(b"|".join(regexes) or _NEVER, re.DOTALL)


@dataclass(frozen=True, slots=True)
class Pattern:
    """One rule.

    Attributes:
        text: The rule as written.
        line: Where in its file, from 1.
        negated: It takes back what earlier rules ignore.
        folders_only: It ends in a slash.
        by_name: It has no other slash and is matched with the last part of a path alone.
        glob: What is matched.
        regex: Its translation; empty when the glob has no wildcards.
    """

    text: str
    line: int
    negated: bool
    folders_only: bool
    by_name: bool
    glob: bytes
    regex: bytes

    @classmethod
    def parse(cls, text: bytes, line: int = 0, *, fold: bool = False) -> "Pattern":
        """Read one rule; with `fold`, upper and lower case are the same."""
        negated = text.startswith(b"!")
        glob = text[1:] if negated else text
        folders_only = glob.endswith(b"/")
        glob = glob[:-1] if folders_only else glob
        by_name = b"/" not in glob
        glob = glob.removeprefix(b"/")
        wild = _WILD.search(glob)
        regex = _translate(glob, 0 if by_name else wild.start()) if wild else b""
        if fold:
            regex = b"(?i:%s)" % (regex or re.escape(glob))
        return cls(os.fsdecode(text), line, negated, folders_only, by_name, glob, regex)

    def matches(self, name: bytes, path: bytes) -> bool:
        """Tell whether the rule matches a path, given relative to the folder of the rule."""
        subject = name if self.by_name else path
        if self.regex:
            return _matcher(self.regex).fullmatch(subject) is not None
        return subject == self.glob

    @property
    def is_suffix(self) -> bool:
        """Whether it is one star and a literal, such as `*.log`, matched with the name alone."""
        plain = self.by_name and self.regex.startswith(_STAR)
        return plain and not _WILD.search(self.glob, 1)


class Patterns(tuple[Pattern, ...]):
    """The rules of one file, in their order; of many, few are looked at for each path."""

    @property
    def are_many(self) -> bool:
        """Whether there are too many to look at all of them for each path."""
        return len(self) > _MANY

    def decide(self, name: bytes, own: bytes, is_folder: bool) -> Pattern | None:
        """Find the last rule that matches; `own` is the path relative to the rules' folder."""
        rules = self._lookup.candidates(name, own) if self.are_many else self
        for rule in reversed(rules):
            if (is_folder or not rule.folders_only) and rule.matches(name, own):
                return rule
        return None

    @cached_property
    def _lookup(self) -> "_Lookup":
        return _Lookup(self)


class _Lookup:
    """Many rules, by what they match, or by the letters that this must begin or end with."""

    def __init__(self, rules: Patterns) -> None:
        self._rules = rules
        self._fold = any(rule.regex.startswith(b"(?i:") for rule in rules)
        self._whole: dict[tuple[bool, bytes], list[int]] = {}
        self._heads: dict[tuple[bool, bytes], list[int]] = {}
        self._tails: dict[tuple[bool, bytes], list[int]] = {}
        self._others: dict[tuple[bool, bytes], list[int]] = {}
        for number, rule in enumerate(rules):
            self._room(rule).append(number)

    def _room(self, rule: Pattern) -> list[int]:
        glob = rule.glob.lower() if self._fold else rule.glob
        wild = _WILD.search(glob)
        if wild is None:
            return self._whole.setdefault((rule.by_name, glob), [])
        if head := glob[: min(wild.start(), _LETTERS)]:
            return self._heads.setdefault((rule.by_name, head), [])
        # The literal parts between stars, in the order of the path.
        parts = [b""] if b"[" in glob or b"\\" in glob else _ENDS.split(glob)
        if tail := parts[-1][-_LETTERS:]:
            return self._tails.setdefault((rule.by_name, tail), [])
        longest = max(parts, key=len).strip(b"/")  # `**/` may stand for nothing
        return self._others.setdefault((rule.by_name, longest), [])

    def candidates(self, name: bytes, own: bytes) -> list[Pattern]:
        """List the rules that may match, in their order."""
        found: set[int] = set()
        subjects = (
            {True: name.lower(), False: own.lower()} if self._fold else {True: name, False: own}
        )
        for (by_name, inner), numbers in self._others.items():
            if inner in subjects[by_name]:
                found.update(numbers)
        for by_name, subject in subjects.items():
            found.update(self._whole.get((by_name, subject), ()))
            for count in range(1, _LETTERS + 1):
                found.update(self._heads.get((by_name, subject[:count]), ()))
                found.update(self._tails.get((by_name, subject[-count:]), ()))
        return [self._rules[number] for number in sorted(found)]


@lru_cache(maxsize=256)
def parse(content: bytes, *, fold: bool = False) -> Patterns:
    r"""Read the rules of an ignore file.

    As in git, a byte order mark, "\r" before a line end, blanks at the end that no backslash keeps,
    and all after a NUL are dropped; a line that begins with `#` is a comment.
    """
    patterns = []
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        full = line.removesuffix(b"\r").partition(b"\0")[0]
        text = full.rstrip(b" ")
        backslashes = len(text) - len(text.rstrip(b"\\"))
        text = full[: len(text) + backslashes % 2]
        if not text.startswith(b"#"):
            patterns.append(Pattern.parse(text, number, fold=fold))
    return Patterns(pattern for pattern in patterns if pattern.glob)


@dataclass(frozen=True, slots=True)
class Layer:
    """The rules of one file; the last one that matches decides.

    Attributes:
        kind: What sort of file it is.
        label: What the file is called in messages.
        base: How many bytes of a path come before what is matched.
        patterns: In the order of the file.
    """

    kind: Kind
    label: str
    base: int
    patterns: Patterns

    def decide(self, name: bytes, path: bytes, is_folder: bool) -> Pattern | None:
        """Return the pattern that decides about a path, if there is one."""
        return self.patterns.decide(name, path[self.base :], is_folder)


class RuleSet:
    """All rules in force in one folder: the strongest layer that has a rule for a path decides.

    One regular expression over all layers rules out nearly all paths at once.
    """

    def __init__(self, layers: Iterable[Layer]) -> None:
        self.layers = tuple(sorted(layers, key=lambda layer: layer.kind))
        few = [layer for layer in self.layers if not layer.patterns.are_many]
        self._large = len(few) < len(self.layers)
        named = [rule for layer in few for rule in layer.patterns if rule.by_name]
        self._names = frozenset(rule.glob for rule in named if not rule.regex)
        self._suffixes = tuple({rule.glob[1:] for rule in named if rule.is_suffix})
        globs = dict.fromkeys(rule.regex for rule in named if rule.regex and not rule.is_suffix)
        self._globs = _matcher(*globs).fullmatch if globs else None
        self._paths = [
            (
                layer.base,
                frozenset(rule.glob for rule in rules if not rule.regex),
                _matcher(*(rule.regex for rule in rules if rule.regex)).fullmatch,
            )
            for layer in few
            if (rules := [rule for rule in layer.patterns if not rule.by_name])
        ]

    def decide(self, name: bytes, path: bytes, is_folder: bool) -> tuple[Layer, Pattern] | None:
        """Return the layer and the pattern that decide about `path`; `name` is its last part."""
        if self._large or self._speaks_of(name, path):
            for layer in self.layers:
                pattern = layer.decide(name, path, is_folder)
                if pattern is not None:
                    return layer, pattern
        return None

    def _speaks_of(self, name: bytes, path: bytes) -> bool:
        if name in self._names or name.endswith(self._suffixes):
            return True
        if self._globs is not None and self._globs(name):
            return True
        for base, literals, globs in self._paths:
            own = path[base:]
            if own in literals or globs(own):
                return True
        return False

    def without(self, layer: Layer, pattern: Pattern) -> "RuleSet":
        """Return the same rules without one."""
        left = Patterns(other for other in layer.patterns if other is not pattern)
        return RuleSet(
            replace(other, patterns=left) if other is layer else other for other in self.layers
        )


def rules_of(kind: Kind, file: bytes | Path, label: str, base: int, *, fold: bool) -> Layer:
    """Read one ignore file. In a work tree links are not followed, as git has it."""
    text = bytes_of(file, follow=kind >= Kind.EXCLUDE)
    return Layer(kind, label, base, parse(text, fold=fold))


def option(globs: Iterable[str], base: int) -> RuleSet:
    """Make rules of globs that a caller gives, in the syntax of an ignore file."""
    texts = (os.fsencode(glob[1:] if glob.startswith("./") else glob) for glob in globs)
    return RuleSet([Layer(Kind.OPTION, "", base, Patterns(map(Pattern.parse, texts)))])


def opening(globs: Iterable[str]) -> Iterator[str]:
    """Yield globs for the folders to enter on the way to what `globs` with a slash name."""
    for glob in globs:
        parts = glob.removeprefix("./").strip("/").split("/")
        for count in range(1, 0 if glob.startswith("!") else len(parts)):
            yield "/" + "/".join(parts[:count]) + "/"
            if parts[count - 1] == "**":
                break
