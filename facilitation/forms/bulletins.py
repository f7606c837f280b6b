"""What a bulletin says."""

import uuid

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.choices import language_choices
from accounts.forms import single_line
from forum import markup
from forum.forms.fields import KeyField, TextField
from forum.models import Bulletin
from forum.models.bulletins import MAX_CHARACTERS as LONGEST_BULLETIN

from .. import actions, news


class BulletinForm(forms.Form):
    """A bulletin: a new one, which begins with what happened since the last one, or a change."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Bulletin.Kind.choices)
    language = forms.ChoiceField(label=gettext_lazy("Language of your text"))
    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=Bulletin._meta.get_field("title").max_length,
        widget=forms.TextInput(attrs={"size": 80, "dir": "auto"}),
    )
    body = TextField(rows=16, label=gettext_lazy("Text"), max_length=LONGEST_BULLETIN)
    first = forms.IntegerField(
        label=gettext_lazy("It is about the contributions from #"), required=False, min_value=1
    )
    last = forms.IntegerField(label=gettext_lazy("… to #"), required=False, min_value=1)
    pinned = forms.BooleanField(
        label=gettext_lazy("Show it at the top of the discussion"),
        help_text=gettext_lazy("In the place of the one that stands there."),
        required=False,
        initial=True,
    )
    # The same form sent twice gives one bulletin.
    submission_key = KeyField(widget=forms.HiddenInput, initial=uuid.uuid4)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, discussion, user, bulletin=None, begin=None, waiting=None, **kwargs):
        """bulletin: what is changed; begin: the initial values of a new one; waiting: what was sent
        by somebody who was not logged in"""
        initial = dict(begin or {})
        if bulletin:
            initial = {name: getattr(bulletin, name) for name in (*self.SAID, "version")}
        if waiting:
            # A box that was not ticked is not among the fields.
            initial |= waiting.fields | {"pinned": "pinned" in waiting.fields}
        super().__init__(*args, initial=initial, **kwargs)
        self.discussion, self.user, self.bulletin = discussion, user, bulletin
        self.waiting = waiting
        codes = [discussion.language, *discussion.languages]
        self.fields["language"].choices = language_choices(
            codes if bulletin is None else [*codes, bulletin.language]
        )
        self.fields["body"].required = True

    SAID = ("kind", "title", "body", "language", "first", "last", "pinned")

    def clean_title(self):
        return single_line(self.cleaned_data["title"])

    def clean(self):
        values = super().clean()
        first, last = values.get("first"), values.get("last")
        if (first is None) != (last is None):
            raise forms.ValidationError(_("Give the first and the last contribution, or neither."))
        if first is not None and not first <= last <= self.discussion.last_number:
            self.add_error(
                "last",
                _("It must not be before the first one, nor after #%(last)s, the latest.")
                % {"last": self.discussion.last_number},
            )
        return values

    def preview(self):
        """What was sent as it will look, or None where nothing could be shown."""
        self.full_clean()
        said = {name: self.cleaned_data.get(name) for name in ("title", "body", "language")}
        if not (said["body"] and said["language"]):
            return None
        return Bulletin(**said, body_html=markup.render(said["body"]))

    def save(self):
        message = actions.Message(**{name: self.cleaned_data[name] for name in self.SAID})
        if self.bulletin:
            version = self.cleaned_data["version"]
            return actions.edit_bulletin(
                self.bulletin, user=self.user, message=message, version=version
            )
        return actions.post_bulletin(
            discussion=self.discussion,
            user=self.user,
            message=message,
            submission_key=self.cleaned_data["submission_key"],
        )

    def ask_again(self, stale):
        """Say that somebody else has changed it, which the page shows; sent again, the text takes
        the place of theirs. A new one that was published before becomes another one."""
        self.data = self.data.copy()
        if self.bulletin:
            self.bulletin.refresh_from_db()
            self.data["version"] = self.bulletin.version
        else:
            self.data["submission_key"] = str(uuid.uuid4())
        self.add_error(None, str(stale))


def beginning(discussion, kind, language):
    """The initial values of a new bulletin: what happened since the last one."""
    kind = kind if kind in Bulletin.Kind.values else Bulletin.Kind.WEEKLY
    offered = [discussion.language, *discussion.languages]
    language = language if language in offered else discussion.language
    found = news.since(discussion)
    first, last = (None, None) if kind == Bulletin.Kind.OPENING else found.covers
    return {
        "kind": kind,
        "language": language,
        "body": news.proposal(discussion, kind, language, found),
        "first": first,
        "last": last,
    }


class WithdrawBulletinForm(forms.Form):
    """A yes to taking back a bulletin as it was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, bulletin, user, **kwargs):
        super().__init__(*args, initial={"version": bulletin.version}, **kwargs)
        self.bulletin, self.user = bulletin, user

    def save(self):
        version = self.cleaned_data["version"]
        return actions.withdraw_bulletin(self.bulletin, user=self.user, version=version)

    ask_again = BulletinForm.ask_again
