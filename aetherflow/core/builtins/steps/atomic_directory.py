"""A directory that is built aside and takes its place in one step once it is known to be good.

Nothing is deleted but what was made here: the directory under construction is known by a note beside it that holds its
inode number, the replaced one by a name of ours. Links are never followed.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from aetherflow.core.api import StepContext, StepFailed
from aetherflow.core.builtins.job_paths import lies_in
from aetherflow.core.builtins.output_file import step_digest

_LONGEST_NAME_IN_NAME = 100  # characters of the final directory's name that its temporary sibling repeats


@contextmanager
def replacing(ctx: StepContext, final: Path, temp: Path) -> Iterator[Path]:
    """Give an empty directory to build in; it takes the place of ``final`` after the block, or vanishes on failure."""
    directory = AtomicDirectory(final, temp)
    directory.begin()
    try:
        yield directory.temp
        warnings = directory.publish()
    except BaseException:  # an interrupt too leaves no half directory
        _discard(ctx, directory)
        raise
    for warning in warnings:
        ctx.log.warning(warning)


def sibling_of(ctx: StepContext, final: Path) -> Path:
    """Give a hidden place beside a directory, so that a rename suffices.

    It is the same in every attempt of this step in this run, so that the next attempt finds what a killed one left;
    different in any other run, so that two at once do not meet.
    """
    return final.with_name(f".{final.name[:_LONGEST_NAME_IN_NAME]}.{step_digest(ctx)}.tmp")


class AtomicDirectory:
    """One replacement of ``final`` by what is built in ``temp``: ``begin``, then ``publish`` or ``discard``."""

    def __init__(self, final: Path, temp: Path) -> None:
        self.final = final
        self.temp = temp
        self._note = temp.with_name(f".{temp.name}.aetherflow-temp")
        self._old = final.with_name(f".{final.name}.aetherflow-old")

    def begin(self) -> None:
        """Mend what a killed attempt left and make an empty directory to build in."""
        _with_words(self._prepare, f'the output directory "{self.temp}" cannot be prepared')

    def publish(self) -> list[str]:
        """Put the new directory in the place of the old one; gives warnings. On failure the old one is back."""
        _with_words(self._swap, f'"{self.final}" cannot be replaced')
        return self._remove_old()

    def discard(self) -> None:
        """Remove what was built."""
        _with_words(self._remove_temp, f'the output directory "{self.temp}" cannot be removed')

    def _prepare(self) -> None:
        self._check_places()
        for parent in (self.final.parent, self.temp.parent):
            parent.mkdir(parents=True, exist_ok=True)
        if self.final.parent.stat().st_dev != self.temp.parent.stat().st_dev:
            raise StepFailed(
                f'"{self.temp}" and "{self.final}" are on different file systems',
                hint="leave `temp_output_dir` away, or name one beside `final_output_dir`",
            )
        self._mend()
        self._remove_temp()
        self.temp.mkdir()
        self._note.write_text(_identity(self.temp))

    def _check_places(self) -> None:
        for path in (self.final, self.temp, self._old):
            if path.is_symlink():
                raise StepFailed(f'"{path}" is a symbolic link', hint="name the directory itself")
            if path.exists() and not path.is_dir():
                raise StepFailed(f'"{path}" exists and is not a directory')
        if lies_in(self.final, self.temp) or lies_in(self.temp, self.final):
            raise StepFailed(f'"{self.temp}" and "{self.final}" lie one inside the other', hint="put them side by side")

    def _mend(self) -> None:
        """Finish or undo a swap in the middle of which a process died."""
        if not self._old.exists():
            return
        if self.final.exists():
            _remove_tree(self._old)
        else:
            self._old.rename(self.final)

    def _remove_temp(self) -> None:
        if self.temp.exists() or self.temp.is_symlink():
            self._refuse_foreign_temp()
            _remove_tree(self.temp)
        self._note.unlink(missing_ok=True)

    def _refuse_foreign_temp(self) -> None:
        if self.temp.is_symlink() or not self.temp.is_dir():
            raise StepFailed(f'"{self.temp}" was replaced by something that is no directory')
        is_ours = self._note.is_file() and self._note.read_text(errors="replace") == _identity(self.temp)
        if not is_ours and any(self.temp.iterdir()):
            raise StepFailed(
                f'the directory "{self.temp}" holds files and was not made by this step',
                hint="remove it, or name another `temp_output_dir`",
            )

    def _swap(self) -> None:
        self._check_places()
        if not self.temp.exists():
            raise StepFailed(f'the command removed its own output directory "{self.temp}"')
        had_final = self.final.exists()
        if had_final:
            self.final.rename(self._old)
        try:
            self.temp.rename(self.final)
        except BaseException:  # a signal's handler may raise here, too
            if had_final and not self.final.exists():
                self._old.rename(self.final)
            raise
        self._note.unlink(missing_ok=True)

    def _remove_old(self) -> list[str]:
        try:
            if self._old.exists():
                _remove_tree(self._old)
        except (OSError, RecursionError) as error:
            return [f'the replaced directory "{self._old}" cannot be removed: {error}']
        return []


def _discard(ctx: StepContext, directory: AtomicDirectory) -> None:
    try:
        directory.discard()
    except StepFailed as failure:
        ctx.log.warning(failure.message)  # what made the step fail matters more; the next attempt tries again


def _identity(directory: Path) -> str:
    status = os.lstat(directory)
    return f"{status.st_dev}:{status.st_ino}\n"


def _remove_tree(directory: Path) -> None:
    import shutil  # deferred: only where something is removed

    shutil.rmtree(directory)


def _with_words(act: Callable[[], None], what: str) -> None:
    try:
        act()
    except OSError as error:
        raise StepFailed(f"{what}: {_words(error)}") from None
    except RecursionError:  # rmtree's, before Python 3.13
        raise StepFailed(f"{what}: its folders are nested too deeply") from None


def _words(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
