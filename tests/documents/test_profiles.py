"""A profiles document becomes typed profiles."""

from aetherflow.core.documents.profiles import load_profiles
from aetherflow.core.documents.reader import read_document
from aetherflow.core.documents.source import Source
from tests.documents.reading import read


def test_profiles_are_typed_by_name() -> None:
    loaded = load_profiles(read("x-base: &b {host: h}\nprod:\n  config: *b\n  decode: {config: {password: true}}\n"))
    assert loaded.diagnostics == []
    assert list(loaded.profiles.profiles) == ["prod"]
    prod = loaded.profiles.profiles["prod"]
    assert (prod.config, prod.options, prod.decode.config) == ({"host": "h"}, {}, {"password": True})


def test_a_mistake_in_a_profile_is_a_finding_and_the_rest_is_kept() -> None:
    document = read("prod:\n  konfig: {host: h}\ntest: 5\n")
    loaded = load_profiles(document)
    assert [(finding.message, finding.path) for finding in loaded.diagnostics] == [
        ('unknown key "konfig" in a profile', ("prod", "konfig")),
        ('"test" must be a mapping (a profile), found an integer', ("test",)),
    ]
    assert loaded.profiles.profiles["prod"].config == {"host": "h"}


def test_a_profiles_document_that_is_no_mapping_is_a_finding() -> None:
    document = read_document(Source("profiles.yaml", "- a")).document
    assert document is not None
    loaded = load_profiles(document)
    assert [finding.message for finding in loaded.diagnostics] == ["the document must be a mapping, found a list"]
    assert loaded.profiles.profiles == {}
