"""A few steps move those weights of a decoder that a recipe names, and no others."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer

from searchkit.training.paper.recipe import PaperRecipe
from searchkit.training.paper.run import PaperTrainer

pytestmark = pytest.mark.integration


def changed(before: dict[str, torch.Tensor], decoder: Any) -> set[str]:
    return {
        name for name, each in decoder.named_parameters() if not torch.equal(each, before[name])
    }


def copies(decoder: Any) -> dict[str, torch.Tensor]:
    return {name: each.detach().clone() for name, each in decoder.named_parameters()}


def test_bitfit_moves_every_bias_and_nothing_else(recipe: PaperRecipe, data: Path) -> None:
    trainer = PaperTrainer(recipe, data, data.parent / "work", "cpu")
    before = copies(trainer.decoder)
    losses = [trainer.advance().loss for _ in range(trainer.steps)]
    # The bias of the keys' part is one tensor with those that count; so every tensor moves.
    assert changed(before, trainer.decoder) == {name for name in before if name.endswith("bias")}
    assert np.mean(losses[-3:]) < np.mean(losses[:3]) - 0.1


def test_lora_moves_its_additions_alone_and_full_tuning_all(
    recipe: PaperRecipe, data: Path
) -> None:
    trainer = PaperTrainer(replace(recipe, tuned="lora", rank=2), data, data.parent / "a", "cpu")
    before = copies(trainer.decoder)
    trainer.advance()
    trainer.advance()
    moved = changed(before, trainer.decoder)
    assert moved == {name for name in before if name.endswith((".down", ".up"))}
    trainer = PaperTrainer(replace(recipe, tuned="all"), data, data.parent / "b", "cpu")
    before = copies(trainer.decoder)
    trainer.advance()
    assert changed(before, trainer.decoder) == set(before)


@pytest.mark.parametrize(
    ("tuned", "moves"),
    [
        ("biases", lambda name: name.endswith("bias")),
        ("lora", lambda name: name.endswith((".down", ".up"))),
        ("last", lambda name: name.startswith("layers.1.")),
    ],
)
def test_a_decoder_without_biases_or_spare_rows_is_tuned_all_the_same(
    recipe: PaperRecipe, llama: Path, data: Path, tuned: Any, moves: Any
) -> None:
    changes = replace(
        recipe, base=str(llama), tuned=tuned, rank=2, last=1, precision="bfloat16", epochs=1
    )
    trainer = PaperTrainer(changes, data, data.parent / "work", "cpu")
    before = copies(trainer.decoder)
    trainer.advance()
    trainer.advance()
    moved = changed(before, trainer.decoder)
    rows = {name for name in before if name.endswith("embed_tokens.rows")}
    assert len(rows) == 1
    assert moved == {name for name in before if moves(name)} | rows
    assert all(each.dtype == torch.float32 for each in trainer.weights.values())


def test_without_role_tokens_a_text_ends_as_its_base_ends_texts(
    recipe: PaperRecipe, llama: Path, data: Path
) -> None:
    config = {"tokenizer_class": "PreTrainedTokenizerFast", "eos_token": "a"}
    (llama / "tokenizer_config.json").write_text(json.dumps(config))
    plain = replace(recipe, base=str(llama), roles=False, pooling="mean")
    trainer = PaperTrainer(plain, data, data.parent / "work", "cpu")
    end = trainer._tokenizer.rows(["open", "close"], "query")
    assert {row[-1] for row in end} == {
        Tokenizer.from_file(str(llama / "tokenizer.json")).token_to_id("a")
    }
    assert trainer.decoder.config.vocab_size == 256


def test_the_rate_rises_for_a_quarter_of_an_epoch_and_stays(
    recipe: PaperRecipe, data: Path
) -> None:
    trainer = PaperTrainer(replace(recipe, batch=4), data, data.parent / "work", "cpu")
    assert trainer.order.steps == 18
    rates = [trainer.advance().rate / recipe.rate for _ in range(6)]
    assert rates == pytest.approx([1 / 4.5, 2 / 4.5, 3 / 4.5, 4 / 4.5, 1, 1])
