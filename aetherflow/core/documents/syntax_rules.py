"""Which mistake stands behind an error of the YAML parser: one small rule for each, the first that fits speaks."""

import re
from collections.abc import Callable

from msgspec import Struct

from aetherflow.core.documents.lines import line_start
from aetherflow.core.documents.quoting import in_quotes


class Trouble(Struct, frozen=True, kw_only=True):
    """The parser's own words, its two places as offsets, and the line of the first."""

    problem: str
    context: str
    text: str
    offset: int
    context_offset: int
    line_start: int
    line_end: int
    line: int

    @property
    def before(self) -> str:
        """What stands in the line before the place."""
        return self.text[self.line_start : self.offset]

    @property
    def rest(self) -> str:
        """What stands in the line from the place on."""
        return self.text[self.offset : self.line_end]

    @property
    def context_column(self) -> int:
        """How many characters stand before the second place in its line."""
        return self.context_offset - line_start(self.text, self.context_offset)

    @property
    def begins_line(self) -> bool:
        """Whether only spaces stand before the place."""
        return not self.before.strip()


class Explanation(Struct, frozen=True, kw_only=True):
    """What to tell the user, and between which offsets."""

    code: str
    message: str
    start: int
    end: int
    label: str | None = None
    hint: str | None = None


#: The one mistake that reading can step over: what it covers is known to be a string.
UNQUOTED_TEMPLATE = "AF-Y103"

# A template where a value begins: at the line's begin or behind an indicator.
_TEMPLATE = re.compile(r"(?:^|[:\-?,\[{]\s+|\[)\s*(\{\{)")
_IN_BRACKETS = re.compile(r"(?:\{\{.*?\}\}|[^,\]}#])*")
_ON_A_LINE = re.compile(r"(?:(?!\s#).)*")


def explain(trouble: Trouble) -> Explanation:
    """Find the rule that fits an error of the parser."""
    for rule in _RULES:
        explanation = rule(trouble)
        if explanation:
            return explanation
    words = f"{trouble.context}, {trouble.problem}" if trouble.context else trouble.problem
    return Explanation(
        code="AF-Y101",
        message=f"this is not YAML: {words}",
        start=trouble.offset,
        end=trouble.offset + 1,
    )


def _unquoted_template(trouble: Trouble) -> Explanation | None:
    found = _TEMPLATE.search(trouble.before)
    if not found:
        return None
    start = trouble.line_start + found.start(1)
    extent = _IN_BRACKETS if "flow" in trouble.context else _ON_A_LINE
    line = trouble.text[start : trouble.line_end]
    match = extent.match(line)
    value = (match[0] if match else line).rstrip()
    return Explanation(
        code=UNQUOTED_TEMPLATE,
        message="a value that begins with {{ must be quoted: YAML reads the braces as a mapping",
        label="put it in quotes",
        hint=f"write {in_quotes(value)}",
        start=start,
        end=start + len(value),
    )


def _tab(trouble: Trouble) -> Explanation | None:
    line = trouble.text[trouble.line_start : trouble.line_end]
    indent = line[: len(line) - len(line.lstrip())]
    if "\t" not in indent or trouble.offset > trouble.line_start + len(indent):
        return None
    start = trouble.line_start + indent.index("\t")
    return Explanation(
        code="AF-Y102",
        message="a tab cannot indent a line",
        hint="indent with spaces, two for each level; most editors can convert tabs",
        start=start,
        end=start + 1,
    )


def _forbidden_beginning(trouble: Trouble) -> Explanation | None:
    if "cannot start any token" not in trouble.problem:
        return None
    return Explanation(
        code="AF-Y105",
        message=f'a value cannot begin with "{trouble.rest[:1]}"',
        hint="put the whole value in quotes",
        start=trouble.offset,
        end=trouble.offset + 1,
    )


def _open_quote(trouble: Trouble) -> Explanation | None:
    if "quoted scalar" not in trouble.context or "end of stream" not in trouble.problem:
        return None
    return Explanation(
        code="AF-Y106",
        message="this quote is never closed",
        hint="add the closing quote; within single quotes, write a quote twice",
        start=trouble.context_offset,
        end=trouble.context_offset + 1,
    )


def _open_bracket(trouble: Trouble) -> Explanation | None:
    if "while parsing a flow" not in trouble.context or "expected ','" not in trouble.problem:
        return None
    bracket = trouble.text[trouble.context_offset]
    closing = "]" if bracket == "[" else "}"
    return Explanation(
        code="AF-Y107",
        message=f'this "{bracket}" is not closed',
        label=f'a "," or "{closing}" was expected at line {trouble.line}',
        hint=f'add the "{closing}", or put a value that holds brackets in quotes',
        start=trouble.context_offset,
        end=trouble.context_offset + 1,
    )


