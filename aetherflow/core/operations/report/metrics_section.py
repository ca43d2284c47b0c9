"""The charts of a run's metrics, and of how its steps progressed."""

from aetherflow.core.events.wording import counted
from aetherflow.core.operations.report.line_chart import line_chart
from aetherflow.core.operations.report.markup import NOTHING, Markup, element
from aetherflow.core.operations.report.sections import section
from aetherflow.core.operations.report.time_axis import axis_of
from aetherflow.core.operations.report.values import Report


def metrics_section(report: Report) -> Markup:
    """Draw a chart for each metric; nothing where no step told any."""
    axis = axis_of(report.executions)
    metrics = (*report.metrics, *report.progress)
    charts = [line_chart(metric, axis) for metric in metrics if metric.series]
    said = [
        f"{metric.name}: {counted(metric.unnumbered, 'value')} and no number"
        for metric in metrics
        if metric.unnumbered and not metric.series
    ]
    if report.metrics_left_out:
        said.append(f"{report.metrics_left_out:,} more metrics are not drawn")
    if not charts and not said:
        return NOTHING
    note = element("p", "; ".join(said), class_="note") if said else None
    return section("metrics", "Metrics", note, element("div", *charts, class_="charts"))
