"""A text that stands in thousands of places is one hit, and its copies are counted."""

from pathlib import Path


def test_copies_are_counted_though_few_are_looked_at(tmp_path: Path, open_index) -> None:
    for number in range(100):
        (tmp_path / f"copy{number}.md").write_text("# Zebra\n\nThe zebra stands in the river.\n")
    (tmp_path / "other.md").write_text("# Zebra\n\nAnother zebra.\n")
    with open_index(tmp_path) as index:
        index.build()
        hits = index.search("zebra river", limit=50, mode="semantic")
        assert sorted(hit.copy_count for hit in hits) == [0, 99]
        assert 0 < max(len(hit.copies) for hit in hits) < 99
