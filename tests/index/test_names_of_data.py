"""Chunks of data bear the keys of what is in them."""

from chunk_names import symbols

from searchkit_index.chunking.chunk import chunks
from searchkit_index.languages.language import LANGUAGES


def test_keys_of_data_stay_a_path() -> None:
    rows = ",\n".join(f'    "part-{number}": "^1.{number}.0"' for number in range(12))
    source = f'{{\n  "parts": {{\n{rows}\n  }}\n}}\n'
    assert all(symbol.startswith("parts > ") for symbol in symbols(source, "json", 128))


PLAY = """---
# Serve the site.
- name: "Serve the site"  # at night
  hosts: web
  tasks:
    - name: Install the server
      apt: {name: nginx}
# - name: Not now
    - name: Copy the page on C#
      copy:
        name: page
    - name: |
        Nobody
"""


def test_the_tasks_of_a_play_were_named_by_their_keys() -> None:
    assert symbols(PLAY, "yaml") == ["Serve the site"]
    found = dict.fromkeys(each.symbol for each in chunks(PLAY, LANGUAGES["yaml"], 24))
    assert list(found)[1:] == [
        "Serve the site > tasks > Install the server",
        "Serve the site > tasks > Copy the page on C#",
        "Serve the site > tasks > name",
    ]


def test_named_keys_are_told_from_their_path() -> None:
    entries = ",\n".join(f'    "package-{number}": "^1.{number}.0"' for number in range(60))
    source = '{\n  "dependencies": {\n' + entries + "\n  }\n}\n"
    found = symbols(source, "json")
    assert len(found) > 2
    assert all(symbol.startswith("dependencies > package-") for symbol in found)


def test_sections_of_a_scene_were_named_by_half_of_what_describes_them() -> None:
    text = (
        '[gd_scene load_steps=3 format=3 uid="uid://c0q3"]\n\n'
        '[ext_resource type="Script" path="res://player.gd" id="1"]\n\n'
        '[sub_resource type="CircleShape2D" id="CircleShape2D_a"]\nradius = 4.0\n\n'
        '[node name="Hint" type="Label" parent="."]\ntext = "Jump"\n'
    )
    (chunk,) = chunks(text, LANGUAGES["godot-resource"])
    assert chunk.symbol == "gd_scene, res://player.gd, CircleShape2D, …"
    (ini,) = chunks('[remote "origin"]\nurl = x\n', LANGUAGES["ini"])
    assert ini.symbol == 'remote "origin", url'
