"""The calls by which code starts processes."""

import ast
import re
import shlex

from aetherflow.core.plugins.doctor.resource_use import Reach
from aetherflow.core.plugins.doctor.seen_uses import Seen, is_alias
from aetherflow.core.plugins.doctor.spelled import Spelled
from aetherflow.core.plugins.doctor.words import words

#: Functions that start a program, with the number of the argument that names it: a text, or a list that begins with it.
_OF_PROGRAMS = {
    **{f"subprocess.{name}": 0 for name in words("run Popen call check_call check_output")},
    **{f"os.{name}": 0 for name in words("execl execle execlp execlpe execv execve execvp execvpe")},
    **{f"os.{name}": 1 for name in words("spawnl spawnle spawnlp spawnlpe spawnv spawnve spawnvp spawnvpe")},
    **{f"os.posix_{name}": 0 for name in words("spawn spawnp")},
    "asyncio.create_subprocess_exec": 0,
    "pty.spawn": 0,
    "ctx.run_process": 0,
}
#: Functions that hand a line to a shell.
_OF_SHELLS = frozenset(
    {"os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput", "asyncio.create_subprocess_shell"}
)
#: Calls that start whatever they like.
_OF_ANYTHING = frozenset(
    {"os.fork", "os.forkpty", "os.startfile", "pty.fork", "multiprocessing.Pool", "multiprocessing.Process().start"}
    | {"concurrent.futures.ProcessPoolExecutor", "multiprocessing.Manager", "webbrowser.open"}
)
_STARTING = _OF_PROGRAMS.keys() | _OF_SHELLS | _OF_ANYTHING
#: What makes more than one command of a line, or another one.
_SHELL_SIGNS = re.compile(r"[;|&`$()<>\n=]")


def process_reach(seen: Seen) -> Reach | None:
    """Say which process a use starts; a function that is handed on may start any."""
    if seen.name not in _STARTING:
        return None
    if seen.use.call is None and (seen.use.how != "read" or seen.last == "Popen" or is_alias(seen.use)):
        return None
    return Reach(resource="process", span=seen.span, detail=_program(seen) if seen.use.call else None)


def _program(seen: Seen) -> str | None:
    """Give the program that is started, as it is written."""
    if seen.name in _OF_SHELLS:
        return _of_line(seen.spelled(seen.argument(0, "command", "cmd")))
    if seen.name not in _OF_PROGRAMS:
        return None
    if (executable := seen.keyword("executable")) is not None:
        return seen.spelled(executable).whole or None
    first = seen.argument(_OF_PROGRAMS[seen.name], "args", "argv", "program", "file", "path")
    begins = _beginning(seen, first) if first is not None else Spelled()
    return _of_line(begins) if _has_shell(seen) else begins.whole or None


def _beginning(seen: Seen, command: ast.expr) -> Spelled:
    """Give the first word of a command: `["git", *more]`, `["git"] + more`, or a text alone."""
    _, node = seen.settled(command)
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left = seen.settled(node.left)[1]
        if not isinstance(left, ast.List | ast.Tuple | ast.BinOp):
            break
        node = left
    if isinstance(node, ast.List | ast.Tuple):
        return seen.spelled(node.elts[0]) if node.elts else Spelled()
    return seen.spelled(node)


def _has_shell(seen: Seen) -> bool:
    shell = seen.keyword("shell")
    return shell is not None and not (isinstance(shell, ast.Constant) and shell.value is False)


def _of_line(line: Spelled) -> str | None:
    """Give the program of a line for a shell, where it is one simple command."""
    if _SHELL_SIGNS.search(line.text):
        return None
    try:
        first, *rest = shlex.split(line.text)
    except ValueError:  # no word at all, or a quotation without an end
        return None
    return first if line.is_whole or rest or line.text.endswith(" ") else None
