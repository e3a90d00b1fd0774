"""Brings a catalog up to date: finds changes, reads and stores files, embeds and publishes."""
