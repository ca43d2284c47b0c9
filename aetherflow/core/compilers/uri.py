"""The name of a flow, taken apart: a path, standard input, or a URI whose scheme picks its compiler."""

import re
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import InputError
from aetherflow.core.documents.source import refusal

#: What a source is called that was read from standard input.
STDIN_NAME = "<stdin>"
#: Schemes behind which a path may stand, or the text itself.
TEXT_SCHEMES = ("yaml", "json")

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_LONGEST_NAME = 300


class FlowUri(Struct, frozen=True):
    """A URI: its scheme in lower case, what stands behind that, and the whole as it was written."""

    scheme: str
    rest: str
    text: str


def uri_of(flow: str) -> FlowUri | None:
    """Take a URI apart; None for a path, and for the dash that means standard input."""
    found = _SCHEME.match(flow)
    return FlowUri(found[1].lower(), flow[found.end() :], flow) if found else None


def is_compiled(flow: str) -> bool:
    """Tell a flow that a compiler reads from a file of this machine and from standard input, which need none."""
    uri = uri_of(flow) if "://" in flow else None
    return uri is not None and uri.scheme != "file"


def shown_flow(flow: str) -> str:
    """Give the name of a flow as people may see it: without credentials, and without the text that it may be."""
    if "://" not in flow:
        return flow
    uri = uri_of(flow)
    if uri and uri.scheme in TEXT_SCHEMES and is_text(uri.rest):
        return f"<{uri.scheme}>"
    # deferred: paths are the common case
    from aetherflow.core.bundles.shown_location import shown_location
    from aetherflow.core.diagnostics.cells import make_visible

    shown = make_visible(shown_location(flow))
    return shown if len(shown) <= _LONGEST_NAME else f"{shown[:_LONGEST_NAME]}…"


def secrets_of_uri(uri: FlowUri) -> Iterator[tuple[str, str]]:
    """Give what in a URI lets its owner in, with the name that it is known by: as it is written, and as it is meant."""
    from urllib.parse import unquote  # deferred, as below: paths are the common case

    from aetherflow.core.bundles.shown_location import secrets_in
    from aetherflow.core.documents.source_patterns import credentials_in

    credentials = credentials_in(uri.text) or ""
    values = [*secrets_in(uri.text), credentials.partition(":")[2] or credentials]
    forms = dict.fromkeys(form for value in values for form in (value, unquote(value)) if form)
    yield from ((f"uri:{number}", form) for number, form in enumerate(forms))


def is_text(rest: str) -> bool:
    """Tell a text from the name of a file: it begins as a mapping of JSON does, or has several lines."""
    return rest.lstrip().startswith("{") or "\n" in rest.strip("\n")


def is_nameless(name: str) -> bool:
    """Tell the name of a flow that nobody can find by it: standard input, or a text."""
    return name.startswith("<")


def findable_flow(name: str) -> str:
    """Give the name of a flow as it is found from any folder; what cannot be found by its name stays."""
    if is_nameless(name):
        return name
    uri = uri_of(name) if "://" in name else None
    if uri is None:
        return str(Path(name).absolute())
    from urllib.parse import quote, unquote  # deferred, as above

    if uri.scheme in TEXT_SCHEMES and (file := text_file(uri.rest)):
        return f"{uri.scheme}://{quote(str(file.absolute()))}"
    if uri.scheme == "sqlite":
        file_name, mark, query = uri.rest.partition("?")
        return f"sqlite://{quote(str(Path(unquote(file_name)).absolute()))}{mark}{query}"
    return name


def local_folder(flow: str) -> Path | None:
    """Give the folder in which a flow's file lies; None where it is no file of this machine."""
    path = _local_path(flow)
    try:
        return path.absolute().parent if path and path.exists() else None
    except (OSError, ValueError):  # too long for a name, or a NUL: a text, then
        return None


def _local_path(flow: str) -> Path | None:
    uri = uri_of(flow) if "://" in flow else None
    if uri is None:
        return Path(flow)
    if uri.scheme == "file":
        try:
            return path_of_file_uri(flow)
        except InputError:
            return None
    return text_file(uri.rest) if uri.scheme in TEXT_SCHEMES else None


def text_file(rest: str) -> Path | None:
    """Give the file that stands behind the scheme of a text, as it is written or with its escapes; None for a text."""
    from urllib.parse import unquote  # deferred: paths are the common case

    for name in dict.fromkeys((rest, unquote(rest))):
        try:
            if name and Path(name).is_file():
                return Path(name)
        except (OSError, ValueError):  # as above
            continue
    return None


def path_of_file_uri(flow: str) -> Path:
    """Give the path that a `file://` URI means; raises InputError for that of another machine."""
    # deferred: paths are the common case
    from urllib.parse import unquote, urlsplit

    try:
        uri = urlsplit(flow)
    except ValueError as error:
        raise refusal(flow, _no_uri(str(error))) from None
    if uri.netloc not in ("", "localhost"):
        raise refusal(flow, _foreign_host(uri.netloc))
    return Path(unquote(uri.path))


def _no_uri(why: str) -> Diagnostic:
    return Diagnostic(code="AF-C101", message=f"this is no URI: {why.lower()}", hint="write file:///home/me/flow.yaml")


def _foreign_host(host: str) -> Diagnostic:
    return Diagnostic(
        code="AF-Y014",
        message=f'a "file://" URI names a file of this machine, not of "{host}"',
        hint="write three slashes before an absolute path: file:///home/me/flow.yaml",
    )
