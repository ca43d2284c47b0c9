from inline_snapshot import snapshot

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.span import Span
from aetherflow.core.diagnostics.forms import to_github, to_json
from tests.diagnostics.findings import finding


def test_json_has_exactly_the_stable_fields() -> None:
    diagnostic = finding(14, 15, 30, path=("jobs", 0, "type"), label='did you mean "log"?', hint="see the list")
    assert to_json(diagnostic) == snapshot(
        {
            "code": "AF-F204",
            "severity": "error",
            "message": "this is wrong",
            "hint": 'did you mean "log"? see the list',
            "file": "flow.yaml",
            "line": 14,
            "column": 15,
            "end_line": 14,
            "end_column": 30,
            "path": "jobs[0].type",
        }
    )


def test_json_of_a_finding_without_place_and_advice_has_nulls() -> None:
    assert to_json(Diagnostic(code="AF-E101", message="no home", severity=Severity.NOTE)) == snapshot(
        {
            "code": "AF-E101",
            "severity": "note",
            "message": "no home",
            "hint": None,
            "file": None,
            "line": None,
            "column": None,
            "end_line": None,
            "end_column": None,
            "path": "",
        }
    )


def test_the_hint_joins_label_hint_and_notes() -> None:
    diagnostic = finding(1, 1, 2, label="not a number", hint="write 5", notes=("seen in jobs",))
    assert to_json(diagnostic)["hint"] == "not a number; write 5; seen in jobs"


def test_an_annotation_names_file_line_and_column() -> None:
    assert to_github([finding(14, 15, 30)]) == "::error file=flow.yaml,line=14,col=15::AF-F204: this is wrong"


def test_each_severity_has_its_own_annotation() -> None:
    findings = [finding(1, 1, 2, severity=severity) for severity in Severity]
    assert [line.split()[0] for line in to_github(findings).splitlines()] == ["::error", "::warning", "::notice"]


def test_an_annotation_without_a_place_has_no_properties() -> None:
    assert to_github([Diagnostic(code="AF-E101", message="no home")]) == "::error::AF-E101: no home"


def test_advice_is_a_line_of_its_own_in_an_annotation() -> None:
    shown = to_github([finding(1, 1, 2, hint="write 5")])
    assert shown == "::error file=flow.yaml,line=1,col=1::AF-F204: this is wrong%0Awrite 5"


def test_percent_signs_and_line_ends_of_a_message_are_escaped() -> None:
    diagnostic = Diagnostic(code="AF-E101", message="100%\n::error::forged\r\nlast")
    assert to_github([diagnostic]) == "::error::AF-E101: 100%25%0A::error::forged%0Alast"


def test_colons_and_commas_of_a_file_name_are_escaped() -> None:
    named = Diagnostic(code="AF-F204", message="m", span=Span("a,b:c%.yaml", 1, 1, 1, 2))
    assert to_github([named]) == "::error file=a%2Cb%3Ac%25.yaml,line=1,col=1::AF-F204: m"
