"""Makes typed records of data that are not quite right: every departure is a finding, and what can be kept is kept.

Reached only when the fast conversion has failed. Values that cannot be used are replaced by their default, or where
there is none by a placeholder whose names begin with NUL; lists keep their length, so that paths stay true. So meaning
can still be checked, and a user learns of everything in one go.
"""

import re
from collections.abc import Callable, Mapping
from operator import ge, gt, le, lt
from typing import Any

import msgspec.inspect as kinds

from aetherflow.core.contracts.span import DocumentPath
from aetherflow.core.documents.flow import Record
from aetherflow.core.documents.structure_problems import StructureProblems
from aetherflow.core.documents.structure_words import meant_key

#: Names that begin so were not written by anybody: validation passes over them.
PLACEHOLDER = "\0"


class _Refused:
    """Stands for a value that cannot be used."""


_REFUSED = _Refused()


class StructureReader:
    """Reads plain data as a record type, tolerantly."""

    def __init__(self, problems: StructureProblems) -> None:
        self._problems = problems
        self._readers: dict[type, Callable[[Any, Any, DocumentPath], Any]] = {
            kinds.AnyType: lambda value, kind, path: value,
            kinds.Metadata: lambda value, kind, path: self._read(value, kind.type, path),
            kinds.StructType: self._read_record,
            kinds.ListType: self._read_list,
            kinds.DictType: self._read_mapping,
            kinds.StrType: self._read_string,
            kinds.IntType: self._read_number,
            kinds.FloatType: self._read_number,
            kinds.BoolType: self._read_boolean,
            kinds.NoneType: self._read_nothing,
            kinds.LiteralType: self._read_choice,
            kinds.UnionType: self._read_union,
        }

    def read(self, data: Any, record: Any) -> Any:
        """Give a value of the type, whatever the data are."""
        kind = kinds.type_info(record)
        value = self._read(data, kind, ())
        return _placeholder(kind) if value is _REFUSED else value

    def _read(self, value: Any, kind: Any, path: DocumentPath) -> Any:
        return self._readers[type(kind)](value, kind, path)

    def _read_record(self, value: Any, kind: kinds.StructType, path: DocumentPath) -> Any:
        if not isinstance(value, dict):
            return self._refuse(value, kind, path)
        written = self._keys_by_field(value, kind, path)
        fields = {field.name: self._read_field(value, field, written, kind, path) for field in kind.fields}
        return kind.cls(**{name: read for name, read in fields.items() if read is not _REFUSED})

    def _keys_by_field(self, value: dict[str, Any], kind: kinds.StructType, path: DocumentPath) -> dict[str, str]:
        """Match keys to fields; a misspelt key stands for the field that was meant, where that one is absent."""
        allowed = [field.encode_name for field in kind.fields]
        written = {key: key for key in value if key in allowed}
        for key in value:
            if key not in written:
                meant = meant_key(key, allowed)
                self._problems.unknown_key(key, meant, _record(kind), allowed, path)
                if meant and meant not in value:
                    written.setdefault(meant, key)
        return written

    def _read_field(
        self,
        value: dict[str, Any],
        field: kinds.Field,
        written: Mapping[str, str],
        kind: kinds.StructType,
        path: DocumentPath,
    ) -> Any:
        key = written.get(field.encode_name)
        if key is not None:
            read = self._read(value[key], field.type, (*path, key))
        else:
            read = _REFUSED
            if field.required:
                self._problems.missing_key(field.encode_name, _record(kind), value, path)
        return _placeholder(field.type) if read is _REFUSED and field.required else read

    def _read_list(self, value: Any, kind: kinds.ListType, path: DocumentPath) -> Any:
        if isinstance(value, str) and isinstance(kind.item_type, kinds.StrType):
            self._problems.wrong_type(value, kind, path)
            return [value]
        if not isinstance(value, list):
            return self._refuse(value, kind, path)
        if len(value) < (kind.min_length or 0):
            self._problems.empty_list(kind, path)
            return _REFUSED
        return [self._read_inner(item, kind.item_type, (*path, number)) for number, item in enumerate(value)]

    def _read_mapping(self, value: Any, kind: kinds.DictType, path: DocumentPath) -> Any:
        if not isinstance(value, dict):
            return self._refuse(value, kind, path)
        return {key: self._read_inner(item, kind.value_type, (*path, key)) for key, item in value.items()}

    def _read_inner(self, value: Any, kind: Any, path: DocumentPath) -> Any:
        read = self._read(value, kind, path)
        return _placeholder(kind) if read is _REFUSED else read

    def _read_string(self, value: Any, kind: kinds.StrType, path: DocumentPath) -> Any:
        if not isinstance(value, str):
            return self._refuse(value, kind, path)
        if kind.pattern and not re.search(kind.pattern, value):
            self._problems.malformed_id(value, path)  # kept as it is: references to it are no second mistake
        return value

    def _read_number(self, value: Any, kind: kinds.IntType | kinds.FloatType, path: DocumentPath) -> Any:
        allowed = int if isinstance(kind, kinds.IntType) else (int, float)
        if isinstance(value, bool) or not isinstance(value, allowed):
            return self._refuse(value, kind, path)
        if not _keeps_bounds(value, kind):
            self._problems.out_of_range(value, kind, path)
            return _REFUSED
        return value

    def _read_boolean(self, value: Any, kind: Any, path: DocumentPath) -> Any:
        return value if isinstance(value, bool) else self._refuse(value, kind, path)

    def _read_nothing(self, value: Any, kind: Any, path: DocumentPath) -> Any:
        return value if value is None else self._refuse(value, kind, path)

    def _read_choice(self, value: Any, kind: kinds.LiteralType, path: DocumentPath) -> Any:
        if any(value == choice and type(value) is type(choice) for choice in kind.values):
            return value
        self._problems.no_such_choice(value, kind.values, path)
        return _REFUSED

    def _read_union(self, value: Any, kind: kinds.UnionType, path: DocumentPath) -> Any:
        """Read as the alternative of the value's own type, so that a mistake is one finding and not one for each."""
        wanted = [inner for inner in kind.types if _is_of(value, inner)]
        wanted = wanted or [inner for inner in kind.types if isinstance(inner, kinds.LiteralType)]
        return self._read(value, wanted[0], path) if wanted else self._refuse(value, kind, path)

    def _refuse(self, value: Any, kind: Any, path: DocumentPath) -> _Refused:
        self._problems.wrong_type(value, kind, path)
        return _REFUSED


