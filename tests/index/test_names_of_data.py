"""Chunks of data bear the keys of what is in them."""

from chunk_names import symbols

from searchkit_index.chunking.assembly import text_outline
from searchkit_index.chunking.chunk import chunks
from searchkit_index.chunking.outline import NEVER
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


def test_an_item_of_a_list_whose_name_is_not_its_first_key_was_called_by_that_key() -> None:
    rules = (
        "- id: '17'\n  trigger:\n    - name: inner\n  alias: Boiler off at night\n"
        "- id: '18'\n\n  # For winter.\n  alias: Frost protection\n- id: '19'\n- name: Last\n"
    )
    assert symbols(rules, "yaml") == ["Boiler off at night, Frost protection, id, Last"]


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
    assert chunk.symbol == "gd_scene, res://player.gd, CircleShape2D, Hint"
    (ini,) = chunks('[remote "origin"]\nurl = x\n', LANGUAGES["ini"])
    assert ini.symbol == 'remote "origin"'


def test_a_long_section_of_ini_had_no_name_beyond_its_first_chunk() -> None:
    rows = "\n".join(f"option_{number} = {number}" for number in range(40))
    source = f"; Of the client.\n[client]\nport = 1\n\n# Of the server.\n[server]  # all\n{rows}\n"
    found = chunks(source, LANGUAGES["ini"], 64)
    assert found[0].symbol == "client"
    assert found[1].text.startswith("# Of the server.\n[server]")
    assert all(chunk.symbol.startswith("server > option_") for chunk in found[1:])


def test_keys_with_blanks_braces_and_quotes_were_left_out() -> None:
    jobs = 'stages: [a]\nbuild app:\n  script: make\n"unit: tests":\n  script: make test\n'
    assert symbols(jobs, "yaml") == ["stages, build app, unit: tests"]
    paths = "paths:\n  /users/{id}/items:\n    get: {}\n  Note that this: is prose\n"
    found = [chunk.symbol for chunk in chunks(paths, LANGUAGES["yaml"], 16)]
    assert found == ["paths > /users/{id}/items", "paths"]
    assert symbols("read only = yes\nset -g a 'b'\n", "ini") == ["read only"]


MANIFESTS = """# Of the shop.

apiVersion: apps/v1
kind: Deployment
metadata:
  labels:
    name: label
  name: "web"  # as in the shop
spec:
  replicas: 2
  paused: false
---
# Lets others in.
apiVersion: v1
kind: Service
metadata:
  name: {{ include "fullname" . }}
---
kind: Nothing
"""


def test_manifests_of_kubernetes_were_all_named_by_their_keys() -> None:
    assert symbols(MANIFESTS, "yaml") == ["Deployment web, Service"]
    found = [(chunk.start_line, chunk.symbol) for chunk in chunks(MANIFESTS, LANGUAGES["yaml"], 24)]
    assert (9, "Deployment web > spec") in found
    assert (16, "Service > metadata") in found


CHART = """spec:
{{- with .Values.nodeSelector }}
  nodeSelector:
{{ toYaml . | indent 4 }}
{{- end }}
  template:
    image: nginx
"""


def test_templates_at_the_left_margin_parted_a_chart_within_its_sections() -> None:
    levels = text_outline(CHART.split("\n"), LANGUAGES["yaml"]).levels
    assert levels[1] == levels[2] == levels[5]
    assert levels[3] == levels[4] == NEVER


def test_templates_at_the_left_margin_parted_a_configuration_within_its_blocks() -> None:
    source = "server {\n{% if tls %}\n    listen 1;\n{% else %}\n    listen 2;\n{% endif %}\n}\n"
    levels = text_outline(source.split("\n"), LANGUAGES["jinja"]).levels
    assert levels[1] == levels[2] == levels[4]
    assert levels[3] == levels[5] == NEVER
