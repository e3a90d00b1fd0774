"""Reads the bytes of a file: all, or the beginning that is taken of one that is too large."""

from pathlib import Path

from searchkit_index.reading import text
from searchkit_index.walk.entry import File
from searchkit_index.walk.rules import Rules


def read(root: Path, file: File, rules: Rules) -> tuple[bytes, str | None]:
    """Read as much of a file as the rules take.

    Args:
        root: The folder.
        file: A file in it.
        rules: Which files, and how much of them.

    Returns:
        The bytes, and the reason to pass the file over all the same; None where it is taken.

    Raises:
        Unsuitable: It cannot be read.
    """
    beginning = rules.beginning(file.path, file.size)
    data = text.read(root, file, rules.limit(file.path), beginning)
    taken = not beginning or rules.takes_beginning(file.path, data)
    return data, None if taken else rules.reason_of_size(file.path)
