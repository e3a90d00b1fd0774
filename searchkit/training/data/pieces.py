"""The student's tokenizer: the encoder's pieces that our text uses, and frequent words of code.

Text is normalised as code needs it: identifiers are split at case changes and underscores and
lower-cased, whitespace only separates. A run of letters is read as a word with a space before it;
characters of scripts without spaces, digits and punctuation as they are. Each such part is cut
greedily into the longest entries of the vocabulary (WordPiece, without a mark for the inside of
words), over bytes, so that nothing is unknown. Entries are the encoder's pieces in this form, those
that differ in case alone being one entry, and frequent words and operators that the encoder cuts
into several pieces, whose vectors begin as the mean of these.
"""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from searchkit.embedders.entry_costs import COST_STEPS
from searchkit.training.learning.packed_encoder import PackedEncoder
from searchkit_index.errors import TrainingError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Floats = npt.NDArray[np.float32]

SPECIAL_TOKENS = ("[PAD]", "[BOQ]", "[EOQ]", "[BOD]", "[EOD]")
"""The first entries of the vocabulary: padding, and what stands around questions and documents."""

# The encoder's sign for a space, and that in entries.
_SPACE, _SPACE_ENTRY = "\u2581", "\u0120"

# Lower to upper, and the last capital of an acronym before a word: HTTPServer -> HTTP Server.
_CASE_CHANGE = r"(?<=[\p{Ll}\p{N}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})|_+"
# Scripts that put no space between words; their runs are cut, to bound the greedy search.
_SPACELESS = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}ー"
# Where a word begins without a space before it; letters after an apostrophe are no word.
_WORD_START = (
    r"(?<=[^\s\p{L}\p{M}])(?<!\p{L}['’])(?=\p{L})(?=[^" + _SPACELESS + r"])"
    r"|(?<=[" + _SPACELESS + r"])(?=[\p{Latin}\p{Cyrillic}\p{Greek}])"
)
_PART = (
    r"[" + _SPACELESS + r"]{1,16}| ?[[\p{L}\p{M}]&&[^" + _SPACELESS + r"]]{1,48}"
    r"|\p{N}{1,4}|[^\s\p{L}\p{M}\p{N}]{1,16}"
)

# A new word counts for less than a piece that the encoder knows: its vector is only composed.
_NEW_WORD = 0.5

# Weight of the encoder's own frequencies beside the sample's: a sample of what is trained on is
# narrower than what will be read.
_PRIOR = 1.0

# The logarithm of a new word's probability, higher than that of six in seven of the encoder's
# pieces; and how much lower than that of the rarest piece the logarithm of a single byte is.
_COMPOSED, _UNLIKELY = -12.5, 10.0

# The most words that are looked at, and how often each must occur in the sample.
_WORDS, _LEAST = 300_000, 8

# Longer words, in bytes, are rare.
_LONGEST = 40


def untrained() -> "Tokenizer":
    """Return the normaliser and the splitter around an empty vocabulary."""
    return _around({})


def _around(vocabulary: Mapping[str, int]) -> "Tokenizer":
    from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers

    # Every byte is an entry, so the unknown token never comes, and no part is too long.
    model = models.WordPiece(
        dict(vocabulary),
        unk_token=SPECIAL_TOKENS[0],
        max_input_chars_per_word=100_000,
        continuing_subword_prefix="",
    )
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Prepend(" "),
            normalizers.NFKC(),
            normalizers.Replace(Regex(_CASE_CHANGE), " "),
            normalizers.Lowercase(),
            normalizers.Replace(Regex(_WORD_START), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_PART), behavior="removed", invert=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    if vocabulary:
        tokenizer.add_special_tokens([AddedToken(each, special=True) for each in SPECIAL_TOKENS])
    return tokenizer


