"""Evaluation of embedders on tasks in BEIR's layout, beside BM25 and a known small model."""
