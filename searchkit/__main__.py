"""`python -m searchkit`."""

from searchkit.cli import run

if __name__ == "__main__":
    run()
