"""Trains the decoder to predict the next token, before it learns to embed.

The paper's premise is a decoder that was a language model first. Predictions are scored against the
tokens of the batch and a sample of the others (Jean et al., ACL 2015), since all 49 thousand would
cost more than the decoder itself; the table serves on both ends.
"""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from searchkit.training.data.batch import ROLE_TOKENS, Integers, Sampler
from searchkit.training.learning.decoder import Decoder
from searchkit.training.learning.weights import TrainedWeights, compiled
from searchkit.training.recipe import Recipe

# Tokens that guesses are scored against beside those of the batch.
_SAMPLED = 4_096

# Steps between the batches that one step of language modelling is made of.
_TURN = 1_000_003


class _NextToken(nn.Module):
    """Computes the loss of predicting each next token from the ones before it."""

    def __init__(self, decoder: Decoder) -> None:
        super().__init__()
        self.decoder = decoder

    def forward(self, ids: Tensor, candidates: Tensor, targets: Tensor) -> Tensor:
        """Score the predictions of `ids[:, 1:]`; `targets` are their places among `candidates`."""
        states = self.decoder.states(ids[:, :-1]).flatten(0, 1)
        table = self.decoder.word_embeddings(candidates).to(states.dtype)
        return functional.cross_entropy((states @ table.T).float(), targets.flatten())


def train_language(
    recipe: Recipe,
    decoder: Decoder,
    sampler: Sampler,
    report: Callable[[int, float], None],
    device: str,
    *,
    compile_forward: bool = True,
) -> Decoder:
    """Train a decoder as a language model on the sampler's texts.

    Args:
        recipe: Its `language` part; rates and means are those of `contrast`.
        decoder: The weights to begin with, float32.
        sampler: Gives the texts.
        report: Called with each step and its loss, in nats for a token.
        device: `cpu` or `cuda`.
        compile_forward: Whether to compile the decoder; off for tests.

    Returns:
        The decoder with the running mean of the weights, float32, on the CPU.
    """
    weights = TrainedWeights(recipe, decoder, device)
    assert isinstance(weights.fast, Decoder)
    module = _NextToken(weights.fast)
    forward = compiled(module) if compile_forward else module
    for step in range(recipe.language.steps):
        random = np.random.default_rng([recipe.seed, step, 1])
        ids = stream(sampler, step, recipe.language.rows, recipe.language.length, random)
        candidates, targets = _candidates(ids[:, 1:], recipe.vocabulary.size, random)
        loss = forward(*(torch.from_numpy(each).to(device) for each in (ids, candidates, targets)))
        torch.autograd.backward(loss)
        weights.move(_pace(step, recipe.language.steps))
        report(step + 1, loss.item())
    trained = weights.averaged()
    assert isinstance(trained, Decoder)
    return trained


def stream(
    sampler: Sampler, step: int, rows: int, length: int, random: np.random.Generator
) -> Integers:
    """Join documents of a step's batches, each behind its role token, and cut them into equal rows.

    Args:
        sampler: Gives the documents.
        step: The step whose batch comes first.
        rows: How many rows.
        length: Tokens of a row.
        random: Orders the documents of a batch.

    Returns:
        int64, `(rows, length)`.
    """
    begin = ROLE_TOKENS["document"][0]
    texts: list[Integers] = []
    needed = rows * length
    turn = 0
    while needed > 0:
        batch = sampler.batch(step + turn * _TURN)
        for row in random.permutation(len(batch.right)):
            text = np.concatenate([[begin], batch.right[row][1:-1]])
            texts.append(text)
            needed -= len(text)
        turn += 1
    return np.concatenate(texts)[: rows * length].reshape(rows, length).astype(np.int64)


def _candidates(
    ids: Integers, vocabulary: int, random: np.random.Generator
) -> tuple[Integers, Integers]:
    """Choose tokens to score against, and find where among them each of `ids` stands."""
    others = random.integers(0, vocabulary, _SAMPLED)
    candidates = np.unique(np.concatenate([ids.ravel(), others]))
    return candidates, np.searchsorted(candidates, ids)


def _pace(step: int, steps: int) -> float:
    return min(1.0, (step + 1) / 50, max(0.05, 1 - step / steps))
