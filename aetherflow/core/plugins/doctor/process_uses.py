"""The calls by which code starts processes."""

import ast
from pathlib import PurePosixPath

from aetherflow.core.plugins.doctor.module_code import ModuleCode
from aetherflow.core.plugins.doctor.name_uses import Use
from aetherflow.core.plugins.doctor.resource_use import Reach
from aetherflow.core.plugins.doctor.words import words

#: Calls whose first argument is a command, as a list or as one program's name.
_OF_PROGRAMS = frozenset(
    {f"subprocess.{name}" for name in words("run Popen call check_call check_output")}
    | {f"os.{name}" for name in words("execl execle execlp execlpe execv execve execvp execvpe")}
    | {"os.posix_spawn", "os.posix_spawnp", "asyncio.create_subprocess_exec", "pty.spawn", "ctx.run_process"}
)
#: Calls that start a shell, or whatever else.
_OF_ANYTHING = frozenset(
    {f"os.{name}" for name in words("system popen fork forkpty startfile")}
    | {f"os.{name}" for name in words("spawnl spawnle spawnlp spawnlpe spawnv spawnve spawnvp spawnvpe")}
    | {"subprocess.getoutput", "subprocess.getstatusoutput", "asyncio.create_subprocess_shell", "pty.fork"}
    | {"multiprocessing.Process().start", "multiprocessing.Pool", "concurrent.futures.ProcessPoolExecutor"}
)


def process_reach(module: ModuleCode, use: Use) -> Reach | None:
    """Say which process a use starts."""
    if use.call is None or use.name not in _OF_PROGRAMS | _OF_ANYTHING:
        return None
    program = _program(module, use.call) if use.name in _OF_PROGRAMS else None
    return Reach(resource="process", span=module.span_of(use.node), detail=program)


def _program(module: ModuleCode, call: ast.Call) -> str | None:
    """Give the name of the program that is started, without its folder."""
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    first = call.args[0] if call.args else keywords.get("args") or keywords.get("argv")
    if "shell" in keywords:
        return None
    if isinstance(first, ast.List | ast.Tuple):
        first = first.elts[0] if first.elts else None
    name = module.literal_text(first)
    return PurePosixPath(name).name if name else None
