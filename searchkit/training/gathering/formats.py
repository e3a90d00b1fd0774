"""Names the formats of sources, and what reads each."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from searchkit.training.gathering.lines import parallel_pairs, table_pairs
from searchkit.training.gathering.page import command_pairs
from searchkit.training.gathering.question import question_pairs
from searchkit.training.gathering.record import declaration_pairs, factbook_pairs
from searchkit.training.gathering.solution import problem_pairs, task_pairs
from searchkit.training.gathering.sources import Format, Group
from searchkit.training.gathering.treebank import neighbour_pairs, translated_pairs
from searchkit.training.mining.mine import mine
from searchkit.training.mining.share import Limits
from searchkit.training.pair import Pair

# Given a checkout and its group, a reader yields pairs, always the same in the same order. It
# raises OSError, LookupError, TypeError or ValueError where files are not of its format.
Reader = Callable[[Path, Group], Iterator[Pair]]


def _mined_pairs(folder: Path, group: Group) -> Iterator[Pair]:
    """Yield what is mined from code and documentation; the group may hold their originals."""
    others = [each.place(folder.parent) for each in group.members]
    yield from mine(folder, others, Limits(source=group.most))


FORMATS: Mapping[Format, Reader] = {
    "repository": _mined_pairs,
    "squad": question_pairs,
    "parallel": parallel_pairs,
    "table": table_pairs,
    "conllu": neighbour_pairs,
    "parallel-conllu": translated_pairs,
    "tldr": command_pairs,
    "factbook": factbook_pairs,
    "udhr": declaration_pairs,
    "leetcode": problem_pairs,
    "rosetta": task_pairs,
}
