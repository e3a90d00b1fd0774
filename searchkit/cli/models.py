"""`searchkit models` and `searchkit config`."""

from searchkit.cli import app


@app.command()
def models() -> None:
    """List the embedders that ship with searchkit.

    Example: searchkit models
    """
    from searchkit.cli.output import say
    from searchkit.embedders import load_embedder, packaged_models

    for name in packaged_models():
        embedder = load_embedder(name)
        say(f"{name}  {embedder.dimension} dimensions, {embedder.fingerprint}")


@app.command()
def config() -> None:
    """Print every setting, its value, and where the value comes from.

    Example: searchkit config
    """
    from searchkit import config as settings
    from searchkit.cli.output import say

    for name, (value, origin) in settings.origins().items():
        say(f"{name} = {value}  ({origin})")
