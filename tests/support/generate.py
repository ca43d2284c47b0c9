"""Writes every file that is made from the source: `python -m tests.support.generate`; `--check` only compares."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aetherflow.core.documents.schemas import json_schema
from aetherflow.core.plugins.plugin_manifest import plugin_manifest_schema
from tests.support.project import REPOSITORY
from tests.support.write_api_reference import API_PAGE, api_page
from tests.support.write_builtin_index import builtin_index
from tests.support.write_docs import DOCTOR_PAGE, codes_page, doctor_page
from tests.support.write_reference import reference_pages


def schema_file(name: str) -> Callable[[], bytes]:
    """Give the maker of a document's JSON Schema."""
    return lambda: formatted(json_schema(name))


def formatted(schema: dict[str, Any]) -> bytes:
    """Write a schema for people to read."""
    return (json.dumps(schema, indent=2, ensure_ascii=False) + "\n").encode()


GENERATED: dict[str, Callable[[], bytes]] = {
    "aetherflow/core/plugins/builtin_index.json": builtin_index,
    API_PAGE: lambda: api_page().encode(),
    "docs/codes.md": lambda: codes_page().encode(),
    DOCTOR_PAGE: lambda: doctor_page().encode(),
    "schemas/flow.schema.json": schema_file("flow"),
    "schemas/manifest.schema.json": schema_file("manifest"),
    "schemas/plugin.schema.json": lambda: formatted(plugin_manifest_schema()),
    "schemas/plugins.schema.json": schema_file("plugins"),
    "schemas/profiles.schema.json": schema_file("profiles"),
    **reference_pages(),
}


def stale_files(root: Path = REPOSITORY) -> list[str]:
    """Name the generated files that are absent or differ from what the source gives now."""
    return [name for name, make in GENERATED.items() if not _is_up_to_date(root / name, make())]


def _is_up_to_date(path: Path, content: bytes) -> bool:
    return path.is_file() and path.read_bytes() == content


def main(arguments: list[str]) -> int:
    """Write what is stale, or with ``--check`` name it and give 1."""
    stale = stale_files()
    if "--check" in arguments:
        for name in stale:
            print(f"{name} is out of date: run `python -m tests.support.generate`")
        return 1 if stale else 0
    for name in stale:
        (REPOSITORY / name).parent.mkdir(parents=True, exist_ok=True)
        (REPOSITORY / name).write_bytes(GENERATED[name]())
        print(f"wrote {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
