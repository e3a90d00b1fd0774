"""What fills the terminal: the search itself, and what comes over it."""
