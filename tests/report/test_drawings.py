"""The arithmetic of the drawings: where moments, boxes and points come to stand."""

from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from aetherflow.core.operations.report.graph_layout import HEIGHT, WIDTH, picture_of
from aetherflow.core.operations.report.layers import layered
from aetherflow.core.operations.report.line_chart import line_chart, number_text
from aetherflow.core.operations.report.metric_story import MetricStories, MetricStory
from aetherflow.core.operations.report.series import metric_of
from aetherflow.core.operations.report.texts import Texts
from aetherflow.core.operations.report.time_axis import axis_of, mark_text, nice_number, nice_step
from aetherflow.core.operations.report.values import Execution, Metric, Series
from tests.report.written import Parsed


def execution(started_at: float, finished_at: float) -> Execution:
    return Execution(started_at=started_at, finished_at=finished_at, status="SUCCESS")


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[str], list[tuple[str, str]]]:
    names = [f"j{number}" for number in range(draw(st.integers(1, 30)))]
    pairs = [(before, after) for place, after in enumerate(names) for before in names[:place]]
    return names, draw(st.lists(st.sampled_from(pairs), unique=True, max_size=60)) if pairs else []


@given(graphs())
def test_who_comes_before_another_stands_in_an_earlier_layer_and_bends_in_between(
    graph: tuple[list[str], list[tuple[str, str]]],
) -> None:
    names, edges = graph
    layout = layered(names, edges)
    layer_of = {name: number for number, layer in enumerate(layout.layers) for name in layer}
    assert sorted(name for name in layer_of if not name.startswith("\0")) == sorted(names)
    for (before, after), way in layout.ways.items():
        assert (way[0], way[-1]) == (before, after)
        assert all(layer_of[one] + 1 == layer_of[other] for one, other in pairwise(way))


@given(graphs())
def test_no_two_boxes_touch_and_all_are_inside_the_picture(graph: tuple[list[str], list[tuple[str, str]]]) -> None:
    picture = picture_of(*graph)
    boxes = [picture.points[name] for name in graph[0]]
    for number, one in enumerate(boxes):
        assert WIDTH / 2 <= one.x <= picture.width - WIDTH / 2
        assert HEIGHT / 2 <= one.y <= picture.height - HEIGHT / 2
        for other in boxes[:number]:
            assert abs(one.x - other.x) > WIDTH or abs(one.y - other.y) > HEIGHT


def test_executions_stand_one_behind_the_other_whatever_time_lies_between() -> None:
    axis = axis_of([execution(100, 110), execution(100_000, 100_030)])
    assert axis.place(100) == 0
    assert axis.place(110) < axis.place(100_000) < axis.place(110) + 0.04
    assert axis.place(50_000) == axis.place(110)
    assert round(axis.place(100_030), 9) == 1
    assert axis.worked(100_015) == 25
    assert [worked for _, worked in axis.ticks()] == [0, 10, 20, 30, 40]
    assert axis.breaks()[0][1] == 99_890


@given(st.lists(st.tuples(st.floats(0, 1e9), st.floats(0, 1e6)), min_size=1, max_size=50), st.floats(0, 2e9))
def test_a_moment_has_a_place_on_the_line_whenever_it_is(times: list[tuple[float, float]], moment: float) -> None:
    begun, executions = 0.0, []
    for pause, length in times:
        executions.append(execution(begun + pause, begun + pause + length))
        begun += pause + length
    axis = axis_of(executions)
    assert -1e-9 <= axis.place(moment) <= 1 + 1e-9
    assert 0 <= axis.worked(moment) <= axis.worked_seconds * (1 + 1e-9) + 1e-5
    assert len(axis.ticks()) < 20


@given(st.floats(1e-5, 1e7))
@example(0.227)
def test_every_mark_of_a_time_axis_reads_differently(seconds: float) -> None:
    axis = axis_of([execution(0, seconds)])
    texts = [mark_text(worked, axis.worked_seconds) for _, worked in axis.ticks()]
    assert len(set(texts)) == len(texts)


def test_a_progress_is_drawn_between_nothing_and_all() -> None:
    story = MetricStories().progresses["progress in %"]
    for number in range(3):
        story.take(("a.s", "a.s", ""), float(number), 100.0)
    chart = Parsed(line_chart(metric_of("progress in %", story, Texts(str, 100)), axis_of([execution(0, 3)])))
    assert chart.text.startswith("progress in %" + "0" + "50" + "100" + "0.0s")


@given(st.lists(st.floats(-1e299, 1e299), min_size=2, max_size=30))
@example([5e-324, 5e-324])
@example([0.0, 1e-310])
@example([1e-299, 1e-299])
def test_whatever_is_measured_can_be_drawn(values: list[float]) -> None:
    moments = tuple(float(number) for number in range(len(values)))
    axis = axis_of([execution(0, len(values))])
    chart = line_chart(Metric("m", (Series("", moments, tuple(values), len(values)),)), axis)
    assert "nan" not in chart
    assert "inf" not in Parsed(chart).text


def test_many_points_are_thinned_to_those_that_an_eye_would_see() -> None:
    story = MetricStory()
    for number in range(10_000):
        story.take(
            ("a.s", "a.s", ""), float(number), 1_000 if number == 4_321 else -7 if number == 8_765 else number % 3
        )
    (series,) = metric_of("m", story, Texts(str, 100)).series
    assert (max(series.values), min(series.values), series.points) == (1_000, -7, 10_000)
    assert len(series.values) <= 304
    assert list(series.moments) == sorted(series.moments)


def test_lines_that_are_too_many_are_joined_by_step_then_by_labels_and_the_rest_is_counted() -> None:
    def labels_of(tellers: list[tuple[str, str, str]]) -> tuple[list[str], int]:
        story = MetricStory()
        for number, teller in enumerate(tellers):
            story.take(teller, float(number), number)
        metric = metric_of("m", story, Texts(str, 100))
        return [series.label for series in metric.series], metric.left_out

    assert labels_of([(f"a[{item}].s", "a.s", "") for item in range(8)])[0] == [f"a[{item}].s" for item in range(8)]
    assert labels_of([(f"a[{item}].s", "a.s", "") for item in range(9)]) == (["a.s"], 0)
    assert labels_of([(f"j{job}.s", f"j{job}.s", "set=x") for job in range(20)]) == (["set=x"], 0)
    assert labels_of([("a.s", "a.s", f"n={number}") for number in range(20)])[1] == 12


def test_numbers_and_steps_are_round() -> None:
    assert [number_text(value) for value in (0, 3, 0.00012345, 12_345.678, 123.456, 1e12)] == [
        "0",
        "3",
        "0.000123",
        "12,346",
        "123.5",
        "1e+12",
    ]
    assert [nice_number(value) for value in (0.03, 1, 1.5, 7)] == [0.05, 1, 2, 10]
    assert [nice_step(span, 5) for span in (1, 42, 400, 5_000, 1_000_000)] == [0.2, 10, 120, 1800, 259200]
