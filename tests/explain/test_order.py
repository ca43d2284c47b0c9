"""Why jobs run in their order: what they depend on, what they name and where, else the file."""

from tests.explain.explaining import Bench, reasons

FLOW = """
jobs:
  - id: report
    depends_on: [load]
    when: jobs.probe.outputs.rows != null and jobs.load.status == "SUCCESS"
    steps:
      - {id: s, type: log, inputs: {message: hi}}
      - {id: tell, type: log, inputs: {message: "{{jobs.audit.status}} {{jobs.audit.status}}"}}
  - id: load
    steps: [{id: s, type: log, inputs: {message: hi}}]
  - id: probe
    steps: [{id: s, type: log, inputs: {message: hi}, outputs: {rows: "{{result.message}}"}}]
  - id: audit
    for_each: "{{jobs.probe.outputs.rows}}"
    steps: [{id: s, type: log, inputs: {message: hi}}]
"""


def test_jobs_stand_in_the_order_of_a_run(bench: Bench) -> None:
    assert [job.id for job in bench.explain(FLOW).jobs] == ["load", "probe", "audit", "report"]


def test_every_edge_tells_what_makes_it_and_in_which_line(bench: Bench) -> None:
    jobs = {job.id: job for job in bench.explain(FLOW).jobs}
    assert reasons(jobs["load"]) == []
    assert reasons(jobs["audit"]) == [("probe", "for_each", 15)]
    assert reasons(jobs["report"]) == [
        ("load", "depends_on", 5),
        ("probe", "when", 6),
        ("audit", "inputs.message of step tell", 9),
    ]


def test_a_job_that_stands_later_in_the_file_is_told_as_such(bench: Bench) -> None:
    jobs = {job.id: job for job in bench.explain(FLOW).jobs}
    assert all(reason.stands_later for reason in jobs["report"].after)
    assert not jobs["audit"].after[0].stands_later


def test_a_name_points_at_its_own_column(bench: Bench) -> None:
    (job,) = [job for job in bench.explain(FLOW).jobs if job.id == "report"]
    assert job.after[1].site.column == len("    when: ") + 1


def test_a_dependency_named_twice_is_told_once(bench: Bench) -> None:
    flow = "jobs:\n  - id: a\n    steps: &s [{id: s, type: log, inputs: {message: hi}}]\n"
    told = bench.explain(flow + "  - id: b\n    depends_on: [a, a]\n    steps: *s\n")
    assert reasons(told.jobs[1]) == [("a", "depends_on", 7)]
