import time
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.diagnostics.cells import width_of
from aetherflow.core.diagnostics.excerpt import WIDEST_LINE
from aetherflow.core.diagnostics.text import render_text
from tests.diagnostics.findings import FILE, finding, finding_at

SECRET = "hunter22-hunter22"


def mask(text: str) -> str:
    return text.replace(SECRET, "***")


def shown_lines(line: str, diagnostic: Diagnostic) -> tuple[str, str]:
    """Give the source line and the caret line of a report, without gutter."""
    lines = render_text([diagnostic], {FILE: line}, mask=mask).splitlines()
    return lines[3][4:], lines[4][4:]


def marked(line: str, part: str) -> str:
    """Give what stands above the caret, in a line of narrow characters."""
    source, caret = shown_lines(line, finding_at(line, part))
    return source[caret.index("^") : len(caret)]


def test_a_tab_is_four_spaces_and_the_caret_stays_under_its_token() -> None:
    assert shown_lines("a:\tbad", finding_at("a:\tbad", "bad")) == ("a:    bad", "      ^^^")


def test_wide_characters_take_two_cells() -> None:
    line = "名前: bad"
    assert shown_lines(line, finding_at(line, "bad")) == (line, "      ^^^")
    assert shown_lines(line, finding_at(line, "名前")) == (line, "^^^^")


def test_combining_characters_take_no_cell() -> None:
    line = "e\u0301te\u0301: bad"
    assert shown_lines(line, finding_at(line, "bad")) == (line, "     ^^^")


def test_a_long_line_is_cut_around_the_caret() -> None:
    source, caret = shown_lines("a" * 500 + "bad" + "b" * 500, finding_at("a" * 500 + "bad", "bad"))
    assert source == "…" + "a" * 40 + "bad" + "b" * 77 + "…"
    assert source[caret.index("^") : len(caret)] == "bad"


def test_a_long_line_with_an_early_caret_is_cut_behind_only() -> None:
    source, caret = shown_lines("key: " + "b" * 500, finding(1, 1, 4))
    assert source == "key: " + "b" * 115 + "…"
    assert caret == "^^^"


def test_a_caret_longer_than_the_window_ends_with_it() -> None:
    source, caret = shown_lines("key: " + "b" * 500, finding(1, 6, 506))
    assert caret == "     " + "^" * 115
    assert source[-1] == "…"


def test_a_thousand_findings_on_a_line_of_a_megabyte_are_shown_in_a_moment() -> None:
    line = "a" * 1_000_000
    started = time.monotonic()
    render_text([finding(1, 900 * n + 1, 900 * n + 5) for n in range(1000)], {FILE: line}, mask=mask)
    assert time.monotonic() - started < 5


def test_secrets_in_the_line_are_masked_and_the_caret_stands_right() -> None:
    line = f"url: {SECRET}@bad:{SECRET}"
    assert shown_lines(line, finding_at(line, "bad")) == ("url: ***@bad:***", "         ^^^")


def test_a_caret_on_a_secret_stands_under_its_mask() -> None:
    line = f"a: {SECRET} b"
    assert shown_lines(line, finding_at(line, SECRET)) == ("a: *** b", "   ^^^")


def test_a_caret_that_begins_inside_a_secret_does_not_give_it_away() -> None:
    line = f"a: {SECRET} b"
    assert shown_lines(line, finding(1, 10, 23)) == ("a: *** b", "   ^^^^^")


def test_secrets_in_message_label_hint_and_file_name_are_masked() -> None:
    diagnostic = finding(1, 1, 2, message=f"m {SECRET}", label=f"l {SECRET}", hint=f"h {SECRET}", notes=(SECRET,))
    assert SECRET not in render_text([diagnostic], {FILE: "a"}, mask=mask)


def test_escape_sequences_of_a_file_never_reach_the_terminal() -> None:
    line = "a: \x1b[31mbad"
    assert shown_lines(line, finding_at(line, "bad")) == ("a: ␛[31mbad", "        ^^^")


