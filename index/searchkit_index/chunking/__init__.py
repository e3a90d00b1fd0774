"""Cuts texts into the chunks that are embedded and searched."""
