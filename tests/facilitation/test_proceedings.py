"""Proceedings: what stands in them, and that each format keeps every language and its direction."""

import re
import shutil
import subprocess
from datetime import datetime, timedelta
from pathlib import Path
from unicodedata import normalize
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from facilitation import actions
from facilitation.models import Document
from facilitation.proceedings import FORMATS, Wishes, gather, tree
from facilitation.proceedings.breaking import breakable, breakable_in_cell, fits_as_it_is
from forum.models import Contribution, Discussion
from moderation.actions import hide
from tests.factory import make_bulletin, make_contribution, make_discussion

pytestmark = pytest.mark.django_db

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.json"))
ARABIC = "الشبكةُ بَطيئةٌ جدًّا في القرية"
QUOTED = "هذا اقتباس قصير"
CHINESE = "村里的网络很慢"
HOSTILE = '#import "/etc/passwd"; $x$ [*] <a> @b `#read("x")` \\ //'
FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# Where the margin of a PDF begins, in points.
SIDE = (210 - 34) / 25.4 * 72 + 2
office = pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
fonts = pytest.mark.skipif(
    not any(Path("/usr/share/fonts").rglob("NotoSansCJK*")),
    reason="No fonts for every example: apt-get install fonts-noto-core fonts-noto-cjk",
)
poppler = pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler-utils is missing")


@pytest.fixture
def said(discussion, cast):
    """Something in several languages and shapes."""
    body = f"{ARABIC}\n\n> {QUOTED}\n\n- {ARABIC}\n\n| {ARABIC} |\n|---|\n| {QUOTED} |"
    make_contribution(discussion, cast.facilitator, body, language="ar", answers={"Q1": ARABIC})
    make_contribution(discussion, cast.participant, CHINESE, language="zh-hans")
    make_contribution(discussion, cast.participant, f"### Deep\n\n# High\n\n{HOSTILE}")
    return discussion


def written(discussion, format_, folder, **options):
    path = folder / f"proceedings.{format_}"
    call_command("proceedings", discussion.slug, format=format_, output=path, **options)
    return path


def pages_of(path):
    return [page.extract_text() for page in PdfReader(path).pages]


def rightmost(path):
    """Where the last word of a line ends at most, in points."""
    found = subprocess.run(["pdftotext", "-bbox", path, "-"], capture_output=True, check=True)
    return max(float(end) for end in re.findall(r'xMax="([\d.]+)"', found.stdout.decode()))


def squeezed(text):
    return " ".join(text.split())


# --- the tree ---


def test_headings_begin_at_their_level_and_skip_none():
    html = "<h6>a</h6><p>b</p><h4>c</h4><blockquote><h6>d</h6></blockquote><h5>e</h5>"
    found = tree.everything_in(tree.parsed(html, top_level=4))
    levels = [one.more["level"] for one in found if getattr(one, "kind", "") == "heading"]
    assert levels == [4, 4, 5, 5]


def test_stored_html_becomes_blocks_and_inlines():
    html = '<ol start="3"><li>a <em>b</em><br>\nc</li></ol><pre><code>x\n y\n</code></pre>'
    numbered, code = tree.parsed(html, top_level=4)
    [item] = numbered.children
    [text] = item.children
    assert (numbered.more["start"], text.kind) == (3, "para")
    assert [getattr(one, "kind", one) for one in text.children] == ["a ", "em", "break", "c"]
    assert code.children == ["x\n y"]


# --- what stands in them ---


def titles(document):
    return [tree.words(one) for one in document.contents]


def test_contributions_stand_by_day_and_bulletins_where_they_came(said, cast):
    make_bulletin(said, cast.facilitator, title="Half-way")
    hide(Contribution.objects.get(number=2), user=cast.moderator, version=1, reason="spam")
    found = titles(gather(said))
    assert found[:2] == ["About this document", "Guiding questions"]
    start = found.index("#1 Karim Benali · Facilitator")
    assert found[start + 1] == "#2 Hidden by a moderator"
    assert found[start + 2] == "#3 Ana Souza"
    assert found[start + 3] == "Weekly summary: Half-way"


