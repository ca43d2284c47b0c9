"""Symbolic links of a source: what stays inside is copied from where it leads, what leads out is refused.

A bundle has plain files only: it means the same wherever it lies, and no name in it can be made to lead elsewhere.
"""

from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping

from msgspec import Struct

from aetherflow.core.bundles.file_tree.faults import SourceFault, shown_name
from aetherflow.core.documents.inner_paths import is_too_long

_MOST_HOPS = 40  # as Linux has it
_NO_NAMES = ("", ".", "..")
_HINT = "put a copy of what it leads to in the link's place, or remove it"


class FollowedLinks(Struct, frozen=True):
    """``copies`` has, for each path that links add, the file it is a copy of; ``dangling`` are links to nothing."""

    copies: dict[str, str]
    dangling: tuple[str, ...]


def follow_links(
    files: Collection[str],
    links: Mapping[str, str],
    most: int,
    check_time: Callable[[], None],
    empty_folders: Collection[str] = (),
) -> FollowedLinks:
    """Follow each link inside the tree as the system does; ``links`` has their targets by path. Raises SourceFault.

    A link to a file becomes a copy of that file, one to a folder a copy of all that is in it: ``most`` files in all.
    ``check_time`` raises where it takes too long: a few links that are made for it keep a processor busy for hours.
    """
    tree = _Tree(files, links, empty_folders, check_time)
    copies: dict[str, str] = {}
    dangling: list[str] = []
    for link in links:
        for path, target in tree.copies(link, tree.end_of(link), frozenset()):
            if tree.has(target):
                copies[path] = target
            else:
                dangling.append(path)
            if len(copies) + len(dangling) > most:
                raise SourceFault("AF-B182", f"its links lead to more than {most:,} files", _HINT)
    return FollowedLinks(copies, tuple(dangling))


class _Tree:
    """The names in each folder; a link is a name like others."""

    def __init__(
        self,
        files: Collection[str],
        links: Mapping[str, str],
        empty_folders: Collection[str],
        check_time: Callable[[], None],
    ) -> None:
        self._files = files
        self._links = links
        self._check_time = check_time
        self._names: dict[str, list[str]] = {"": []}
        for path in (*files, *links, *empty_folders):
            self._place(path)
        for path in empty_folders:
            self._names.setdefault(path, [])

    def _place(self, path: str) -> None:
        is_new = True
        while path and is_new:
            folder, _, name = path.rpartition("/")
            is_new = folder not in self._names
            self._names.setdefault(folder, []).append(name)
            path = folder

    def has(self, path: str) -> bool:
        """Tell whether there is a file of that path."""
        return path in self._files

    def end_of(self, link: str) -> str:
        """Give the path where a link ends, which is no link; it may be one of nothing. The root is ""."""
        done: list[str] = []
        todo = deque(link.split("/"))
        hops = 0
        while todo:
            part = todo.popleft()
            if part in _NO_NAMES:
                if "/".join(done) not in self._names:
                    return link  # through a file or through nothing: to nothing, which no file is either
                if part == "..":
                    if not done:
                        raise _leads_out(link, self._links[link])
                    done.pop()
            elif (target := self._links.get("/".join((*done, part)))) is None:
                done.append(part)
            else:
                hops += 1
                todo.extendleft(reversed(self._checked(link, target, hops).split("/")))
        return "/".join(done)

    def _checked(self, link: str, target: str, hops: int) -> str:
        self._check_time()
        if hops > _MOST_HOPS:
            raise SourceFault("AF-B181", f"the link {shown_name(link)} leads back to itself", _HINT)
        if target.startswith("/"):
            raise _leads_out(link, target)
        return target

    def copies(self, path: str, target: str, inside: frozenset[str]) -> Iterator[tuple[str, str]]:
        """Give each path that is to be at ``path`` or below it, with what it is a copy of: a file, or nothing.

        ``inside`` are the folders that are being copied already.
        """
        if is_too_long(path):
            raise SourceFault("AF-B181", f"the links from {shown_name(path)} on lead too deep", _HINT)
        if not self._names.get(target):
            yield path, target
            return
        if target in inside or not target or path.startswith(f"{target}/"):
            raise SourceFault("AF-B181", f"the link {shown_name(path)} leads to a folder that it is in itself", _HINT)
        for name in self._names[target]:
            inner = f"{target}/{name}"
            end = self.end_of(inner) if inner in self._links else inner
            yield from self.copies(f"{path}/{name}", end, inside | {target})


def _leads_out(link: str, target: str) -> SourceFault:
    what = f"the link {shown_name(link)} leads out of the bundle, to {shown_name(target)}"
    return SourceFault("AF-B181", what, _HINT)
