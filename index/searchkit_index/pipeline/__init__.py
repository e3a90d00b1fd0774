"""Brings a catalog up to its folder: what changed, read and stored, then embedded and published."""
