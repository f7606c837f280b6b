"""Marks above and below letters: a PDF gives back what was written, and looks as typst drew it."""

import re
import shutil
import subprocess
import unicodedata

import pikepdf
import pytest
import typst

from facilitation.proceedings.marks import main

from .test_proceedings import fonts, poppler

DIRECTIONS = re.compile("[\u200e\u200f\u202a-\u202e]")
# Punctuation, as pdftotext writes it in lines that run leftwards: as it is seen from the left.
PUNCTUATION = re.compile("\u202a(\\W+)\u202c")
SOURCE = """
#set document(title: "Marks")
#set text(font: ("Libertinus Serif", "{}"), lang: "{}"{})
{}
"""
VOWELLED = (
    "المسألة في أن يُدفع المال مقابل الخدمة لا مقابل البناء",
    "كَتَبَ الوَلَدُ الدَّرْسَ في المَدْرَسَةِ، ثُمَّ ذَهَبَ إلى البَيْتِ",
    "بِسْمِ اللَّهِ الرَّحْمٰنِ الرَّحِيمِ",
    "جيّدًا جدًّا، وشكرًا",
)
# Letters alone after the same with marks: neither takes over what the other spells.
BARE = "يدفع كتب الولد الدرس في المدرسة ثم ذهب"
LATIN = "E\u0331xe\u0301mple c\u0304 o\u030b q\u0323\u0302 q c, Việt Nam, Ṣalāḥ"


def typeset(folder, *lines, language="ar", font="Noto Naskh Arabic"):
    text = "\n\n".join(lines)
    more = ", dir: rtl, features: (liga: 0)" if language == "ar" else ""
    path = folder / "plain.pdf"
    (folder / "plain.typ").write_text(SOURCE.format(font, language, more, text), "utf-8")
    typst.compile(folder / "plain.typ", output=path, pdf_standards=["ua-1"])
    mended = folder / "mended.pdf"
    shutil.copy(path, mended)
    main(mended)
    return path, mended


def taken_out(path):
    read = subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True).stdout
    read = PUNCTUATION.sub(lambda match: match[1][::-1], read.decode())
    lines = DIRECTIONS.sub("", read).replace("\f", "").splitlines()
    return [unicodedata.normalize("NFC", line) for line in lines if line]


def drawn(path):
    command = ["pdftoppm", "-r", "200", "-gray", path]
    return subprocess.run(command, capture_output=True, check=True).stdout


def same(*lines):
    return [unicodedata.normalize("NFC", line) for line in lines]


@fonts
@poppler
@pytest.mark.parametrize("font", ["Noto Naskh Arabic", "Noto Kufi Arabic"])
def test_vowelled_arabic_is_taken_out_as_it_was_written(tmp_path, font):
    plain, mended = typeset(tmp_path, *VOWELLED, BARE, *VOWELLED, font=font)
    assert taken_out(plain) != same(*VOWELLED, BARE, *VOWELLED)
    assert taken_out(mended) == same(*VOWELLED, BARE, *VOWELLED)
    assert drawn(mended) == drawn(plain)


@fonts
@poppler
def test_paragraphs_of_several_lines_are_too(tmp_path):
    paragraph = " ".join(VOWELLED[1:2] * 12)
    plain, mended = typeset(tmp_path, paragraph, "= " + VOWELLED[0], f"*{VOWELLED[1]}*")
    assert " ".join(taken_out(mended)) == " ".join(same(paragraph, VOWELLED[0], VOWELLED[1]))
    assert drawn(mended) == drawn(plain)


@fonts
@poppler
def test_marks_on_latin_letters_are_taken_out_once(tmp_path):
    plain, mended = typeset(tmp_path, LATIN, language="en")
    assert taken_out(mended) == same(LATIN)
    assert drawn(mended) == drawn(plain)


@fonts
def test_what_needs_nothing_stays_as_it_is(tmp_path):
    plain, mended = typeset(tmp_path, BARE, "Plain words")
    assert mended.read_bytes() == plain.read_bytes()


@fonts
def test_more_signs_than_a_font_has_are_put_into_two(tmp_path):
    sizes = "".join(f"#text(size: {8 + step / 10}pt)[{VOWELLED[1]}]\n\n" for step in range(90))
    _plain, mended = typeset(tmp_path, sizes)
    with pikepdf.open(mended) as pdf:
        fonts_ = pdf.pages[-1].Resources.Font
        signs = [int(font.LastChar) + 1 for font in fonts_.values() if font.Subtype == "/Type3"]
        assert len(signs) > 1
        assert signs[0] == 256
        assert all("/ToUnicode" in font for font in fonts_.values())
