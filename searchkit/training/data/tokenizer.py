"""Builds the byte-level BPE of the embedded model: how text becomes token ids.

Identifiers are split at case changes and underscores and lower-cased, whitespace only separates,
and digits go in threes, so `getUserName`, `get_user_name` and "get user name" share their tokens.
Accents fall away where a language can be read without them: "Überblick" is "uberblick".
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer

SPECIAL_TOKENS = ("[PAD]", "[BOQ]", "[EOQ]", "[BOD]", "[EOD]")

# Lower to upper, and the last capital of an acronym before a word: HTTPServer -> HTTP Server.
_CASE_CHANGE = r"(?<=[\p{Ll}\p{N}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})|_+"
# Combining marks of Latin, Greek and Cyrillic, without those that Vietnamese tells words apart by:
# hook above, horn, and dot below.
_ACCENTS = r"[\u0300-\u0308\u030a-\u031a\u031c-\u0322\u0324-\u036f]"
# Longer runs of punctuation are rules and frames, each of them another token.
_WORD = r"[\p{L}\p{M}]+|\p{N}{1,3}|[^\s\p{L}\p{M}\p{N}]{1,3}"


def untrained_tokenizer() -> "Tokenizer":
    """Return the normaliser and the splitter around a BPE that has no merges yet."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFKD(),
            normalizers.Replace(Regex(_ACCENTS), ""),
            normalizers.NFKC(),
            normalizers.Replace(Regex(_CASE_CHANGE), " "),
            normalizers.Lowercase(),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_WORD), behavior="removed", invert=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    return tokenizer


def train_tokenizer(texts: Iterable[str], vocabulary_size: int) -> "Tokenizer":
    """Learn the merges from `texts`; the special tokens take the first ids.

    Args:
        texts: A sample of everything the model will read, balanced over languages by the caller.
        vocabulary_size: Entries in all, special tokens and the 256 bytes included.

    Returns:
        The tokenizer.
    """
    from tokenizers import pre_tokenizers, trainers

    tokenizer = untrained_tokenizer()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary_size,
        special_tokens=list(SPECIAL_TOKENS),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        max_token_length=32,
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer=trainer)
    return tokenizer
