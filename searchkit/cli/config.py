"""`searchkit config`."""

from searchkit.cli import app
from searchkit.cli.options import Json
from searchkit.cli.program import MANAGE
from searchkit.cli.terminal import one_line, say, say_record


@app.command(
    group=MANAGE,
    examples=[
        ("searchkit config", "print the settings in force"),
        ("SEARCHKIT_LIMIT=20 searchkit config --json", "see what a variable changes, as JSON"),
    ],
)
def config(as_json: Json = False) -> None:
    """Print every setting, its value, and where the value comes from."""
    from searchkit import config as settings

    found = settings.origins()
    if as_json:
        record = {
            name: {"value": value, "origin": origin} for name, (value, origin) in found.items()
        }
        path = str(settings.config_path())
        say_record({"file": path, "settings": record})
        return
    for name, (value, origin) in found.items():
        say(one_line(f"{name} = {value}  ({origin})"))
