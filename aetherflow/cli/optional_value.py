"""Options whose value may be left out, such as ``--resume [RUN_ID]``: Typer has none."""

from collections.abc import Sequence
from typing import Any

from aetherflow.cli.command import Command

#: The value of an option that was given without one. No shell can pass a NUL.
NO_VALUE = "\0"


class OptionalValueCommand(Command):
    """A command with options whose metavar stands in brackets: the next word that is no option is their value."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the words, the optional values spelled out."""
        return super().parse_args(ctx, spell_out_optional_values(args, self.params))


def may_leave_value_out(param: Any) -> bool:
    """Tell an option whose value may be left out."""
    return (param.metavar or "").startswith("[")


def spell_out_optional_values(words: Sequence[str], params: Sequence[Any]) -> list[str]:
    """Rewrite ``--name`` and ``--name value`` as ``--name=value``; what belongs to other options is left alone."""
    options = {name: param for param in params if param.param_type_name == "option" for name in param.opts}
    rewritten: list[str] = []
    remaining = list(reversed(words))
    while remaining:
        word = remaining.pop()
        option = options.get(word)
        if word == "--":
            return [*rewritten, word, *reversed(remaining)]
        if option is None or option.is_flag:
            rewritten.append(word)
        elif may_leave_value_out(option):
            has_value = bool(remaining) and not remaining[-1].startswith("-")
            rewritten.append(f"{word}={remaining.pop() if has_value else NO_VALUE}")
        else:
            rewritten += [word, *([remaining.pop()] if remaining else [])]
    return rewritten
