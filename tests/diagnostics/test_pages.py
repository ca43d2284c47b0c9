import re

import pytest

from aetherflow.core.diagnostics.pages import all_pages, page_of
from tests.diagnostics.imports import brings_along


def test_a_page_tells_title_meaning_example_and_fix() -> None:
    page = page_of("AF-T101")
    assert page
    assert page.title == "unsupported templating syntax"
    assert page.meaning.startswith("Something else than a path")
    assert "{{ params.day | upper }}" in page.example
    assert r"\{{.Names}}" in page.fix


def test_a_code_may_be_written_in_small_letters() -> None:
    assert page_of(" af-w101 ") == page_of("AF-W101")


@pytest.mark.parametrize("code", ["AF-T999", "AF-Q101", "", "nonsense", "AF-"])
def test_an_unknown_code_has_no_page(code: str) -> None:
    assert page_of(code) is None


def test_every_page_is_complete_and_belongs_to_its_family() -> None:
    for page in all_pages():
        assert re.fullmatch(r"AF-[A-Z]\d{3}", page.code)
        assert page.title
        assert page.meaning
        assert page.fix
        assert page_of(page.code) == page


def test_no_code_has_two_pages() -> None:
    codes = [page.code for page in all_pages()]
    assert len(codes) == len(set(codes))


def test_pages_are_imported_without_their_reader() -> None:
    assert not brings_along("aetherflow.core.diagnostics.forms", "tomllib")
