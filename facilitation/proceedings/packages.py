"""Changes in the files that DOCX and ODT are made of."""

import os
import zipfile
from pathlib import Path


def rewrite(path, changes, added=None):
    """changes: name of a part -> a function of its text; added: name of a new part -> its text"""
    path = Path(path)
    new = path.with_name(path.name + ".new")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(new, "w") as package:
        # In their order and compressed as they were: ODT begins with "mimetype", uncompressed.
        for part in old.infolist():
            content = old.read(part)
            if change := changes.get(part.filename):
                content = change(content.decode("utf-8")).encode("utf-8")
            package.writestr(part, content)
        for name, content in (added or {}).items():
            package.writestr(name, content, zipfile.ZIP_DEFLATED)
    os.replace(new, path)


def replaced(text, old, new):
    """With the first occurrence replaced; what is not there means another version of pandoc."""
    if old not in text:
        raise ValueError(f"pandoc writes no {old!r}")
    return text.replace(old, new, 1)
