"""Findings about a document's structure, in the words of the person who wrote it."""

from collections.abc import Callable, Sequence
from typing import Any

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.span import DocumentPath, Span
from aetherflow.core.diagnostics.suggestion import did_you_mean
from aetherflow.core.documents.findings import FindingList
from aetherflow.core.documents.flow import Record, StepDefinition
from aetherflow.core.documents.reader import Document
from aetherflow.core.documents.scalars import describe_value
from aetherflow.core.documents.structure_words import advice_on_missing, expected, shown_place, with_article


class StructureProblems:
    """Turns departures from a record type into findings.

    Paths are those of the record; ``locate`` makes document paths of them.
    """

    def __init__(
        self,
        document: Document,
        findings: FindingList,
        locate: Callable[[DocumentPath], DocumentPath] = lambda path: path,
    ) -> None:
        self._document = document
        self._findings = findings
        self._locate = locate

    def unknown_key(
        self, key: str, meant: str | None, record: type[Record], allowed: Sequence[str], path: DocumentPath
    ) -> None:
        """A key that the record does not have; ``meant`` is the nearest that it has."""
        self._add(
            (*path, key),
            key=True,
            code="AF-S101",
            message=f'unknown key "{key}" in {with_article(record.noun)}',
            label=f'did you mean "{meant}"?' if meant else None,
            hint=_advice_on_unknown(meant, record, allowed),
        )

    def missing_key(self, key: str, record: type[Record], value: dict[str, Any], path: DocumentPath) -> None:
        """A key that the record needs is not there."""
        own_id = value.get("id")
        named = f'{record.noun} "{own_id}"' if isinstance(own_id, str) else with_article(record.noun)
        self._add(
            path,
            key=True,
            code="AF-S102",
            message=f'{named} has no "{key}"',
            hint=advice_on_missing(record, key),
        )

    def wrong_type(self, value: Any, kind: Any, path: DocumentPath) -> None:
        """A value is of another kind than the record says."""
        self._add(
            path,
            code="AF-S103",
            message=f"{shown_place(path)} must be {expected(kind)}, found {describe_value(value)}",
            hint=_advice_on_type(value, expected(kind)),
        )

    def empty_list(self, kind: Any, path: DocumentPath) -> None:
        """A list that needs an item has none."""
        wanted = expected(kind).removeprefix("a list of ")
        self._add(
            path,
            key=True,
            code="AF-S104",
            message=f"{shown_place(path)} is empty: at least one of its {wanted} must stand here",
        )

    def no_such_choice(self, value: Any, choices: Sequence[Any], path: DocumentPath) -> None:
        """A value is none of those that may stand here."""
        words = [str(choice) for choice in choices]
        written = f'"{value}"' if isinstance(value, str) else describe_value(value)
        self._add(
            path,
            code="AF-S105",
            message=f"{shown_place(path)} cannot be {written}",
            label=did_you_mean(value, words) if isinstance(value, str) and value not in words else None,
            hint="remove the quotes" if value in words else f"write one of: {', '.join(words)}",
        )

    def malformed_id(self, value: str, path: DocumentPath) -> None:
        """An id has signs that no id may have, or is too long."""
        self._add(
            path,
            code="AF-S106",
            message=f'"{value}" is no valid id',
            hint='an id is a letter or "_", then up to 63 letters, digits, "_" or "-"',
        )

    def out_of_range(self, value: float, kind: Any, path: DocumentPath) -> None:
        """A number lies outside its bounds."""
        self._add(
            path,
            code="AF-S107",
            message=f"{shown_place(path)} must be {_bounds(kind)}, found {value}",
        )

    def _add(
        self,
        path: DocumentPath,
        *,
        code: str,
        message: str,
        label: str | None = None,
        hint: str | None = None,
        key: bool = False,
    ) -> None:
        place = self._locate(path)
        self._findings.add(
            Diagnostic(code=code, message=message, label=label, hint=hint, span=self._span(place, key), path=place)
        )

    def _span(self, path: DocumentPath, key: bool) -> Span:
        return self._document.span(path, key=key and bool(path) and isinstance(path[-1], str))


def _advice_on_unknown(meant: str | None, record: type[Record], allowed: Sequence[str]) -> str | None:
    if meant:
        return None
    if record is StepDefinition:
        return 'what the step itself takes stands under "inputs"'
    return f"allowed here: {', '.join(allowed)}"


def _advice_on_type(value: Any, wanted: str) -> str | None:
    if isinstance(value, str):
        return _advice_on_string(value, wanted)
    if value is None:
        return "give it a value, or remove the key"
    if "a string" in wanted and isinstance(value, bool | int | float):
        return "put it in quotes"
    return None


def _advice_on_string(value: str, wanted: str) -> str | None:
    if value.lower() in ("yes", "no", "on", "off", "true", "false") and "true or false" in wanted:
        return "write true or false: in YAML 1.2 every other word is a string"
    if "list of strings" in wanted:
        return f"write [{value}]"
    if "{{" in value:
        return "templates are not read here; write the value itself"
    if value.replace(".", "", 1).isdigit() and ("number" in wanted or "integer" in wanted):
        return "remove the quotes"
    return None


def _bounds(kind: Any) -> str:
    words = (("above", kind.gt), ("at least", kind.ge), ("below", kind.lt), ("at most", kind.le))
    return " and ".join(f"{word} {bound:g}" for word, bound in words if bound is not None)