def test_by_question_the_answers_stand_under_it(said):
    found = titles(gather(said, Wishes(order="question", statistics=False)))
    assert found[found.index("General texts") :] == [
        "General texts",
        "#1 Karim Benali · Facilitator",
        "#2 Ana Souza",
        "#3 Ana Souza",
        "Q1. Question 1?",
        "#1 Karim Benali · Facilitator",
        "Q2. Question 2?",
        "Q3. Question 3?",
        "Contributors",
    ]


def test_its_own_words_are_in_the_language_that_was_asked_for(said):
    found = titles(gather(said, Wishes(language="fr")))
    assert "Questions d’orientation" in found or "Questions directrices" in found
    assert gather(said, Wishes(language="ar")).direction == "rtl"


def test_who_has_written_without_a_name_is_told_from_nobody(cast):
    place = make_discussion("anonymous", anonymous_allowed=True)
    make_contribution(place, cast.participant, "Named")
    named = gather(place).facts
    make_contribution(place, cast.participant, "Not named", anonymous=True)
    assert gather(place).facts[-1].endswith(named[-1].partition(", ")[2])


def test_the_queries_do_not_depend_on_the_size(said, cast):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as found:
            gather(Discussion.objects.get(pk=said.pk))
        return len(found)

    before = queries()
    for number in range(5):
        make_contribution(said, cast.stranger, f"More {number}", answers={"Q2": "Yes"})
    assert queries() == before


# --- formats ---


@fonts
@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_becomes_a_document_in_every_format(path, format_, tmp_path):
    call_command("import_discussion", path)
    discussion = Discussion.objects.get(slug=path.stem)
    order = "question" if format_ == "pdf" else "date"
    assert written(discussion, format_, tmp_path, by=order).stat().st_size > 10_000


@fonts
def test_the_pdf_is_tagged_and_says_by_which_standard(said, tmp_path):
    reader = PdfReader(written(said, "pdf", tmp_path))
    catalogue = reader.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/Lang"].startswith("en")
    assert reader.metadata.title == said.title
    assert "<pdfuaid:part>1" in catalogue["/Metadata"].get_data().decode()


@fonts
def test_texts_are_never_source(said, tmp_path):
    path = written(said, "pdf", tmp_path)
    assert HOSTILE.replace("`", "") in squeezed(" ".join(pages_of(path)))


@fonts
@poppler
def test_arabic_is_read_from_the_pdf_as_it_was_written(said, tmp_path):
    path = written(said, "pdf", tmp_path)
    read = subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True).stdout
    words = normalize("NFC", re.sub("[\u200e\u200f\u202a-\u202e]", "", read.decode()))
    assert words.count(normalize("NFC", ARABIC)) == 4
    assert words.index(QUOTED) > words.index(normalize("NFC", ARABIC))
    assert CHINESE in words


@fonts
def test_letters_that_no_font_has_are_named_with_what_to_install(said, cast, tmp_path):
    make_contribution(said, cast.participant, "A rare sign: \U00030000")
    with pytest.raises(CommandError, match="fonts-noto-cjk"):
        written(said, "pdf", tmp_path)


@fonts
def test_signs_that_no_font_has_are_named_in_their_place(said, cast, tmp_path):
    make_contribution(said, cast.participant, "Private: \U000f0000!")
    assert "Private: [U+F0000]!" in squeezed(" ".join(pages_of(written(said, "pdf", tmp_path))))


