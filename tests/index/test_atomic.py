"""Files are written as a whole; what killed writers left does not stay."""

import os
import time
from pathlib import Path

from searchkit_index.system.atomic import remove_abandoned, replacing


def test_what_killed_writers_left_stayed_for_ever(tmp_path: Path) -> None:
    (tmp_path / "old-aaaaaaaa.tmp").write_text("x")
    (tmp_path / "old-bbbbbbbb.tmp").mkdir()
    (tmp_path / "old-bbbbbbbb.tmp" / "weights").write_text("x")
    (tmp_path / "kept").write_text("x")
    before = time.time() - 100_000
    for path in tmp_path.iterdir():
        os.utime(path, (before, before))
    with replacing(tmp_path / "new") as temporary:
        remove_abandoned(tmp_path)
        temporary.write_text("whole")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept", "new"]
