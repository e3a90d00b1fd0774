"""Hits: chunks in an answer, which of their lines are shown, and how they are written."""
