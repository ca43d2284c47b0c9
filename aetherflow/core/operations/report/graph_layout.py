"""Where the boxes of a graph of jobs stand, and which way its edges take: layers beside or below each other."""

from collections.abc import Sequence

from msgspec import Struct

from aetherflow.core.operations.report.layers import Layout, layered

WIDTH, HEIGHT = 184, 46
_BETWEEN_LAYERS, _BETWEEN_BOXES, _BEND = 58, 16, 14
_MARGIN = 8
_PAGE = 1080  # pixels that a page has for a graph, beyond which it is scrolled


class Point(Struct, frozen=True):
    """The middle of a box or of a bend."""

    x: float
    y: float
    is_box: bool


class Picture(Struct, frozen=True):
    """Where everything is; ``is_wide`` where layers stand beside each other."""

    width: float
    height: float
    is_wide: bool
    points: dict[str, Point]
    ways: dict[tuple[str, str], list[str]]


def picture_of(names: Sequence[str], edges: Sequence[tuple[str, str]]) -> Picture:
    """Lay out jobs that stand in the order of the run."""
    layout = layered(names, edges)
    is_wide = _stands_beside(layout)
    pitch = (WIDTH if is_wide else HEIGHT) + _BETWEEN_LAYERS
    breadths = [_breadth(layer, is_wide=is_wide) for layer in layout.layers]
    breadth = max(breadths, default=0.0)
    points: dict[str, Point] = {}
    for depth, layer in enumerate(layout.layers):
        along = _MARGIN + depth * pitch + (pitch - _BETWEEN_LAYERS) / 2
        across = _MARGIN + (breadth - breadths[depth]) / 2
        for name in layer:
            size = _size(name, is_wide=is_wide)
            place = across + size / 2
            points[name] = Point(*((along, place) if is_wide else (place, along)), not _is_bend(name))
            across += size + _BETWEEN_BOXES
    length = len(layout.layers) * pitch - _BETWEEN_LAYERS + 2 * _MARGIN
    breadth += 2 * _MARGIN
    width, height = (length, breadth) if is_wide else (breadth, length)
    return Picture(width, height, is_wide, points, layout.ways)


def _stands_beside(layout: Layout) -> bool:
    beside = len(layout.layers) * (WIDTH + _BETWEEN_LAYERS)
    return beside <= _PAGE or beside <= max(_breadth(layer, is_wide=False) for layer in layout.layers)


def _breadth(layer: Sequence[str], *, is_wide: bool) -> float:
    return sum(_size(name, is_wide=is_wide) for name in layer) + _BETWEEN_BOXES * (len(layer) - 1)


def _size(name: str, *, is_wide: bool) -> float:
    """Give how much of its layer a box or a bend takes."""
    return _BEND if _is_bend(name) else HEIGHT if is_wide else WIDTH


def _is_bend(name: str) -> bool:
    return name.startswith("\0")
