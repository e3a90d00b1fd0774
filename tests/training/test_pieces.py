"""The vocabulary of a student, and how texts are cut into it."""

from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from searchkit.embedders.segmenter import Segmenter
from searchkit.training.data.batch import Sampler
from searchkit.training.data.pieces import prune
from searchkit.training.data.shard import Shard, make_shard
from searchkit.training.learning.compact_tokenizer import compact
from searchkit.training.learning.packed_encoder import PackedEncoder
from searchkit.training.pair import Pair
from searchkit.training.recipe import Recipe, Start
from searchkit.training.source import Source
from searchkit_index.errors import TrainingError

pytestmark = pytest.mark.integration


def test_pruned_tokenizer_splits_identifiers_and_merges_cases(student: Path) -> None:
    encoder = PackedEncoder(student / "encoder.bin")
    texts = ["openFile (naïve) NAÏVE Open"] * 50
    tokenizer, table, *_ = prune(encoder, lambda: texts, 330)
    encoded = tokenizer.encode("openFile(naïve)", add_special_tokens=False)
    assert encoded.tokens[:3] == ["Ġopen", "Ġfile", "("]
    ids = [encoder.pieces.index("\u2581open"), encoder.pieces.index("\u2581Open")]
    words = encoder.state["embeddings.word_embeddings.weight"]
    weights = np.exp(encoder.scores[ids])
    mixed = (words[ids] * weights[:, None]).sum(axis=0) / weights.sum()
    assert np.allclose(table[encoded.ids[0]], mixed, atol=1e-5)


@pytest.mark.parametrize(
    "text", ["", "\u0000", "ğüş \U0001f600", "日本語とAPI", "x" * 500, "a_b__c"]
)
def test_pruned_tokenizer_knows_every_text(student: Path, text: str) -> None:
    tokenizer, *_ = prune(PackedEncoder(student / "encoder.bin"), lambda: ["open file"] * 40, 330)
    encoded = tokenizer.encode(text, add_special_tokens=False)
    assert "[PAD]" not in encoded.tokens
    assert bool(encoded.tokens) == bool(text.strip("_ "))


def test_an_encoder_that_is_broken_off_is_named(student: Path) -> None:
    path = student / "encoder.bin"
    whole = path.read_bytes()
    for length in (9, 60, 400, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(TrainingError, match=r"encoder\.bin` is broken off"):
            PackedEncoder(path)


@pytest.mark.parametrize(("size", "core"), [(200, 0), (330, 261), (330, 331)])
def test_a_vocabulary_without_room_for_pieces_is_refused(
    student: Path, size: int, core: int
) -> None:
    encoder = PackedEncoder(student / "encoder.bin")
    with pytest.raises(TrainingError, match=f"`size = {size}` and `core = {core}`"):
        prune(encoder, lambda: ["open file"] * 40, size, core)


@pytest.mark.parametrize(
    "form", ["getUserName", "get_user_name", "GET_USER_NAME", "get  user name", "GetUserName"]
)
def test_all_forms_of_a_name_share_their_tokens(student: Path, form: str) -> None:
    tokenizer, *_ = prune(PackedEncoder(student / "encoder.bin"), lambda: ["open file"] * 40, 330)
    assert tokenizer.encode(form).ids == tokenizer.encode("get user name").ids
    assert tokenizer.encode("HTTPServer").ids == tokenizer.encode("http server").ids


def test_short_texts_are_tokenised_without_the_vocabulary_as_with_it(
    student: Path, tmp_path: Path
) -> None:
    texts = ['openFile (naïve) "quoted", back\\slash:', "close\tthe socket", "x" * 90] * 20
    tokenizer, *_ = prune(PackedEncoder(student / "encoder.bin"), lambda: texts, 330)
    tokenizer.save(str(tmp_path / "raw.json"))
    compact(tmp_path / "raw.json", tmp_path / "tokenizer.json")
    short = Segmenter.open(tmp_path / "tokenizer.json")
    whole = Tokenizer.from_file(str(tmp_path / "tokenizer.json"))
    assert short
    assert whole.get_vocab() == tokenizer.get_vocab()
    for text in [
        *texts[:3],
        "",
        " ",
        '","a":1,',
        "日本語 и 😀\u0000",
        "\ud7ff",
        "[BO]",
        "a [BOQ] b[EOD]",
        "getHTTPName_2",
    ]:
        assert short.ids(text) == whole.encode(text, add_special_tokens=False).ids
    assert short.entries.id_of("[EOD]") == 4
    assert short.entries.id_of("nothing of the kind") is None
    assert Segmenter.open(tmp_path / "raw.json") is None


def test_entries_cost_what_their_likeliest_piece_does(student: Path) -> None:
    texts = ["open file", "readPath = sort(x) == openly"] * 40
    pruned = prune(PackedEncoder(student / "encoder.bin"), lambda: texts, 330)
    number = pruned.tokenizer.token_to_id
    costs = {entry: pruned.costs[number(entry)] for entry in ("a", "b", "\u0120", "==", "\u00ff")}
    assert costs == {"a": 40, "b": 48, "\u0120": 32, "==": 100, "\u00ff": 255}
    assert (pruned.costs[:5] == 0).all()


def test_questions_are_trained_on_as_they_will_be_cut(student: Path, tmp_path: Path) -> None:
    pairs = [Pair(f"openingö file {each}", "open files", "code", "en", "en") for each in range(9)]
    tokenizer, *_ = prune(PackedEncoder(student / "encoder.bin"), lambda: ["open file"] * 40, 330)
    letters = [len(tokenizer.id_to_token(each)) ** 2 for each in range(tokenizer.get_vocab_size())]
    segmenter = Segmenter.of(tokenizer, letters)
    shard = make_shard(pairs, tokenizer, (segmenter, None))
    shard.save(tmp_path / "shard.npz")
    for some in (Shard.load(tmp_path / "shard.npz").part(3, 9), shard.only(np.arange(9) > 2)):
        for role, ids in (
            ("query", segmenter.ids("openingö file 4", likeliest=True)),
            ("document", tokenizer.encode("openingö file 4").ids),
        ):
            assert some.left.tokens(1, 99, role).tolist() == ids
            assert some.left.tokens(1, 2, role).tolist() == ids[:2]
        assert some.right.tokens(1, 9, "query").tolist() == tokenizer.encode("open files").ids
    assert len(shard.left.tokens(4, 99, "query")) > len(shard.left.tokens(4, 99))
    start = Start("encoder.bin", (0,), "second")
    recipe = Recipe("r", start, (Source("code", (), 1.0, task="parallel"),), ())
    for step in range(4):
        batch = Sampler(recipe, {"code": shard}).batch(step, 99)
        role = "query" if batch.left[0][0] == 1 else "document"
        chosen = shard.left.digests.tolist().index(batch.left_digests[0])
        assert batch.left[0][1:-1].tolist() == shard.left.tokens(chosen, 99, role).tolist()
