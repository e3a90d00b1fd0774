"""From what both sides of a search found to one answer."""
