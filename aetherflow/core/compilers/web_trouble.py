"""What goes wrong with a web server, by the codes of flows; the words are those of all downloads."""

from collections.abc import Mapping

from aetherflow.core.bundles.file_tree.faults import SourceFault
from aetherflow.core.compilers.fetch_trouble import missing, unavailable
from aetherflow.core.contracts.errors import SourceUnavailable

#: By the codes that downloads have: a bundle's, for what there is a manifest with resources.
_CODES: Mapping[str, str] = {
    "AF-B141": "AF-C101",
    "AF-B143": "AF-C103",
    "AF-B144": "AF-C105",
    "AF-B145": "AF-C106",
    "AF-B146": "AF-C107",
    "AF-B147": "AF-C108",
    "AF-B166": "AF-C112",
    "AF-B167": "AF-C111",
}
_HINTS: Mapping[str, str] = {
    "AF-C101": "write it as https://host/path/to/flow.yaml",
    "AF-C103": "see whether the server is up, and what HTTPS_PROXY, HTTP_PROXY and NO_PROXY say; try again",
    "AF-C105": "look at the URL, and at the credentials: `headers` under `workflow_plugins` of plugins.yaml",
    "AF-C112": "look at the file that SSL_CERT_FILE names, and at HTTPS_PROXY, HTTP_PROXY and ALL_PROXY",
}
_GONE = (404, 410)
_PROXY_SIGN_IN, _TOO_MANY, _FIRST_OF_SERVERS = 407, 429, 500
_PROXY_HINT = "the proxy wants a user and password: write them into HTTPS_PROXY or HTTP_PROXY"
_MISSING_HINT = "look at the URL; some servers answer this to whoever is not signed in"


def trouble_on_web(name: str, fault: SourceFault, *, status: int | None = None) -> SourceUnavailable:
    """Say what is wrong, and what to do; ``status`` is what the server answered, where it did."""
    if status in _GONE:
        return missing(name, fault.what, _MISSING_HINT)
    code = _CODES.get(fault.code, "AF-C103")
    hint = _PROXY_HINT if status == _PROXY_SIGN_IN else _HINTS.get(code, fault.hint)
    return unavailable(name, code, fault.what, fault.hint if _is_its_own(status) else hint)


def _is_its_own(status: int | None) -> bool:
    """Tell a status that neither the URL nor the credentials have anything to do with."""
    return status is not None and (status >= _FIRST_OF_SERVERS or status == _TOO_MANY)
