"""What every page of the admin has in common: one's own discussions, no deletion, our own log."""

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.choices import language_name
from forum import permissions
from forum.models import Discussion, LogEntry
from forum.models.discussions import STAFF_ROLES
from forum.views.lookup import number_of

from ..entries import details_of

ENTRIES_ON_PAGE = 100
DISCUSSIONS_IN_FILTER = 50


class StaffAdmin(admin.ModelAdmin):
    """Rows of the discussions in which somebody is staff. To look at; those who may do more say so.

    Their actions write the log, so Django's own log of the admin stays empty.
    """

    object_history_template = "admin/log_of_object.html"

    def changelist_view(self, request, extra_context=None):
        """Not "Select … to change": most staff come to look."""
        title = {"title": capfirst(self.opts.verbose_name_plural)}
        return super().changelist_view(request, title | (extra_context or {}))

    def render_change_form(self, request, context, *args, **kwargs):
        # "Close" would read as what is done to a discussion; the breadcrumbs lead back.
        context["show_close"] = False
        return super().render_change_form(request, context, *args, **kwargs)

    # --- whose rows ---

    def own_discussions(self, request):
        return Discussion.objects.steered_by(request.user, STAFF_ROLES)

    def get_queryset(self, request):
        """All are a superuser's, in the log also what concerns no discussion. Nothing is looked
        up for them: of a million rows that takes SQLite four seconds."""
        rows = super().get_queryset(request)
        if request.user.acts_as_superuser:
            return rows
        return rows.filter(discussion__in=self.own_discussions(request))

    def discussion_of(self, obj):
        return obj.discussion

    def get_object(self, request, object_id, from_field=None):
        """What is not in one's own discussions does not exist."""
        found = super().get_object(request, object_id, from_field)
        if found is None:
            raise Http404
        return found

    def lookup_allowed(self, lookup, value, request=None):
        """The filters of the list and nothing else: a lookup through relations would answer
        questions about what is not shown."""
        filters = self.get_list_filter(request)
        return lookup in {
            f"{item}__exact" if isinstance(item, str) else item.parameter_name for item in filters
        }

    def to_field_allowed(self, request, to_field):
        return to_field == self.opts.pk.name

    # --- who may ---

    def has_module_permission(self, request):
        return self.admin_site.has_permission(request)

    def has_view_permission(self, request, obj=None):
        if obj is None:
            return self.admin_site.has_permission(request)
        return bool(permissions.is_staff(request.user, self.discussion_of(obj)))

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    # --- where it stands on the site ---

    def view_on_site(self, obj):
        return None

    # --- the log ---

    def log_of(self, obj):
        """The entries that tell the history of a row."""
        return LogEntry.objects.none()

    def history_view(self, request, object_id, extra_context=None):
        obj = self.get_object(request, unquote(object_id))
        if not self.has_view_permission(request, obj):
            raise PermissionDenied
        entries = self.log_of(obj).select_related("actor", "person", "discussion")
        pages = Paginator(entries, ENTRIES_ON_PAGE)
        page = pages.get_page(request.GET.get("p"))
        for entry in page:
            entry.told = details_of(entry)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Log: %(name)s") % {"name": obj},
            "subtitle": None,
            "entries": page,
            "object": obj,
            "discussion": self.discussion_of(obj),
            "module_name": self.opts.verbose_name_plural,
            "opts": self.opts,
            **(extra_context or {}),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, self.object_history_template, context)

    def construct_change_message(self, request, form, formsets, add=False):
        """The message of Django's own log, which is not written."""
        return ""

    def log_addition(self, request, obj, message):
        """The action wrote an entry of the log."""

    def log_change(self, request, obj, message):
        """The action wrote an entry of the log."""


class ChosenFilter(admin.SimpleListFilter):
    """A filter that knows its choices: any other value finds nothing."""

    def queryset(self, request, queryset):
        if self.value() is None:
            return queryset
        if self.value() not in {str(value) for value, _name in self.lookup_choices}:
            return queryset.none()
        return self.chosen(queryset, self.value())

    def chosen(self, queryset, value):
        return queryset.filter(**{self.parameter_name: value})


class DiscussionFilter(ChosenFilter):
    """One's own discussions. Django's filter would name all of them; here stand the latest, and
    whichever is chosen, since the page of a discussion leads to its rows too."""

    title = gettext_lazy("discussion")
    parameter_name = "discussion"

    def lookups(self, request, model_admin):
        own = model_admin.own_discussions(request).order_by("-opens_at", "-pk")
        chosen = own.filter(pk=number_of(self.value()))
        return list(dict([*named(own[:DISCUSSIONS_IN_FILTER]), *named(chosen)]).items())


def named(discussions):
    return discussions.values_list("pk", "title")


class LanguageFilter(ChosenFilter):
    """The languages that occur in one's own rows."""

    title = gettext_lazy("language")
    parameter_name = "language"

    def lookups(self, request, model_admin):
        used = model_admin.get_queryset(request).order_by("language")
        codes = used.values_list("language", flat=True).distinct()
        return [(code, language_name(code)) for code in codes]
