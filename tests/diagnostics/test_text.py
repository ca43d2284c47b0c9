from inline_snapshot import snapshot

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.diagnostics.text import Style, render_text
from tests.diagnostics.findings import FILE, finding

SOURCE = "\n" * 13 + "        type: external.proces\n        inputs:\n          a: 1\n"
UNKNOWN_TYPE = finding(
    14,
    15,
    30,
    message='unknown step type "external.proces"',
    label='did you mean "external.process"?',
    hint="6 step types are registered: `aetherflow plugins list` shows them",
)


def show(*findings: Diagnostic, source: str = SOURCE) -> str:
    return render_text(findings, {FILE: source})


def test_a_finding_shows_the_line_a_caret_under_the_token_and_the_hint() -> None:
    assert show(UNKNOWN_TYPE) == snapshot(
        """\
error[AF-F204]: unknown step type "external.proces"
  --> flow.yaml:14:15
   |
14 |         type: external.proces
   |               ^^^^^^^^^^^^^^^ did you mean "external.process"?
   |
   = 6 step types are registered: `aetherflow plugins list` shows them

1 error\
"""
    )


def test_findings_are_separated_by_a_blank_line_and_counted_at_the_end() -> None:
    warning = finding(1, 1, 2, severity=Severity.WARNING)
    assert show(warning, finding(14, 9, 13), finding(14, 15, 16)) == snapshot(
        """\
warning[AF-F204]: this is wrong
 --> flow.yaml:1:1
  |
1 |
  | ^

error[AF-F204]: this is wrong
  --> flow.yaml:14:9
   |
14 |         type: external.proces
   |         ^^^^

error[AF-F204]: this is wrong
  --> flow.yaml:14:15
   |
14 |         type: external.proces
   |               ^

2 errors, 1 warning\
"""
    )


def test_notes_follow_the_hint_and_several_lines_stay_aligned() -> None:
    shown = show(finding(14, 9, 13, hint="a cycle:\na → b\nb → a", notes=("first", "second")))
    assert shown == snapshot(
        """\
error[AF-F204]: this is wrong
  --> flow.yaml:14:9
   |
14 |         type: external.proces
   |         ^^^^
   |
   = a cycle:
     a → b
     b → a
   = note: first
   = note: second

1 error\
"""
    )


def test_a_span_of_several_lines_is_marked_to_the_end_of_its_first_line() -> None:
    assert show(finding(15, 9, 15, end_line=16)) == snapshot(
        """\
error[AF-F204]: this is wrong
  --> flow.yaml:15:9
   |
15 |         inputs:
   |         ^^^^^^^

1 error\
"""
    )


def test_an_empty_span_is_marked_by_one_caret() -> None:
    assert "\n   |         ^\n" in show(finding(14, 9, 9))


def test_a_place_beyond_the_end_of_a_line_is_marked_behind_it() -> None:
    assert "\n  | a: 1\n" not in show(finding(1, 9, 12), source="a: 1")
    assert show(finding(1, 9, 12), source="a: 1").splitlines()[3:5] == ["1 | a: 1", "  |     ^"]


def test_a_file_without_text_gives_header_place_and_advice() -> None:
    assert render_text([UNKNOWN_TYPE], {}) == snapshot(
        """\
error[AF-F204]: unknown step type "external.proces"
  --> flow.yaml:14:15
   = did you mean "external.process"?
   = 6 step types are registered: `aetherflow plugins list` shows them

1 error\
"""
    )


def test_a_line_that_the_file_does_not_have_gives_header_and_place() -> None:
    assert show(finding(99, 1, 2), source="a: 1\n") == snapshot(
        """\
error[AF-F204]: this is wrong
  --> flow.yaml:99:1

1 error\
"""
    )


def test_a_finding_without_a_place_gives_header_and_advice() -> None:
    shown = show(Diagnostic(code="AF-E101", message="no home", severity=Severity.NOTE, hint="set HOME"))
    assert shown == "note[AF-E101]: no home\n  = set HOME\n\n1 note"


def test_no_findings_give_no_text() -> None:
    assert render_text([], {}) == ""


def test_windows_and_old_mac_line_ends_count_as_line_ends() -> None:
    assert "2 | b: 2\n" in show(finding(2, 1, 2), source="a: 1\r\nb: 2\r\n")
    assert "2 | b: 2\n" in show(finding(2, 1, 2), source="a: 1\rb: 2\r")


def test_further_lines_of_a_message_cannot_pass_for_a_finding() -> None:
    shown = render_text([Diagnostic(code="AF-E101", message="bad\nerror[AF-Y101]: worse")], {})
    assert shown.splitlines()[1] == "    error[AF-Y101]: worse"


def test_a_message_of_megabytes_is_cut() -> None:
    shown = render_text([Diagnostic(code="AF-E101", message="x" * 1_000_000)], {})
    assert len(shown) < 1_100
    assert "x…" in shown


def test_the_coloured_style_paints_severity_message_gutter_and_caret() -> None:
    shown = render_text([finding(1, 1, 2, label="here", hint="do")], {FILE: "a: 1"}, style=Style.COLOR)
    assert shown == snapshot(
        """\
\x1b[1;31merror[AF-F204]\x1b[0m: \x1b[1mthis is wrong\x1b[0m
 \x1b[1;34m-->\x1b[0m flow.yaml:1:1
  \x1b[1;34m|\x1b[0m
\x1b[1;34m1 |\x1b[0m a: 1
  \x1b[1;34m|\x1b[0m \x1b[1;31m^ here\x1b[0m
  \x1b[1;34m|\x1b[0m
  \x1b[1;34m=\x1b[0m do

1 error\
"""
    )


def test_without_colour_the_text_is_the_same() -> None:
    coloured = render_text([UNKNOWN_TYPE], {FILE: SOURCE}, style=Style.COLOR)
    for sequence in ("\x1b[1;31m", "\x1b[1;34m", "\x1b[1m", "\x1b[0m"):
        coloured = coloured.replace(sequence, "")
    assert coloured == show(UNKNOWN_TYPE)
