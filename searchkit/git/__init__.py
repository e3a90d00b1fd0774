"""What `git` tells: which lines differ, and what commits touched."""
