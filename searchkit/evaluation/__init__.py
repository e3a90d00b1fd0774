"""Evaluation of embedders on tasks in BEIR's layout, beside BM25 and a known small model."""

from searchkit.evaluation.evaluate import Result, evaluate

__all__ = ["Result", "evaluate"]