@fonts
@poppler
def test_long_words_stay_on_the_page(said, cast, tmp_path):
    long = ["x" * 300, "[" * 29_000, f"https://example.org/{'a1' * 150}", "e\u0301" * 200]
    Discussion.objects.filter(pk=said.pk).update(title="t" * 190)
    said.refresh_from_db()
    body = "\n\n".join(["Short words", *long, f"`{'y' * 300}`", f"# {'z' * 300}"])
    make_contribution(said, cast.participant, body)
    path = written(said, "pdf", tmp_path)
    assert rightmost(path) < SIDE
    assert "Short words" in "".join(pages_of(path))


@fonts
@poppler
def test_wide_tables_do_not_overprint_their_cells(said, cast, tmp_path):
    row = "| " + " | ".join(["Internationalisation"] * 14) + " |\n"
    make_contribution(said, cast.participant, row + "|---" * 14 + "|\n" + row * 2)
    path = written(said, "pdf", tmp_path)
    assert rightmost(path) < SIDE
    # One printed over the next would be one word with it.
    command = ["pdftotext", "-layout", path, "-"]
    read = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    read = read.replace("\u200b", "")
    lines = [line.split() for line in read.splitlines() if line.count("Internat") > 1]
    assert [len(line) for line in lines] == [14, 14, 14]


def test_words_break_only_where_they_are_too_long():
    chinese, address = CHINESE * 10, f"https://example.org/{'a' * 50}"
    for text in ("Internationalisation", chinese, "ไ" * 90, address):
        assert breakable(text) == text
    assert breakable("a" * 31) == "\u200b".join(["a" * 10] * 3 + ["a"])
    assert fits_as_it_is([["Internationalisation"] * 2, ["No"]])
    assert not fits_as_it_is([["Internationalisation"] * 14])
    assert breakable_in_cell("abcdef ab", columns=20) == "\u200b".join("abcdef") + " ab"
    assert "\u200b\u0301" not in breakable("e\u0301" * 40)


@pytest.mark.parametrize(
    ("format_", "part", "count"),
    [("docx", "docProps/core.xml", 2), ("odt", "meta.xml", 2), ("epub", "EPUB/content.opf", 1)],
)
def test_each_says_when_it_was_made(said, tmp_path, format_, part, count):
    with ZipFile(written(said, format_, tmp_path)) as file:
        text = file.read(part).decode()
    found = re.findall(r">(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)<", text)
    assert len(found) == count
    assert all(timezone.now() - datetime.fromisoformat(one) < timedelta(minutes=5) for one in found)


@fonts
def test_the_pdf_says_when_it_was_made(said, tmp_path):
    made = PdfReader(written(said, "pdf", tmp_path)).metadata.creation_date
    assert timedelta(0) <= timezone.now() - made < timedelta(minutes=5)


def test_docx_keeps_direction_and_language(said, tmp_path):
    with ZipFile(written(said, "docx", tmp_path)) as file:
        root = ET.fromstring(file.read("word/document.xml"))  # noqa: S314 - our own
    found = {QUOTED: 2, ARABIC: 4}
    for paragraph in root.iter(f"{W}p"):
        runs = list(paragraph.iter(f"{W}r"))
        text = "".join(part.text for part in paragraph.iter(f"{W}t"))
        rtl = paragraph.find(f"{W}pPr/{W}bidi") is not None
        assert rtl == (text in found), text
        if rtl:
            found[text] -= 1
            assert all(run.find(f"{W}rPr/{W}rtl") is not None for run in runs)
            assert {run.find(f"{W}rPr/{W}lang").get(f"{W}bidi") for run in runs} == {"ar"}
        if text == CHINESE:
            assert runs[0].find(f"{W}rPr/{W}lang").get(f"{W}eastAsia") == "zh-CN"
    assert set(found.values()) == {0}


