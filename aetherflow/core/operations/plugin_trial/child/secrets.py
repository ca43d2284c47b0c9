"""Looks for the canary in everything that a run shows or keeps, in every form that the mask knows."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from aetherflow.core.environment.secret_forms import forms_of
from aetherflow.core.operations.plugin_trial.child.ground import FlowTrial, TrialGround

_MOST_BYTES = 64 * 1024 * 1024


def shown_secret(ground: TrialGround, ran: FlowTrial) -> str:
    """Say where the secret can be seen; nothing where it cannot."""
    forms = {form.encode("utf-8", "surrogatepass") for _, form in forms_of(ground.canary)}
    for place, text in _places(ground, ran):
        if any(form in text for form in forms):
            return f"shows a secret that it was given, in {place}"
    return ""


def _places(ground: TrialGround, ran: FlowTrial) -> Iterator[tuple[str, bytes]]:
    if ran.result is not None:
        yield "its outputs", msgspec.json.encode(ran.result)
    yield "an event", msgspec.json.encode(ran.events)
    for path in sorted((ground.folder / ".aetherflow" / "state").rglob("*")):
        if path.is_file():
            yield f"what is kept of the run ({path.name})", _read(path)
    yield "what it writes to the terminal past Python's print", _read(ground.output, ground.output_begins)


def _read(path: Path, begins: int = 0) -> bytes:
    with path.open("rb") as file:
        file.seek(begins)
        return file.read(_MOST_BYTES)
