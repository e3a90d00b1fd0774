"""Checks that a folder can be walked."""

import os
from pathlib import Path

from searchkit_index.errors import RootError
from searchkit_index.walk.repository import is_git_folder


def check_root(root: Path) -> None:
    """Raise RootError unless a path is a folder that can be walked."""
    try:
        with os.scandir(root):
            pass
        if is_git_folder(root):
            raise RootError(
                f"`{root}` is the inside of a git repository: it has no files to search",
                "type `git clone` to have them, and index that",
            )
        return
    except FileNotFoundError:
        raise RootError(f"`{root}` does not exist", "name a folder that exists") from None
    except NotADirectoryError:
        hint = f"name the folder that holds it: `{root.parent}`"
        raise RootError(f"`{root}` is a file, not a folder", hint) from None
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise RootError(f"`{root}` cannot be read: {reason}", "check its permissions") from None
