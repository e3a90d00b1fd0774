"""From bytes to text, in a process of its own."""
