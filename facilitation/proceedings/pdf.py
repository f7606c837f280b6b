"""Proceedings as tagged PDF (PDF/UA-1), set by typst from the template beside this file.

Texts reach it as data. Typst refuses whatever breaks the standard: a level of headings that is
skipped, a picture without words, a sign that no font has.
"""

import json
import re
import shutil
import subprocess
import sys
import unicodedata
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.choices import known_as

from ..making import CannotMakeError
from .breaking import breakable, breakable_in_cell, fits_as_it_is, measures
from .drawings import in_dots, is_taken
from .tree import words
from .typesetter import REFUSED

TEMPLATE = Path(__file__).with_name("proceedings.typ")
TYPESETTER = Path(__file__).with_name("typesetter.py")
MARKS = Path(__file__).with_name("marks.py")
# Longer than the longest discussion takes.
SECONDS = 600
STANDARD = "ua-1"
# The first comes with typst and has Latin, Greek and Cyrillic; the others are Debian's.
SERIF = "Libertinus Serif"
ARABIC = "Noto Naskh Arabic"
CHINESE = "Noto Serif CJK SC"
# How Unicode begins the names of signs that fonts-noto-cjk has.
EAST_ASIAN = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC")
REGIONS = {"zh-hans": "CN", "zh-hant": "TW"}
LONGEST_RUNNING_TITLE = 75

# "PDF/UA-1 error: the text `"…"` could not be displayed with font `"…"`"
NO_FONT = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')
ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
# What only changes the sign before it, and is nothing without it.
MODIFIERS = re.compile("[\u200d\ufe00-\ufe0f\u20e3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")


class MissingFontsError(CannotMakeError):
    """The words of the document are in a script that no font of this machine has."""


def write(document, path):
    """The document as a file. Raises MissingFontsError"""
    with TemporaryDirectory() as folder:
        folder = Path(folder)
        shutil.copy(TEMPLATE, folder)
        source = folder / "document.json"
        data = as_data(document, folder) | {"fonts": preferred()}
        source.write_text(json.dumps(data, ensure_ascii=False), "utf-8")
        if refusal := refused(folder, path, document.made_at):
            signs = without_font(refusal)
            with override(document.language):
                source.write_text(named(source.read_text("utf-8"), signs), "utf-8")
            if signs:
                refusal = refused(folder, path, document.made_at)
        if refusal:
            raise RuntimeError(f"typst: {refusal[:1000]}")
    run(MARKS, path)


def refused(folder, path, moment):
    """Have it set by a process of its own; what typst says where it refuses."""
    made = str(int(moment.timestamp()))
    return run(TYPESETTER, folder / TEMPLATE.name, path, STANDARD, made, also=(REFUSED,)).stdout


def run(program, *arguments, also=()):
    """A file of ours as a process, which takes its memory with it. also: how it may end, too."""
    done = subprocess.run(  # noqa: S603 - a file of ours
        [sys.executable, program, *arguments],
        stdout=subprocess.PIPE,
        timeout=SECONDS,
        encoding="utf-8",
        check=False,
    )
    if done.returncode not in (0, *also):
        raise RuntimeError(f"{program.name} ended with {done.returncode}")
    return done


# --- what the template gets ---


def as_data(document, folder):
    pictures = Pictures(folder)
    return {
        "title": document.title,
        "running": breakable(shortened(document.title)),
        "title_lang": typst_language(document.title_language),
        "title_dir": document.title_direction,
        "subtitle": document.subtitle,
        "lang": typst_language(document.language),
        "dir": document.direction,
        "hosts": document.hosts,
        "facts": document.facts,
        "address": document.address,
        "made": document.made,
        "depth": document.contents_depth,
        "words": document.words,
        "accent": settings.ACCENT_COLOUR,
        "body": [plain(one, pictures, document.direction) for one in document.body],
    }


