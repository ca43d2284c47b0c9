"""Makes lines for charts of recorded points: few enough lines to tell apart, few enough points to draw."""

from collections.abc import Callable, Mapping

from aetherflow.core.operations.report.metric_story import MetricStory, Points, Teller
from aetherflow.core.operations.report.texts import Texts
from aetherflow.core.operations.report.values import Metric, Series

MOST_LINES = 8
_MOST_POINTS = 300

#: From fine to coarse: by step and labels, by step whatever the item, by labels alone, all in one.
_GROUPINGS: tuple[Callable[[Teller], Teller], ...] = (
    lambda teller: teller,
    lambda teller: ("", teller[1], teller[2]),
    lambda teller: ("", "", teller[2]),
)


def metric_of(name: str, story: MetricStory, texts: Texts) -> Metric:
    """Give a metric with its lines, joined where there would be too many to tell apart."""
    lines = _grouped(story.lines)
    tellers = {(place or step) for place, step, _ in lines}
    names_place = len(tellers) > 1 or not any(labels for _, _, labels in lines)
    series = [
        _series(texts.line(_label(teller, names_place=names_place)), points)
        for teller, points in list(lines.items())[:MOST_LINES]
    ]
    left_out = story.left_out + max(0, len(lines) - MOST_LINES)
    return Metric(texts.line(name), tuple(series), story.unnumbered, left_out, story.ends)


def _grouped(lines: Mapping[Teller, Points]) -> dict[Teller, Points]:
    grouped: dict[Teller, Points] = dict(lines)
    for group in _GROUPINGS:
        grouped = {}
        for teller, points in lines.items():
            joined = grouped.setdefault(group(teller), Points())
            joined.moments.extend(points.moments)
            joined.values.extend(points.values)
        if len(grouped) <= MOST_LINES:
            break
    return grouped


def _label(teller: Teller, *, names_place: bool) -> str:
    place, step, labels = teller
    where = (place or step) if names_place else ""
    return " ".join(part for part in (where, labels) if part)


def _series(label: str, points: Points) -> Series:
    drawn = _thinned(sorted(zip(points.moments, points.values, strict=True), key=lambda point: point[0]))
    return Series(
        label,
        moments=tuple(moment for moment, _ in drawn),
        values=tuple(value for _, value in drawn),
        points=len(points.values),
    )


def _thinned(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Leave, of each stretch of many points, the first, the least, the greatest and the last: what an eye would see."""
    if len(points) <= _MOST_POINTS:
        return points
    width = -(-len(points) * 4 // _MOST_POINTS)
    thinned: list[tuple[float, float]] = []
    for start in range(0, len(points), width):
        part = points[start : start + width]
        by_value = sorted(range(len(part)), key=lambda place: part[place][1])
        thinned += [part[place] for place in sorted({0, by_value[0], by_value[-1], len(part) - 1})]
    return thinned
