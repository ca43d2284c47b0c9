"""The page of every code: what the finding means, an example, and what to write instead."""

from functools import lru_cache

from msgspec import Struct

_FAMILIES = {
    "AF-Y": "yaml",
    "AF-S": "structure",
    "AF-F": "flow",
    "AF-T": "templates",
    "AF-W": "when",
    "AF-E": "environment",
    "AF-R": "run",
    "AF-B": "bundles",
    "AF-P": "plugins",
    "AF-O": "observers",
    "AF-H": "hooks",
    "AF-C": "compilers",
}


class Page(Struct, frozen=True, kw_only=True):
    """One code's page. ``example`` is a small piece of a document that is wrong, or empty."""

    code: str
    title: str
    meaning: str
    example: str = ""
    fix: str


def page_of(code: str) -> Page | None:
    """Give the page of a code, in any case, or None where there is no such code."""
    code = code.strip().upper()
    family = _FAMILIES.get(code[:4])
    return _family_pages(family).get(code) if family else None


def all_pages() -> list[Page]:
    """Give every page, by family in the order of the families, then by code."""
    return [page for family in _FAMILIES.values() for _, page in sorted(_family_pages(family).items())]


@lru_cache(maxsize=len(_FAMILIES))
def _family_pages(family: str) -> dict[str, Page]:
    # deferred: 20 ms together, only wanted when somebody asks about a code
    import tomllib
    from importlib.resources import files

    folder = files("aetherflow.core.diagnostics") / "pages"
    # A family with many codes has several files, each with one subject: plugins.toml, plugins_trust.toml…
    own = sorted((file for file in folder.iterdir() if _stem(file.name) == family), key=lambda file: file.name)
    tables = {code: table for file in own for code, table in tomllib.loads(file.read_text("utf-8")).items()}
    return {code: _page(code, table) for code, table in tables.items()}


def _stem(file_name: str) -> str:
    return file_name.removesuffix(".toml").partition("_")[0]


def _page(code: str, table: dict[str, str]) -> Page:
    return Page(code=code, **{name: text.strip("\n") for name, text in table.items()})
