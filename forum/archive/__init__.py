"""A whole discussion to and from one JSON file.

A file becomes rows in three steps: `parse_file` makes JSON of its text, `read` checks every value
and every reference and fills in the defaults, `load` writes it. `dump` is the way back. What the
file may carry is written down once, in document.py; reading, writing and comparing all follow it.
"""

from .dumping import dump
from .kinds import ArchiveError
from .loading import load
from .reading import normalised, parse, parse_file, read, read_moment

__all__ = [
    "ArchiveError",
    "dump",
    "load",
    "normalised",
    "parse",
    "parse_file",
    "read",
    "read_moment",
]
