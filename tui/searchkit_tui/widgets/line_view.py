"""A scrolling view that draws only the lines in sight."""

from rich.segment import Segment
from textual.content import Content
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.style import Style


class LineView(ScrollView, can_focus=True):
    """Draws content as strips, in the theme's colours; subclasses define `render_line`."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._styles_by_name: dict[str, Style] = {}

    @property
    def room(self) -> int:
        """Width of a line in cells, without the scroll bar."""
        return self.scrollable_content_region.width

    def notify_style_update(self) -> None:
        """Forget the colours of the previous theme."""
        super().notify_style_update()
        self._styles_by_name = {}

    def styled(self, name: str) -> Style:
        """Return the style of a component class of this widget, to combine with others."""
        return self.get_visual_style(name, partial=True)

    def strip_of(self, content: Content, base: Style, width: int, left: int = 0) -> Strip:
        """Draw content on a background of one style.

        Args:
            content: One line of it.
            base: The background, which fills the line.
            width: Cells to fill.
            left: Cells that are scrolled out of sight on the left.

        Returns:
            The drawn line.
        """
        blocks = content.render(base, end="", parse_style=self._parsed)
        strip = Strip([Segment(text, style.rich_style) for text, style in blocks])
        return strip.crop_extend(left, left + width, base.rich_style)

    def _parsed(self, style: str | Style) -> Style:
        if isinstance(style, Style):
            return style
        if style not in self._styles_by_name:
            self._styles_by_name[style] = Style.parse(style, self.app.theme_variables)
        return self._styles_by_name[style]
