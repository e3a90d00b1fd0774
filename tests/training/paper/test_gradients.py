"""Gradients through the cache and of low-rank terms are those of the direct sum."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from accelerate import Accelerator

from searchkit.training.paper.cached import Encoder, backward, contrast, repeated
from searchkit.training.paper.low_rank import LowRankLinear
from searchkit.training.paper.recipe import PaperRecipe
from searchkit.training.paper.run import PaperTrainer

pytestmark = pytest.mark.integration


def test_gradients_through_the_cache_are_the_direct_ones(recipe: PaperRecipe, data: Path) -> None:
    trainer = PaperTrainer(replace(recipe, tuned="all"), data, data.parent / "work", "cpu")
    batch = trainer.order.batch(0)
    candidates = batch.positives + batch.negatives
    rows = trainer._tokenizer.rows(batch.queries, "query") + trainer._tokenizer.rows(
        candidates, "document"
    )
    count, same = len(batch.queries), repeated(candidates, len(batch.queries))

    def loss_of(found: torch.Tensor) -> torch.Tensor:
        return contrast(found[:count], found[count:], same, 0.05)

    encoder = Encoder(trainer.decoder, Accelerator(cpu=True), 200)
    assert len(encoder.pieces(rows)) > 3
    told = [backward(encoder, rows, loss_of)]
    found = [gradients(trainer.decoder)]
    roomy = replace(encoder, held=10_000)
    assert roomy.holds(rows)
    assert not encoder.holds(rows)
    told.append(backward(roomy, rows, loss_of))
    found.append(gradients(trainer.decoder))
    direct = loss_of(encoder.vectors(rows))
    torch.autograd.backward(direct)
    assert told == pytest.approx([direct.item()] * 2, abs=1e-5)
    for name, each in gradients(trainer.decoder).items():
        scale = float(each.abs().max()) + 1e-6
        for other in found:
            assert torch.allclose(other[name], each, atol=1e-4 * scale, rtol=1e-3), name


def gradients(decoder: Any) -> dict[str, torch.Tensor]:
    found = {name: each.grad.clone() for name, each in decoder.named_parameters()}
    decoder.zero_grad()
    return found


def test_a_vector_is_the_same_whatever_a_row_is_filled_up_to(
    recipe: PaperRecipe, llama: Path, data: Path
) -> None:
    for base in (recipe.base, str(llama)):
        trainer = PaperTrainer(replace(recipe, base=base), data, data.parent / "work", "cpu")
        encoder = Encoder(trainer.decoder, Accelerator(cpu=True), 200)
        alone = encoder.vectors([[70, 71, 72]])[0]
        beside = encoder.vectors([[70, 71, 72], [80] * 9])[0]
        assert torch.allclose(alone, beside, atol=1e-5)


def test_a_low_rank_term_has_the_gradients_that_autograd_gives_its_sum() -> None:
    torch.manual_seed(3)
    plain = torch.nn.Linear(6, 5)
    layer = LowRankLinear(plain, 2)
    torch.nn.init.normal_(layer.up)
    x = torch.randn(3, 4, 6, requires_grad=True)
    asked = torch.randn(3, 4, 5)

    def learnt(found: torch.Tensor) -> list[torch.Tensor]:
        moved = (x, layer.down, layer.up)
        return [found, *torch.autograd.grad((found * asked).sum(), moved)]

    ours = learnt(layer(x))
    whole = plain.weight.detach() + 2 * layer.up @ layer.down
    theirs = learnt(torch.nn.functional.linear(x, whole, plain.bias.detach()))
    for one, other in zip(ours, theirs, strict=True):
        assert torch.allclose(one, other, atol=1e-5)
    assert torch.allclose(layer.merged()(x), ours[0], atol=1e-5)
