"""The short form: a few of each kind of fault; the long one is `python tests/faults/run.py`."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from kinds import KINDS
from orders import Subject
from stage import Stage

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(sys.platform == "win32", reason="faults come by fork and signal"),
]

# What the suite has time for.
QUICK = ("kill_at_a_moment", "disk_full", "catalog_page_lost", "request_forged")


@pytest.fixture(scope="module")
def subject() -> Iterator[Subject]:
    subject = Subject()
    yield subject
    subject.close()


@pytest.mark.parametrize("name", QUICK)
def test_a_fault_ends_well(name: str, tmp_path: Path, subject: Subject) -> None:
    KINDS[name](Stage(tmp_path / "stage", subject, seed=1))


@pytest.mark.slow
@pytest.mark.parametrize("name", KINDS)
def test_many_faults_end_well(name: str, tmp_path: Path, subject: Subject) -> None:
    for seed in range(10, 50):
        KINDS[name](Stage(tmp_path / str(seed), subject, seed))
