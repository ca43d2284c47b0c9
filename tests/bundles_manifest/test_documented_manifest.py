"""The manifest that the docs print is a right one, with every key that there is."""

from typing import Any

from jsonschema import Draft202012Validator

from aetherflow.core.documents.schemas import json_schema
from aetherflow.core.operations.bundle_documents import bundle_source
from tests.bundles_manifest.manifests import manifest
from tests.support.blocks import blocks
from tests.support.project import REPOSITORY

PAGE = (REPOSITORY / "docs/bundles/manifest.md").read_text(encoding="utf-8")
#: What could not stand in one manifest with the rest, or is refused in this version.
LEFT_OUT = {"sha256", "module", "signers", "require_signature", "require_isolation", "profile"}


def whole() -> str:
    (text,) = [block.text for block in blocks(PAGE) if block.file_name == "ops/whole.yaml"]
    return text.replace("version: 1\n", "")


def test_it_is_read_without_findings() -> None:
    loaded = manifest(whole())
    assert loaded.entry_flow == "flows/main.yaml"
    assert bundle_source(manifest(whole().replace("resource: git_server", "")), {}, None).ref == "main"


def test_it_fits_the_schema_of_editors() -> None:
    assert Draft202012Validator(json_schema("manifest")).is_valid(manifest(whole()).document.data)


def test_it_shows_every_key() -> None:
    schema = json_schema("manifest")
    records = [schema, *(schema["$defs"][name] for name in schema["$defs"] if name not in ("Resource", "Decode"))]
    keys = {key for record in records for key in record["properties"]} - LEFT_OUT
    assert keys - keys_in(manifest(whole()).document.data) == set()


def keys_in(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(keys_in, value.values()))
    return set().union(*map(keys_in, value)) if isinstance(value, list) else set()