def encoder_tokenizer(encoder: PackedEncoder) -> "Tokenizer":
    """Make the encoder's own tokenizer, without its map of characters."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

    scored = [
        (piece, float(score)) for piece, score in zip(encoder.pieces, encoder.scores, strict=True)
    ]
    tokenizer = Tokenizer(models.Unigram(scored, unk_id=encoder.special["unk"]))
    tokenizer.normalizer = normalizers.Replace(Regex(" {2,}"), " ")
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=False)
    return tokenizer


class Pruned(NamedTuple):
    """A tokenizer, and the vectors and costs of its entries.

    Attributes:
        tokenizer: The tokenizer, made of the encoder's pieces.
        table: float32, `(size, hidden)`: the vectors that the student begins with.
        composed: Number of entries, the last ones, whose vectors are composed.
        costs: uint8, `(size,)`: costs by which questions are cut, see `entry_costs`.
    """

    tokenizer: "Tokenizer"
    table: Floats
    composed: int
    costs: npt.NDArray[np.uint8]


def prune(
    encoder: PackedEncoder, sample: Callable[[], Iterable[str]], size: int, core: int = 0
) -> Pruned:
    """Make the tokenizer, and the table of vectors that the student begins with.

    Args:
        encoder: Gives pieces and their vectors.
        sample: Returns texts like all that the student will read, the same ones at each call.
        size: Entries in all, special tokens and the 256 bytes included.
        core: Number of entries that the sample chooses; the others are the further pieces that are
            most frequent by the encoder's own scores. 0 for all.

    Returns:
        The tokenizer with its table.

    Raises:
        TrainingError: `size` or `core` leaves no room for pieces.
    """
    known = _folded(encoder)
    fixed = [*SPECIAL_TOKENS, *_alphabet()]
    if not len(fixed) < (core or size) <= size:
        told = f"a vocabulary cannot have `size = {size}` and `core = {core}`"
        raise TrainingError(told, f"write `core = 0`, or a number from {len(fixed) + 1} to `size`")
    words = set(_words(sample())) - known.keys() - set(fixed)
    keys = list(dict.fromkeys([*fixed, *known, *sorted(words)]))
    core = core or size
    # Twice, since the text of entries that are left out goes to others.
    for room in (core + core // 8, core):
        gains = _gains(keys, words, sample()) + _PRIOR * _priors(keys, known, encoder)
        best = sorted(range(len(fixed), len(keys)), key=lambda number: -gains[number])
        keys = [*fixed, *(keys[number] for number in sorted(best[: room - len(fixed)]))]
    composed = [key for key in keys[len(fixed) :] if key in words]
    own = [*(key for key in keys if key not in words), *_further(known, encoder, set(keys))]
    keys = [*own[: size - len(composed)], *composed]
    tokenizer = _around({key: number for number, key in enumerate(keys)})
    table, costs = _vectors(keys, known, encoder), _costs(keys, known, encoder)
    return Pruned(tokenizer, table, len(composed), costs)


def _further(
    known: Mapping[str, Sequence[int]], encoder: PackedEncoder, taken: Set[str]
) -> list[str]:
    """Return the other pieces, those first that the encoder takes to be most frequent."""
    others = [key for key in known if key not in taken]
    priors = _priors(others, known, encoder)
    return [others[number] for number in np.argsort(-priors, kind="stable")]


def _alphabet() -> list[str]:
    from tokenizers import pre_tokenizers

    return sorted(pre_tokenizers.ByteLevel.alphabet())


def _folded(encoder: PackedEncoder) -> dict[str, list[int]]:
    """Return the ids of the encoder's pieces by their form here, without those that never occur."""
    splitter = untrained().pre_tokenizer
    folded: dict[str, list[int]] = {}
    for number, piece in enumerate(encoder.pieces):
        if number in encoder.special.values():
            continue
        text = unicodedata.normalize("NFKC", piece.replace(_SPACE, " ")).lower()
        parts = splitter.pre_tokenize_str(text)
        if len(parts) == 1:
            folded.setdefault(parts[0][0], []).append(number)
    return folded


def _words(texts: Iterable[str]) -> Iterator[str]:
    """Return the most frequent parts of the texts, whole."""
    from tokenizers import Tokenizer, models, trainers

    splitter = untrained()
    counter = Tokenizer(models.WordLevel({}, unk_token=SPECIAL_TOKENS[0]))
    counter.normalizer, counter.pre_tokenizer = splitter.normalizer, splitter.pre_tokenizer
    trainer = trainers.WordLevelTrainer(
        vocab_size=_WORDS, min_frequency=_LEAST, show_progress=False
    )
    counter.train_from_iterator(texts, trainer=trainer)
    return (word for word in counter.get_vocab() if len(word) <= _LONGEST)


