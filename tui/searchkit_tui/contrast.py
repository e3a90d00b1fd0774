"""Makes the colours of a theme readable: many a theme's own are too close to its ground."""

from collections.abc import Mapping, Sequence

from textual.color import Color, ColorParseError

READABLE = 4.5  # contrast ratio that WCAG 2.1 asks of text (level AA)

_TEXTS = (
    "text-primary",
    "text-secondary",
    "text-accent",
    "text-success",
    "text-warning",
    "text-error",
)
_GROUNDS = ("background", "surface", "panel")
_STEPS = 20


def readable_variables(variables: Mapping[str, str]) -> dict[str, str]:
    """Find those variables of a theme whose colours have to change to be read on its grounds.

    Args:
        variables: Of a theme, by name; those that are no plain colours, as in themes that leave the
            colours to the terminal, stay as they are.

    Returns:
        The changed variables.
    """
    try:
        grounds = [Color.parse(variables[name]) for name in _GROUNDS]
        foreground = Color.parse(variables["foreground"])
    except (KeyError, ColorParseError):
        return {}
    if any(color.ansi is not None for color in (*grounds, foreground)):
        return {}
    changed = {"foreground": readable(foreground, grounds)}
    for name in _TEXTS:
        changed[name] = readable(Color.parse(variables[name]), grounds)
    changed["text-muted"] = muted(changed["foreground"], grounds)
    return {name: color.hex for name, color in changed.items()}


def readable(color: Color, grounds: Sequence[Color]) -> Color:
    """Return the nearest colour, towards black or white, that stands out from the grounds."""
    end = grounds[0].get_contrast_text(1.0)
    mixtures = [color.blend(end, step / _STEPS) for step in range(_STEPS + 1)]
    return next((each for each in mixtures if _least(each, grounds) >= READABLE), end)


def muted(foreground: Color, grounds: Sequence[Color]) -> Color:
    """Return the foreground, as far towards the ground as it can still be read; at most by half."""
    mixtures = [foreground.blend(grounds[0], step / _STEPS) for step in range(_STEPS // 2, 0, -1)]
    return next((each for each in mixtures if _least(each, grounds) >= READABLE), foreground)


def _least(color: Color, grounds: Sequence[Color]) -> float:
    return min(contrast(color, ground) for ground in grounds)


def contrast(one: Color, other: Color) -> float:
    """Return the contrast ratio of two colours, from 1 to 21, as WCAG 2.1 defines it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: Color) -> float:
    red, green, blue = (_linear(part) for part in color.normalized)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
