"""Whether everything in a figure can be read."""

from collections.abc import Iterator
from itertools import combinations

from matplotlib.axes import Axes
from matplotlib.axis import Tick
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

TOLERANCE = 1.5
"""Pixels that a letter may reach over its box."""


def assert_all_is_readable(figure: Figure) -> None:
    """No text and no legend is cut off, and no titles or legends cover each other."""
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()
    page = figure.bbox.padded(TOLERANCE)
    texts = {text: text.get_window_extent(renderer) for text in _texts(figure)}
    legends = {legend: legend.get_window_extent(renderer) for legend in figure.legends}
    for artist, box in (texts | legends).items():
        assert page.containsx(box.x0) and page.containsx(box.x1), f"{artist} is cut off"
        assert page.containsy(box.y0) and page.containsy(box.y1), f"{artist} is cut off"
    of_panels = {id(title) for panel in figure.axes for title in _titles(panel)}
    titles = {text: box for text, box in texts.items() if id(text) in of_panels} | legends
    for (one, its_box), (other, other_box) in combinations(titles.items(), 2):
        assert not _overlap(its_box, other_box), f"{one} covers {other}"


def _texts(figure: Figure) -> list[Text]:
    """All texts that are shown, without the labels of ticks, some of which lie beyond an axis."""
    others = {
        id(text)
        for panel in figure.axes
        for part in ([panel] if not panel.get_visible() else [*_ticks(panel)])
        for text in part.findobj(Text)
    }
    shown = (text for text in figure.findobj(Text) if text.get_visible() and id(text) not in others)
    return [text for text in shown if text.get_text().strip()]


def _ticks(panel: Axes) -> Iterator[Tick]:
    for axis in (panel.xaxis, panel.yaxis):
        yield from axis.majorTicks
        yield from axis.minorTicks


def _titles(panel: Axes) -> tuple[Text, Text, Text]:
    return panel.title, panel._left_title, panel._right_title


def _overlap(one: Bbox, other: Bbox) -> bool:
    """Whether two boxes have more than a line in common."""
    common = Bbox.intersection(one, other)
    return common is not None and min(common.width, common.height) > TOLERANCE
