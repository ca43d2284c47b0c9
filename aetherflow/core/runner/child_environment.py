"""The environment of a step's child processes: the snapshot's, what the engine tells them, and what the step wants."""

from collections.abc import Mapping

from aetherflow.core.processes.leftovers import TOKEN_VARIABLE

#: What a child gets of the snapshot without `inherit_env`.
_BARE_ENVIRONMENT = ("PATH", "HOME", "LANG")


def child_environment(
    snapshot: Mapping[str, str], told: Mapping[str, str | None], own: Mapping[str, str], *, inherits: bool, token: str
) -> dict[str, str]:
    """Put it together; ``own`` goes over what is told, and ``token``, by which leftovers are found, over all.

    ``told`` are names behind ``AETHERFLOW_``; one that is None is not told.
    """
    base = snapshot if inherits else {name: snapshot[name] for name in _BARE_ENVIRONMENT if name in snapshot}
    named = {f"AETHERFLOW_{name}": value for name, value in told.items() if value is not None}
    return {**base, **named, **own, TOKEN_VARIABLE: token}