def test_direction_marks_are_written_out() -> None:
    line = "a: \u202ebad"
    assert shown_lines(line, finding_at(line, "bad")) == ("a: \\u{202e}bad", "           ^^^")


@given(st.text(), st.text())
def test_no_report_holds_a_control_character(line: str, message: str) -> None:
    diagnostic = finding(1, 1, 3, message=message, label=message, hint=message)
    shown = render_text([diagnostic], {FILE: line})
    assert not [sign for sign in shown if sign != "\n" and unicodedata.category(sign) in ("Cc", "Cs")]
    shown.encode()


@given(st.text(), st.integers(1, 300), st.integers(1, 300), st.integers(1, 3))
def test_any_span_of_any_text_can_be_shown(text: str, column: int, end_column: int, end_line: int) -> None:
    assert render_text([finding(1, column, end_column, end_line=end_line)], {FILE: text}, mask=mask)


@given(st.text("ab" + SECRET[0], max_size=400), st.text("cd", max_size=400))
def test_the_caret_always_stands_under_its_token(before: str, after: str) -> None:
    assert marked(f"{before}BAD{after}", "BAD") == "BAD"


@given(st.lists(st.sampled_from(["x", SECRET, "hunter", "22", "BAD", " "]), max_size=60), st.data())
def test_no_span_gives_a_secret_away(parts: list[str], data: st.DataObject) -> None:
    line = "".join(parts)
    start = data.draw(st.integers(1, len(line) + 1))
    end = data.draw(st.integers(start, len(line) + 1))
    source, caret = shown_lines(line, finding(1, start, end))
    assert SECRET not in source
    assert len(source) <= WIDEST_LINE + 2
    assert "^" in caret


def at_a_terminal(line: str, diagnostic: Diagnostic, columns: int) -> list[str]:
    """Give a report's lines from the source line on, without the count at the end."""
    return render_text([diagnostic], {FILE: line}, columns=columns).splitlines()[3:-2]


def test_a_line_is_cut_to_the_terminal() -> None:
    line = "a" * 50 + "bad" + "b" * 50
    assert at_a_terminal(line, finding_at(line, "bad"), 40) == [
        "1 | …" + "a" * 11 + "bad" + "b" * 20 + "…",
        "  |  " + " " * 11 + "^^^",
    ]


def test_a_label_that_does_not_fit_beside_the_caret_stands_below_it() -> None:
    label = 'did you mean "external"?'
    assert at_a_terminal("type: extrnal", finding_at("type: extrnal", "extrnal", label=label), 40) == [
        "1 | type: extrnal",
        "  |       ^^^^^^^",
        f"  |       {label}",
    ]


def test_a_label_that_would_wrap_below_the_caret_moves_to_the_left() -> None:
    label = 'did you mean "external.process"?'
    assert at_a_terminal("type: extrnal", finding_at("type: extrnal", "extrnal", label=label), 40) == [
        "1 | type: extrnal",
        "  |       ^^^^^^^",
        f"  |     {label}",
    ]


def test_a_label_wider_than_the_terminal_is_a_remark() -> None:
    label = "x" * 37
    assert at_a_terminal("a: b", finding(1, 4, 5, label=label, hint="do"), 40) == [
        "1 | a: b",
        "  |    ^",
        "  |",
        f"  = {label}",
        "  = do",
    ]


@given(st.text(max_size=300), st.text("x名 ", max_size=60), st.integers(1, 300), st.integers(40, 130), st.data())
def test_no_line_with_a_caret_wraps(line: str, label: str, column: int, columns: int, data: st.DataObject) -> None:
    end_column = data.draw(st.integers(column, 300))
    report = render_text([finding(1, column, end_column, label=label)], {FILE: line}, columns=columns)
    for shown in report.splitlines()[3:-2]:
        assert shown.startswith("  =") or width_of(shown) <= columns
