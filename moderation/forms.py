"""The forms of acts: what a moderator says when something is closed, extended or hidden."""

from datetime import UTC

from django import forms
from django.forms.utils import from_current_timezone
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.choices import language_choices
from accounts.forms import single_line
from forum.forms import VersionForm
from forum.forms.fields import TextField
from forum.models import Contribution, Extension
from forum.models.reports import MAX_NOTE

from . import actions
from .queue import Wanted

# Discussions to choose from: the latest ones.
MOST = 200

# Of what a moderator writes to an author, in characters.
MOST_OF_NOTE = 2_000


class DateAndTime(forms.SplitDateTimeWidget):
    """The browser's own fields for a date and a time. Seconds are shown, lest they be lost."""

    template_name = "admin/widgets/split_datetime.html"

    def __init__(self, attrs=None):
        super().__init__(
            attrs,
            date_format="%Y-%m-%d",
            time_format="%H:%M:%S",
            date_attrs={"type": "date", "aria-label": gettext_lazy("Date")},
            time_attrs={"type": "time", "step": "1", "aria-label": gettext_lazy("Time")},
        )

    def get_context(self, name, value, attrs):
        labels = {"date_label": _("Date:"), "time_label": _("Time:")}
        return super().get_context(name, value, attrs) | labels


class LocalDateTimeField(forms.SplitDateTimeField):
    """A date and a time of no zone yet: each discussion reads it in its own."""

    widget = DateAndTime

    def compress(self, data_list):
        with timezone.override(UTC):
            moment = super().compress(data_list)
        return moment and moment.replace(tzinfo=None)


def in_zone(local, zone):
    """That moment in a zone; a ValidationError where clocks skip or repeat it."""
    with timezone.override(zone):
        return from_current_timezone(local)


class ConfirmForm(forms.Form):
    """Nothing to say, only to confirm."""

    def __init__(self, *args, things=(), **kwargs):
        """things: the rows that the act is about"""
        super().__init__(*args, **kwargs)
        self.things = things

    def values_for(self, thing):
        """What the action needs to know beside the row and the user."""
        return {}


