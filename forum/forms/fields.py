"""Fields of the forms in which people write, and what such a form carries unseen."""

import uuid
from dataclasses import astuple, dataclass, replace
from datetime import datetime

from django import forms
from django.core import signing
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac


def answer_name(key):
    """The field for the answer to a question. The model of parked forms knows it too: is_text()."""
    return f"answer-{key}"


class TextField(forms.CharField):
    """A long text as it was typed: only the line ends of the browser are made the usual ones."""

    def __init__(self, *, rows=6, **options):
        widget = forms.Textarea(attrs={"rows": rows, "dir": "auto", "cols": 60})
        super().__init__(required=False, strip=False, widget=widget, **options)

    def to_python(self, value):
        text = super().to_python(value).replace("\r\n", "\n").replace("\r", "\n")
        return text if text.strip() else ""


class KeyField(forms.UUIDField):
    """What a form is known by when it is sent twice. A damaged key protects nothing: a new one."""

    def clean(self, value):
        try:
            return super().clean(value)
        except forms.ValidationError:
            return uuid.uuid4()


class BegunField(forms.CharField):
    """A moment that this site has signed; None for whatever else comes."""

    SALT = "forum.begun"

    def __init__(self):
        super().__init__(required=False, widget=forms.HiddenInput, initial=self.now)

    def now(self):
        return self.signed(timezone.now())

    def signed(self, moment):
        return signing.dumps(moment.isoformat(), salt=self.SALT)

    def clean(self, value):
        try:
            return datetime.fromisoformat(signing.loads(value or "", salt=self.SALT))
        except signing.BadSignature:
            return None


@dataclass(frozen=True)
class Pen:
    """For whom a form was opened, and for what: ids, and a digest of the session.

    It is signed, so a window that keeps its draft by itself needs no other proof of who writes; it
    holds as long as its session.
    """

    person: int
    discussion: int
    parent: int | None
    session: str

    SALT = "forum.pen"

    @classmethod
    def of(cls, request, discussion, parent=None):
        return cls(
            request.user.person_id,
            discussion.pk,
            parent and parent.pk,
            cls.digest(request.session.session_key),
        )

    @classmethod
    def read(cls, signed):
        """The pen that this site has signed, or None."""
        try:
            return cls(*signing.loads(signed or "", salt=cls.SALT))
        except signing.BadSignature:
            return None

    def __str__(self):
        return signing.dumps(astuple(self), salt=self.SALT)

    def renewed(self, session_key):
        """The same for another session of the same person."""
        return replace(self, session=self.digest(session_key))

    def is_of(self, session_key):
        return constant_time_compare(self.session, self.digest(session_key))

    @classmethod
    def digest(cls, session_key):
        return salted_hmac(cls.SALT, session_key or "").hexdigest()[:32]
