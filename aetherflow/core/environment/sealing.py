"""Takes secrets out of values that are stored, and puts them back: a reference stands in each secret's place.

A text with secrets becomes ``{"$aetherflow": {"text": ["user=x password=", ["env:DB_PASSWORD", "plain"]]}}``. A mapping
of the user's own that has the key ``$aetherflow`` becomes ``{"$aetherflow": {"literal": {…}}}``, so that a reference
can never be mistaken for data, nor data for a reference.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from aetherflow.core.contracts.errors import ResumeStopped

if TYPE_CHECKING:
    from aetherflow.core.environment.secret_index import SecretIndex  # 10 ms on a cold start, only with secrets

MARK = "$aetherflow"

#: Gives for a value what stands in its place, and the fresh list or mapping in there that is still to be walked.
Replace = Callable[[Any], tuple[Any, Any]]


class UnknownSecret(ResumeStopped):
    """A stored value refers to a secret that is not known now."""

    def __init__(self, origin: str) -> None:
        super().__init__(
            f'a stored value contains the secret "{origin}", which is not known now',
            hint="give the variable or resource the value that it had in the earlier run, or start a new run",
        )
        self.origin = origin


def rebuild(value: Any, replace: Replace) -> Any:
    """Build a JSON value anew with every part replaced; the value itself stays as it is. Of any depth."""
    root = [value]
    pending: list[Any] = [root]
    while pending:
        container = pending.pop()
        for key in container if isinstance(container, dict) else range(len(container)):
            container[key], inner = replace(container[key])
            if inner is not None:
                pending.append(inner)
    return root[0]


def fresh_container(value: Any) -> dict[Any, Any] | list[Any] | None:
    """Copy a mapping or list, one level deep; None for anything else."""
    if isinstance(value, dict):
        return dict(value)
    return list(value) if isinstance(value, list | tuple) else None


def strings_in(value: Any) -> Iterator[str]:
    """Give every string of a JSON value, keys not counted, and MARK for a mapping that has it as a key."""
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            pending.extend(item.values())
            if MARK in item:
                yield MARK
        elif isinstance(item, list | tuple):
            pending.extend(item)


def seal_value(value: Any, index: "SecretIndex | None") -> Any:
    """Replace the secrets of a JSON value by references."""

    def replace(item: Any) -> tuple[Any, Any]:
        if isinstance(item, str):
            return (item if index is None else _seal_text(item, index)), None
        inner = fresh_container(item)
        if isinstance(inner, dict) and MARK in inner:
            return {MARK: {"literal": inner}}, inner
        return (item if inner is None else inner), inner

    return rebuild(value, replace)


def _seal_text(text: str, index: "SecretIndex") -> Any:
    parts: list[Any] = []
    position = 0
    for occurrence in index.occurrences(text):
        if occurrence.start > position:
            parts.append(text[position : occurrence.start])
        for piece in occurrence.pieces:
            reference = [piece.ref.origin, piece.ref.form]
            parts.append([*reference, piece.skip] if piece.skip else reference)
        position = occurrence.end
    if not parts:
        return text
    rest = [text[position:]] if position < len(text) else []
    return {MARK: {"text": [*parts, *rest]}}


def unseal_value(value: Any, resolve: Callable[[str, str], str]) -> Any:
    """Put the secrets back; ``resolve(origin, form)`` gives the text of one."""

    def replace(item: Any) -> tuple[Any, Any]:
        if isinstance(item, dict) and MARK in item:
            sealed = item[MARK]
            if "text" in sealed:
                return "".join(_part(part, resolve) for part in sealed["text"]), None
            literal = dict(sealed["literal"])
            return literal, literal
        inner = fresh_container(item)
        return (item if inner is None else inner), inner

    return rebuild(value, replace)


def _part(part: str | list[Any], resolve: Callable[[str, str], str]) -> str:
    if isinstance(part, str):
        return part
    origin, form, *skip = part
    return resolve(origin, form)[skip[0] if skip else 0 :]
