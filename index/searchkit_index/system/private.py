"""Makes folders that only their owner may look into."""

from pathlib import Path


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it that are missing, for its owner only.

    One that is there stays as it is.
    """
    for each in (*reversed(folder.parents), folder):
        if not each.is_dir():
            each.mkdir(mode=0o700, exist_ok=True)
