"""What the connectors of kind `files` share: connections that are kept while they are good, one for each thread."""

import threading
from contextlib import suppress
from typing import Any, ClassVar

from aetherflow.core.api import ConnectorBase
from aetherflow.core.builtins.files.hiding import texts_of, without_values
from aetherflow.core.builtins.files.store import FileStore
from aetherflow.core.builtins.resource_use import Trouble

CONNECT_SECONDS = 10.0
ANSWER_SECONDS = 30.0

_LONGEST_SECONDS = 86_400.0

TIMEOUTS: dict[str, Any] = {
    "connect_timeout_seconds": {
        "type": "number",
        "exclusiveMinimum": 0,
        "default": CONNECT_SECONDS,
        "description": "How long opening a connection, and signing in, may take.",
    },
    "timeout_seconds": {
        "type": "number",
        "exclusiveMinimum": 0,
        "default": ANSWER_SECONDS,
        "description": "How long nothing may come of the server in the middle of something.",
    },
}


class FilesConnector(ConnectorBase):
    """Lends open stores, each to one thread at a time; a sub-class says how to open one."""

    #: Keys of `config` and `options` whose texts may be shown.
    public_keys: ClassVar[frozenset[str]] = frozenset()
    #: How many connections a step may have at once.
    most_at_once: int = 32

    def __init__(self, *, config: dict[str, Any], options: dict[str, Any]) -> None:
        super().__init__(config=config, options=options)
        #: How long opening a connection may take, and how long nothing may come of the server.
        self.connect_seconds = seconds(options, "connect_timeout_seconds", CONNECT_SECONDS)
        self.answer_seconds = seconds(options, "timeout_seconds", ANSWER_SECONDS)
        self._lock = threading.Lock()
        self._idle: list[FileStore] = []
        self._own: FileStore | None = None

    @property
    def place(self) -> str:
        """Where it leads, without credentials; must be defined by every sub-class."""
        raise NotImplementedError(f"{type(self).__name__} defines no place")

    def opened(self) -> FileStore:
        """Open a new connection; must be defined by every sub-class."""
        raise NotImplementedError(f"{type(self).__name__} defines no opened(self)")

    def explain(self, error: Exception) -> Trouble | None:
        """Give the words for what the library raised, None where it knows none better than the library's own."""
        return None

    def connect(self) -> FileStore:
        """Give an open store for the caller's thread, the same again while it can be used."""
        if self._own is None or not self._own.is_alive():
            self._own = self.opened()
        return self._own

    def close(self) -> None:
        """Close every connection that nobody has borrowed."""
        with self._lock:
            idle, self._idle = self._idle, []
        for store in (*idle, *([self._own] if self._own else [])):
            with suppress(Exception):  # foreign code: of a connection that broke, all that matters is that it is gone
                store.close()
        self._own = None

    def borrow(self) -> FileStore:
        """Give a store to one thread: one that was given back and still lives, or a new one."""
        while True:
            with self._lock:
                store = self._idle.pop() if self._idle else None
            if store is None:
                return self.opened()
            if store.is_alive():
                return store
            with suppress(Exception):  # as above
                store.close()

    def give_back(self, store: FileStore) -> None:
        """Take back a store in which nothing is going on."""
        with self._lock:
            self._idle.append(store)

    def without_credentials(self, text: str) -> str:
        """Give a text in which nothing stands that the resource says, but for what everybody may know."""
        values = texts_of([self.config, self.options], self.public_keys)
        return without_values(text, values)


def seconds(options: dict[str, Any], key: str, default: float) -> float:
    """Give a number of seconds, which a template may have made a text; ValueError for what is none."""
    try:
        value = float(options.get(key, default))
    except (TypeError, ValueError):
        value = 0.0
    if not 0 < value <= _LONGEST_SECONDS:
        raise ValueError(f'option "{key}" must be a number of seconds above 0, found {options[key]!r}')
    return value


def is_on(options: dict[str, Any], key: str) -> bool:
    """Tell whether a switch is on, which a template may have made a text; ValueError for what is none."""
    value = options.get(key, False)
    if isinstance(value, bool):
        return value
    if str(value).lower() in ("true", "false"):
        return str(value).lower() == "true"
    raise ValueError(f'option "{key}" must be true or false')
