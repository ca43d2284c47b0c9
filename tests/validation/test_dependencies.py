"""`depends_on` and cycles."""

from tests.validation.flows import findings, report, told

STEPS = "steps: [{id: s, type: log, inputs: {message: x}}]"


def jobs(*entries: str) -> str:
    """Write a flow whose jobs do nothing of interest."""
    return "jobs:\n" + "".join(f"  - {{{entry}, {STEPS}}}\n" for entry in entries)


def test_an_unknown_job_is_told_with_the_nearest() -> None:
    assert told(jobs("id: extract", "id: load, depends_on: [extrct]")) == [
        'AF-F112 `extrct` job "load" depends on "extrct", which is no job of this flow '
        '| did you mean "extract"? | the other jobs are: extract'
    ]


def test_a_dependency_may_stand_later_in_the_file() -> None:
    assert told(jobs("id: load, depends_on: [extract]", "id: extract")) == []


def test_a_job_that_depends_on_itself_is_told() -> None:
    assert told(jobs("id: a, depends_on: [a]")) == [
        'AF-F111 `a` job "a" depends on itself: a -> a | remove it: a job cannot wait for its own end'
    ]


def test_a_dependency_named_twice_is_a_warning() -> None:
    found = findings(jobs("id: a", "id: b, depends_on: [a, a]"))
    assert [(each.code, each.severity) for each in found] == [("AF-F113", "warning")]


def test_a_cycle_is_printed_once() -> None:
    ring = ("id: a, depends_on: [c]", "id: b, depends_on: [a]", "id: c, depends_on: [b]")
    flow = jobs(*ring, "id: d, depends_on: [a]")
    assert told(flow) == [
        'AF-F114 `c` jobs wait for each other: a -> c -> b -> a | "a" needs "c" first '
        "| remove one of these dependencies"
    ]


def test_two_cycles_are_two_findings() -> None:
    flow = jobs("id: a, depends_on: [b]", "id: b, depends_on: [a]", "id: c, depends_on: [d]", "id: d, depends_on: [c]")
    assert [each.message for each in findings(flow)] == [
        "jobs wait for each other: a -> b -> a",
        "jobs wait for each other: c -> d -> c",
    ]


def test_a_cycle_through_a_mention_says_where_the_mention_stands() -> None:
    flow = """
    flow: {id: test}
    jobs:
      - id: extract
        depends_on: [load]
        steps: [{id: s, type: log, inputs: {message: x}}]
      - id: load
        when: params.fast or jobs.extract.status == "SUCCESS"
        steps: [{id: s, type: log, inputs: {message: x}}]
    params: {fast: {type: boolean, default: false}}
    """
    assert (
        report(flow)
        == """\
error[AF-F114]: jobs wait for each other: extract -> load -> extract
 --> flow.yaml:4:18
  |
4 |     depends_on: [load]
  |                  ^^^^ "extract" needs "load" first
  |
  = a job that is named in a `when` or a template runs first, as one in `depends_on` does; remove one of these
  = note: "load" does not depend on "extract", but names it in jobs[1].when

1 error"""
    )


def test_a_cycle_of_mentions_alone_points_at_the_very_reference() -> None:
    flow = """
    jobs:
      - {id: a, steps: [{id: s, type: log, inputs: {message: "{{jobs.b.status}}"}}]}
      - {id: b, when: jobs.a.status == "SUCCESS", steps: [{id: s, type: log, inputs: {message: x}}]}
    """
    (found,) = told(flow)
    assert found.startswith('AF-F114 `{{jobs.b.status}}` jobs wait for each other: a -> b -> a | "a" needs "b" first')


def test_a_long_cycle_stays_readable() -> None:
    ring = [f"id: j{number}, depends_on: [j{(number + 1) % 2000}]" for number in range(2000)]
    (found,) = findings(jobs(*ring))
    assert found.message == (
        "jobs wait for each other: j0 -> j1 -> j2 -> j3 -> j4 -> … 1991 more … "
        "-> j1996 -> j1997 -> j1998 -> j1999 -> j0"
    )


def test_thousands_of_chained_jobs_need_no_recursion() -> None:
    chain = [f"id: j{number}, depends_on: [j{number + 1}]" for number in range(3000)]
    assert findings(jobs(*chain, "id: j3000")) == []
