"""Which files below a folder are searched, and why others are not."""
