"""A bar chart as SVG text, without a library."""

from collections.abc import Mapping
from html import escape

_ROW, _LABEL, _WIDTH = 20, 160, 400


def bars(title: str, values: Mapping[str, float]) -> str:
    """One horizontal bar for each value, which lie between 0 and 1."""
    rows = [f'<text x="4" y="14" font-weight="bold">{escape(title)}</text>']
    for at, (name, value) in enumerate(values.items(), 1):
        y, width = at * _ROW, value * _WIDTH
        rows.append(
            f'<text x="{_LABEL - 6}" y="{y + 14}" text-anchor="end">{escape(name)}</text>'
            f'<rect x="{_LABEL}" y="{y + 3}" width="{width:.0f}" height="14" fill="#4a78a8"/>'
            f'<text x="{_LABEL + width + 5:.0f}" y="{y + 14}">{value:.3f}</text>'
        )
    size = f'width="{_LABEL + _WIDTH + 60}" height="{(len(values) + 2) * _ROW}"'
    body = "\n".join(rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="12">\n'
        f'<rect width="100%" height="100%" fill="white"/>\n{body}\n</svg>\n'
    )
