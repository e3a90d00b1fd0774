"""Gathers the pairs of a recipe from public repositories, when it is asked to."""
