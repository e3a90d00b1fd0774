"""Makes trees and repositories, and lists them as git and as the walk do."""

import os
import subprocess
from pathlib import Path

from hypothesis import strategies as st

from searchkit_index.walk.entry import File, Skipped
from searchkit_index.walk.rules import Rules
from searchkit_index.walk.walker import walk

NO_RULES = Rules()


def git(folder: Path, *arguments: str, data: bytes = b"") -> bytes:
    command = ["git", "-C", str(folder), "-c", "protocol.file.allow=always"]
    command += ["-c", "user.name=n", "-c", "user.email=e", *arguments]
    return subprocess.run(command, input=data, check=True, capture_output=True).stdout


def repository(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "-q", "--template=")
    (folder / ".git/info").mkdir()
    return folder


def fill(root: Path, *paths: str, text: str = "x") -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)


def listed_by_git(root: Path) -> list[str]:
    """What git names and the disk has; a repository or submodule as the path of its folder."""
    output = git(root, "ls-files", "-co", "--exclude-standard", "-z").split(b"\0")
    paths = {os.fsdecode(path.rstrip(b"/")) for path in output[:-1]}
    return sorted(path for path in paths if os.path.lexists(root / path))


def ignored_by_git(root: Path, folder: Path) -> bool:
    command = ["git", "-C", str(root), "check-ignore", "-q", "--no-index", "--", f"./{folder}/"]
    return subprocess.run(command, check=False).returncode == 0


def walked(root: Path, rules: Rules = NO_RULES) -> list[str]:
    """All that no rule ignores, what is skipped included."""
    return sorted(found.path for found in walk(root, rules))


def files(root: Path, rules: Rules = NO_RULES) -> list[str]:
    return [found.path for found in walk(root, rules) if isinstance(found, File)]


def skips(root: Path, rules: Rules = NO_RULES) -> dict[str, str]:
    return {found.path: found.reason for found in walk(root, rules) if isinstance(found, Skipped)}


NAMES = [os.fsdecode(name) for name in (
    b"a", b"b", b"ab", b"a.b", b"bab", b".a", b"a b", b"a ", b"#a", b"!a", b"\\a", b"a*", b"[a]",
    b"c\n", b"\xc3\xa9", b"\xff", b"a\xe9", b"-", b"A", b"]", b"x\ty", b"a\\", b"a\r",
)]  # fmt: skip
PIECES = [
    b"a", b"b", b"ab", b"A", b".", b"*", b"**", b"***", b"?", b"/", b"/", b"**/", b"/**", b"/**/",
    b"[ab]", b"[!a]", b"[^a]", b"[a-c]", b"[c-a]", b"[[:alpha:]]", b"[[:nothing:]]", b"[[:]",
    b"[[::]]", b"[]a]", b"[!]a]", b"[a", b"[a-]", b"[--a]", b"[\\]a]", b"[a\\-c]", b"[[:punct:]]",
    b"[[:space:]]", b"[[:upper:]-z]", b"[a/b]", b"[!/]", b"\\a", b"\\", b" ", b"\\ ", b"!", b"#",
    b"\\#", b"\\!", b"\t", b"\xc3\xa9", b"\xc3", b"\xff", b"\\*", b"\\[", b"\r", b"]", b"-", b"\\/",
    b"\xef\xbb\xbf", b"\0",
]  # fmt: skip

paths_of_names = st.lists(st.sampled_from(NAMES), min_size=1, max_size=4).map("/".join)
named_rules = paths_of_names.map(os.fsencode)
odd_rules = st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map(b"".join)
rules_of_git = st.tuples(
    st.sampled_from([b"", b"", b"!", b"/"]), named_rules | odd_rules, st.sampled_from([b"", b"/"])
).map(b"".join)
ignore_files = st.tuples(
    st.lists(rules_of_git, min_size=1, max_size=5),
    st.sampled_from([b"\n", b"\n", b"\r\n"]),
    st.sampled_from([b"", b"\n", b" \n"]),
).map(lambda parts: parts[1].join(parts[0]) + parts[2])


def build(root: Path, paths: list[str]) -> list[str]:
    """Make those files that do not collide with a folder; a folder never takes a file's place."""
    made = []
    for path in paths:
        try:
            fill(root, path)
        except (NotADirectoryError, FileExistsError, IsADirectoryError):
            continue
        made.append(path)
    return made