def plain(one, pictures, direction, wrap=breakable):
    """A node as JSON has it. direction: that of the document; wrap: where its words may break"""
    if isinstance(one, str):
        return wrap(one)
    if one.kind == "isolate":
        # With the signs that Unicode has for it, only where the direction changes.
        text = wrap("".join(one.children))
        return text if one.more["dir"] == direction else f"\u2068{text}\u2069"
    more = dict(one.more)
    if "lang" in more:
        more["lang"] = typst_language(more["lang"])
    if one.kind == "picture":
        more = {"alt": more["alt"], "file": pictures.kept(more["svg"])}
    elif one.kind == "table":
        rows = [list(map(words, row.children)) for row in one.children]
        columns = max(map(len, rows), default=1)
        more["size"], more["inset"] = measures(columns)
        if not fits_as_it_is(rows):
            wrap = partial(breakable_in_cell, columns=columns)
    children = [plain(child, pictures, direction, wrap) for child in merged(one.children)]
    return {"kind": one.kind, **more, "children": merged(children)}


def merged(children):
    """Neighbouring strings as one: each costs typst memory."""
    found = []
    for child in children:
        if found and isinstance(child, str) and isinstance(found[-1], str):
            found[-1] += child
        else:
            found.append(child)
    return found


class Pictures:
    """Pictures as files beside the template."""

    def __init__(self, folder):
        self.folder, self.count = folder, 0

    def kept(self, svg):
        self.count += 1
        if is_taken(svg, STANDARD):
            name, content = f"picture-{self.count}.svg", svg.encode()
        else:
            name, content = f"picture-{self.count}.png", in_dots(svg)
        (self.folder / name).write_bytes(content)
        return name


def typst_language(code):
    """Its language and its region, as typst wants them: two or three letters, and two."""
    known = known_as(code)
    language, *rest = known.split("-")
    region = REGIONS.get(known) or next((part for part in rest if len(part) == 2), None)
    return {"language": language, "region": region.upper() if region else None}


def shortened(title):
    """A long title up to a word's end, for the head of each page."""
    if len(title) <= LONGEST_RUNNING_TITLE:
        return title
    start = title[:LONGEST_RUNNING_TITLE]
    return (start.rpartition(" ")[0] or start) + "…"


# --- fonts ---


def preferred():
    """Of those wanted, the fonts that this machine has; typst looks into all others after them."""
    # Megabytes that web processes do without.
    import typst

    there = set(typst.Fonts().families())
    return [name for name in (SERIF, ARABIC, CHINESE) if name in there]


def without_font(refusal):
    """The texts that typst could not display, or nothing if it refuses something else."""
    found = NO_FONT.findall(refusal)
    return {ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) for text in found}


def named(text, signs):
    """The text with pictographs and the like as their names in brackets: what no font has, and
    typst would not print. Letters are another matter: without them nothing could be read."""
    signs = {sign for part in signs for sign in part}
    letters = {sign for sign in signs if unicodedata.category(sign)[0] in "LMN"}
    if letters:
        raise MissingFontsError(what_to_install(letters))
    for sign in signs:
        name = unicodedata.name(sign, "").lower() or f"U+{ord(sign):04X}"
        shown = "" if MODIFIERS.match(sign) else f"[{name}]"
        text = text.replace(sign, shown)
    return MODIFIERS.sub("", text)


def what_to_install(letters):
    names = {unicodedata.name(sign, "") for sign in letters}
    asian = {name for name in names if name.startswith(EAST_ASIAN)}
    packages = ["fonts-noto-cjk"] if asian else []
    if names - asian:
        packages.insert(0, "fonts-noto-core")
    scripts = sorted({name.split(" ")[0].split("-")[0].title() for name in names if name})
    return _("No font of this server has these letters: %(scripts)s. Install %(command)s.") % {
        "scripts": ", ".join(scripts),
        "command": f"“apt-get install {' '.join(packages)}”",
    }
