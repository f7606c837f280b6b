"""Changes in the files that DOCX, ODT and EPUB are made of."""

import os
import zipfile
from datetime import UTC
from pathlib import Path

# In its sandbox pandoc has no clock.
NO_TIME = ">1970-01-01T00:00:00Z<"


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


def dated(text, moment):
    """With the time at which it was made."""
    when = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return text.replace(NO_TIME, f">{when}<")
