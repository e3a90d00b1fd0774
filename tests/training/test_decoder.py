"""The decoder is causal, hears every token, and ignores padding."""

import dataclasses
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torch

from searchkit.training.data.batch import padded, wrap
from searchkit.training.data.tokenizer import train_tokenizer
from searchkit.training.learning.decoder import Decoder, DecoderShape, alibi_slopes
from searchkit.training.learning.export import export, verify
from searchkit.training.learning.loss import cosines
from searchkit.training.learning.quantise import rounded
from searchkit.training.learning.start import identity_start

pytestmark = pytest.mark.integration

SHAPE = DecoderShape(vocabulary=300, hidden=64, layers=2, heads=4)


def random_rows(lengths: list[int]) -> tuple[torch.Tensor, torch.Tensor]:
    random = np.random.default_rng(1)
    return padded([wrap(random.integers(5, 300, length), "query") for length in lengths])


@pytest.fixture(scope="module")
def decoder() -> Decoder:
    torch.manual_seed(0)
    return Decoder(SHAPE).eval()


@pytest.fixture(scope="module")
def folder(decoder: Decoder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("model")
    tokenizer = made / "trained.json"
    train_tokenizer(["open the file and read its lines"] * 3, 300).save(str(tokenizer))
    export(decoder, tokenizer, made / "nano")
    return made / "nano"


def test_padding_changes_no_vector(decoder: Decoder) -> None:
    ids, mask = random_rows([3, 40, 17])
    with torch.inference_mode():
        together = decoder(ids, mask)
        for row, length in enumerate([5, 42, 19]):
            alone = decoder(ids[row : row + 1, :length], mask[row : row + 1, :length])
            assert torch.allclose(alone[0], together[row], atol=1e-5)


def test_the_vector_depends_on_every_token_and_on_their_order(decoder: Decoder) -> None:
    ids, mask = random_rows([12])
    with torch.inference_mode():
        whole = decoder(ids, mask)
        for place in range(ids.shape[1]):
            changed = ids.clone()
            changed[0, place] = (changed[0, place] + 1) % 300
            assert not torch.allclose(decoder(changed, mask), whole, atol=1e-6)
        turned = ids.clone()
        turned[0, 3], turned[0, 4] = ids[0, 4], ids[0, 3]
        assert not torch.allclose(decoder(turned, mask), whole, atol=1e-6)


def test_the_mean_of_all_states_leaves_padding_out(decoder: Decoder) -> None:
    averaging = Decoder(dataclasses.replace(SHAPE, mean=True)).eval()
    averaging.load_state_dict(decoder.state_dict())
    ids, mask = random_rows([3, 20])
    with torch.inference_mode():
        expected = averaging.states(ids[:1, :5])[0].sum(dim=0)
        assert torch.allclose(averaging(ids, mask)[0], expected, atol=1e-4)
        last = decoder.states(ids)[torch.arange(2), mask.sum(dim=1) - 1]
        assert torch.allclose(decoder(ids, mask), last, atol=1e-4)


def test_slopes_are_those_of_the_paper_for_eight_heads() -> None:
    assert alibi_slopes(8).tolist() == [2.0**-power for power in range(1, 9)]


@pytest.mark.slow
def test_transformers_bloom_gives_the_same_vectors_from_the_exported_folder(
    decoder: Decoder, folder: Path
) -> None:
    transformers = pytest.importorskip("transformers")
    bloom = transformers.AutoModel.from_pretrained(folder, dtype=torch.float32).eval()
    ids, mask = random_rows([3, 90, 17])
    with torch.inference_mode():
        states = bloom(ids, attention_mask=mask).last_hidden_state
        theirs = states[torch.arange(3), mask.sum(dim=1) - 1]
        ours = decoder(ids, mask)
    assert torch.nn.functional.cosine_similarity(ours, theirs).min() > 0.9999


@pytest.mark.slow
def test_the_int8_graph_agrees_with_torch_on_short_long_and_padded_rows(
    decoder: Decoder, folder: Path
) -> None:
    batches = [random_rows([1]), random_rows([0, 510]), random_rows([5, 60, 200])]
    assert verify(rounded(decoder), folder / "model.onnx", batches) > 0.99999


def test_rounding_for_int8_hardly_turns_a_vector_and_done_again_changes_nothing(
    decoder: Decoder,
) -> None:
    once = rounded(decoder)
    batch = random_rows([4, 60])
    with torch.inference_mode():
        alike = torch.nn.functional.cosine_similarity(once(*batch), decoder(*batch))
    assert alike.min() > 0.9995
    twice = rounded(once)
    for first, second in zip(once.parameters(), twice.parameters(), strict=True):
        assert torch.equal(first, second)


@pytest.mark.slow
def test_weights_of_the_graph_are_int8(folder: Path) -> None:
    onnx = pytest.importorskip("onnx")
    graph = onnx.load(folder / "model.onnx").graph
    sizes: Counter[int] = Counter()
    for each in graph.initializer:
        sizes[each.data_type] += int(np.prod(each.dims))
    whole = sizes.pop(onnx.TensorProto.INT8)
    assert whole > 10 * sum(sizes.values())


def test_the_identity_start_ranks_like_the_bag_of_words_it_came_from() -> None:
    torch.manual_seed(0)
    table = torch.randn(300, 64) * torch.rand(300, 1).mul(2).exp()
    decoder = identity_start(table, dataclasses.replace(SHAPE, layers=4), seed=0)
    random = np.random.default_rng(2)
    rows = [random.integers(5, 300, 12) for _ in range(40)]
    table = table - table.mean(dim=1, keepdim=True)
    bags = torch.stack([table[torch.from_numpy(row)].sum(dim=0) for row in rows])
    with torch.inference_mode():
        vectors = decoder(*padded([wrap(row, "query") for row in rows]))
    alike = cosines(vectors, bags)
    assert alike.diagonal().mean() > 0.85
    assert torch.equal(alike.argmax(dim=1), torch.arange(40))
