"""What the student learns of each text: the encoder's vector, and its relations to a teacher.

A multilingual encoder's vectors depend most of all on the language of a text, so a passage in the
question's language beats the one that answers it. With the mean of their language subtracted, and
normalised again, they no longer do. The student imitates these vectors of the encoder. Where
another teacher is better, its vectors, centred in the same way, give the similarities of a batch.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from searchkit.training.data.teacher_vectors import KINDS, Floats, Integers, Taught, load_taught
from searchkit.training.pair import primary_subtag
from searchkit.training.recipe import Recipe
from searchkit.training.source import Source

# The fewest texts of a group that has a mean of its own; smaller ones have that of their role.
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
    """One teacher's centred vectors of the texts of one kind of a source.

    Attributes:
        digests: int64, `(texts,)`, in the order of the vectors.
        vectors: float32, `(texts, width)`, rows of length 1.
    """

    digests: Integers
    vectors: Floats

    def rows(self, digests: Integers) -> npt.NDArray[np.int32]:
        """Find each digest's row, or -1: int32, of the same shape."""
        return find_rows(self.digests, digests)


def find_rows(known: Integers, digests: Integers) -> npt.NDArray[np.int32]:
    """Find where each digest stands among the known ones, or -1: int32, of the same shape."""
    if not len(known):
        return np.full(len(digests), -1, np.int32)
    order = np.argsort(known, kind="stable")
    at = np.minimum(np.searchsorted(known[order], digests), len(order) - 1)
    found = order[at]
    return np.where(known[found] == digests, found, -1).astype(np.int32)


# By source and kind; kinds that a teacher read nothing of are missing.
TeacherTargets = dict[tuple[str, str], Targets]


def load_targets(recipe: Recipe, work: Path, teacher: str) -> TeacherTargets:
    """Load and centre a teacher's vectors of all sources.

    Args:
        recipe: Names the sources, and how many texts of each are taught.
        work: The working folder, with `vectors/TEACHER/`.
        teacher: Its name.

    Returns:
        The centred vectors; both sides of parallel text have those of its left side.
    """
    taught: dict[tuple[str, str], Taught] = {}
    for source in recipe.sources:
        for kind in KINDS:
            name = f"{source.name}-{kind}"
            known = load_taught(work / "vectors" / teacher, name, _count(source, kind))
            if known is not None:
                taught[source.name, kind] = known
    means = group_means(taught.values())
    targets = {key: Targets(each.digests, centre(each, means)) for key, each in taught.items()}
    for source in recipe.sources:
        if source.task == "parallel" and (source.name, "left") in targets:
            targets[source.name, "right"] = targets[source.name, "left"]
    return targets


def _count(source: Source, kind: str) -> int:
    bounds = {"left": source.taught_left, "right": source.taught_right}
    return bounds.get(kind, 1 << 30 if source.paragraphs else 0)


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
    off = np.stack([_mean_of(str(name), means) for name in names])
    return _unit(_unit(taught.vectors) - off[places])


def _mean_of(group: str, means: Mapping[str, Floats]) -> Floats:
    """Return a group's mean, or that of its language in the other role, moved by the roles'."""
    if group in means:
        return means[group]
    role, _, language = group.partition(":")
    for other in ("query", "document"):
        if f"{other}:{language}" in means:
            moved: Floats = means[f"{other}:{language}"] + means[role] - means[other]
            return moved
    return means[role]


def _language_of(code: str) -> str:
    """Give one name to a language that several codes name: `deu` and `de-AT` are `de`."""
    first = primary_subtag(code)
    return _SHORT.get(first, first)


def _groups(taught: Taught) -> npt.NDArray[np.str_]:
    names, places = np.unique(taught.groups, return_inverse=True)
    split = (str(name).partition(":") for name in names)
    return np.array([f"{role}:{_language_of(code)}" for role, _, code in split])[places]


def _unit(vectors: npt.NDArray[np.number]) -> Floats:
    wide = vectors.astype(np.float32)
    scaled: Floats = wide / np.maximum(np.linalg.norm(wide, axis=1, keepdims=True), 1e-6)
    return scaled
