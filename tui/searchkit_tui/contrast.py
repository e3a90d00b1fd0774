"""Makes the text of a theme readable: in many themes it is too close to the background."""

from collections.abc import Mapping, Sequence

from textual.color import Color, ColorParseError

_READABLE = 4.5  # contrast ratio that WCAG 2.1 asks of text (level AA)

_TEXTS = (
    "text-primary",
    "text-secondary",
    "text-accent",
    "text-success",
    "text-warning",
    "text-error",
)
_BACKGROUNDS = ("background", "surface", "panel")
_STEPS = 20


def readable_variables(variables: Mapping[str, str]) -> dict[str, str]:
    """Change the text colours of a theme until they are readable on its backgrounds.

    Args:
        variables: The theme's, by name. A theme whose variables are not plain colours, as one that
            leaves the colours to the terminal, stays as it is.

    Returns:
        The changed variables by name.
    """
    try:
        backgrounds = [Color.parse(variables[name]) for name in _BACKGROUNDS]
        foreground = Color.parse(variables["foreground"])
    except (KeyError, ColorParseError):
        return {}
    if any(color.ansi is not None for color in (*backgrounds, foreground)):
        return {}
    changed = {"foreground": _readable(foreground, backgrounds)}
    for name in _TEXTS:
        changed[name] = _readable(Color.parse(variables[name]), backgrounds)
    changed["text-muted"] = _muted(changed["foreground"], backgrounds)
    return {name: color.hex for name, color in changed.items()}


def _readable(color: Color, backgrounds: Sequence[Color]) -> Color:
    """Return the nearest colour, towards black or white, that is readable on all backgrounds."""
    end = backgrounds[0].get_contrast_text(1.0)
    mixtures = [color.blend(end, step / _STEPS) for step in range(_STEPS + 1)]
    return next(
        (each for each in mixtures if _lowest_contrast(each, backgrounds) >= _READABLE), end
    )


def _muted(foreground: Color, backgrounds: Sequence[Color]) -> Color:
    """Blend the foreground with the background, at most by half, as far as it stays readable."""
    mixtures = [
        foreground.blend(backgrounds[0], step / _STEPS) for step in range(_STEPS // 2, 0, -1)
    ]
    return next(
        (each for each in mixtures if _lowest_contrast(each, backgrounds) >= _READABLE), foreground
    )


def _lowest_contrast(color: Color, backgrounds: Sequence[Color]) -> float:
    return min(contrast(color, background) for background in backgrounds)


def contrast(one: Color, other: Color) -> float:
    """Return the contrast ratio of two colours, from 1 to 21, as WCAG 2.1 defines it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: Color) -> float:
    red, green, blue = (_linear(part) for part in color.normalized)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
