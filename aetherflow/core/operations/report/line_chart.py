"""A chart of lines over time, as SVG with axes, and a legend that says in words what the lines show."""

import math
from collections.abc import Sequence

from msgspec import Struct

from aetherflow.core.events.wording import counted
from aetherflow.core.operations.report.markup import Markup, element, joined
from aetherflow.core.operations.report.time_axis import TimeAxis, mark_text, nice_number, nice_step
from aetherflow.core.operations.report.values import Metric, Series

_WIDTH, _HEIGHT = 440, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 68, 14, 12, 44
_MOST_DOTS = 40
_LEAST_SPAN = 1e-300  # below it floats cannot be divided any more


class Scale(Struct, frozen=True):
    """Turns values into places between two ends of a picture; ``marks`` are the values to write at the axis."""

    least: float
    greatest: float
    begin: float
    end: float
    marks: tuple[float, ...]

    def place(self, value: float) -> float:
        """Give the place of a value."""
        share = (value - self.least) / (self.greatest - self.least)
        return self.begin + share * (self.end - self.begin)


def line_chart(metric: Metric, axis: TimeAxis) -> Markup:
    """Draw a metric over the time that was worked; what has one value only is a number, and no line."""
    if all(series.points == 1 for series in metric.series):
        return element("figure", element("figcaption", metric.name), *map(_single, metric.series), _note(metric))
    lines = [[axis.worked(moment) for moment in series.moments] for series in metric.series]
    across = _time_scale([moment for line in lines for moment in line])
    upward = _value_scale([*metric.ends, *(value for series in metric.series for value in series.values)])
    drawn = [
        _line(line, series, across, upward, number)
        for number, (line, series) in enumerate(zip(lines, metric.series, strict=True))
    ]
    svg = element(
        "svg",
        _grid(across, upward),
        _titles(metric.name),
        *drawn,
        viewBox=f"0 0 {_WIDTH} {_HEIGHT}",
        class_="chart",
        role="img",
        aria_label=f"{metric.name} over time, told in the list below",
    )
    legend = element("ul", *(_legend(series, number) for number, series in enumerate(metric.series)))
    return element("figure", element("figcaption", metric.name), svg, legend, _note(metric))


def _single(series: Series) -> Markup:
    value = element("div", number_text(series.values[0]), class_="value-only")
    return joined(value, element("div", series.label, class_="note") if series.label else None)


def _note(metric: Metric) -> Markup | None:
    said = []
    if metric.left_out:
        said.append(f"{counted(metric.left_out, 'more line')} not drawn")
    if metric.unnumbered:
        said.append(f"{counted(metric.unnumbered, 'value')} that cannot be drawn")
    return element("p", ", ".join(said), class_="note") if said else None


def _time_scale(moments: Sequence[float]) -> Scale:
    least, greatest = min(moments), max(moments)
    if greatest - least < 1e-6:
        least, greatest = least - 0.5, greatest + 0.5
    step = nice_step(greatest - least, 4)
    first = int(least // step)
    marks = tuple(number * step for number in range(first, first + 12) if least <= number * step <= greatest)
    return Scale(least, greatest, _LEFT, _WIDTH - _RIGHT, marks)


def _value_scale(values: Sequence[float]) -> Scale:
    least, greatest = min(values), max(values)
    if 0 <= least <= 0.5 * greatest:
        least = 0.0  # a line that rises from near nothing is read against nothing
    if greatest - least < _LEAST_SPAN:
        half = abs(greatest) / 2 if abs(greatest) > _LEAST_SPAN else 0.5
        least, greatest = least - half, greatest + half
    room = greatest - least
    step = nice_number(room / 4)
    least -= 0.04 * room if least else 0.0
    greatest += 0.04 * room
    first = math.ceil(least / step)
    marks = tuple(number * step for number in range(first, first + 12) if number * step <= greatest)
    return Scale(least, greatest, _HEIGHT - _BOTTOM, _TOP, marks)


def _grid(across: Scale, upward: Scale) -> Markup:
    parts = []
    for mark in upward.marks:
        y = upward.place(mark)
        parts.append(element("line", x1=_LEFT, x2=_WIDTH - _RIGHT, y1=y, y2=y, class_="tick"))
        parts.append(element("text", number_text(mark), x=_LEFT - 6, y=y + 4, text_anchor="end"))
    for mark in across.marks:
        x = across.place(mark)
        parts.append(element("line", x1=x, x2=x, y1=_HEIGHT - _BOTTOM, y2=_HEIGHT - _BOTTOM + 4, class_="axis"))
        text = mark_text(mark, across.greatest - across.least)
        parts.append(element("text", text, x=x, y=_HEIGHT - _BOTTOM + 17, text_anchor="middle"))
    floor = _HEIGHT - _BOTTOM
    return joined(*parts, element("line", x1=_LEFT, x2=_WIDTH - _RIGHT, y1=floor, y2=floor, class_="axis"))


def _titles(value_name: str) -> Markup:
    middle = (_TOP + _HEIGHT - _BOTTOM) / 2
    short = value_name if len(value_name) <= 30 else f"{value_name[:29]}…"
    return joined(
        element("text", "time worked", x=(_LEFT + _WIDTH - _RIGHT) / 2, y=_HEIGHT - 8, class_="title"),
        element("text", short, x=12, y=middle, transform=f"rotate(-90 12 {middle:.0f})", class_="title"),
    )


def _line(moments: Sequence[float], series: Series, across: Scale, upward: Scale, number: int) -> Markup:
    points = [(across.place(moment), upward.place(value)) for moment, value in zip(moments, series.values, strict=True)]
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    dots = [
        element("circle", element("title", number_text(value)), cx=x, cy=y, r=2.6)
        for (x, y), value in zip(points, series.values, strict=True)
        if len(points) <= _MOST_DOTS
    ]
    return element("g", element("path", d=path), *dots, class_=f"line n{number}")


def _legend(series: Series, number: int) -> Markup:
    drawn = "" if len(series.values) == series.points else f", drawn {len(series.values):,}"
    least, greatest = (number_text(value) for value in (min(series.values), max(series.values)))
    line = element("line", x1=0, x2=22, y1=6, y2=6)
    swatch = element("svg", element("g", line, class_=f"line n{number}"), class_="swatch", aria_hidden="true")
    last = element("strong", number_text(series.values[-1]))
    span = f", {least} to {greatest}" if least != greatest else ""
    said = f"{series.label}: " if series.label else ""
    return element(
        "li", swatch, element("span", said, "last ", last, span, f" ({counted(series.points, 'point')}{drawn})")
    )


def number_text(value: float) -> str:
    """Write a number as short as a chart needs it."""
    if value == int(value) and abs(value) < 1e6:
        return f"{int(value):,}"
    if 100 <= abs(value) < 1e6:
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.1f}"
    return f"{value:.3g}"