class ExtendForm(ConfirmForm):
    """Until when, and why."""

    closes_at = LocalDateTimeField(
        label=gettext_lazy("New closing"),
        help_text=gettext_lazy("In the time zone of the discussion."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason, shown to everyone"),
        max_length=Extension._meta.get_field("reason").max_length,
        widget=forms.TextInput(attrs={"size": 80, "dir": "auto"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if len(self.things) == 1:
            discussion = self.things[0]
            closes_at = timezone.localtime(discussion.closes_at, discussion.zone)
            self.initial["closes_at"] = closes_at.replace(tzinfo=None)
            self.fields["closes_at"].help_text = _("In the time zone %(zone)s.") % {
                "zone": discussion.time_zone
            }

    def clean_reason(self):
        return single_line(self.cleaned_data["reason"])

    def values_for(self, discussion):
        values = self.cleaned_data
        return {
            "closes_at": in_zone(values["closes_at"], discussion.zone),
            "reason": values["reason"],
        }


class ReopenForm(ExtendForm):
    """The old date may stand, where it is still to come; only a later one is given a reason."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = False
        self.fields["reason"].help_text = _("Needed when it closes later than was planned before.")


class ReasonField(forms.ChoiceField):
    """Why a contribution is hidden; readers see the sentence."""

    def __init__(self):
        super().__init__(
            label=gettext_lazy("Reason, shown to everyone"),
            choices=Contribution.Reason.choices,
            widget=forms.RadioSelect,
        )


class DecideForm(VersionForm):
    """Publish what waits, or return it; which of both, the button says."""

    PUBLISH, RETURN = "publish", "return"

    reason = forms.ChoiceField(
        label=gettext_lazy("Reason for returning it"),
        choices=Contribution.Reason.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    note = TextField(
        rows=4,
        label=gettext_lazy("Note to its author"),
        help_text=gettext_lazy("What they should change. Nobody else reads it but who moderates."),
        max_length=MOST_OF_NOTE,
    )

    def clean(self):
        values = super().clean()
        act, note = self.data.get("act"), values.get("note")
        if act not in (self.PUBLISH, self.RETURN):
            raise forms.ValidationError(_("Publish it, or return it to its author."))
        if act == self.RETURN and not values.get("reason"):
            self.add_error("reason", _("Please give a reason."))
        if act == self.PUBLISH and note:
            words = _("A note goes to the author with what is returned. Take it out to publish.")
            self.add_error("note", words)
        return values

    def save(self):
        """What is published or returned: the text, or the change of what readers see already."""
        is_change = self.contribution.has_pending_change
        version = self.cleaned_data["version"]
        if self.data["act"] == self.PUBLISH:
            do, why = actions.approve_change if is_change else actions.publish, {}
        else:
            do = actions.refuse_change if is_change else actions.give_back
            why = {name: self.cleaned_data[name] for name in ("reason", "note")}
        do(self.contribution, user=self.user, version=version, **why)


class ShownForm(ConfirmForm):
    """About contributions as the page showed them."""

    def values_for(self, contribution):
        return {"version": contribution.version}


class HideForm(ShownForm):
    reason = ReasonField()

    def values_for(self, contribution):
        return super().values_for(contribution) | {"reason": self.cleaned_data["reason"]}


class HideOneForm(VersionForm):
    """The same on the site, for one contribution."""

    reason = ReasonField()
    note = TextField(
        label=gettext_lazy("Note for the staff"),
        max_length=MAX_NOTE,
        rows=3,
        help_text=gettext_lazy("Only the staff of this discussion read it."),
    )

    def save(self):
        actions.hide(self.contribution, user=self.user, **self.cleaned_data)


class RestoreOneForm(VersionForm):
    def save(self):
        actions.restore(self.contribution, user=self.user, **self.cleaned_data)


class DismissForm(VersionForm):
    # The last report or answer that the page has shown.
    up_to = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)

    def save(self):
        actions.dismiss(self.contribution, user=self.user, **self.cleaned_data)


class QueueForm(forms.Form):
    """What of the queue one wants to see. Whatever it does not know restricts nothing."""

    discussion = forms.ChoiceField(label=gettext_lazy("Discussion"), required=False)
    language = forms.ChoiceField(
        label=pgettext_lazy("of contributions", "Language"), required=False
    )
    question = forms.ChoiceField(label=gettext_lazy("Answers to"), required=False)

    def __init__(self, data, *, discussions, discussion):
        """discussions: those that the reader moderates; discussion: the one that was chosen"""
        super().__init__(data, auto_id="queue-%s")
        self.discussions, self.discussion = discussions, discussion
        found = list(discussions.order_by("-closes_at", "-pk").values_list("slug", "title")[:MOST])
        self.has_discussions = bool(found)
        if discussion and (discussion.slug, discussion.title) not in found:
            found.append((discussion.slug, discussion.title))
        self.fields["discussion"].choices = [("", _("All that I moderate")), *found]
        languages = language_choices(discussion and discussion.languages)
        self.fields["language"].choices = [("", _("All languages")), *languages]
        self.questions = {}
        if discussion and discussion.has_questions:
            asked = discussion.questions_by_id.values()
            self.questions = {question.key: question for question in asked}
            keys = [(key, key) for key in self.questions]
            self.fields["question"].choices = [("", _("All questions")), *keys]
        else:
            del self.fields["question"]

    @property
    def wanted(self):
        self.is_valid()
        chosen = self.discussion
        return Wanted(
            discussions=self.discussions.filter(pk=chosen.pk) if chosen else self.discussions,
            language=self.cleaned_data.get("language", ""),
            question=self.questions.get(self.cleaned_data.get("question")),
        )
