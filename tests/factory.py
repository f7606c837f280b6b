"""Small makers with defaults, for tests alone. Texts are written by the real actions."""

import uuid
from datetime import timedelta
from itertools import count

from allauth.mfa.models import Authenticator
from django.utils import timezone
from django.utils.text import slugify

from accounts.models import Person, User
from facilitation.actions import Message, post_bulletin
from forum import actions
from forum.models import Discussion, GuidingQuestion, Membership, Page, QuestionGroup

PASSWORD = "correct horse battery"

serial = count(1)


def make_person(name="Ana Souza", **fields):
    return Person.objects.create(name=name, **fields)


def make_user(name="Ana Souza", email="", **fields):
    """A user whose address is verified, so that it can sign in."""
    email = email or f"{slugify(name.split()[0])}{next(serial)}@example.org"
    person = make_person(name, organisation="Example Institute", country="BR")
    user = User.objects.create_user(email, PASSWORD, person=person, **fields)
    user.emailaddress_set.create(email=email, verified=True, primary=True)
    return user


def make_factor(user):
    """What wakes the roles of this user."""
    Authenticator.objects.create(user=user, type="totp", data={"secret": "A" * 32})
    return user


def make_discussion(slug="", *, window="open", questions=3, **fields):
    """A published discussion that is upcoming, open or closed, with guiding questions Q1…Qn."""
    now = timezone.now()
    week = timedelta(days=7)
    opens_at, closes_at = {
        "upcoming": (now + week, now + 2 * week),
        "open": (now - week, now + week),
        "closed": (now - 2 * week, now - week),
    }[window]
    slug = slug or f"discussion-{next(serial)}"
    values = {
        "title": f"About {slug}",
        "opens_at": opens_at,
        "closes_at": closes_at,
        "published": True,
        "languages": ["en", "fr"],
    }
    discussion = Discussion.objects.create(slug=slug, **values | fields)
    group = QuestionGroup.objects.create(discussion=discussion, title="Broad questions")
    GuidingQuestion.objects.bulk_create(
        GuidingQuestion(
            discussion=discussion, group=group, number=n, key=f"Q{n}", text=f"Question {n}?"
        )
        for n in range(1, questions + 1)
    )
    return discussion


def make_member(discussion, role, user=None, title=""):
    """A user with this role in the discussion."""
    user = user or make_user(role.title() + " Example")
    Membership.objects.create(discussion=discussion, person=user.person, role=role, title=title)
    return user


def make_contribution(discussion, user, body="What I think.", *, parent=None, answers=None, **text):
    """Publish through the action, whatever the window is. `answers` maps a key to Markdown."""
    questions = {question.key: question for question in discussion.questions.all()}
    text = actions.Text(
        body=body,
        language=text.pop("language", "en"),
        answers={questions[key]: words for key, words in (answers or {}).items()},
        **text,
    )
    window = {"opens_at": discussion.opens_at, "closes_at": discussion.closes_at}
    now = timezone.now()
    Discussion.objects.filter(pk=discussion.pk).update(
        opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=1)
    )
    try:
        return actions.contribute(
            discussion=discussion,
            user=user,
            text=text,
            submission_key=uuid.uuid4(),
            parent=parent,
            accepted=Page.objects.current("rules"),
            again=True,
        )
    finally:
        Discussion.objects.filter(pk=discussion.pk).update(**window)
        discussion.refresh_from_db()


def make_bulletin(discussion, user, title="This week", *, body="What was said.", **said):
    """Publish a bulletin through the action."""
    usual = {"kind": "weekly", "language": "en", "first": None, "last": None, "pinned": True}
    message = Message(title=title, body=body, **usual | said)
    bulletin = post_bulletin(
        discussion=discussion, user=user, message=message, submission_key=uuid.uuid4()
    )
    discussion.refresh_from_db()
    return bulletin


def make_held(discussion, user, body="What I think.", **text):
    """The same where everything is held for a moderator."""
    usual = discussion.moderation
    Discussion.objects.filter(pk=discussion.pk).update(moderation=Discussion.Moderation.ALL_HELD)
    try:
        return make_contribution(discussion, user, body, **text)
    finally:
        Discussion.objects.filter(pk=discussion.pk).update(moderation=usual)
        discussion.refresh_from_db()
