"""A replay as its user sees it: what goes wrong on stderr, how many events there were on stdout."""

import msgspec

from aetherflow.cli.console import Console
from aetherflow.cli.options import Format
from aetherflow.cli.render.diagnostics import message_text
from aetherflow.core.events.segments import harmless
from aetherflow.core.operations.replay_events import Replayed, ReplayRequest, replay_events

_EXIT_RAISED = 1


def show_replay(request: ReplayRequest, console: Console, chosen: Format) -> int:
    """Tell a run to an observer and say how that went; gives the exit code."""
    console.streams.keep_stdout_for_the_result()
    faults: list[str] = []

    def warn(message: str) -> None:
        faults.append(message)
        console.note(message_text(harmless(message), [], console.err))

    replayed = replay_events(request, warn)
    if chosen == "json":
        console.result_json(msgspec.to_builtins(replayed))
    else:
        console.result(_text(replayed))
    return _EXIT_RAISED if faults else 0


def _text(replayed: Replayed) -> str:
    events = f"{replayed.events:,} event{'' if replayed.events == 1 else 's'}"
    return f'{events} of {replayed.flow_id}/{replayed.run_id} told to observer "{replayed.observer}"\n'
