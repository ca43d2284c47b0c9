"""How to start a Python that sees the same modules as this one."""

import sys

_FLAGS = (
    ("isolated", "-I"),
    ("ignore_environment", "-E"),
    ("no_user_site", "-s"),
    ("no_site", "-S"),
    ("safe_path", "-P"),
    ("dont_write_bytecode", "-B"),
    ("optimize", "-O"),
)


def python_command(module: str) -> list[str]:
    """Give the command that calls ``main`` of a module, in the same isolation and with the same ``sys.path``.

    Not ``-m``: that would put the current directory in front of everything.
    """
    path = [entry for entry in sys.path if isinstance(entry, str)]
    call = f"import sys; sys.path[:] = {path!r}; from {module} import main; main()"
    return [sys.executable, *_flags(), "-c", call]


def _flags() -> list[str]:
    repeated = [[letter] * int(getattr(sys.flags, name)) for name, letter in _FLAGS]
    utf8 = ["-X", "utf8"] if sys.flags.utf8_mode else []
    return [*(flag for flags in repeated for flag in flags), *(f"-W{option}" for option in sys.warnoptions), *utf8]
