"""What a form says, and whether it says what stands somewhere already."""

from dataclasses import dataclass, field

from .. import markup
from ..models import Contribution


@dataclass
class Text:
    """What a form says: the general text, one body for each answered question, the metadata."""

    body: str
    language: str
    # GuidingQuestion -> Markdown; questions without an answer are left out.
    answers: dict = field(default_factory=dict)
    capacity: str = Contribution.Capacity.PERSONAL
    anonymous: bool = False

    def rendered(self):
        """Body and answers as HTML. Called before anything is locked: rendering takes time."""
        answers = {question: markup.render(body) for question, body in self.answers.items()}
        return markup.render(self.body), answers

    def sections(self, rendered):
        """(Markdown, HTML) of everything that it says."""
        body_html, answers_html = rendered
        answers = ((body, html) for _question, body, html in said(self.answers, answers_html))
        return [(self.body, body_html), *answers]


def said(answers, answers_html):
    """(question, Markdown, HTML) of each answer."""
    return ((question, body, answers_html[question]) for question, body in answers.items())


def bodies(contribution):
    """The key of each answered question -> Markdown."""
    return {answer.question_id: answer.body for answer in contribution.answers.all()}


def says_the_same(contribution, text):
    return (
        contribution.body == text.body
        and contribution.language == text.language
        and contribution.capacity == text.capacity
        and contribution.anonymous == text.anonymous
        and bodies(contribution) == {question.pk: body for question, body in text.answers.items()}
    )


def has_said(contribution, text):
    """Did this text stand here, now or before an edit?"""
    answers = [{"question": question.key, "body": body} for question, body in text.answers.items()]
    return says_the_same(contribution, text) or any(
        revision.body == text.body
        and [{key: answer[key] for key in ("question", "body")} for answer in revision.answers]
        == answers
        for revision in contribution.revisions.all()
    )
