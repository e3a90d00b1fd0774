"""The short form: a few of each kind of fault; the long one is `python tests/faults/run.py`."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from kinds import KINDS
from orders import Subject
from stage import Stage

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="faults come by fork and signal")

# What the suite has time for; how often each.
QUICK = {
    **{"kill_index": 2, "kill_refresh": 1, "kill_rebuild": 1, "kill_forget": 1},
    **{"kill_at_a_moment": 2, "disk_full": 1, "file_size_limited": 1, "rename_interrupted": 1},
    **{"vectors_flipped": 1, "catalog_page_lost": 1, "erased_meanwhile": 2},
    **{"files_change": 1, "folder_becomes_a_link": 1, "same_size_and_time": 1},
}


@pytest.fixture(scope="module")
def subject() -> Iterator[Subject]:
    subject = Subject()
    yield subject
    subject.close()


@pytest.mark.parametrize("name", QUICK)
def test_a_fault_ends_well(name: str, tmp_path: Path, subject: Subject) -> None:
    for seed in range(QUICK[name]):
        KINDS[name](Stage(tmp_path / str(seed), subject, seed))


@pytest.mark.slow
@pytest.mark.parametrize("name", KINDS)
def test_many_faults_end_well(name: str, tmp_path: Path, subject: Subject) -> None:
    for seed in range(10, 50):
        KINDS[name](Stage(tmp_path / str(seed), subject, seed))
