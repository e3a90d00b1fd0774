"""A scrolling view that draws only the lines in sight, however many there are."""

from rich.segment import Segment
from textual.content import Content
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.style import Style


class LineView(ScrollView, can_focus=True):
    """Paints content as strips, with the theme's colours; subclasses give `render_line`."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._styles_by_name: dict[str, Style] = {}

    @property
    def room(self) -> int:
        """Cells for a line, beside the scroll bar."""
        return self.scrollable_content_region.width

    def notify_style_update(self) -> None:
        """Forget the colours of the theme that was."""
        super().notify_style_update()
        self._styles_by_name = {}

    def styled(self, name: str) -> Style:
        """Return the style of one of this widget's component classes, to be laid over others."""
        return self.get_visual_style(name, partial=True)

    def strip_of(self, content: Content, base: Style, width: int, left: int = 0) -> Strip:
        """Draw content on a ground of one style.

        Args:
            content: One line of it.
            base: The ground, which fills the line.
            width: Cells to fill.
            left: Cells that are scrolled out on the left.

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
