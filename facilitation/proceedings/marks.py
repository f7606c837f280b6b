"""Marks above and below letters, put so that the text of a PDF can be taken out as it was written.

typst spells a letter with its marks at the letter and again at each mark (typst's issue 8767), and
as a mark stands higher than its letter, programs that extract text begin a new line there: vowelled
Arabic came out doubled and in pieces. Here each letter spells itself, and its marks become one sign
of a font of ours (Type 3) that stands on the letter's line, has no width, spells the marks and
draws the same shapes in the same place.

Run as a file, after typst and without its memory: marks.py PDF
"""

import re
import sys
import unicodedata
from dataclasses import dataclass, field
from itertools import groupby

import pikepdf
from pikepdf import Array, Dictionary, Matrix, Name, Operator, String
from pikepdf import parse_content_stream as parse
from pikepdf import unparse_content_stream as unparse

# How typst shows text: upright, in a space whose y goes down.
UPRIGHT = [1, 0, 0, -1]
# Where lines run leftwards, marks stand this much to the left of their letter, in points: programs
# that extract text sort by where things stand.
APART = 0.02
# What is as near as this stands in the same place, in points.
SAME_PLACE = 0.001
# A simple font has so many signs.
MOST_SIGNS = 256
SPELLED = re.compile(r"<([0-9A-F]{4})> <([0-9A-F]+)>")
CMAP = """/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def
/CMapName /Adobe-Identity-UCS def /CMapType 2 def
1 begincodespacerange <00> <FF> endcodespacerange
{} endcmap CMapName currentdict /CMap defineresource pop end end"""


def is_mark(char):
    return unicodedata.category(char) in ("Mn", "Me")


def marks_of(text):
    return "".join(filter(is_mark, text))


def letters_of(text):
    return "".join(char for char in text if not is_mark(char))


def runs_leftwards(text):
    return unicodedata.bidirectional(text[0]) in ("R", "AL")


# --- What is in the file ---


class Face:
    """A font as typst embeds it: what its glyphs spell, and how wide they are."""

    def __init__(self, font):
        self.font = font
        self.cmap = font.ToUnicode.read_bytes().decode()
        self.texts = {
            int(glyph, 16): bytes.fromhex(text).decode("utf-16-be")
            for glyph, text in SPELLED.findall(self.cmap)
        }
        self.widths = dict(widths(font.DescendantFonts[0]))
        self.marked = marked = {
            text for glyph, text in self.texts.items() if marks_of(text) and not self.width(glyph)
        }
        # Letters that typst spelled with the marks they had where they first stood.
        self.alone = {
            glyph: letters_of(text)
            for glyph, text in self.texts.items()
            if text in marked and self.width(glyph) and letters_of(text)
        }

    def width(self, glyph):
        return self.widths.get(glyph, 0)

    def spells(self, glyph):
        return self.alone.get(glyph) or self.texts.get(glyph, "")

    def correct(self):
        def corrected(match):
            return f"<{match[1]}> <{in_hex(self.spells(int(match[1], 16)))}>"

        self.font.ToUnicode.write(SPELLED.sub(corrected, self.cmap).encode())


def widths(font):
    """(glyph, width) of a CIDFont: [first [width …]] or [first last width], one after another"""
    parts = list(font.get("/W", []))
    while parts:
        first, following = int(parts.pop(0)), parts.pop(0)
        if isinstance(following, Array):
            yield from enumerate(map(float, following), first)
        else:
            width = float(parts.pop(0))
            yield from ((glyph, width) for glyph in range(first, int(following) + 1))


def in_hex(text):
    return text.encode("utf-16-be").hex().upper()


@dataclass
class Sign:
    """A glyph where it is shown. x, y: its origin, in points; text: what it spells, alone or with
    its neighbours; letter: whose mark it is; marks: those it has as a letter"""

    show: "Show"
    glyph: int
    x: float
    y: float
    text: str
    letter: "Sign" = None
    marks: list["Sign"] = field(default_factory=list)

    @property
    def width(self):
        return self.show.face.width(self.glyph) * self.show.size / 1000

    @property
    def is_mark(self):
        return not self.width and bool(marks_of(self.text))

    @property
    def is_spelled_by_face(self):
        return self.text == self.show.face.spells(self.glyph)


@dataclass
class Show:
    """A string that the page shows. at: the instruction's place; spelled_at: that of the ActualText
    around it; left, top: the origin of its space, in points; size: in points"""

    at: int
    spelled_at: int | None
    face: Face
    font: list
    size: float
    left: float
    top: float
    signs: list[Sign] = field(default_factory=list)

    @property
    def is_changed(self):
        """Whether a mark moves, or a letter in it no longer spells what it did."""
        return any(
            sign.letter or sign.marks or (self.spelled_at is None and not sign.is_spelled_by_face)
            for sign in self.signs
        )


