"""The words for a document's parts: what people call them, which keys they confuse, what to write instead."""

from collections.abc import Iterable
from typing import Any

import msgspec.inspect as kinds

from aetherflow.core.contracts.span import DocumentPath, render_path
from aetherflow.core.diagnostics.suggestion import nearest
from aetherflow.core.documents.flow import Record

#: What people bring from other tools, and our word for it.
_SYNONYMS = {
    "needs": "depends_on",
    "requires": "depends_on",
    "dependencies": "depends_on",
    "if": "when",
    "condition": "when",
    "with": "inputs",
    "args": "inputs",
    "uses": "type",
    "name": "id",
    "timeout": "timeout_seconds",
    "retries": "retry",
    "loop": "for_each",
    "with_items": "for_each",
    "tasks": "steps",
}

#: What to write for a missing key.
_ADVICE = {
    "FlowDefinition.flow": 'add a "flow" section with an id, for example "flow: {id: my_flow}"',
    "FlowDefinition.jobs": 'add "jobs", a list of jobs, each with "id" and "steps"',
    "FlowHeader.id": 'add an id, for example "id: my_flow"',
    "JobDefinition.id": 'add an id, for example "id: my_job"',
    "JobDefinition.steps": 'add "steps", a list of steps, each with "id" and "type"',
    "StepDefinition.id": 'add an id, for example "id: my_step"',
    "StepDefinition.type": 'say what the step runs, for example "type: external.process"',
    "OperatorManifest.version": 'add "version: 1"',
    "BundleSection.id": 'add an id, for example "id: orders"',
    "BundleSection.source": 'say where it comes from, for example "source: {type: filesystem, location: ./orders}"',
    "SourceSection.type": "write one of: filesystem, git, archive, remote",
    "SourceSection.location": 'add a path or a URL, for example "location: ./orders"',
    "EnvFileEntry.path": 'add a path inside the bundle, for example "path: env/common.env"',
    "ObserverEntry.id": 'add an id, for example "id: metrics"',
    "ObserverEntry.module": 'say which class it is, for example "module: obs.MetricsPlugin"',
    "Resource.kind": 'say what it is, for example "kind: db"',
    "Resource.driver": 'say what talks to it, for example "driver: sqlite3"',
}


def with_article(word: str) -> str:
    """Put ``a``, ``an`` or ``the`` before a noun."""
    if word.startswith('"'):
        return f"the {word}"
    return f"an {word}" if word.startswith(("a", "e", "i", "o", "u")) else f"a {word}"


def advice_on_missing(record: type[Record], key: str) -> str | None:
    """Say what to write for a missing key of a record."""
    return _ADVICE.get(f"{record.__name__}.{key}")


def meant_key(written: str, allowed: Iterable[str]) -> str | None:
    """Give the allowed key that an unknown one probably stands for."""
    names = list(allowed)
    synonym = _SYNONYMS.get(written.lower())
    return synonym if synonym in names else nearest(written, names)


def shown_place(path: DocumentPath) -> str:
    """Name the value at a path: by its key, and where it is a list's item by as much of the path as is needed."""
    start = len(path) - 1
    while start > 0 and isinstance(path[start], int):
        start -= 1
    return f'"{render_path(path[start:])}"' if path else "the document"


def expected(kind: Any) -> str:
    """Say what a kind of value is, for example ``a list of steps``."""
    if isinstance(kind, kinds.Metadata):
        return expected(kind.type)
    if isinstance(kind, kinds.UnionType):
        return _alternatives(kind)
    if isinstance(kind, kinds.StructType):
        return f"a mapping ({with_article(noun_of(kind))})"
    if isinstance(kind, kinds.ListType):
        return _list(kind.item_type)
    if isinstance(kind, kinds.LiteralType):
        return " or ".join(f'"{value}"' for value in kind.values)
    return _PLAIN_WORDS.get(type(kind), "a value")


def noun_of(kind: kinds.StructType) -> str:
    """Give the word for a record type."""
    noun: str = kind.cls.noun  # type: ignore[attr-defined]  # every record of a document has one
    return noun


def _alternatives(kind: kinds.UnionType) -> str:
    inner = [alternative for alternative in kind.types if not isinstance(alternative, kinds.NoneType)]
    if len(inner) == 1:
        return expected(inner[0])
    words = ["a boolean" if isinstance(each, kinds.BoolType) else expected(each) for each in inner]
    return " or ".join(words)


def _list(item: Any) -> str:
    inner = item.type if isinstance(item, kinds.Metadata) else item
    if isinstance(inner, kinds.StructType):
        return f"a list of {noun_of(inner)}s"
    if isinstance(inner, kinds.UnionType):
        return "a list of " + " or ".join(_list(each).removeprefix("a list of ") for each in inner.types)
    return f"a list{_PLURALS.get(type(inner), '')}"


#: A choice among texts is a text to those who write it.
_PLURALS: dict[Any, str] = {
    kinds.StrType: " of strings",
    kinds.LiteralType: " of strings",
    kinds.IntType: " of integers",
}

_PLAIN_WORDS: dict[Any, str] = {
    kinds.StrType: "a string",
    kinds.BoolType: "true or false",
    kinds.IntType: "an integer",
    kinds.FloatType: "a number",
    kinds.DictType: "a mapping",
}
