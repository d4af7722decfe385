"""Takes the native matcher out of a pyproject.toml, so that a pure wheel is built."""

import re
import sys
from pathlib import Path

path = Path(sys.argv[1])
text = path.read_text(encoding="utf-8")
for table in (r"\[\[tool\.setuptools-rust\.ext-modules\]\]", r"\[tool\.distutils\.bdist_wheel\]"):
    text, count = re.subn(rf"^{table}\n(?:(?!\[).*\n)*", "", text, flags=re.MULTILINE)
    if count != 1:
        sys.exit(f"{path}: {count} tables {table}, and not one")
path.write_text(text, encoding="utf-8")
