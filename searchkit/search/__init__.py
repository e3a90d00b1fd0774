"""Asks catalogs a question, and ranks what they found."""