def _colon(trouble: Trouble) -> Explanation | None:
    if "mapping values are not allowed" not in trouble.problem:
        return None
    if re.search(r":\s", trouble.before):
        message, hint = 'a ":" with a space behind it cannot stand in a plain value', "put the whole value in quotes"
    else:
        message = "a new key cannot begin here"
        hint = 'look at the line above: it may lack a ":", or this line may be indented too deep'
    return Explanation(code="AF-Y108", message=message, hint=hint, start=trouble.offset, end=trouble.offset + 1)


def _inline_item(trouble: Trouble) -> Explanation | None:
    if "entries are not allowed" not in trouble.problem:
        return None
    return Explanation(
        code="AF-Y109",
        message="a list cannot begin on the line of its key",
        hint='put each "- item" on a line of its own, or write the list in brackets: [a, b]',
        start=trouble.offset,
        end=trouble.offset + 1,
    )


def _misfit(trouble: Trouble) -> Explanation | None:
    if not trouble.context.startswith("while parsing a block ") or "node" in trouble.context:
        return None
    end = trouble.line_end if trouble.rest.strip() else trouble.offset + 1
    if not trouble.begins_line:
        return Explanation(
            code="AF-Y110",
            message="the value has ended, and more text follows it",
            hint="put the whole value in quotes; a quote within quotes is written twice ('') or escaped (\\\")",
            start=trouble.offset,
            end=end,
        )
    if trouble.offset - trouble.line_start != trouble.context_column:
        return Explanation(
            code="AF-Y111",
            message=f"this line is indented by {_spaces(len(trouble.before))}, which fits no line above it",
            hint="align it with the line above that it goes on from",
            start=trouble.offset,
            end=end,
        )
    wanted = '"- item"' if "collection" in trouble.context or "sequence" in trouble.context else '"key: value"'
    return Explanation(
        code="AF-Y117",
        message=f"{wanted} was expected here, as in the lines above",
        hint="keys and list items cannot be mixed at one level; look at the indentation",
        start=trouble.offset,
        end=end,
    )


def _key_without_colon(trouble: Trouble) -> Explanation | None:
    if "could not find expected ':'" not in trouble.problem:
        return None
    return Explanation(
        code="AF-Y112",
        message='a key without ":"',
        hint='write "key: value", or put a text of several lines in quotes',
        start=trouble.context_offset,
        end=_end_of_line(trouble.text, trouble.context_offset),
    )


def _escape(trouble: Trouble) -> Explanation | None:
    if "escape" not in trouble.problem:
        return None
    start = trouble.text.rfind("\\", 0, trouble.offset + 1)
    return Explanation(
        code="AF-Y113",
        message=f'"{trouble.text[start : start + 2]}" is no escape that YAML knows',
        hint='in double quotes a backslash is written "\\\\"; in single quotes it is plain text',
        start=start,
        end=start + 2,
    )


def _missing_value(trouble: Trouble) -> Explanation | None:
    if "node content" not in trouble.problem:
        return None
    return Explanation(
        code="AF-Y114",
        message=f'a value was expected, found "{trouble.rest[:1]}"' if trouble.rest else "a value was expected",
        hint="remove it, or put the whole value in quotes",
        start=trouble.offset,
        end=trouble.offset + 1,
    )


def _anchor_name(trouble: Trouble) -> Explanation | None:
    if not trouble.context.endswith(("an anchor", "an alias")):
        return None
    sign = trouble.text[trouble.context_offset]
    return Explanation(
        code="AF-Y115",
        message=f'a plain value cannot begin with "{sign}": YAML reads the name of an anchor behind it',
        hint="put the whole value in quotes",
        start=trouble.context_offset,
        end=trouble.context_offset + 1,
    )


def _block_header(trouble: Trouble) -> Explanation | None:
    if "block scalar" not in trouble.context:
        return None
    return Explanation(
        code="AF-Y116",
        message='the line must end after "|" or ">"',
        hint="begin the text on the next line, indented; a value that begins with one of the two goes in quotes",
        start=trouble.offset,
        end=trouble.offset + 1,
    )


def _spaces(count: int) -> str:
    return "1 space" if count == 1 else f"{count} spaces"


def _end_of_line(text: str, start: int) -> int:
    found = re.compile(r"[\r\n]|\s#").search(text, start)
    return found.start() if found else len(text)


_RULES: tuple[Callable[[Trouble], Explanation | None], ...] = (
    _unquoted_template,
    _tab,
    _forbidden_beginning,
    _open_quote,
    _open_bracket,
    _colon,
    _inline_item,
    _misfit,
    _key_without_colon,
    _escape,
    _missing_value,
    _anchor_name,
    _block_header,
)
