"""Breaks flows in every way that a hand, a merge or a bad disk would: bytes, tokens, lines, and the tree itself."""

import re
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any

import yaml

TOKEN = re.compile(rb"\w+|\s+|[^\w\s]")
NASTY_TOKENS = (
    b"{{", b"}}", b"{{x", b"{{env.HOME}}", b"\\{{", b"&a ", b"*a", b"<<: *a", b"!!python/object:os.system ",
    b"!!binary ", b"---\n", b"...\n", b"? ", b": ", b"- ", b"\t", b"|\n", b">-\n", b'"', b"'", b"#",
    b"%YAML 9.9\n", b"@", b"`",
    b".inf", b".nan", b"0x", b"99999999999999999999", b"1e999", b"~", b"[", b"]", b"{", b"}", b"[" * 5000,
    b"{a: " * 3000, b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\xe2\x80\xa8", b"\xf0\x9f\x92\xa9", b"\x1b[31m",
    b"a" * 100_000,
    b"__class__", b"jobs", b"steps", b"id", b"null", b"true", b"-1", b"version: 2\n",
)  # fmt: skip
ODD_VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 2**63, 2**70, 1.5, "", " ", "{{", "{{x}}", "{{env.NOPE}}", "{{steps.nope.x}}",
    "{{a:b:c}}", [], {}, [[]], [None], {"": ""}, {"a": {"b": [1, 2]}}, ["{{jobs.x.outputs.y}}"],
    "jobs.a.outputs.b > 0", "1 < 'a'",
    "((((", "x" * 5000, "../../etc", "/", "\x00", "nul\x07l", {1: 2}, {"depends_on": "self"}, "*", "&", "no", "on",
)  # fmt: skip

Mutation = Callable[[bytes, Random], bytes]


def mutants(corpus: Sequence[bytes], seed: int) -> Iterator[bytes]:
    """Give broken flows without end; the same seed gives the same ones."""
    random = Random(seed)
    while True:
        text = random.choice(corpus)
        for _ in range(random.choice((1, 1, 1, 2, 3, 5))):
            text = random.choice(MUTATIONS)(text, random)
        yield text


def flip_bits(text: bytes, random: Random) -> bytes:
    """Flip a few bits."""
    broken = bytearray(text)
    for _ in range(random.randint(1, 8)):
        if broken:
            broken[random.randrange(len(broken))] ^= 1 << random.randrange(8)
    return bytes(broken)


def cut(text: bytes, random: Random) -> bytes:
    """Leave out a slice, or everything after a place."""
    start, end = _slice(text, random)
    return text[:start] if random.random() < 0.2 else text[:start] + text[end:]


def repeat(text: bytes, random: Random) -> bytes:
    """Say a slice again, somewhere else."""
    start, end = _slice(text, random)
    place = random.randint(0, len(text))
    return text[:place] + text[start:end] * random.choice((1, 1, 2, 50)) + text[place:]


def swap_tokens(text: bytes, random: Random) -> bytes:
    """Exchange two tokens."""
    tokens = TOKEN.findall(text)
    if len(tokens) > 1:
        one, other = random.randrange(len(tokens)), random.randrange(len(tokens))
        tokens[one], tokens[other] = tokens[other], tokens[one]
    return b"".join(tokens)


def nasty_token(text: bytes, random: Random) -> bytes:
    """Put something nasty in the place of a token, or before it."""
    tokens = TOKEN.findall(text) or [b""]
    place = random.randrange(len(tokens))
    tokens[place] = random.choice(NASTY_TOKENS) + (tokens[place] if random.random() < 0.5 else b"")
    return b"".join(tokens)


def move_line(text: bytes, random: Random) -> bytes:
    """Move a line elsewhere, or change how far it is indented."""
    lines = text.splitlines(keepends=True) or [b""]
    line = lines.pop(random.randrange(len(lines)))
    if random.random() < 0.5:
        line = b" " * random.randrange(12) + line.lstrip(b" ")
    lines.insert(random.randint(0, len(lines)), line)
    return b"".join(lines)


def change_tree(text: bytes, random: Random) -> bytes:
    """Change the document itself: a key lost or misspelt, a value of another kind, a branch twice."""
    try:
        tree = yaml.load(text, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError):
        return flip_bits(text, random)  # an earlier mutation broke it already
    containers = list(_containers(tree))
    if not containers or len(containers) > 10_000:
        return nasty_token(text, random)
    _change(random.choice(containers), random)
    return yaml.dump(tree, Dumper=yaml.CSafeDumper, sort_keys=False).encode()


def _slice(text: bytes, random: Random) -> tuple[int, int]:
    start = random.randint(0, len(text))
    return start, min(len(text), start + random.randint(1, 80))


def _containers(tree: Any) -> Iterator[Any]:
    stack, seen = [tree], set()
    while stack:
        node = stack.pop()
        if isinstance(node, dict | list) and node and id(node) not in seen:
            seen.add(id(node))
            yield node
            stack += node.values() if isinstance(node, dict) else node


def _change(container: Any, random: Random) -> None:
    key = random.choice(list(container)) if isinstance(container, dict) else random.randrange(len(container))
    change = random.randrange(4)
    if change == 0:
        del container[key]
    elif change == 1:
        container[key] = random.choice(ODD_VALUES)
    elif isinstance(container, list):
        container.insert(random.randint(0, len(container)), container[key])
    else:
        container[_misspelt(str(key), random) if change == 2 else random.choice(("id", "x-y", "", "when"))] = container[
            key
        ]


def _misspelt(key: str, random: Random) -> str:
    place = random.randint(0, len(key))
    return key[:place] + random.choice("aeiou_-.s") + key[place + random.randint(0, 1) :]


MUTATIONS: tuple[Mutation, ...] = (
    flip_bits, cut, repeat, swap_tokens, nasty_token, nasty_token, move_line, change_tree, change_tree,
)  # fmt: skip
