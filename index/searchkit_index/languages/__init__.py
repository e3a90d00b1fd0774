"""Programming and natural languages: how each is told, and what its definitions look like."""
