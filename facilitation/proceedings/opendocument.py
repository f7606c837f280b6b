"""What pandoc leaves out of ODT: directions, and languages of any but Latin signs.

It marks the words of each passage with their language. From that follows in which direction every
paragraph and table is written; where it is not that of the document, it gets a style that says so.
"""

import copy
import re
from xml.etree import ElementTree as ET

from django.conf import settings

from accounts.choices import direction

from .packages import dated, replaced, rewrite

NAMESPACE = re.compile(r'xmlns:([\w-]+)="([^"]+)"')
MODES = {"rtl": ("rl-tb", "right"), "ltr": ("lr-tb", "left")}
ASIAN = ("zh", "ja", "ko")
PREFORMATTED = "Preformatted_20_Text"
OF = "urn:oasis:names:tc:opendocument:xmlns:"
STYLE, TEXT, TABLE = f"{OF}style:1.0", f"{OF}text:1.0", f"{OF}table:1.0"
FO = f"{OF}xsl-fo-compatible:1.0"
PARAGRAPHS = {f"{{{TEXT}}}p", f"{{{TEXT}}}h"}
NAME, STYLE_NAME = f"{{{STYLE}}}name", f"{{{TEXT}}}style-name"
TABLE_STYLE = f"{{{TABLE}}}style-name"
PARENT = f"{{{STYLE}}}parent-style-name"
SIDE = {"paragraph": f"{{{FO}}}text-align", "table": f"{{{TABLE}}}align"}
QUIET = "#595959"
LOOKS = """
<style:style style:family="paragraph" style:name="Byline" style:parent-style-name="Text_20_body">
  <style:paragraph-properties fo:margin-top="0in" fo:margin-bottom="0.02in"
    fo:keep-with-next="always" />
  <style:text-properties fo:font-size="10pt" />
</style:style>
<style:style style:family="paragraph" style:name="Details" style:parent-style-name="Text_20_body">
  <style:paragraph-properties fo:margin-top="0in" fo:margin-bottom="0.1in" />
  <style:text-properties fo:font-size="9pt" style:font-size-complex="9pt" fo:color="{quiet}" />
</style:style>
<style:style style:family="paragraph" style:name="Contents_20_Heading"
  style:parent-style-name="Text_20_body">
  <style:paragraph-properties fo:margin-top="0.4in" fo:keep-with-next="always" />
  <style:text-properties fo:font-size="16pt" style:font-size-complex="16pt" />
</style:style>
<style:style style:family="paragraph" style:name="Contents_20_Level_20_1"
  style:parent-style-name="Text_20_body">
  <style:paragraph-properties fo:margin-top="0.08in" fo:margin-bottom="0.01in" />
  <style:text-properties fo:font-weight="bold" />
</style:style>
<style:style style:family="paragraph" style:name="Contents_20_Level_20_2"
  style:parent-style-name="Text_20_body">
  <style:paragraph-properties fo:margin-top="0in" fo:margin-bottom="0.01in"
    fo:margin-left="0.2in" />
</style:style>
<style:style style:family="paragraph" style:name="Contents_20_Level_20_3"
  style:parent-style-name="Text_20_body">
  <style:paragraph-properties fo:margin-top="0in" fo:margin-bottom="0.01in"
    fo:margin-left="0.4in" />
</style:style>
<style:style style:family="paragraph" style:name="Notice" style:parent-style-name="Text_20_body">
  <style:text-properties fo:font-style="italic" fo:color="{quiet}" />
</style:style>
"""


def complete(path, document):
    rewrite(
        path,
        {
            "content.xml": lambda text: with_directions(text, document.direction),
            "styles.xml": lambda text: with_looks(text, document.direction),
            "meta.xml": lambda text: dated(text, document.made_at),
        },
    )


# --- the text ---


def with_directions(text, usual):
    for prefix, address in NAMESPACE.findall(text[: text.find(">", 60) + 1]):
        ET.register_namespace(prefix, address)
    root = ET.fromstring(text)  # noqa: S314 - pandoc has just written it, without entities
    Directions(root, usual).mark()
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode")


