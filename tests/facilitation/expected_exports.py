"""What an export must say, read from the database without the code that makes it."""

from html.parser import HTMLParser

from django_countries import countries

from forum.markup import render
from forum.models import Contribution

from .expected import moment


def expected(discussion, rows, origin):
    """Every row as a dict of texts.

    rows: "contributions" or "answers"; origin: what web addresses begin with
    """
    found = []
    for contribution in Contribution.objects.filter(
        discussion=discussion, number__isnull=False
    ).order_by("number"):
        answers = list(contribution.answers.order_by("question__number"))
        if contribution.state == "withdrawn":
            answers = []
        sections = [None, *answers] if contribution.body or not answers else answers
        if rows == "contributions":
            found.append(row(contribution, sections, origin, headed=True))
        else:
            found += [row(contribution, [section], origin) for section in sections]
    return found


def row(contribution, sections, origin, headed=False):
    gone = contribution.state == "withdrawn"
    answers = [section for section in sections if section]
    bare = {"name": "", "organisation": "", "country": "", "stakeholder_group": ""}
    bare |= {"role": "", "title": ""}
    if not gone and contribution.anonymous:
        bare |= {"name": "Anonymous", "role": "participant"}
    byline = contribution.byline
    shown = not gone and not contribution.anonymous
    named = {name: getattr(byline, name) for name in bare} if shown else bare
    entered = contribution.entered_by
    return {
        "discussion": contribution.discussion.slug,
        "number": str(contribution.number),
        "parent": str(contribution.parent.number) if contribution.parent else "",
        "depth": str(contribution.depth),
        "question_key": "; ".join(answer.question.key for answer in answers),
        "question": "; ".join(answer.question.text for answer in answers),
        "published_at": moment(contribution.published_at),
        "received_via": contribution.received_via,
        "entered_by": entered.name if entered and not gone else "",
        "name": named["name"],
        "anonymous": "yes" if contribution.anonymous else "",
        "organisation": named["organisation"],
        "country": named["country"],
        "country_name": countries.name(named["country"]) if named["country"] else "",
        "stakeholder_group": named["stakeholder_group"],
        "role": named["role"],
        "title": named["title"],
        "capacity": contribution.capacity,
        "language": contribution.language,
        "text": "" if gone else said(contribution, sections, "body", headed),
        "plain": "" if gone else said(contribution, sections, "plain", headed),
        "state": contribution.state,
        "reason": contribution.reason,
        "edited_at": moment(contribution.edited_at),
        "words": str(0 if gone else words(contribution, sections)),
        "address": origin + contribution.get_absolute_url(),
    }


def said(contribution, sections, name, headed):
    parts = []
    for section in sections:
        source = (section or contribution).body
        text = source if name == "body" else plain(render(source))
        head = f"{section.question.key}. {section.question.text}\n\n" if section and headed else ""
        parts.append(head + text)
    return "\n\n".join(parts)


def words(contribution, sections):
    texts = [plain(render((section or contribution).body)) for section in sections]
    return sum(len(text.split()) for text in texts)


class Words(HTMLParser):
    """The words of HTML, as a browser would read them out; blocks on lines of their own."""

    BLOCKS = ("p", "li", "tr", "pre", "blockquote", "ul", "ol", "table")
    BLOCKS += ("h1", "h2", "h3", "h4", "h5", "h6")

    def __init__(self, html):
        super().__init__()
        self.text = ""
        self.feed(html)
        self.close()

    def handle_data(self, data):
        is_between_cells = self.text.endswith("\t") and not data.strip()
        self.text += "" if is_between_cells else data

    def handle_starttag(self, tag, attrs):
        if tag == "br":
            self.text = self.text.rstrip(" ") + "\n"

    def handle_endtag(self, tag):
        if tag in self.BLOCKS:
            self.text = self.text.removesuffix("\t") + "\n"
        elif tag in ("td", "th"):
            self.text += "\t"


def plain(html):
    lines = Words(html).text.split("\n")
    return "\n".join(line for line in lines if line.strip(" \t")).strip()
