"""What names look like: two that nobody can tell apart have one shape."""

from collections.abc import Iterator
from unicodedata import category, name, normalize

#: Cyrillic and Greek letters that look like Latin ones, and Latin ones that look like others, each above its double.
_IMITATIONS = {
    "АВЕКМНОРСТУХІЈЅԚԜҮ": "ABEKMHOPCTYXIJSQWY",
    "аеорсухіјѕԁԛԝһкүѵӏ": "aeopcyxijsdqwhkyvl",
    "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹ": "ABEZHIKMNOPTYXC",
    "αγηικνορυωϲϳ": "aynikvopuwcj",
    "ɑɡıɩʟ": "agiil",
}
_LATIN = {ord(sign): latin for signs, latins in _IMITATIONS.items() for sign, latin in zip(signs, latins, strict=True)}

#: The scripts whose letters people take for each other's.
_ALPHABETS = ("LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "COPTIC", "CHEROKEE")


def shape_of(text: str) -> str:
    """Give what is left of a name without case, accents, forms of letters, and the alphabet that they are of."""
    if text.isascii():
        return text.casefold()
    # First of all: the compatibility form of some is another letter. And once more, for those that had accents.
    parts = normalize("NFKD", text.translate(_LATIN))
    bare = "".join(each for each in parts if category(each) != "Mn")
    return bare.translate(_LATIN).casefold()


def alphabets_of(text: str) -> tuple[str, ...]:
    """Name the alphabets whose letters a name mixes, in the order in which they appear in it."""
    return tuple(dict.fromkeys(_alphabets(normalize("NFKC", text))))


def _alphabets(text: str) -> Iterator[str]:
    for each in text:
        first = name(each, "").partition(" ")[0] if each.isalpha() else ""
        if first in _ALPHABETS:
            yield first.capitalize()
