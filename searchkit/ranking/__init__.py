"""Ranks what both sides of a search found."""
