"""No broken flow, however broken, ends in anything but a finding."""

from pathlib import Path

from tests.benchmarks.mutate import campaign


def test_a_hundred_broken_flows_end_in_findings_in_little_time_and_memory(tmp_path: Path) -> None:
    report = campaign(tmp_path, count=100, seed=7, real_every=25)
    assert report.problems == []
    assert set(report.exit_codes) <= {0, 2}
