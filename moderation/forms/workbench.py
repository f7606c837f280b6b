"""The forms of the workbench: parts of a discussion's form, and of what belongs to it."""

from django import forms
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from forum import actions
from forum.markup import MAX_SOURCE
from forum.models import Discussion, GuidingQuestion, Host, Membership, QuestionGroup
from forum.models.memberships import Role

from .discussions import TEXTS, DiscussionForm, frozen_fields
from .fields import DateAndTime, LinesField
from .people import StaffForm
from .questions import QuestionForm
from .seen import WorkbenchForm


def long_text(label, *, rows, **options):
    widget = forms.Textarea(attrs={"rows": rows, "dir": "auto"})
    return LinesField(label=label, max_length=MAX_SOURCE, widget=widget, **options)


class MomentField(forms.SplitDateTimeField):
    """A time in the zone that is active: the discussion's."""

    widget = DateAndTime


# --- the discussion itself ---


class PartForm(DiscussionForm):
    """Some of the fields of a discussion."""

    def __init__(self, *args, user, waiting=None, **kwargs):
        """waiting: what was sent by somebody who was not logged in"""
        initial = waiting.fields if waiting and not args[0] else None
        super().__init__(*args, initial=initial, **kwargs)
        self.user, self.waiting = user, waiting
        for name in frozen_fields(self.instance):
            self.fields.pop(name, None)

    def save(self):
        changed = [name for name in self.changed_data if name != "seen"]
        if changed:
            discussion = self.instance
            actions.edit_discussion(
                discussion, user=self.user, fields=changed, version=discussion.version
            )


class TextsForm(PartForm):
    language = languages = time_zone = None
    welcome = long_text(gettext_lazy("welcome"), rows=8, required=False)
    background = long_text(gettext_lazy("background"), rows=16, required=False)

    class Meta(DiscussionForm.Meta):
        fields = TEXTS


class SettingsForm(PartForm):
    time_zone = None

    class Meta(DiscussionForm.Meta):
        fields = ["visibility", "language", "languages", "moderation", "edit_minutes"]
        fields += ["anonymous_allowed", "statistics_public"]


class DatesForm(PartForm):
    """Until publication all of them; afterwards the opening, as long as it is still to come."""

    language = languages = None
    opens_at = MomentField(label=gettext_lazy("opens"))
    closes_at = MomentField(label=gettext_lazy("closes"))

    class Meta(DiscussionForm.Meta):
        fields = ["time_zone", "opens_at", "closes_at"]


class CopyForm(DiscussionForm):
    """What a copy has of its own."""

    language = languages = None
    opens_at = MomentField(label=gettext_lazy("opens"))
    closes_at = MomentField(label=gettext_lazy("closes"))
    with_staff = forms.BooleanField(
        label=gettext_lazy("Give the others of the staff the same roles in it"), required=False
    )

    class Meta(DiscussionForm.Meta):
        fields = ["title", "slug", "time_zone", "opens_at", "closes_at"]

    def __init__(self, *args, source, user, **kwargs):
        copy = Discussion(title=source.title, time_zone=source.time_zone)
        super().__init__(*args, instance=copy, **kwargs)
        self.source, self.user = source, user

    def save(self):
        return actions.copy_discussion(
            self.source,
            self.instance,
            user=self.user,
            with_staff=self.cleaned_data["with_staff"],
        )


# --- questions and their groups ---


class OneQuestionForm(WorkbenchForm, QuestionForm):
    """A question by itself: a new one comes behind the others."""

    told = ("text",)
    text = long_text(gettext_lazy("question"), rows=4)

    class Meta:
        model = GuidingQuestion
        fields = ["group", "key", "text", "translations"]

    def __init__(self, *args, discussion, waiting=None, **kwargs):
        """waiting: what was sent by somebody who was not logged in"""
        initial = waiting.fields if waiting and not args[0] else None
        super().__init__(*args, discussion=discussion, initial=initial, **kwargs)
        self.belong_to(discussion)
        self.waiting = waiting
        self.fields["group"].empty_label = None
        if not discussion.question_groups.exists():
            # The first question brings a group without a title with it.
            del self.fields["group"]
        if not self.instance.pk:
            self.fields["key"].help_text = _("If it stays empty, it follows from the number.")

    def clean(self):
        values = super().clean()
        question, there = self.instance, self.discussion.questions
        if not question.pk:
            question.number = (there.aggregate(last=Max("number"))["last"] or 0) + 1
            values["key"] = values.get("key") or f"Q{question.number}"
        if there.exclude(pk=question.pk).filter(key=values.get("key")).exists():
            self.add_error("key", _("%(key)s is taken.") % {"key": values["key"]})
        return values

    def save(self):
        if not self.has_changed():
            return
        if self.instance.group_id is None:
            self.instance.group = actions.save_part(
                QuestionGroup(discussion=self.discussion, position=1), user=self.user
            )
        actions.save_question(self.instance, user=self.user)


class RowForm(WorkbenchForm):
    """A host or a group of questions: stored by one action."""

    def save(self):
        if self.has_changed():
            self.instance.discussion = self.discussion
            actions.save_part(self.instance, user=self.user)


class GroupForm(RowForm, forms.ModelForm):
    told = ("title",)
    opens_at = MomentField(label=gettext_lazy("from"), required=False)
    closes_at = MomentField(label=gettext_lazy("until"), required=False)

    class Meta:
        model = QuestionGroup
        fields = ["title", "opens_at", "closes_at"]

    def save(self):
        if not self.instance.pk:
            last = self.discussion.question_groups.aggregate(last=Max("position"))["last"]
            self.instance.position = (last or 0) + 1
        super().save()


class HostForm(RowForm, forms.ModelForm):
    told = ("name",)
    url = forms.URLField(label=gettext_lazy("web address"), required=False, assume_scheme="https")

    class Meta:
        model = Host
        fields = ["name", "url", "position"]
        help_texts = {"position": gettext_lazy("The host with the smallest number comes first.")}


# --- people ---


class RoleForm(WorkbenchForm, StaffForm):
    """Give somebody a role; as a participant they are invited."""

    class Meta:
        model = Membership
        fields = ["email", "role", "title"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = Role.choices
        self.initial["role"] = Role.PARTICIPANT

    def save(self):
        membership = self.instance
        actions.give_role(
            self.discussion,
            user=self.user,
            person=membership.person,
            role=membership.role,
            title=membership.title,
        )


class TitleForm(WorkbenchForm, forms.ModelForm):
    told = ("title",)
    title = forms.CharField(
        label=pgettext_lazy("of a person", "title"),
        required=False,
        max_length=Membership._meta.get_field("title").max_length,
        help_text=gettext_lazy("For example “Programme Officer”."),
    )

    class Meta:
        model = Membership
        fields = ["title"]

    def save(self):
        if self.has_changed():
            actions.edit_membership(self.instance, user=self.user, title=self.instance.title)
