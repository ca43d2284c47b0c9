"""How long the calls of one observer took, put together by what they were about: `--debug-plugins`."""

from collections.abc import Callable, Iterator

from msgspec import Struct

from aetherflow.core.plugins.tracing import PluginOperation


class _Calls(Struct):
    count: int = 0
    raised: int = 0
    seconds: float = 0.0
    slowest_seconds: float = 0.0
    furthest_behind: int = 0


class CallTimes:
    """Adds up the calls of an observer. ``monotonic`` gives seconds; ``happened`` how many events there are."""

    def __init__(self, plugin: str, monotonic: Callable[[], float], happened: Callable[[], int]) -> None:
        self.now = monotonic
        self._plugin = plugin
        self._happened = happened
        self._calls: dict[str, _Calls] = {}

    def add(self, about: str, started: float, *, seen: int, has_raised: bool) -> None:
        """Take note of a call that is over, by an observer that has seen so many events."""
        seconds = self.now() - started
        calls = self._calls.setdefault(about, _Calls())
        calls.count += 1
        calls.raised += has_raised
        calls.seconds += seconds
        calls.slowest_seconds = max(calls.slowest_seconds, seconds)
        calls.furthest_behind = max(calls.furthest_behind, self._happened() - seen)

    def operations(self) -> Iterator[PluginOperation]:
        """Give one operation for each thing that calls were about, in the order in which each came first."""
        for about, calls in list(self._calls.items()):
            yield PluginOperation(
                operation="event",
                plugin=self._plugin,
                name=about,
                outcome=_outcome(calls),
                failed=calls.raised > 0,
                seconds=calls.seconds,
            )


def _outcome(calls: _Calls) -> str:
    words = [f"{calls.count:,} call{'s' if calls.count > 1 else ''}"]
    if calls.raised:
        words.append(f"{calls.raised:,} raised")
    if calls.count > 1:
        words.append(f"slowest {calls.slowest_seconds * 1000:.2f} ms")
    if calls.furthest_behind:
        words.append(f"at most {calls.furthest_behind:,} event{'s' if calls.furthest_behind > 1 else ''} behind")
    return ", ".join(words)
