"""Targets of distillation: the teachers' vectors, centred by language, side by side.

A multilingual encoder's vectors say first of all in which language a text is, so a passage in the
question's language beats the one that answers it. Less the mean of their language, and normalised
again, they are free of that. Two teachers stand side by side, each scaled by the root of its share,
so that a cosine of targets is the weighted mean of the teachers' cosines.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from searchkit.training.data.teacher_vectors import Floats, Integers, Taught, load_taught
from searchkit.training.recipe import Recipe, Source

# A group of fewer texts is centred by the mean of its role.
_GROUP_LEAST = 40

# ISO 639-3 codes in the data of languages that have a code of ISO 639-1.
_CODES = (
    "deu:de eng:en fra:fr spa:es ita:it por:pt nld:nl pol:pl ces:cs rus:ru ukr:uk zho:zh cmn:zh "
    "jpn:ja kor:ko ara:ar arb:ar hin:hi tur:tr swe:sv fin:fi dan:da nob:no nb:no nno:nn hun:hu "
    "ell:el ron:ro vie:vi ind:id heb:he tha:th fas:fa pes:fa cat:ca bul:bg slk:sk slv:sl hrv:hr "
    "srp:sr lit:lt lav:lv lvs:lv est:et ben:bn tam:ta tel:te mar:mr urd:ur swh:sw swa:sw afr:af "
    "epo:eo lat:la eus:eu glg:gl isl:is msa:ms zsm:ms zlm:ms mkd:mk bel:be kat:ka hye:hy aze:az "
    "kaz:kk uzb:uz tgl:tl fil:tl gle:ga cym:cy"
)
_SHORT = dict(pair.split(":") for pair in _CODES.split())


@dataclass(frozen=True)
class Targets:
    """The targets of one side of a source.

    Attributes:
        digests: int64, `(texts,)`, ascending.
        vectors: float32, `(texts, width)`, rows of length 1.
    """

    digests: Integers
    vectors: Floats

    def rows(self, digests: Integers) -> npt.NDArray[np.int32]:
        """Find each digest's row, or -1: int32, of the same shape."""
        at = np.minimum(np.searchsorted(self.digests, digests), len(self.digests) - 1)
        return np.where(self.digests[at] == digests, at, -1).astype(np.int32)


Sides = tuple[Targets | None, Targets | None]


def make_targets(recipe: Recipe, work: Path, teachers: Sequence[str]) -> dict[str, Sides]:
    """Combine the teachers' vectors of every source.

    Args:
        recipe: Says how many vectors of a source are used, and each teacher's share.
        work: The working folder, with `vectors/TEACHER/`.
        teachers: Their names, in the order in which their vectors stand side by side.

    Returns:
        For each source the targets of its left and right side; None where a teacher read nothing.
    """
    found = {
        source.name: [_taught(source, work / "vectors" / teacher) for teacher in teachers]
        for source in recipe.sources
    }
    means = [
        group_means(_distinct(given[number] for given in found.values()))
        for number in range(len(teachers))
    ]
    return {
        source.name: _sides(found[source.name], means, _shares(source, len(teachers)))
        for source in recipe.sources
    }


def _taught(source: Source, folder: Path) -> tuple[Taught | None, Taught | None]:
    """Load both sides of a source; the sides of parallel text share their vectors."""
    left = load_taught(folder, f"{source.name}-left", source.taught_left)
    if source.task == "parallel":
        return left, left
    return left, load_taught(folder, f"{source.name}-right", source.taught_right)


def _distinct(sources: Iterable[tuple[Taught | None, Taught | None]]) -> Iterator[Taught]:
    """Yield the vectors of all sides, those that two sides share once."""
    for left, right in sources:
        if left is not None:
            yield left
        if right is not None and right is not left:
            yield right


def _shares(source: Source, teachers: int) -> Sequence[float]:
    return (1 - source.mixed, source.mixed) if teachers == 2 else (1.0,)


def _sides(
    given: Sequence[tuple[Taught | None, Taught | None]],
    means: Sequence[Mapping[str, Floats]],
    shares: Sequence[float],
) -> Sides:
    left = _combined([sides[0] for sides in given], means, shares)
    if all(sides[0] is sides[1] for sides in given):
        return left, left
    return left, _combined([sides[1] for sides in given], means, shares)


def _combined(
    given: Sequence[Taught | None], means: Sequence[Mapping[str, Floats]], shares: Sequence[float]
) -> Targets | None:
    known = [each for each in given if each is not None]
    if len(known) < len(given):
        return None
    centred = [
        Targets(each.digests, centre(each, mean)) for each, mean in zip(known, means, strict=True)
    ]
    return side_by_side(centred, shares)


def side_by_side(parts: Sequence[Targets], shares: Sequence[float]) -> Targets:
    """Concatenate the vectors of the texts that all teachers read.

    Args:
        parts: Each teacher's vectors, in any order.
        shares: Each teacher's weight in the cosine; together 1.

    Returns:
        The vectors, by digest of the text.
    """
    common = np.unique(parts[0].digests)
    for part in parts[1:]:
        common = np.intersect1d(common, part.digests)
    rows = []
    for part, share in zip(parts, shares, strict=True):
        order = np.argsort(part.digests, kind="stable")
        at = order[np.searchsorted(part.digests[order], common)]
        rows.append(part.vectors[at] * share**0.5)
    return Targets(common, np.concatenate(rows, axis=1))


def group_means(taught: Iterable[Taught]) -> dict[str, Floats]:
    """Average the unit vectors of every role and language, and of every role.

    Args:
        taught: Texts with their vectors, roles and languages.

    Returns:
        float32 `(dimension,)` by group, such as `query:de`, and by role; small groups are left out.
    """
    sums: dict[str, Floats] = {}
    counts: dict[str, int] = defaultdict(int)
    for each in taught:
        vectors, groups = _unit(each.vectors), _groups(each)
        for group in np.unique(groups):
            here = vectors[groups == group]
            for name in (str(group), str(group).partition(":")[0]):
                sums[name] = sums.get(name, np.float32(0)) + here.sum(axis=0)
                counts[name] += len(here)
    return {
        name: np.asarray(total / counts[name], np.float32)
        for name, total in sums.items()
        if counts[name] >= _GROUP_LEAST or ":" not in name
    }


def centre(taught: Taught, means: Mapping[str, Floats]) -> Floats:
    """Subtract each group's mean and normalise: float32, `(texts, dimension)`."""
    names, places = np.unique(_groups(taught), return_inverse=True)
    off = np.stack([means.get(str(name), means[str(name).partition(":")[0]]) for name in names])
    return _unit(_unit(taught.vectors) - off[places])


def language_of(code: str) -> str:
    """Give one name to a language that several codes name: `deu` and `de-AT` are `de`."""
    first = code.replace("_", "-").partition("-")[0].lower()
    return _SHORT.get(first, first)


def _groups(taught: Taught) -> npt.NDArray[np.str_]:
    names, places = np.unique(taught.groups, return_inverse=True)
    split = (str(name).partition(":") for name in names)
    return np.array([f"{role}:{language_of(code)}" for role, _, code in split])[places]


def _unit(vectors: npt.NDArray[np.number]) -> Floats:
    wide = vectors.astype(np.float32)
    scaled: Floats = wide / np.maximum(np.linalg.norm(wide, axis=1, keepdims=True), 1e-6)
    return scaled
