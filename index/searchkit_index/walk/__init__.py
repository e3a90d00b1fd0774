"""Chooses which files below a folder are indexed, and says why others are not."""
