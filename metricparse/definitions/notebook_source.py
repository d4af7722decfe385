"""The Python of a notebook."""

import json
import re

from metricparse.errors import DefinitionError

# What notebooks have besides Python: commands to themselves and to the shell.
_MAGIC = re.compile(r"^(\s*)((?:[\w, ]+=[ \t]*)?[%!](?:.*\\\n)*.*|\?.*|.*\?)$", re.MULTILINE)
#: What the Python of a notebook has between two cells.
CELL_GAP = "\n\n"


def python_of_notebook(text: str, name: str) -> str:
    """The Python of a notebook's cells, one after the other. Raises `DefinitionError`."""
    try:
        cells = json.loads(text)["cells"]
        sources = ["".join(cell["source"]) for cell in cells if cell.get("cell_type") == "code"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DefinitionError(f"{name}: not a notebook: {error}") from None
    return CELL_GAP.join(map(python_of_cell, sources)) + "\n"


def python_of_cell(source: str) -> str:
    """The Python of a notebook's cell: as long as the cell, so that each character keeps its place."""
    if source.lstrip().startswith("%%"):
        return blanked(source)
    return _MAGIC.sub(lambda magic: f"{magic[1]}0{blanked(magic[2][1:])}", source)


def blanked(text: str) -> str:
    """A text as long, with blanks for all but the ends of its lines."""
    return re.sub(r"[^\n]", " ", text)
