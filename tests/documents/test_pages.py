"""The example of a code's page gives that code."""

import pytest

from aetherflow.core.diagnostics.pages import Page, all_pages
from tests.documents.reading import codes

EXAMPLES = [page for page in all_pages() if "AF-Y1" <= page.code < "AF-Z" and page.example]


@pytest.mark.parametrize("page", EXAMPLES, ids=lambda page: page.code)
def test_the_example_of_a_page_gives_its_code(page: Page) -> None:
    assert page.code in codes(page.example)