def test_odt_keeps_direction_and_language(said, tmp_path):
    with ZipFile(written(said, "odt", tmp_path)) as file:
        assert file.infolist()[0].filename == "mimetype"
        root = ET.fromstring(file.read("content.xml"))  # noqa: S314 - our own
    styles = {style.get(f"{STYLE}name"): style for style in root.iter(f"{STYLE}style")}

    def mode(element, family, name):
        style = styles.get(element.get(name))
        kind = None if style is None else style.find(f"{STYLE}{family}-properties")
        return None if kind is None else kind.get(f"{STYLE}writing-mode")

    found = {QUOTED: 2, ARABIC: 4}
    for paragraph in root.iter(f"{TEXT}p"):
        text = "".join(paragraph.itertext())
        is_rtl = mode(paragraph, "paragraph", f"{TEXT}style-name") == "rl-tb"
        assert is_rtl == (text.replace("\xa0", " ") in found), text
        if is_rtl:
            found[text] -= 1
            words = styles[paragraph.find(f"{TEXT}span").get(f"{TEXT}style-name")]
            assert words.find(f"{STYLE}text-properties").get(f"{STYLE}language-complex") == "ar"
    assert set(found.values()) == {0}
    tables = [mode(table, "table", f"{TABLE}style-name") for table in root.iter(f"{TABLE}table")]
    assert tables.count("rl-tb") == 1


@pytest.mark.parametrize("format_", ["epub", "html"])
def test_books_and_pages_keep_direction_and_language(said, tmp_path, format_):
    path = written(said, format_, tmp_path)
    if format_ == "epub":
        with ZipFile(path) as file:
            names = [name for name in file.namelist() if name.endswith(".xhtml")]
            text = "".join(file.read(name).decode() for name in names)
    else:
        text = path.read_text("utf-8")
    for words, language, direction in ((ARABIC, "ar", "rtl"), (CHINESE, "zh-hans", "ltr")):
        before = text[: text.rindex(f">{words}<")]
        division = re.findall(r"<div [^>]*lang=[^>]*>", before)[-1]
        assert f'lang="{language}"' in division
        assert f'dir="{direction}"' in division
    assert "&lt;a&gt; @b" in text


@office
def test_libreoffice_reads_the_same_in_both(said, tmp_path):
    paths = [written(said, format_, tmp_path) for format_ in ("docx", "odt")]
    copies = [shutil.copy(path, tmp_path / f"as-{path.suffix[1:]}{path.suffix}") for path in paths]
    home = f"-env:UserInstallation={(tmp_path / 'office').as_uri()}"
    command = ["soffice", home, "--headless", "--convert-to", "txt:Text (encoded):UTF8"]
    subprocess.run(
        [*command, "--outdir", tmp_path, *copies], check=True, capture_output=True, timeout=120
    )
    texts = [
        squeezed((tmp_path / f"as-{name}.txt").read_text("utf-8-sig")) for name in ("docx", "odt")
    ]
    assert texts[0] == texts[1]
    for words in (ARABIC, QUOTED, CHINESE, HOSTILE.replace("`", ""), "#1 Karim Benali"):
        assert words in texts[0]


# --- the workbench ---


def test_a_facilitator_has_them_made(client, said, cast):
    client.force_login(cast.facilitator)
    address = reverse("facilitation:proceedings", args=[said.slug])
    assert "It is not a consensus" in client.get(address).content.decode()
    wanted = {"kind": "html", "order": "question", "language": "fr", "disclaimer": "*Our* words"}
    assert client.post(address, wanted).status_code == 302
    actions.make_next_document()
    document = Document.objects.get()
    page = document.path.read_text("utf-8")
    assert "<em>Our</em> words" in page
    assert '<html lang="fr"' in page


@pytest.mark.parametrize("who", ["moderator", "participant"])
def test_nobody_else_asks_for_them(client, said, cast, who):
    client.force_login(getattr(cast, who))
    address = reverse("facilitation:proceedings", args=[said.slug])
    assert client.get(address).status_code == 403
    assert (
        client.post(address, {"kind": "pdf", "order": "date", "language": "en"}).status_code == 403
    )
    assert not Document.objects.exists()
