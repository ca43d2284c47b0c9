"""What examples of codes need around them: servers, packages, a machine of another kind. code_cases.toml names it."""

import importlib
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager

from tests.docs_blocks.served import Folder

#: What an example is to have instead of some of its words: the port of a server, say.
Replaced = Mapping[str, str]
Surroundings = Callable[..., AbstractContextManager[Replaced]]


@contextmanager
def surrounded(names: Sequence[str], folder: Folder) -> Iterator[Replaced]:
    """Make surroundings for a folder; each is named as "MODULE.FUNCTION WORD…", after a module of this package."""
    with ExitStack() as stack:
        replaced: dict[str, str] = {}
        for name in names:
            where, *words = shlex.split(name)
            module, _, function = where.partition(".")
            made: Surroundings = getattr(importlib.import_module(f"{__name__}.{module}"), function)
            replaced |= stack.enter_context(made(folder, *words))
        yield replaced
