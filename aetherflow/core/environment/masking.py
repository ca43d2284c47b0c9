"""The masking sink: every text that leaves the runner passes through it; every value that is stored is sealed by it."""

from collections.abc import Callable, Iterable, Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.environment.sealing import (
    MARK,
    UnknownSecret,
    fresh_container,
    rebuild,
    seal_value,
    strings_in,
    unseal_value,
)
from aetherflow.core.environment.shortest_secret import SHORTEST_SECRET
from aetherflow.core.environment.snapshot import RESERVED_PREFIX, Snapshot

if TYPE_CHECKING:
    from aetherflow.core.environment.secret_index import SecretIndex

MASK = "***"
#: Fewer characters of a secret than this tell nothing.
_SHORTEST_CUT = 4


class Masker:
    """Knows the run's secrets, hides them in texts, and swaps them for references in what is stored.

    Secrets may be added at any time; what is compiled for the search is built when it is first needed.
    """

    def __init__(self, secrets: Iterable[tuple[str, str]] = ()) -> None:
        self._values: dict[str, str] = {}
        self._secrets: dict[tuple[str, str], None] = {}  # in order, the earlier values of an origin too
        self._short: dict[str, None] = {}
        self._index: SecretIndex | None = None
        for origin, value in secrets:
            self.add(origin, value)

    @property
    def short_secrets(self) -> tuple[str, ...]:
        """The origins whose values are too short to be masked."""
        return tuple(self._short)

    @property
    def has_secrets(self) -> bool:
        """Whether there is anything to mask."""
        return bool(self._secrets)

    def add(self, origin: str, value: str) -> None:
        """Take note of a secret. Values of blanks only, or shorter than six characters, are not masked."""
        if not value.strip():
            return
        self._values[origin] = value
        if len(value) < SHORTEST_SECRET:
            self._short[origin] = None
            return
        if (origin, value) not in self._secrets:
            self._secrets[origin, value] = None
            self._index = None

    def mask_text(self, text: str) -> str:
        """Replace every secret in a text by ``***``."""
        index = self._searchable()
        return text if index is None else _masked(text, index)

    def hides(self, text: str) -> bool:
        """Tell whether a secret stands in a text."""
        index = self._searchable()
        return index is not None and index.occurs_in(text)

    def without_cut_secret(self, text: str) -> str:
        """Mask the beginning of a secret at the end of a text that was cut there; the rest stays as it is."""
        from aetherflow.core.environment.secret_forms import forms_of  # deferred: only wanted for output beyond a cap

        longest = 0
        for value in self._values.values():
            for _, form in forms_of(value):
                sizes = range(min(len(form) - 1, len(text)), max(longest, _SHORTEST_CUT - 1), -1)
                longest = next((size for size in sizes if text.endswith(form[:size])), longest)
        return text[: len(text) - longest] + MASK if longest else text

    def mask(self, value: Any) -> Any:
        """Replace every secret in the strings of a JSON value, keys excepted; the value itself stays as it is."""
        index = self._searchable()
        if index is None:
            return value
        if isinstance(value, str):
            return _masked(value, index)
        if not index.occurs_in("\0".join(strings_in(value))):
            return value

        def replace(item: Any) -> tuple[Any, Any]:
            if type(item) is str:  # not a status: those are enumerations, and stay readable whatever is secret
                return _masked(item, index), None
            inner = fresh_container(item)
            return (item if inner is None else inner), inner

        return rebuild(value, replace)

    def seal(self, value: Any) -> Any:
        """Replace every secret in the strings of a JSON value by a reference to its origin and form."""
        index = self._searchable()
        texts = list(strings_in(value))
        if MARK not in texts and (index is None or not index.occurs_in("\0".join(texts))):
            return value
        return seal_value(value, index)

    def unseal(self, value: Any) -> Any:
        """Put the secrets, as they are now, back into a sealed value.

        Raises UnknownSecret, which names the origin, where one is not known.
        """
        return unseal_value(value, self._form)

    def _form(self, origin: str, form: str) -> str:
        from aetherflow.core.environment.secret_forms import forms_of

        if origin not in self._values:
            raise UnknownSecret(origin)
        for name, text in forms_of(self._values[origin], shortest=1):
            if name == form:
                return text
        raise UnknownSecret(origin)  # the secret has another shape now, for example fewer lines

    def _searchable(self) -> "SecretIndex | None":
        if self._index is None and self._secrets:
            # deferred: 10 ms on a cold start, only wanted where there is a secret
            from aetherflow.core.environment.secret_index import SecretIndex

            self._index = SecretIndex(self._secrets)
        return self._index


def _masked(text: str, index: "SecretIndex") -> str:
    parts: list[str] = []
    position = 0
    for occurrence in index.occurrences(text):
        parts += (text[position : occurrence.start], MASK)
        position = occurrence.end
    return "".join((*parts, text[position:])) if parts else text


def secrets_of_environment(snapshot: Snapshot, patterns: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Give origin and value of every secret variable."""
    for name in secret_names(snapshot.values, patterns):
        yield f"env:{name}", snapshot.values[name]


def secret_names(names: Iterable[str], patterns: Iterable[str]) -> Iterator[str]:
    """Give, of the names of variables, those that match a pattern, in whatever case.

    Our own settings are no secrets (``AETHERFLOW_SECRETS_PATH`` would be one by its name), unless a pattern begins
    with their prefix.
    """
    written = [pattern.upper() for pattern in patterns]
    wanted = [_matcher(pattern) for pattern in written]
    outward = [_matcher(pattern) for pattern in written if pattern.startswith(RESERVED_PREFIX)]
    for name in names:
        upper = name.upper()
        candidates = outward if upper.startswith(RESERVED_PREFIX) else wanted
        if any(matches(upper) for matches in candidates):
            yield name


def _matcher(pattern: str) -> Callable[[str], bool]:
    """Give what tells whether a name matches; a text between stars is looked for, which spares a regular expression."""
    inner = pattern.strip("*")
    if any(sign in inner for sign in "*?["):
        return lambda name: fnmatchcase(name, pattern)
    if pattern.startswith("*"):
        return (lambda name: inner in name) if pattern.endswith("*") else (lambda name: name.endswith(inner))
    return (lambda name: name.startswith(inner)) if pattern.endswith("*") else (lambda name: name == inner)


def short_secret_note(origins: Iterable[str]) -> Diagnostic:
    """Note that these secrets are too short to be masked."""
    return Diagnostic(
        code="AF-E505",
        severity=Severity.NOTE,
        message=f"too short to be masked: {', '.join(origins)}",
        hint=f"values shorter than {SHORTEST_SECRET} characters appear as they are in output and state",
    )
