"""A command of the project: `aetherflow greet NAME`."""

from aetherflow.core.api import register_command


@register_command("greet")
def greet(name: str, times: int = 1) -> None:
    """Greets somebody on the terminal."""
    for _ in range(times):
        print(f"hello {name}")  # a command's output is its own
