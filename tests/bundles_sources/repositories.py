"""Real git repositories, made by the program git in the folder of a test."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

#: As on a machine where nobody has configured git; the dates make commits that are the same in every run.
ENVIRON = {
    "PATH": os.environ["PATH"],
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.com",
    "GIT_AUTHOR_DATE": "2025-01-01T00:00:00Z",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.com",
    "GIT_COMMITTER_DATE": "2025-01-01T00:00:00Z",
}

Entry = tuple[str, bytes, str]  # mode, name, object


def git(*arguments: str, cwd: Path, stdin: bytes = b"", environ: Mapping[str, str] = ENVIRON) -> str:
    """Run git and give what it writes."""
    done = subprocess.run(("git", *arguments), cwd=cwd, input=stdin, env=environ, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().strip()


class Repository:
    """A repository with a work tree, on the branch ``main``; commits are made as people make them, or by plumbing."""

    def __init__(self, folder: Path, *options: str) -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        self.git("init", "--quiet", "--initial-branch=main", *options)

    def git(self, *arguments: str, stdin: bytes = b"") -> str:
        """Run git in it."""
        return git(*arguments, cwd=self.folder, stdin=stdin)

    def commit(self, message: str = "change", **files: str) -> str:
        """Write files (``flow_yaml`` is ``flow.yaml``) and commit all that is in the work tree; gives the commit."""
        for name, text in files.items():
            (self.folder / name.replace("_yaml", ".yaml")).write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", message)
        return self.head()

    def head(self) -> str:
        """Give the commit that HEAD is on."""
        return self.git("rev-parse", "HEAD")

    def blob(self, content: bytes) -> str:
        """Store a content; gives its object."""
        return self.git("hash-object", "-w", "--stdin", stdin=content)

    def tree(self, *entries: Entry) -> str:
        """Store a tree with whatever names and modes; gives its object."""
        raw = b"".join(mode.encode() + b" " + name + b"\0" + bytes.fromhex(oid) for mode, name, oid in entries)
        return self.git("hash-object", "-w", "--literally", "-t", "tree", "--stdin", stdin=raw)

    def commit_of_tree(self, tree: str) -> str:
        """Put a commit of a tree on ``main``; gives it."""
        commit = self.git("commit-tree", "-m", "plumbing", tree)
        self.git("update-ref", "refs/heads/main", commit)
        return commit
