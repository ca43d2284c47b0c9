"""Who may change a file or folder beside its owner."""

import grp
import os
import pwd
from stat import S_ISLNK, S_IWGRP, S_IWOTH


def other_writers(status: os.stat_result) -> str:
    """Name who may write beside the owner: everybody, or a group; nothing where nobody may.

    A group that is the owner's alone does not count: where every user has one, files are group-writable by default.
    """
    if S_ISLNK(status.st_mode):
        return ""  # the bits of a link mean nothing
    if status.st_mode & S_IWOTH:
        return "everybody"
    if status.st_mode & S_IWGRP and not _is_private(status.st_gid, status.st_uid):
        return f'the group "{group_name(status.st_gid)}"'
    return ""


def user_name(user_id: int) -> str:
    """Give a user's name, or the number where there is none."""
    try:
        return pwd.getpwuid(user_id).pw_name
    except (KeyError, OverflowError):
        return str(user_id)


def group_name(group_id: int) -> str:
    """Give a group's name, or the number where there is none."""
    try:
        return grp.getgrgid(group_id).gr_name
    except (KeyError, OverflowError):
        return str(group_id)


def _is_private(group_id: int, owner_id: int) -> bool:
    """Tell a group that bears its owner's name and has no other members: https://wiki.debian.org/UserPrivateGroups."""
    try:
        group, owner = grp.getgrgid(group_id), pwd.getpwuid(owner_id)
    except (KeyError, OverflowError):
        return False
    return owner.pw_gid == group_id and group.gr_name == owner.pw_name and {*group.gr_mem} <= {owner.pw_name}
