"""What pandoc leaves out of DOCX: a language for right-to-left and for Asian signs (it names that
of Latin ones alone), the page, its number, and the look of our own paragraphs."""

import re
from html import escape

from django.conf import settings

from accounts.choices import known_as

from .packages import dated, replaced, rewrite

LANGUAGE = re.compile(r'<w:lang w:val="([^"]+)" />')
ASIAN = ("zh", "ja", "ko")
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
FOOTER_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"
FOOTER_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer"
FOOTER = f"""<?xml version="1.0" encoding="UTF-8"?>
<w:ftr {W}><w:p><w:pPr><w:jc w:val="center"/></w:pPr><w:r><w:rPr><w:sz w:val="18"/></w:rPr>\
<w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>\
<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p></w:ftr>"""
# A4, in twentieths of a point.
PAGE = """<w:pgSz w:w="11906" w:h="16838"/>\
<w:pgMar w:top="1500" w:right="1700" w:bottom="1500" w:left="1700" w:header="700" w:footer="700" \
w:gutter="0"/>"""
QUIET = "595959"
# Of half points, and twentieths of a point before and after.
LOOKS = {
    "Byline": '<w:pPr><w:keepNext/><w:spacing w:before="20" w:after="20"/></w:pPr>'
    '<w:rPr><w:sz w:val="20"/><w:szCs w:val="20"/></w:rPr>',
    "Details": '<w:pPr><w:spacing w:before="20" w:after="120"/></w:pPr>'
    f'<w:rPr><w:color w:val="{QUIET}"/><w:sz w:val="18"/><w:szCs w:val="18"/></w:rPr>',
    "ContentsHeading": '<w:pPr><w:keepNext/><w:spacing w:before="480" w:after="120"/></w:pPr>'
    '<w:rPr><w:sz w:val="32"/><w:szCs w:val="32"/></w:rPr>',
    "ContentsLevel1": '<w:pPr><w:spacing w:before="120" w:after="20"/></w:pPr>'
    "<w:rPr><w:b/><w:bCs/></w:rPr>",
    "ContentsLevel2": '<w:pPr><w:spacing w:before="0" w:after="0"/><w:ind w:start="300"/></w:pPr>',
    "ContentsLevel3": '<w:pPr><w:spacing w:before="0" w:after="0"/><w:ind w:start="600"/></w:pPr>',
    "Notice": f'<w:rPr><w:i/><w:iCs/><w:color w:val="{QUIET}"/></w:rPr>',
}


def complete(path, document):
    rewrite(
        path,
        {
            "word/document.xml": lambda text: with_page(with_languages(text)),
            "word/styles.xml": lambda text: with_looks(text, document.language),
            "word/_rels/document.xml.rels": with_relation,
            "[Content_Types].xml": with_type,
            "docProps/core.xml": lambda text: dated(text, document.made_at),
        },
        added={"word/footer9.xml": FOOTER},
    )


def with_languages(text):
    """Each run names its language where Word looks for it: w:bidi and w:eastAsia."""
    return LANGUAGE.sub(lambda match: language(match[1]), text)


def language(code):
    known = known_as(code)
    more = f' w:bidi="{escape(code)}"'
    if known.split("-")[0] in ASIAN:
        code = {"zh-hans": "zh-CN", "zh-hant": "zh-TW"}.get(known, code)
        more = f' w:eastAsia="{escape(code)}"'
    return f'<w:lang w:val="{escape(code)}"{more} />'


def with_page(text):
    footer = f'<w:footerReference {R} w:type="default" r:id="rIdFooter"/>'
    text = replaced(text, "<w:sectPr>", f"<w:sectPr>{footer}")
    return replaced(text, "</w:footnotePr>", f"</w:footnotePr>{PAGE}")


def with_relation(text):
    new = f'<Relationship Id="rIdFooter" Type="{FOOTER_RELATION}" Target="footer9.xml"/>'
    return replaced(text, "</Relationships>", f"{new}</Relationships>")


def with_type(text):
    new = f'<Override PartName="/word/footer9.xml" ContentType="{FOOTER_TYPE}"/>'
    return replaced(text, "</Types>", f"{new}</Types>")


def with_looks(text, code):
    accent = settings.ACCENT_COLOUR.lstrip("#").upper()
    text = re.sub(r'<w:color w:themeColor="accent1"[^>]*/>', f'<w:color w:val="{accent}"/>', text)
    text = replaced(text, '<w:sz w:val="24" />', '<w:sz w:val="22" />')
    text = replaced(text, '<w:szCs w:val="24" />', '<w:szCs w:val="22" />')
    for style, look in LOOKS.items():
        pattern = rf'(<w:style [^>]*w:styleId="{style}">(?:(?!</w:style>).)*)</w:style>'
        text = re.sub(pattern, rf"\g<1>{look}</w:style>", text, flags=re.DOTALL)
    return text.replace('<w:jc w:val="center" />', "")
