import json
from typing import Any

from inline_snapshot import snapshot

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.span import Span
from aetherflow.core.diagnostics.pages import page_of
from aetherflow.core.diagnostics.sarif import to_sarif
from tests.diagnostics.findings import finding


def run_of(*findings: Diagnostic) -> dict[str, Any]:
    log = to_sarif(findings, "1.2.3")
    assert json.loads(json.dumps(log)) == log
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    return dict(run)


def test_a_finding_is_a_result_with_its_rule_region_and_path() -> None:
    run = run_of(finding(14, 15, 30, label="here", path=("jobs", 0)))
    assert run["results"] == snapshot(
        [
            {
                "ruleId": "AF-F204",
                "ruleIndex": 0,
                "level": "error",
                "message": {"text": "this is wrong (here)"},
                "locations": [
                    {
                        "physicalLocation": {
                            "artifactLocation": {"uri": "flow.yaml", "uriBaseId": "%SRCROOT%"},
                            "region": {"startLine": 14, "startColumn": 15, "endLine": 14, "endColumn": 30},
                        },
                        "logicalLocations": [{"fullyQualifiedName": "jobs[0]"}],
                    }
                ],
            }
        ]
    )


def test_columns_count_characters_and_the_base_of_files_is_declared() -> None:
    run = run_of()
    assert run["columnKind"] == "unicodeCodePoints"
    assert list(run["originalUriBaseIds"]) == ["%SRCROOT%"]
    assert run["results"] == []


def test_each_code_is_one_rule_with_its_page_as_help() -> None:
    run = run_of(*(finding(line, 1, 2, code=code) for line, code in enumerate(["AF-T101", "AF-T201", "AF-T101"], 1)))
    driver = run["tool"]["driver"]
    page = page_of("AF-T101")
    assert (driver["name"], driver["version"]) == ("AetherFlow", "1.2.3")
    assert [rule["id"] for rule in driver["rules"]] == ["AF-T101", "AF-T201"]
    assert [result["ruleIndex"] for result in run["results"]] == [0, 1, 0]
    assert page
    assert driver["rules"][0]["shortDescription"] == {"text": page.title}
    assert page.fix in driver["rules"][0]["help"]["text"]
    assert f"```yaml\n{page.example}\n```" in driver["rules"][0]["help"]["markdown"]


def test_a_code_without_a_page_is_a_bare_rule() -> None:
    run = run_of(finding(1, 1, 2, code="AF-X999"))
    assert run["tool"]["driver"]["rules"] == [{"id": "AF-X999"}]


def test_a_finding_without_a_place_has_no_location() -> None:
    (result,) = run_of(Diagnostic(code="AF-E101", message="no home", severity=Severity.WARNING))["results"]
    assert "locations" not in result
    assert result["level"] == "warning"


def artifact_of(file: str) -> dict[str, str]:
    (result,) = run_of(Diagnostic(code="AF-T101", message="m", span=Span(file, 1, 1, 1, 2)))["results"]
    return dict(result["locations"][0]["physicalLocation"]["artifactLocation"])


def test_a_relative_file_is_a_quoted_uri_below_the_root() -> None:
    assert artifact_of("my flows/ü,1.yaml") == {"uri": "my%20flows/%C3%BC%2C1.yaml", "uriBaseId": "%SRCROOT%"}


def test_an_absolute_file_is_a_file_uri() -> None:
    assert artifact_of("/srv/a b.yaml") == {"uri": "file:///srv/a%20b.yaml"}
