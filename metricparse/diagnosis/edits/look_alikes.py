"""Characters that look like others: of other scripts, of other widths, dashes, quotes, spaces."""

import unicodedata

# Each row: a character of ASCII, and what looks like it.
_ALIKE = (
    ("a", "\N{CYRILLIC SMALL LETTER A}\N{GREEK SMALL LETTER ALPHA}"),
    ("c", "\N{CYRILLIC SMALL LETTER ES}"),
    ("e", "\N{CYRILLIC SMALL LETTER IE}"),
    ("i", "\N{CYRILLIC SMALL LETTER BYELORUSSIAN-UKRAINIAN I}\N{LATIN SMALL LETTER DOTLESS I}"),
    ("o", "\N{CYRILLIC SMALL LETTER O}\N{GREEK SMALL LETTER OMICRON}"),
    ("p", "\N{CYRILLIC SMALL LETTER ER}\N{GREEK SMALL LETTER RHO}"),
    ("s", "\N{CYRILLIC SMALL LETTER DZE}"),
    ("x", "\N{CYRILLIC SMALL LETTER HA}\N{GREEK SMALL LETTER CHI}"),
    ("y", "\N{CYRILLIC SMALL LETTER U}"),
    ("v", "\N{GREEK SMALL LETTER NU}"),
    ("A", "\N{CYRILLIC CAPITAL LETTER A}\N{GREEK CAPITAL LETTER ALPHA}"),
    ("B", "\N{CYRILLIC CAPITAL LETTER VE}\N{GREEK CAPITAL LETTER BETA}"),
    ("C", "\N{CYRILLIC CAPITAL LETTER ES}"),
    ("E", "\N{CYRILLIC CAPITAL LETTER IE}\N{GREEK CAPITAL LETTER EPSILON}"),
    ("H", "\N{CYRILLIC CAPITAL LETTER EN}\N{GREEK CAPITAL LETTER ETA}"),
    ("I", "\N{CYRILLIC CAPITAL LETTER BYELORUSSIAN-UKRAINIAN I}\N{GREEK CAPITAL LETTER IOTA}"),
    ("K", "\N{CYRILLIC CAPITAL LETTER KA}\N{GREEK CAPITAL LETTER KAPPA}"),
    ("M", "\N{CYRILLIC CAPITAL LETTER EM}\N{GREEK CAPITAL LETTER MU}"),
    ("N", "\N{GREEK CAPITAL LETTER NU}"),
    ("O", "\N{CYRILLIC CAPITAL LETTER O}\N{GREEK CAPITAL LETTER OMICRON}"),
    ("P", "\N{CYRILLIC CAPITAL LETTER ER}\N{GREEK CAPITAL LETTER RHO}"),
    ("T", "\N{CYRILLIC CAPITAL LETTER TE}\N{GREEK CAPITAL LETTER TAU}"),
    ("X", "\N{CYRILLIC CAPITAL LETTER HA}\N{GREEK CAPITAL LETTER CHI}"),
    ("-", "\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{FIGURE DASH}\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}"),
    (
        " ",
        "\N{NO-BREAK SPACE}\N{EN SPACE}\N{THIN SPACE}\N{NARROW NO-BREAK SPACE}\N{IDEOGRAPHIC SPACE}",
    ),
    (":", "\N{FULLWIDTH COLON}\N{RATIO}\N{MODIFIER LETTER COLON}"),
    ("=", "\N{FULLWIDTH EQUALS SIGN}"),
    ("|", "\N{BOX DRAWINGS LIGHT VERTICAL}\N{FULLWIDTH VERTICAL LINE}"),
    ("(", "\N{FULLWIDTH LEFT PARENTHESIS}"),
    (")", "\N{FULLWIDTH RIGHT PARENTHESIS}"),
    (",", "\N{FULLWIDTH COMMA}"),
    ("/", "\N{FRACTION SLASH}\N{DIVISION SLASH}"),
)
_OTHERS = dict(_ALIKE)
_ASCII = {other: character for character, others in _ALIKE for other in others}


def look_alikes(character: str) -> str:
    """The characters that look like one; empty if there are none."""
    plain = _ASCII.get(character) or unicodedata.normalize("NFKC", character)
    if len(plain) != 1 or not plain.isascii():
        return ""
    alike = plain + _OTHERS.get(plain, "")
    return alike.replace(character, "", 1)
