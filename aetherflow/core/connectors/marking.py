"""The secret leaves of a resource: those that its `decode` tree marks."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.span import DocumentPath, render_path
from aetherflow.core.documents.flow import Resource
from aetherflow.core.resolution.tokens import OPENING, TemplateSyntaxError, parse_template


class MarkedLeaf(Struct, frozen=True):
    """A marked value as it is written, before templates and decoding; the path begins with config or options."""

    path: DocumentPath
    value: Any


class Marking(Struct, frozen=True):
    """The marked leaves of a resource, and what is wrong with the marks; findings carry paths inside the resource."""

    leaves: tuple[MarkedLeaf, ...]
    findings: tuple[Diagnostic, ...]


def marking_of(resource: Resource) -> Marking:
    """Find the leaves that `decode` marks; a mark on a list or mapping marks every leaf in it."""
    leaves: list[MarkedLeaf] = []
    findings: list[Diagnostic] = []
    for section, value, marks in (
        ("config", resource.config, resource.decode.config),
        ("options", resource.options, resource.decode.options),
    ):
        for found in _follow(value, marks, (section,)):
            if isinstance(found, Diagnostic):
                findings.append(found)
            else:
                leaves.append(found)
    findings += (finding for leaf in leaves if (finding := _leaf_finding(leaf)))
    return Marking(tuple(leaves), tuple(findings))


def _follow(value: Any, marks: Any, path: DocumentPath) -> Iterator[MarkedLeaf | Diagnostic]:
    if marks is True:
        yield from _leaves(value, path)
    elif isinstance(marks, dict):
        for key, mark in marks.items():
            if mark is False:
                continue
            if isinstance(value, dict) and key in value:
                yield from _follow(value[key], mark, (*path, key))
            else:
                yield _not_there(value, (*path, key))
    elif marks is not False:
        yield _no_mark(marks, path)


def _leaves(value: Any, path: DocumentPath) -> Iterator[MarkedLeaf]:
    if isinstance(value, dict | list):
        for key, child in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _leaves(child, (*path, key))
    else:
        yield MarkedLeaf(path, value)


def _not_there(value: Any, path: DocumentPath) -> Diagnostic:
    from aetherflow.core.diagnostics.suggestion import did_you_mean  # deferred: only wanted when something is wrong

    return Diagnostic(
        code="AF-E405",
        message=f'decode marks "{render_path(path)}", which the resource does not have',
        label=did_you_mean(str(path[-1]), value) if isinstance(value, dict) else None,
        hint="a mark that meets no value would leave a secret undecoded and unmasked",
        path=("decode", *path),
    )


def _no_mark(mark: object, path: DocumentPath) -> Diagnostic:
    return Diagnostic(
        code="AF-E405",
        message=f'the decode mark of "{render_path(path)}" is neither true nor false',
        hint="YAML 1.2 reads `yes` and `on` as text: write true" if mark in ("yes", "on", "Yes", "On") else None,
        path=("decode", *path),
    )


def _leaf_finding(leaf: MarkedLeaf) -> Diagnostic | None:
    if not isinstance(leaf.value, str):
        problem = "which is no text"
    elif OPENING not in leaf.value or _is_simple(leaf.value):
        return None
    else:
        problem = "which is a template with text around it"
    return Diagnostic(
        code="AF-E406",
        message=f'decode marks "{render_path(leaf.path)}", {problem}',
        hint="what is decoded is one token such as {{env.DB_PASSWORD}}, or a literal text",
        path=leaf.path,
    )


def _is_simple(text: str) -> bool:
    try:
        template = parse_template(text)
    except TemplateSyntaxError:
        return True  # a finding of its own, by whoever renders it
    return template.single is not None or not any(not isinstance(part, str) for part in template.parts)


def literal_secrets(leaf: MarkedLeaf) -> Iterator[str]:
    """Give the secret texts that stand in the document itself: a literal, or the DEFAULT of a token."""
    if not isinstance(leaf.value, str):
        return
    if OPENING not in leaf.value:
        yield leaf.value
        return
    try:
        template = parse_template(leaf.value)
    except TemplateSyntaxError:
        return
    for part in template.parts:
        if isinstance(part, str):
            yield part
        elif part.default:
            yield part.default
