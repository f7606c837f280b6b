"""What belongs to a discussion and is edited on its page: hosts, questions, staff.

Formsets call the actions. What an action would refuse is refused in clean() first, as an error in
the form; the discussion is locked by then. That a group has questions, or a question answers,
Django says itself when they are to be removed.
"""

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget, AdminURLFieldWidget
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Max
from django.forms.models import BaseInlineFormSet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forum import actions, permissions
from forum.markup import MAX_SOURCE
from forum.models import Extension, GuidingQuestion, Host, Membership, QuestionGroup
from forum.models.memberships import Role

from ..forms.fields import DateAndTime, LinesField
from ..forms.people import StaffForm
from ..forms.questions import QuestionForm
from ..forms.translations import as_list

# How dates, long texts and addresses are edited in every form of a discussion.
FIELDS = {
    models.DateTimeField: {"form_class": forms.SplitDateTimeField, "widget": DateAndTime},
    models.TextField: {
        "form_class": LinesField,
        "widget": AdminTextareaWidget,
        "max_length": MAX_SOURCE,
    },
    models.URLField: {"assume_scheme": "https", "widget": AdminURLFieldWidget},
}


class ActingFormSet(BaseInlineFormSet):
    """Rows are stored and removed by actions, in the name of this user."""

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def store(self, row):
        raise NotImplementedError

    def remove(self, row):
        raise NotImplementedError

    @property
    def leaving(self):
        return [form.instance for form in self.deleted_forms if form.instance.pk]

    @property
    def staying(self):
        gone = self.deleted_forms
        return [form for form in self.forms if form.has_changed() and form not in gone]

    def save(self, commit=True):
        """What comes before what goes: the last organiser may leave when another has come."""
        for form in sorted(self.staying, key=lambda form: form.instance.pk is not None):
            form.instance.discussion = self.instance
            self.store(form.instance)
        for row in self.leaving:
            self.remove(row)


class OrganisersInline(admin.TabularInline):
    """Organisers edit; the rest of the staff reads."""

    extra = 1
    formfield_overrides = FIELDS

    def has_view_permission(self, request, obj=None):
        return True

    def has_change_permission(self, request, obj=None):
        return bool(obj and permissions.can_organise(request.user, obj))

    def has_add_permission(self, request, obj=None):
        return self.has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return self.has_change_permission(request, obj)


# --- hosts and groups of questions ---


class PartFormSet(ActingFormSet):
    def store(self, row):
        actions.save_part(row, user=self.user)

    def remove(self, row):
        actions.remove_part(row, user=self.user)


class HostInline(OrganisersInline):
    model = Host
    formset = PartFormSet
    fields = ["position", "name", "url"]


class GroupInline(OrganisersInline):
    model = QuestionGroup
    formset = PartFormSet
    fields = ["position", "title", "opens_at", "closes_at"]

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and not obj.published


# --- guiding questions ---


class QuestionRow(QuestionForm):
    def __init__(self, *args, discussion, **kwargs):
        super().__init__(*args, **kwargs)
        self.belong_to(discussion)


class QuestionFormSet(ActingFormSet):
    def get_form_kwargs(self, index):
        return super().get_form_kwargs(index) | {"discussion": self.instance}

    def clean(self):
        """Number the new questions on; without a key of their own they are called Qn."""
        super().clean()
        there = self.instance.questions.all()
        taken = {*there.values_list("key", flat=True)}
        number = there.aggregate(last=Max("number"))["last"] or 0
        for form in self.staying:
            question = form.instance
            if question.pk:
                continue
            number += 1
            question.number = number
            if not question.key:
                question.key = f"Q{number}"
                if question.key in taken:
                    form.add_error("key", _("%(key)s is taken.") % {"key": question.key})
            taken.add(question.key)

    def store(self, row):
        actions.save_question(row, user=self.user)

    def remove(self, row):
        actions.remove_question(row, user=self.user)


class QuestionInline(OrganisersInline):
    model = GuidingQuestion
    form = QuestionRow
    formset = QuestionFormSet
    readonly_fields = ["translated", "answer_count"]
    ordering = ["number"]

    def get_fields(self, request, obj=None):
        may_edit = self.has_change_permission(request, obj)
        translations = "translations" if may_edit else "translated"
        return ["group", "key", "text", translations, "answer_count"]

    @admin.display(description=gettext_lazy("translations"))
    def translated(self, question):
        return as_list(question.translations)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and not obj.published


# --- the staff ---


class StaffFormSet(ActingFormSet):
    def clean(self):
        super().clean()
        leaving = [membership.pk for membership in self.leaving]
        stay = self.instance.memberships.filter(role=Role.ORGANISER).exclude(pk__in=leaving)
        coming = [
            (form.instance.person_id, form.instance.role)
            for form in self.staying
            if form.instance.pk is None
        ]
        if not stay.exists() and not any(role == Role.ORGANISER for _person, role in coming):
            raise ValidationError(_("A discussion never loses its last organiser."))
        if len(coming) != len(set(coming)):
            raise ValidationError(_("The same person and role stand here twice."))

    @property
    def leaving(self):
        """Whoever gives up their own role does it last: until then they need it."""
        return sorted(super().leaving, key=lambda row: row.person_id == self.user.person_id)

    def store(self, row):
        if row.pk:
            actions.edit_membership(row, user=self.user, title=row.title)
        else:
            actions.give_role(
                self.instance, user=self.user, person=row.person, role=row.role, title=row.title
            )

    def remove(self, row):
        actions.take_role(row, user=self.user)


class StaffInline(OrganisersInline):
    """The staff alone: participants may be thousands, and have a list of their own."""

    model = Membership
    form = StaffForm
    formset = StaffFormSet
    verbose_name_plural = gettext_lazy("staff and invitations")

    def get_fields(self, request, obj=None):
        known = ["role", "title"]
        return ["email", *known] if self.has_change_permission(request, obj) else known

    def get_queryset(self, request):
        return super().get_queryset(request).staff().select_related("person")


class ExtensionInline(admin.TabularInline):
    """To read: extensions are made by the act."""

    model = Extension
    formset = ActingFormSet
    extra = 0
    fields = ["old_closes_at", "new_closes_at", "reason", "at"]

    def has_view_permission(self, request, obj=None):
        return True

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
