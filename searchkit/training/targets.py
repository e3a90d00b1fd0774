"""What the student should say: the teachers' vectors, each less its language's mean, side by side.

An encoder's vectors say in what language a text is before they say anything else, so a passage in
the question's language beats the one that answers it. Less the mean of their language they are free
of that. Two teachers stand side by side, each scaled by the root of its part, so that the cosine is
the weighted mean of theirs; the strongest axes of all of it are the student's dimensions, in their
order, so that a prefix of a target is the best of its length.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from searchkit.training.recipe import Recipe, Source
from searchkit.training.vectors import Floats, Integers, Taught, load_taught

# A language with fewer texts has the mean of its role.
_LEAST = 40

# Codes of three letters, and others, for languages that have one of two.
_SHORT = dict(
    pair.split(":")
    for pair in (
        "deu:de eng:en fra:fr spa:es ita:it por:pt nld:nl pol:pl ces:cs rus:ru ukr:uk zho:zh "
        "cmn:zh jpn:ja kor:ko ara:ar arb:ar hin:hi tur:tr swe:sv fin:fi dan:da nob:no nb:no "
        "nno:nn hun:hu ell:el ron:ro vie:vi ind:id heb:he tha:th fas:fa pes:fa cat:ca bul:bg "
        "slk:sk slv:sl hrv:hr srp:sr lit:lt lav:lv lvs:lv est:et ben:bn tam:ta tel:te mar:mr "
        "urd:ur swh:sw swa:sw afr:af epo:eo lat:la eus:eu glg:gl isl:is msa:ms zsm:ms zlm:ms "
        "mkd:mk bel:be kat:ka hye:hy aze:az kaz:kk uzb:uz tgl:tl fil:tl gle:ga cym:cy"
    ).split()
)


def language_of(code: str) -> str:
    """One name for a language that several codes name: `deu` and `de-AT` are `de`."""
    first = code.replace("_", "-").partition("-")[0].lower()
    return _SHORT.get(first, first)


def taught_texts(
    recipe: Recipe, source: Source, work: Path, teacher: str
) -> tuple[Taught | None, Taught | None]:
    """One teacher's vectors of both sides of a source; of two sides that are alike, one."""
    folder = work / "vectors" / teacher
    left = load_taught(folder, f"{source.name}-left", source.taught_left)
    right = load_taught(folder, f"{source.name}-right", source.taught_right)
    return left, left if source.task == "parallel" else right


def means(taught: Iterable[Taught]) -> dict[str, Floats]:
    """The mean unit vector of every group with enough texts, and of each role."""
    sums: dict[str, Floats] = {}
    counts: dict[str, int] = defaultdict(int)
    for each in taught:
        vectors, groups = unit(each.vectors), grouped(each.groups)
        for group in np.unique(groups):
            here = vectors[groups == group]
            for name in (str(group), str(group).partition(":")[0]):
                sums[name] = sums.get(name, 0) + here.sum(axis=0)
                counts[name] += len(here)
    return {
        name: total / counts[name]
        for name, total in sums.items()
        if counts[name] >= _LEAST or ":" not in name
    }


def grouped(groups: npt.NDArray[np.str_]) -> npt.NDArray[np.str_]:
    """Groups with one name for each language."""
    names, places = np.unique(groups, return_inverse=True)
    known = [f"{role}:{language_of(code)}" for role, _, code in (str(n).partition(":") for n in names)]
    return np.array(known)[places]


def unit(vectors: npt.NDArray[np.number]) -> Floats:
    """Rows of length 1, float32."""
    wide = vectors.astype(np.float32)
    scaled: Floats = wide / np.maximum(np.linalg.norm(wide, axis=1, keepdims=True), 1e-6)
    return scaled


def centred(taught: Taught, mean: Mapping[str, Floats]) -> Floats:
    """Unit vectors less the mean of their group, of length 1 again: float32, `(texts, d)`."""
    groups = grouped(taught.groups)
    names, places = np.unique(groups, return_inverse=True)
    off = np.stack([mean.get(str(n), mean[str(n).partition(":")[0]]) for n in names])
    return unit(unit(taught.vectors) - off[places])


def beside(parts: Sequence[tuple[Integers, Floats]], shares: Sequence[float]) -> tuple[Integers, Floats]:
    """The teachers' vectors of the texts that all of them read, side by side.

    Args:
        parts: For each teacher the digests and the vectors of its texts.
        shares: Of each in the cosine; together 1.

    Returns:
        Digests, sorted, and float32, `(texts, sum of dimensions)`, rows of length 1.
    """
    common = parts[0][0]
    for digests, _ in parts[1:]:
        common = np.intersect1d(common, digests)
    common = np.unique(common)
    rows = []
    for (digests, vectors), share in zip(parts, shares, strict=True):
        order = np.argsort(digests, kind="stable")
        at = order[np.searchsorted(digests[order], common)]
        rows.append(vectors[at] * share**0.5)
    return common, np.concatenate(rows, axis=1)


def rows_of(digests: Integers, known: Integers) -> npt.NDArray[np.int32]:
    """Where each digest stands among sorted ones, or -1: int32, of the first one's shape."""
    if not len(known):
        return np.full(len(digests), -1, np.int32)
    at = np.minimum(np.searchsorted(known, digests), len(known) - 1)
    return np.where(known[at] == digests, at, -1).astype(np.int32)
