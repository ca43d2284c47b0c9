"""A Python of its own, in whose site-packages an example has what it needs, as installers would have put it there."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from tests.docs_blocks.around import Replaced
from tests.docs_blocks.served import Folder
from tests.support.fresh_python import make_python


@contextmanager
def apart(folder: Folder) -> Iterator[Replaced]:
    """Make it; its site-packages are the folder of that name among the flows."""
    fresh = make_python(folder.above)
    (folder.root / "site-packages").symlink_to(fresh.site_packages)
    folder.env["PATH"] = os.pathsep.join([str(fresh.commands), folder.env["PATH"]])
    folder.is_served = False
    yield {}