def read_shows(instructions, faces):
    """What the page shows, in its order, as far as it is upright text in a font with a CMap."""
    spaces, space, marked, place, font = [], Matrix(), [], [], []
    for at, (operands, operator) in enumerate(instructions):
        match operator:
            case "q":
                spaces.append(space)
            case "Q":
                space = spaces.pop()
            case "cm":
                space = Matrix(*map(float, operands)) @ space
            case "BMC" | "BDC":
                marked.append(at)
            case "EMC":
                marked.pop()
            case "Tf":
                font = operands
            case "Tm":
                place = list(map(float, operands))
            case "Tj" | "TJ":
                face = faces.get(str(font[0]))
                left, top = space.e, space.f
                if face and [*space.shorthand[:4]] == UPRIGHT == place[:4]:
                    spelled = next((a for a in marked if actual_text(instructions[a])), None)
                    show = Show(at, spelled, face, font, float(font[1]), left, top)
                    text = None if spelled is None else actual_text(instructions[spelled])
                    x, y = left + place[4], top - place[5]
                    show.signs = list(read_signs(show, operands[0], x, y, text))
                    yield show


def actual_text(instruction):
    operands, _operator = instruction
    if len(operands) < 2 or not isinstance(operands[1], Dictionary):
        return None
    text = operands[1].get("/ActualText")
    return None if text is None else str(text)


def read_signs(show, shown, x, y, text):
    for part in shown if isinstance(shown, Array) else [shown]:
        if not isinstance(part, String):
            x -= float(part) * show.size / 1000
            continue
        codes = bytes(part)
        for place in range(0, len(codes), 2):
            glyph = int.from_bytes(codes[place : place + 2])
            spells = show.face.texts.get(glyph, "") if text is None else text
            sign = Sign(show, glyph, x, y, spells)
            yield sign
            x += sign.width


# --- What becomes of it ---


def give_marks_to_letters(signs):
    """Finds the letter of each mark: the next sign that spells the same where lines run leftwards,
    the one before elsewhere."""
    place = 0
    for text, group in groupby(signs, key=lambda sign: sign.is_mark and sign.text):
        marks = list(group)
        before, place = place - 1, place + len(marks)
        if not text or not letters_of(text):
            continue
        at = place if runs_leftwards(text) else before
        letter = signs[at] if 0 <= at < len(signs) else None
        if letter is None or letter.text != text:
            continue
        letter.text, letter.marks = letters_of(text), marks
        for mark in marks:
            mark.letter, mark.text = letter, marks_of(text)


def standing(letter):
    """(x, y) of a letter's marks, on its line, in points: before its left edge where lines run
    leftwards, at its right edge elsewhere."""
    if runs_leftwards(letter.text):
        return letter.x - APART, letter.y
    return letter.x + letter.width, letter.y


class MarkFonts:
    """The fonts that the marks are put into."""

    def __init__(self, pdf):
        self.pdf, self.fonts, self.places = pdf, [], {}

    def sign(self, letter):
        """The name of a font, and the code in it of a sign that draws the letter's marks."""
        x, y = standing(letter)
        scale = 1000 / letter.show.size
        shapes = tuple(
            (m.show.face, m.glyph, round((m.x - x) * scale, 1), round((m.y - y) * scale, 1))
            for m in letter.marks
        )
        key = (shapes, letter.marks[0].text)
        if key not in self.places:
            if not self.fonts or len(self.fonts[-1].signs) == MOST_SIGNS:
                self.fonts.append(MarkFont(self.pdf, f"/Marks{len(self.fonts)}"))
            font = self.fonts[-1]
            self.places[key] = (font, len(font.signs))
            font.signs.append(key)
        font, code = self.places[key]
        return Name(font.name), bytes([code])

    def give_to(self, page):
        for font in self.fonts:
            page.Resources.Font[font.name] = font.object


