"""What the source offers is named in the docs, and what the docs point to exists."""

import re

from aetherflow.core import api
from aetherflow.core.environment.settings import Settings
from tests.architecture.source import PACKAGE, SETTING, documentation, named_in_source
from tests.support.generate import stale_files
from tests.support.project import REPOSITORY

SOURCE_FILE = re.compile(r"`((?:[a-z_]+/)*[a-z_]+\.(?:py|toml|sql))`")
LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")


def test_every_setting_is_named_in_the_docs() -> None:
    docs = "\n".join(documentation().values())
    settings = {f"AETHERFLOW_{field.upper()}" for field in Settings.__struct_fields__}
    assert {name for name in settings | set(named_in_source(SETTING)) if f"`{name}" not in docs} == set()


def test_every_name_of_the_public_api_is_named_in_the_docs() -> None:
    words = set(re.findall(r"\w+", "\n".join(documentation().values())))
    assert [name for name in api.__all__ if name not in words] == []


def test_the_docs_promise_no_part_of_the_context_that_is_not_there() -> None:
    parts = {name for context in (api.StepContext, api.HookContext, api.ToolContext) for name in dir(context)}
    assert _named_in_vain(r"\bctx\.(\w+)", parts) == []


def test_the_docs_promise_no_decorator_that_is_not_there() -> None:
    assert _named_in_vain(r"\b(register_\w+)", set(api.__all__)) == []


def _named_in_vain(pattern: str, there: set[str]) -> list[str]:
    named = {(page, name) for page, text in documentation().items() for name in re.findall(pattern, text)}
    return sorted(f"{page}: {name}" for page, name in named if name not in there)


def test_every_link_to_a_file_leads_somewhere() -> None:
    dead = [
        f"{page}: {target}"
        for page, text in documentation().items()
        for target in LINK.findall(text)
        if not (REPOSITORY / page.parent / target).exists()
    ]
    assert dead == []


def test_every_page_stands_in_the_index() -> None:
    index = (REPOSITORY / "docs/README.md").read_text(encoding="utf-8")
    docs = REPOSITORY / "docs"
    reference = (docs / "reference/README.md").read_text(encoding="utf-8")
    pages = [path.relative_to(docs).as_posix() for path in docs.rglob("*.md") if path.name != "README.md"]
    assert [name for name in pages if f"({name})" not in index + reference.replace("](", "](reference/")] == []


def test_every_example_of_the_reference_makes_a_page_and_is_named_by_a_test() -> None:
    examples = [path.stem for path in (REPOSITORY / "docs/reference/examples").glob("*.yaml")]
    pages = {path.stem for path in (REPOSITORY / "docs/reference").rglob("*.md")}
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (REPOSITORY / "tests").rglob("test_*.py"))
    assert examples
    assert [name for name in examples if name not in pages or f'"{name}"' not in tests] == []


def test_generated_files_are_up_to_date() -> None:
    assert stale_files() == []


def test_every_source_file_that_contributing_names_exists() -> None:
    text = (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8")
    files = [f"/{path.relative_to(REPOSITORY).as_posix()}" for path in PACKAGE.rglob("*.*")]
    named = set(SOURCE_FILE.findall(text))
    assert named
    assert [name for name in sorted(named) if not any(file.endswith(f"/{name}") for file in files)] == []
