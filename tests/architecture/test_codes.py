"""Every code of a finding has a page and a test, and every page belongs to a finding."""

import tomllib
from pathlib import Path

import pytest

from aetherflow.core.diagnostics.pages import all_pages
from tests.architecture.source import CODE, PACKAGE, named_in_source, named_in_tests
from tests.support.project import REPOSITORY
from tests.support.write_docs import FAMILIES, codes_page

PAGE_FILES = sorted((PACKAGE / "core/diagnostics/pages").glob("*.toml"))


def test_every_code_in_the_source_has_a_page() -> None:
    pages = {page.code for page in all_pages()}
    assert {code: str(path) for code, path in named_in_source(CODE).items() if code not in pages} == {}


def test_every_page_belongs_to_a_code_in_the_source() -> None:
    assert {page.code for page in all_pages()} - set(named_in_source(CODE)) == set()


def test_every_code_in_the_source_is_held_by_a_test() -> None:
    tested = named_in_tests(CODE)
    assert {code: str(path) for code, path in named_in_source(CODE).items() if code not in tested} == {}


def test_every_page_says_what_it_means_and_what_to_do() -> None:
    assert [page.code for page in all_pages() if not (page.title and page.meaning.strip() and page.fix.strip())] == []


def test_no_code_has_two_pages() -> None:
    codes = [code for file in PAGE_FILES for code in tomllib.loads(file.read_text(encoding="utf-8"))]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("file", PAGE_FILES, ids=lambda file: file.stem)
def test_a_file_of_pages_holds_one_family(file: Path) -> None:
    families = {code.removeprefix("AF-")[0] for code in tomllib.loads(file.read_text(encoding="utf-8"))}
    assert len(families) == 1
    assert families < set(FAMILIES)


def test_the_page_of_codes_in_docs_is_up_to_date() -> None:
    assert (REPOSITORY / "docs/codes.md").read_text(encoding="utf-8") == codes_page()
