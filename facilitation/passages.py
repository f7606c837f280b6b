"""The general text of a contribution, passage by passage, on its way to the questions.

Words never change and never change their order within a question. What may be left out are lines
that are nothing but a question's own words, where they come to stand under that question.
"""

import re
from dataclasses import dataclass
from textwrap import dedent

from forum import recognition
from forum.actions import Stale, Text

# A page of choices must stay usable: whatever comes behind so many passages is one.
MOST_PASSAGES = 100

FENCES = ("```", "~~~")
HEADING = re.compile(r"#{1,6}\s")


@dataclass(frozen=True)
class Passage:
    # As it stands in the text.
    text: str
    # The key of the question that it seems to answer, or "".
    key: str = ""
    # Lines at its beginning that are this question's own words and nothing else.
    pasted: str = ""

    @property
    def answer(self):
        """What its author says, at the margin: the number that it was set in under is gone."""
        return dedent(self.text[len(self.pasted) :]).strip("\n")

    def under(self, key, *, leave_out):
        """What comes to stand under a question, or with "" stays in the general text."""
        return self.answer if leave_out and key and key == self.key else self.text


def passages_of(text, questions):
    """The passages of a text, in its order, each with the question that it was pasted under."""
    wordings = [(question.key, question.wordings) for question in questions]
    found = recognition.find(text, wordings)
    begins = [0, *(one.start for one in found)]
    ends = [*(one.start for one in found), len(text)]
    passages = []
    for one, begin, end in zip([None, *found], begins, ends, strict=True):
        passages += section(text[begin:end], one)
    if len(passages) > MOST_PASSAGES:
        alone = passages[: MOST_PASSAGES - 1]
        passages = [*alone, Passage("\n\n".join(one.text for one in passages[len(alone) :]))]
    return passages


def section(text, one):
    """The passages of a part of the text that begins with a pasted question, or with none."""
    if one is None:
        return [Passage(block) for block in blocks(text)]
    asked, others = text[: one.end - one.start], text[one.end - one.start :]
    behind, _line_end, others = others.partition("\n")
    if not one.exact or behind.strip():
        return [Passage(block, one.key) for block in blocks(text)]
    first, *further = blocks(others) or [""]
    between = "\n" if others.startswith(first) else "\n\n"
    whole = f"{asked}{between}{first}" if first else asked
    return [Passage(whole, one.key, asked), *(Passage(block, one.key) for block in further)]


def blocks(text):
    """What empty lines separate. Code is not torn apart; a heading stays with what follows, and
    what is set in with what it belongs to."""
    found, lines, fence = [], [], ""
    for line in [*text.split("\n"), ""]:
        mark = line.lstrip()[:3]
        if mark in FENCES and fence in {"", mark}:
            fence = "" if fence else mark
        if line.strip() or (fence and lines):
            lines.append(line)
        elif lines:
            found.append("\n".join(lines))
            lines = []
    if lines:
        found.append("\n".join(lines).rstrip())
    return joined(found)


def joined(found):
    """These blocks, with those that belong together as one."""
    together = []
    for block in found:
        belongs = together and (is_heading(together[-1]) or block[0].isspace())
        if belongs:
            together[-1] += f"\n\n{block}"
        else:
            together.append(block)
    return together


def is_heading(block):
    """A heading, or several that follow one another."""
    return all(HEADING.match(line) for line in block.split("\n") if line)


def rearranged(contribution, questions, keys, *, leave_out):
    """The text of a contribution with its passages under these questions, as an actions.Text.

    keys: for each passage the key of a question, or "" where it stays in the general text; Stale
    where there are other passages, since a question was given other words meanwhile
    """
    passages = passages_of(contribution.body, questions)
    if len(passages) != len(keys):
        raise Stale
    said = {answer.question.key: [answer.body] for answer in contribution.answers_in_order}
    for passage, key in zip(passages, keys, strict=True):
        said.setdefault(key, []).append(passage.under(key, leave_out=leave_out))
    texts = {key: "\n\n".join(filter(None, words)) for key, words in said.items()}
    return Text(
        body=texts.get("", ""),
        answers={one: texts[one.key] for one in questions if texts.get(one.key)},
        language=contribution.language,
        capacity=contribution.capacity,
        anonymous=contribution.anonymous,
    )