_PYTHON_TYPES: dict[type, type | tuple[type, ...]] = {
    kinds.StrType: str,
    kinds.BoolType: bool,
    kinds.IntType: int,
    kinds.FloatType: (int, float),
    kinds.NoneType: type(None),
    kinds.ListType: list,
    kinds.DictType: dict,
    kinds.StructType: dict,
}


def _record(kind: kinds.StructType) -> type[Record]:
    assert issubclass(kind.cls, Record)  # documents are made of nothing else
    return kind.cls


def _is_of(value: Any, kind: Any) -> bool:
    inner = kind.type if isinstance(kind, kinds.Metadata) else kind
    if isinstance(value, bool) and not isinstance(inner, kinds.BoolType):
        return False
    return isinstance(value, _PYTHON_TYPES.get(type(inner), ()))


def _keeps_bounds(value: float, kind: Any) -> bool:
    bounds = ((kind.gt, gt), (kind.ge, ge), (kind.lt, lt), (kind.le, le))
    return all(bound is None or holds(value, bound) for bound, holds in bounds)


def _placeholder(kind: Any) -> Any:
    """Make a value of a type that nobody wrote."""
    if isinstance(kind, kinds.Metadata):
        return _placeholder(kind.type)
    if isinstance(kind, kinds.StructType):
        return kind.cls(**{field.name: _placeholder(field.type) for field in kind.fields if field.required})
    if isinstance(kind, kinds.ListType):
        return [_placeholder(kind.item_type) for _ in range(kind.min_length or 0)]
    if isinstance(kind, kinds.StrType):
        return PLACEHOLDER
    return {} if isinstance(kind, kinds.DictType) else None
