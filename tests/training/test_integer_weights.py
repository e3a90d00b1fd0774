"""Weights in few bits: what is written is what is read and what learns."""

from pathlib import Path

import pytest
import torch

from searchkit.embedders.block_table import pack, widen
from searchkit.embedders.card import read_card
from searchkit.embedders.causal_bert import CausalBert, CausalBertShape
from searchkit.embedders.entry_costs import read_costs
from searchkit.embedders.integer_weights import read_integer_weights
from searchkit.embedders.lookup import model_of_card
from searchkit.embedders.network import tensors
from searchkit.embedders.onnx import OnnxEmbedder
from searchkit.embedders.prompt import PromptTokenizer
from searchkit.training.data.pieces import prune
from searchkit.training.learning.calibrate import measure_ranges, set_integer
from searchkit.training.learning.export import About, export
from searchkit.training.learning.packed_encoder import PackedEncoder
from searchkit.training.learning.part_table import PartTable

pytestmark = pytest.mark.integration


def test_vectors_of_integers_do_not_depend_on_the_batch(tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = CausalBert(CausalBertShape(300, 32, 2, 2, 64, 16, 64)).eval()
    ids = torch.randint(5, 300, (6, 9))
    mask = torch.ones_like(ids)
    mask[2, 4:] = 0
    set_integer(model, measure_ranges(model, [(ids, mask)]))
    with torch.no_grad():
        together = model(ids, mask)
        alone = model(ids[2:3, :4], mask[2:3, :4])
    assert torch.allclose(together[2], alone[0], atol=1e-5)


def test_integer_weights_are_read_as_they_were_written(student: Path, tmp_path: Path) -> None:
    torch.manual_seed(0)
    texts = ["open file", "close the socket", "def readPath(x): return sort(x)"] * 20
    encoder = PackedEncoder(student / "encoder.bin")
    tokenizer, table, _, costs = prune(encoder, lambda: texts, 330)
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    model = CausalBert(CausalBertShape(len(table), 32, 2, 2, 64, 16, 64)).eval()
    with torch.no_grad():
        model.word_embeddings.weight.copy_(widen(*pack(model.word_embeddings.weight)))
    ids = torch.randint(5, len(table), (4, 9))
    set_integer(model, measure_ranges(model, [(ids, ids**0)]))
    for length, beside in ((0, None), (1, costs), (4, costs)):
        files = (tmp_path / "tokenizer.json", tmp_path / f"m{length}")
        export(model, About("m", licence="mit", repeat_up_to=length), *files, beside)
        assert read_costs(files[1] / "model.safetensors") == (costs.tobytes() if length else None)
    (tmp_path / "m4").rename(tmp_path / "m")
    card = read_card(tmp_path / "m")
    assert (card.licence, card.repeat_up_to) == ("mit", 4)
    assert card.fingerprint != read_card(tmp_path / "m0").fingerprint
    read = read_integer_weights(tmp_path / "m")
    with torch.no_grad():
        assert torch.allclose(read(ids, ids**0), model(ids, ids**0), atol=2e-2)
    rows = PromptTokenizer(model_of_card(read_card(tmp_path / "m"), tmp_path / "m"), tmp_path / "m")
    ids, mask = tensors(rows.rows(texts[:3], "query"), "cpu")
    with torch.no_grad():
        vectors = torch.nn.functional.normalize(read(ids, mask), dim=-1).numpy()
    assert (OnnxEmbedder(tmp_path / "m").encode(texts[:3], "query") * vectors).sum(
        axis=1
    ).min() > 0.999


def test_a_table_in_blocks_of_4_bits_is_near_and_packs_again_to_the_same() -> None:
    table = torch.randn(7, 96, generator=torch.Generator().manual_seed(0))
    table[3] = 0
    packed, steps = pack(table)
    near = widen(packed, steps)
    assert packed.shape == (7, 48)
    assert (near - table).abs().max() < 0.3
    assert torch.equal(near[3], table[3])
    again = pack(near)
    assert torch.equal(again[0], packed)
    assert torch.equal(again[1], steps)


def test_rows_of_the_table_that_learn_are_rounded_and_the_others_stay() -> None:
    table = torch.randn(9, 32, generator=torch.Generator().manual_seed(0))
    part = PartTable(table, 2, 3)
    ids = torch.tensor([[0, 4], [8, 1]])
    assert torch.equal(part(ids), widen(*pack(table))[ids])
    part(ids).sum().backward()
    assert part.first.grad is not None
    assert part.first.grad.sum(dim=1).tolist() == [32, 32]
    assert part.weight.shape == table.shape
