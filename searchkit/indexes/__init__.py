"""Indexes of folders: where they live, their runs, what they hold, and which of them to ask."""
