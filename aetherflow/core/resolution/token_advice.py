"""Why something between template braces is no token, in words, and what to write instead."""

import re
from collections.abc import Callable

#: What is wrong, said of the would-be token, and what to do.
Advice = tuple[str, str | None]

_DEFAULT_FILTER = re.compile(r"\{\{\s*([\w.-]+)\s*\|\s*default\(\s*(.*?)\s*\)\s*\}\}")
_BRACKETS = re.compile(r"\[\s*[\"']?([\w-]+)[\"']?\s*\]")
_ONE_BRACE = re.compile(r"\{\{\s*([\w.-]+)\s*(:[^{}]*)?\}(?!\})")
_LITERAL = r"literal braces are written \{{"
_IN_A_STEP = "compute the value in a step"
_LONGEST_REWRITTEN = 200  # characters; a hint is for people, and patterns must stay cheap


def advice_for(seen: str) -> Advice:
    """Say what is wrong with a would-be token (braces included), and what helps."""
    if one_brace := _ONE_BRACE.match(seen[:_LONGEST_REWRITTEN]):
        return 'lacks a "}"', f"write {{{{{one_brace[1]}{one_brace[2] or ''}}}}}"
    if not seen.endswith("}}"):
        return 'has no closing "}}"', _LITERAL
    inside = seen[2:-2].strip()
    for applies, advice in _RULES:
        if applies(inside):
            return advice(seen)
    return "is no path", "a path is names and indices with dots between them, as in {{steps.pull.rows}}"


def _on_filter(seen: str) -> Advice:
    default = _DEFAULT_FILTER.fullmatch(seen) if len(seen) <= _LONGEST_REWRITTEN else None
    return 'has a filter ("|")', f"write {{{{{default[1]}:{default[2]}}}}}" if default else _IN_A_STEP


def _on_brackets(seen: str) -> Advice:
    dotted = _BRACKETS.sub(r".\1", seen) if len(seen) <= _LONGEST_REWRITTEN else seen
    return "has brackets", f"write {dotted}" if "[" not in dotted else "keys and indices stand after dots"


def _always(reason: str, hint: str | None) -> Callable[[str], Advice]:
    return lambda seen: (reason, hint)


def _has(signs: str) -> Callable[[str], bool]:
    return lambda inside: any(sign in inside for sign in signs)


def _begins(sign: str) -> Callable[[str], bool]:
    return lambda inside: inside.startswith(sign)


def _has_open_default(inside: str) -> bool:
    return ":" in inside and inside.count("{") > inside.count("}")


_NESTED = _always("has braces inside braces", "tokens cannot be nested")
_BESIDE_A_BRACE = _always("begins with three braces", "put a space between a brace of your own and the token's")
_CUT_DEFAULT = _always('has a DEFAULT that its first "}}" cuts short', 'put a space before the closing "}}"')

#: The first rule that applies speaks.
_RULES: tuple[tuple[Callable[[str], bool], Callable[[str], Advice]], ...] = (
    (lambda inside: not inside, _always("names nothing", f"write a path, as in {{{{params.day}}}}; {_LITERAL}")),
    (lambda inside: "{{" in inside, _NESTED),
    (_begins("{"), _BESIDE_A_BRACE),
    (_has_open_default, _CUT_DEFAULT),
    (_begins("."), _always("begins with a dot", _LITERAL)),
    (_has("|"), _on_filter),
    (_has("("), _always("has a call", _IN_A_STEP)),
    (_has("["), _on_brackets),
    (_has("{"), _NESTED),
    (_has("+*/%<>=!&?~,\"'"), _always("is an expression", f"a token is one path: {_IN_A_STEP}")),
    (lambda inside: inside.endswith(".") or ".." in inside, _always("lacks a name beside a dot", None)),
    (lambda inside: inside[0].isdigit(), _always("begins with a digit", "a path begins with a name")),
    (lambda inside: len(inside.split()) > 1, _always("is more than one path", "a token is one path, without spaces")),
)