def _gains(keys: Sequence[str], words: Set[str], texts: Iterable[str]) -> Floats:
    """Return the share of each entry in the texts' tokens; new words count by half."""
    tokenizer = _around({key: number for number, key in enumerate(keys)})
    counts = np.zeros(len(keys), np.int64)
    rest = iter(texts)
    while some := list(islice(rest, 4_096)):
        rows = tokenizer.encode_batch_fast(some, add_special_tokens=False)
        ids = np.fromiter(chain.from_iterable(row.ids for row in rows), np.int64)
        counts += np.bincount(ids, minlength=len(keys))
    weights = np.array([_NEW_WORD if key in words else 1.0 for key in keys])
    gains: Floats = (counts * weights / max(1, counts.sum())).astype(np.float32)
    return gains


def _priors(
    keys: Sequence[str], known: Mapping[str, Sequence[int]], encoder: PackedEncoder
) -> Floats:
    """Return how frequent the encoder's tokenizer takes each entry to be; new words are not."""
    frequencies = np.exp(encoder.scores)
    summed = np.array([frequencies[known[key]].sum() if key in known else 0 for key in keys])
    priors: Floats = (summed / summed.sum()).astype(np.float32)
    return priors


def _vectors(
    keys: Sequence[str], known: Mapping[str, Sequence[int]], encoder: PackedEncoder
) -> Floats:
    """Return each entry's vector: of its pieces by their frequency, or of what it covers."""
    table = encoder.state["embeddings.word_embeddings.weight"]
    weights, read = np.exp(encoder.scores), _reader(encoder)
    vectors = np.empty((len(keys), table.shape[1]), np.float32)
    special = encoder.special
    roles = [special["pad"], special["bos"], special["eos"], special["bos"], special["eos"]]
    for number, key in enumerate(keys):
        if number < len(roles):
            vectors[number] = table[roles[number]]
        elif key in known:
            ids = known[key]
            vectors[number] = np.average(table[ids], axis=0, weights=weights[ids])
        else:
            vectors[number] = _composed(table[read(key)])
    return vectors


def _costs(
    keys: Sequence[str], known: Mapping[str, Sequence[int]], encoder: PackedEncoder
) -> npt.NDArray[np.uint8]:
    """Return what each entry costs: as its likeliest piece, or as a rare one if it has none.

    A byte that is no piece costs so much that it stands alone where there is no other way.
    """
    # No text is a space alone, but a word may be cut after its own.
    pieces = {_SPACE_ENTRY: [encoder.pieces.index(_SPACE)], **known}
    least = float(encoder.scores.min()) - _UNLIKELY
    scores = np.full(len(keys), _COMPOSED)
    for number, key in enumerate(keys):
        if key in pieces:
            scores[number] = encoder.scores[pieces[key]].max()
        elif len(key) == 1:
            scores[number] = least
    scores[: len(SPECIAL_TOKENS)] = 0  # in no text
    costs: npt.NDArray[np.uint8] = (-scores * COST_STEPS).round().clip(0, 255).astype(np.uint8)
    return costs


def _reader(encoder: PackedEncoder) -> Callable[[str], list[int]]:
    """Return what cuts an entry into the encoder's pieces; a byte that is no text is unknown."""
    from tokenizers import decoders

    own, bytes_of = encoder_tokenizer(encoder), decoders.ByteLevel()
    space, unknown = own.token_to_id(_SPACE), encoder.special["unk"]

    def read(key: str) -> list[int]:
        ids = own.encode(bytes_of.decode([key]).strip(), add_special_tokens=False).ids
        return [each for each in ids if each != space] or [unknown]

    return read


def _composed(vectors: Floats) -> Floats:
    """Return the mean direction of several vectors, with their mean length."""
    mean = vectors.mean(axis=0)
    length = np.linalg.norm(vectors, axis=1).mean()
    composed: Floats = mean * (length / max(float(np.linalg.norm(mean)), 1e-6))
    return composed
