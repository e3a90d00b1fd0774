"""Decides which files that no rule ignores are indexed."""

import errno
import os
import stat

from searchkit_index.walk import secret
from searchkit_index.walk.entry import LARGEST, File, Skipped, clamped
from searchkit_index.walk.rules import Rules


class Appraiser:
    """Decides whether to index a file, by its type, size, name and permissions.

    Args:
        root: The folder that is walked, resolved.
        rules: The limits of size, and whether to take secrets.
    """

    def __init__(self, root: bytes, rules: Rules) -> None:
        self._root = root
        self._rules, self._max_bytes, self._secrets = rules, rules.max_bytes, rules.secrets
        # A root may itself be a folder that keeps credentials.
        self._above = "".join(f"{part}/" for part in os.fsdecode(root).split("/")[-2:])

    def appraise(self, place: bytes, path: str, state: os.stat_result) -> File | Skipped:
        """Decide whether to index a file.

        Args:
            place: The absolute path of the file.
            path: Its path relative to the root.
            state: Its `lstat`.

        Returns:
            The file; or the same as skipped, with the reason.
        """
        if not stat.S_ISREG(state.st_mode):
            reason = self._link(place) if stat.S_ISLNK(state.st_mode) else "not a regular file"
        elif state.st_size > self._max_bytes and self._is_too_large(path, state.st_size):
            reason = self._rules.reason_of_size(path)
        elif not self._secrets and secret.has_secret_name(self._above + path):
            reason = secret.BY_NAME
        elif state.st_mode & 0o444 != 0o444 and not os.access(place, os.R_OK):
            reason = "unreadable"
        else:
            mtime_ns, ctime_ns = clamped(state.st_mtime_ns), clamped(state.st_ctime_ns)
            return File(path, state.st_size, mtime_ns, ctime_ns, state.st_ino & LARGEST)
        return Skipped(path, reason, state.st_size, clamped(state.st_mtime_ns))

    def _is_too_large(self, path: str, size: int) -> bool:
        return size > self._rules.limit(path) and not self._rules.beginning(path, size)

    def _link(self, place: bytes) -> str:
        """Return the reason to skip a link; a target inside the root is indexed by its own path."""
        try:
            target = os.path.realpath(place, strict=True)
        except OSError as error:
            looped = error.errno == errno.ELOOP
            return "symbolic link in a loop" if looped else "broken symbolic link"
        if not (target + b"/").startswith(self._root.rstrip(b"/") + b"/"):
            return "symbolic link out of the root"
        return "symbolic link in a loop" if place.startswith(target + b"/") else "symbolic link"
