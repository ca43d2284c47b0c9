"""Types what an example of a code comes to, and holds that what is said has that code in it."""

from pathlib import Path

from tests.docs_blocks.around import Replaced, surrounded
from tests.docs_blocks.code_examples import Example, changed, is_shown, placed
from tests.docs_blocks.served import Answer, Folder


def typed(example: Example, folder: Folder, replaced: Replaced) -> Answer:
    """Type the lines of an example, and give what answers the last one."""
    place = placed(example)
    folder.write({name: changed(text, replaced) for name, text in place.files.items()})
    *before, last = (changed(line, replaced) for line in place.lines)
    for line in before:
        folder.line(line)
    return folder.line(last)


def require_code(example: Example, above: Path) -> None:
    """Fail unless the example brings its code, as the page shows it, and the exit code that the page tells."""
    folder = Folder(above)
    with surrounded(example.around, folder) as replaced:
        answer = typed(example, folder, replaced)
    said = answer.said
    if example.shown:
        assert is_shown(changed(example.shown, replaced), said, above), said
    assert example.code in said, said
    assert answer.exit_code == (example.exit_code or answer.exit_code), said
    assert answer.exit_code or f"error[{example.code}]" not in said, said
