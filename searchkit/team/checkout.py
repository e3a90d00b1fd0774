"""Finds what git says of a folder, and where people read a file on the web."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from searchkit.git.repository import Repository
from searchkit_index.errors import QueryError
from searchkit_index.walk import repository as walk_repository

_SHORT = re.compile(r"(?:[^@/:]+@)?([\w.-]+):(?!//)/?(.+)")  # git@host:owner/name.git


@dataclass(frozen=True, slots=True)
class Checkout:
    """A folder under git, or none.

    Attributes:
        remote: The address that it is fetched from, without a password; "" for none.
        commit: What is checked out; "" for nothing.
        modified: Whether tracked files differ from it.
        prefix: The folder's path inside its work tree, with a slash at its end; "" for the top.
    """

    remote: str = ""
    commit: str = ""
    modified: bool = False
    prefix: str = ""

    @classmethod
    def of(cls, root: Path) -> "Checkout":
        """Ask git about a folder; where there is no git, or no repository, nothing is known."""
        try:
            repository = Repository(root)
            commit = repository.commit("HEAD") or ""
            status = ("status", "--porcelain", "--untracked-files=no", "--ignore-submodules", ".")
            changed = bool(commit and repository.text(*status))
            prefix = repository.text("rev-parse", "--show-prefix")
        except QueryError:
            return cls()
        return cls(remote_of(root), commit, changed, prefix)


def remote_of(root: Path) -> str:
    """Return the address that a folder is fetched from, as `plain_remote` writes it."""
    found = walk_repository.Repository.enclosing(root)
    return plain_remote(found.remote) if found else ""


def plain_remote(address: str) -> str:
    """Write the address of a remote as `https://host/path`, which has no password and no user.

    Args:
        address: The address, in any of git's forms.

    Returns:
        The address; "" for a folder on this machine, and for what is no address.
    """
    if "://" in address:
        parts = urlsplit(address)
        if parts.scheme not in ("https", "http", "ssh", "git") or not parts.hostname:
            return ""
        host, path = parts.hostname, parts.path
    elif short := _SHORT.fullmatch(address):
        host, path = short[1], short[2]
    else:
        return ""
    if len(host) == 1:  # a drive of Windows
        return ""
    path = path.strip("/").removesuffix(".git")
    return f"https://{host.lower()}/{path}" if path else ""


# How forges write the address of lines, by a part of their host's name.
_FORMS = (
    ("github", "{remote}/blob/{commit}/{path}#L{start}-L{end}"),
    ("gitlab", "{remote}/-/blob/{commit}/{path}#L{start}-{end}"),
    ("bitbucket", "{remote}/src/{commit}/{path}#lines-{start}:{end}"),
    ("sr.ht", "{remote}/tree/{commit}/item/{path}#L{start}-{end}"),
    ("gitea", "{remote}/src/commit/{commit}/{path}#L{start}-L{end}"),
    ("forgejo", "{remote}/src/commit/{commit}/{path}#L{start}-L{end}"),
    ("codeberg", "{remote}/src/commit/{commit}/{path}#L{start}-L{end}"),
)


def link(remote: str, commit: str, path: str, start: int, end: int) -> str:
    """Write the address of lines on the forge of a repository.

    Args:
        remote: The address that `plain_remote` gives.
        commit: The commit.
        path: Path of the file from the top of the repository.
        start: The first line.
        end: The last line.

    Returns:
        The address; "" where the forge is not known.
    """
    parts = urlsplit(remote)
    if parts.scheme != "https" or not re.fullmatch(r"[0-9a-f]{40,64}", commit):
        return ""
    form = next((form for part, form in _FORMS if part in (parts.hostname or "")), "")
    where = f"https://{parts.netloc}{quote(parts.path, safe='/~')}"
    return form.format(remote=where, commit=commit, path=quote(path), start=start, end=end)