class MarkFont:
    """signs: (its shapes, what it spells); a shape: (face, glyph, dx, dy), in thousandths"""

    def __init__(self, pdf, name):
        self.pdf, self.name, self.signs = pdf, name, []
        self.object = pdf.make_indirect(Dictionary(Type=Name.Font))

    def write(self):
        new = self.pdf.make_stream
        names = [Name(f"/m{code}") for code in range(len(self.signs))]
        faces = dict.fromkeys(face for shapes, _text in self.signs for face, *_ in shapes)
        faces = {face: f"/F{number}" for number, face in enumerate(faces)}
        drawn = [new(drawing(shapes, faces)) for shapes, _text in self.signs]
        spelled = [f"<{code:02X}> <{in_hex(text)}>" for code, (_, text) in enumerate(self.signs)]
        # A list has at most a hundred.
        lists = [spelled[start : start + 100] for start in range(0, len(spelled), 100)]
        lists = [f"{len(some)} beginbfchar {' '.join(some)} endbfchar" for some in lists]
        name = Name(self.name)
        about = Dictionary(Type=Name.FontDescriptor, FontName=name, Flags=4, ItalicAngle=0)
        self.object.update(
            Dictionary(
                Subtype=Name.Type3,
                FontBBox=[0, 0, 0, 0],
                FontMatrix=[0.001, 0, 0, 0.001, 0, 0],
                FontDescriptor=self.pdf.make_indirect(about),
                CharProcs=Dictionary(dict(zip(map(str, names), drawn, strict=True))),
                Encoding=Dictionary(Type=Name.Encoding, Differences=[0, *names]),
                FirstChar=0,
                LastChar=len(names) - 1,
                Widths=[0] * len(names),
                Resources=Dictionary(
                    Font=Dictionary({name: face.font for face, name in faces.items()})
                ),
                ToUnicode=new(CMAP.format("\n".join(lists)).encode()),
            )
        )


def drawing(shapes, faces):
    shown = " ".join(
        f"{faces[face]} 1000 Tf 1 0 0 1 {dx} {dy} Tm <{glyph:04X}> Tj"
        for face, glyph, dx, dy in shapes
    )
    return f"0 0 d0 BT {shown} ET".encode()


def shown_anew(show, fonts):
    """The instructions that show the same, each mark on its letter's line."""
    for signs in pieces(show.signs):
        first = signs[0]
        if first.letter and first is not first.letter.marks[0]:
            continue  # The first of them draws all.
        x, y, codes = first.x, first.y, b"".join(sign.glyph.to_bytes(2) for sign in signs)
        if first.letter:
            x, y = standing(first.letter)
            font, codes = fonts.sign(first.letter)
            yield [font, show.font[1]], "Tf"
        yield [*UPRIGHT, round(x - show.left, 4), round(show.top - y, 4)], "Tm"
        if first.is_spelled_by_face or first.letter:
            yield [String(codes)], "Tj"
        else:
            yield [Name.Span, Dictionary(ActualText=String(first.text))], "BDC"
            yield [String(codes)], "Tj"
            yield [], "EMC"
        if first.letter:
            yield show.font, "Tf"


def pieces(signs):
    """Signs that can be shown as one string."""
    piece, end = [], None
    for sign in signs:
        is_plain = not sign.letter and sign.is_spelled_by_face
        if piece and not (is_plain and end is not None and abs(sign.x - end) < SAME_PLACE):
            yield piece
            piece = []
        piece.append(sign)
        end = sign.x + sign.width if is_plain else None
    yield piece


def mend(pdf):
    """Whether there was something to be mended."""
    faces = {}
    pages = [(page, faces_of(page, faces)) for page in pdf.pages]
    if not any(face.marked for face in faces.values()):
        return False
    fonts = MarkFonts(pdf)
    for page, names in pages:
        if any(face.marked for face in names.values()):
            mend_page(page, names, fonts)
    for face in faces.values():
        face.correct()
    for font in fonts.fonts:
        font.write()
    return True


def faces_of(page, faces):
    """The page's names of fonts -> Face; another page has others for the same. faces: those of the
    document, by their objects"""
    names = {}
    for name, font in page.Resources.get("/Font", {}).items():
        if "/ToUnicode" in font:
            names[name] = faces.get(font.objgen) or Face(font)
            faces[font.objgen] = names[name]
    return names


def mend_page(page, faces, fonts):
    instructions = [(list(operands), str(operator)) for operands, operator in parse(page)]
    shows = list(read_shows(instructions, faces))
    give_marks_to_letters([sign for show in shows for sign in show.signs])
    changed = {show.at: show for show in shows if show.is_changed}
    for show in changed.values():
        if show.spelled_at is not None:
            instructions[show.spelled_at] = ([Name.Span], "BMC")
    anew = []
    for at, instruction in enumerate(instructions):
        anew += shown_anew(changed[at], fonts) if at in changed else [instruction]
    page.Contents.write(unparse([(operands, Operator(name)) for operands, name in anew]))
    fonts.give_to(page)


def main(path):
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        if mend(pdf):
            pdf.save(path)


if __name__ == "__main__":
    main(*sys.argv[1:])