class Directions:
    def __init__(self, root, usual):
        self.root, self.usual = root, usual
        self.automatic = root.find(f"{{{OF}office:1.0}}automatic-styles")
        self.styles = {style.get(NAME): style for style in self.automatic}
        self.languages = dict(self.found_languages())
        self.made = {}

    def found_languages(self):
        """Name of a style of words -> their language. Those that are not Latin say it anew."""
        for name, style in self.styles.items():
            words = style.find(f"{{{STYLE}}}text-properties")
            code = words.get(f"{{{FO}}}language") if words is not None else None
            if code:
                script = "asian" if code in ASIAN else "complex"
                words.set(f"{{{STYLE}}}language-{script}", code)
                words.set(f"{{{STYLE}}}country-{script}", words.get(f"{{{FO}}}country", "none"))
                yield name, code

    def mark(self):
        for paragraph in self.root.iter():
            if paragraph.tag in PARAGRAPHS:
                way = self.direction_of(paragraph)
                if way != self.usual:
                    style = paragraph.get(STYLE_NAME)
                    paragraph.set(STYLE_NAME, self.styled(style, way, "paragraph"))
        for table in self.root.iter(f"{{{TABLE}}}table"):
            ways = {self.direction_of(one) for one in table.iter() if one.tag in PARAGRAPHS}
            if ways == {"rtl", "ltr"} - {self.usual}:
                table.set(TABLE_STYLE, self.styled(table.get(TABLE_STYLE), *ways, "table"))

    def direction_of(self, paragraph):
        """That of its words where all are of one language; code is written as everywhere."""
        style = self.styles.get(paragraph.get(STYLE_NAME))
        parent = style.get(PARENT) if style is not None else None
        if PREFORMATTED in (paragraph.get(STYLE_NAME), parent):
            return "ltr"
        codes = set(self.codes_in(paragraph, None))
        return direction(codes.pop()) if len(codes) == 1 and None not in codes else self.usual

    def codes_in(self, element, code):
        """The languages of the words in it, None for those without one."""
        own = self.languages.get(element.get(STYLE_NAME), code)
        if element.text and element.text.strip():
            yield own
        for child in element:
            yield from self.codes_in(child, own)
            if child.tail and child.tail.strip():
                yield own

    def styled(self, name, way, family):
        """The name of the same style in the other direction."""
        if (name, way) not in self.made:
            self.made[name, way] = f"{name}_{way}"
            self.automatic.append(self.turned(name, way, family))
        return self.made[name, way]

    def turned(self, name, way, family):
        if name in self.styles:
            style = copy.deepcopy(self.styles[name])
        else:
            style = ET.Element(f"{{{STYLE}}}style", {f"{{{STYLE}}}family": family, PARENT: name})
        style.set(NAME, f"{name}_{way}")
        kind = f"{{{STYLE}}}{family}-properties"
        properties = style.find(kind)
        if properties is None:
            properties = ET.Element(kind)
            style.insert(0, properties)
        mode, side = MODES[way]
        properties.set(f"{{{STYLE}}}writing-mode", mode)
        properties.set(
            f"{{{FO}}}text-align" if family == "paragraph" else f"{{{TABLE}}}align", side
        )
        return style


# --- the styles ---


def with_looks(text, usual):
    mode, side = MODES[usual]
    looks = LOOKS.format(quiet=QUIET)
    text = replaced(text, "</office:styles>", f"{looks}</office:styles>")
    text = text.replace('fo:page-height="11in"', 'fo:page-height="29.7cm"')
    text = text.replace('fo:page-width="8.5in"', 'fo:page-width="21cm"')
    text = at_the_side(text, side)
    if usual == "rtl":
        text = text.replace('style:writing-mode="page"', f'style:writing-mode="{mode}"')
        text = text.replace('style:writing-mode="lr-tb"', f'style:writing-mode="{mode}"')
    return text


def at_the_side(text, side):
    """Titles stand where lines begin, in the colour of the site; the number of the page stays in
    the middle."""
    styles, between, pages = text.partition("<office:automatic-styles")
    styles = styles.replace('fo:text-align="center"', f'fo:text-align="{side}"')
    for name in ("Heading_20_1", "Heading_20_2", "Heading_20_3"):
        styles = re.sub(
            rf'(style:name="{name}".*?<style:text-properties )',
            rf'\g<1>fo:color="{settings.ACCENT_COLOUR}" ',
            styles,
            count=1,
            flags=re.DOTALL,
        )
    return styles + between + pages
