"""From a text to the chunks that are embedded and searched."""
