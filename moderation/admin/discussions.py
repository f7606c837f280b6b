"""Opening and closing, and whatever else is done to a discussion as a whole."""

import zoneinfo

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.choices import language_name
from forum import actions, permissions
from forum.models import Discussion
from forum.models.discussions import Window
from forum.models.memberships import STEERING_ROLES
from forum.templatetags.forum import moment
from forum.views.lookup import number_of

from ..changes import last_act, locked_unchanged
from ..forms.discussions import DATES, DiscussionForm, frozen_fields
from ..steering import ACTS
from .acts import ActsMixin
from .base import LanguageFilter, StaffAdmin
from .inlines import (
    FIELDS,
    ExtensionInline,
    GroupInline,
    HostInline,
    QuestionInline,
    StaffInline,
)

UNPUBLISHED = "unpublished"


class StatusFilter(admin.SimpleListFilter):
    title = gettext_lazy("status")
    parameter_name = "status"

    def lookups(self, request, model_admin):
        return [*Window.choices, (UNPUBLISHED, _("Unpublished"))]

    def queryset(self, request, queryset):
        if self.value() is None:
            return queryset
        if self.value() == UNPUBLISHED:
            return queryset.filter(published=False)
        if self.value() not in Window.values:
            return queryset.none()
        return queryset.filter(published=True).in_window(Window(self.value()))


@admin.register(Discussion)
class DiscussionAdmin(ActsMixin, StaffAdmin):
    form = DiscussionForm
    acts = ACTS
    list_display = [
        "title",
        "status",
        "opens",
        "closes",
        "time_zone",
        "contribution_count",
        "author_count",
    ]
    list_filter = [StatusFilter, LanguageFilter]
    search_fields = ["title", "slug"]
    inlines = [HostInline, GroupInline, QuestionInline, StaffInline, ExtensionInline]
    formfield_overrides = FIELDS

    # --- whose ---

    def get_queryset(self, request):
        return admin.ModelAdmin.get_queryset(self, request).filter(
            pk__in=self.own_discussions(request).values("pk")
        )

    def discussion_of(self, obj):
        return obj

    def get_object(self, request, object_id, from_field=None):
        # Before the row is read: an act that comes between makes the page stale, never blind.
        seen = last_act(number_of(object_id)) if number_of(object_id) else 0
        discussion = super().get_object(request, object_id, from_field)
        discussion.last_act = seen
        return discussion

    def has_add_permission(self, request):
        return bool(permissions.can_create_discussion(request.user))

    def has_change_permission(self, request, obj=None):
        if obj is None:
            return self.has_view_permission(request)
        return bool(permissions.can_organise(request.user, obj))

    def view_on_site(self, obj):
        return obj.get_absolute_url()

    def log_of(self, obj):
        return obj.log.all()

    # --- acts ---

    def may_act(self, user, thing):
        return permissions.can_steer(user, thing)

    def acts_somewhere(self, request):
        return Discussion.objects.steered_by(request.user, STEERING_ROLES).exists()

    def mark_of(self, thing):
        return last_act(thing.pk)

    def lock_unchanged(self, thing, mark):
        locked_unchanged(thing, mark)

    def line_of(self, thing):
        return _("%(title)s (%(status)s; closes %(closes)s, %(zone)s)") % {
            "title": thing,
            "status": self.status(thing),
            "closes": date_format(
                timezone.localtime(thing.ended_at, thing.zone), "DATETIME_FORMAT"
            ),
            "zone": thing.time_zone,
        }

    # --- the list ---

    @admin.display(description=gettext_lazy("status"))
    def status(self, discussion):
        return discussion.window.label if discussion.published else _("Unpublished")

    @admin.display(description=gettext_lazy("opens"), ordering="opens_at")
    def opens(self, discussion):
        return moment(discussion.opens_at, discussion)

    @admin.display(description=gettext_lazy("closes"), ordering="closes_at")
    def closes(self, discussion):
        return moment(discussion.ended_at, discussion)

    @admin.display(description=gettext_lazy("welcomed languages"))
    def welcomed(self, discussion):
        return ", ".join(language_name(code) for code in discussion.languages) or "–"

    # --- the form ---

    def get_fieldsets(self, request, obj=None):
        may_edit = obj is None or self.has_change_permission(request, obj)
        zone = obj.time_zone if obj else _("the time zone that you choose here")
        state = ["status"] if obj else []
        numbers = ["contribution_count", "author_count"] if obj else []
        return [
            (None, {"fields": [*state, "title", "slug", "welcome", "background"]}),
            (
                _("Window"),
                {
                    "fields": ["time_zone", *DATES],
                    "description": format_html(_("Times of {zone}."), zone=zone),
                },
            ),
            (
                _("Taking part"),
                {
                    "fields": [
                        "language",
                        "languages" if may_edit else "welcomed",
                        "visibility",
                        "moderation",
                        "edit_minutes",
                        "anonymous_allowed",
                        "statistics_public",
                        *numbers,
                    ]
                },
            ),
        ]

    def get_readonly_fields(self, request, obj=None):
        """What the actions freeze: the address and the dates once readers have seen them."""
        computed = ["status", "welcomed", "contribution_count", "author_count"]
        return [*computed, *frozen_fields(obj)] if obj else computed

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else {"slug": ["title"]}

    def get_changeform_initial_data(self, request):
        return {"time_zone": settings.TIME_ZONE, "language": settings.LANGUAGE_CODE}

    def get_inlines(self, request, obj):
        """Groups and questions hang on a discussion that is stored."""
        return self.inlines if obj else []

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Dates are read and written in the discussion's own time zone, to the end of the page."""
        with timezone.override(self.zone_of_form(request, object_id)):
            response = super().changeform_view(request, object_id, form_url, extra_context)
            return response.render() if hasattr(response, "render") else response

    def zone_of_form(self, request, object_id):
        """The discussion's; as long as that can be changed, the one that the form brings."""
        discussion = self.get_object(request, unquote(object_id)) if object_id else None
        brought = request.POST.get("time_zone")
        free = discussion is None or not discussion.published
        if free and brought in zoneinfo.available_timezones():
            return zoneinfo.ZoneInfo(brought)
        return discussion.zone if discussion else timezone.get_default_timezone()

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj is not None:
            context["may_export"] = permissions.can_export_everything(request.user, obj)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def save_model(self, request, obj, form, change):
        if not change:
            actions.create_discussion(obj, user=request.user)
            return
        changed = [name for name in form.changed_data if name != "seen"]
        if changed:
            actions.edit_discussion(obj, user=request.user, fields=changed, version=obj.version)

    def get_formset_kwargs(self, request, obj, inline, prefix):
        return super().get_formset_kwargs(request, obj, inline, prefix) | {"user": request.user}

    def response_post_save_add(self, request, obj):
        """On to the questions and the staff, which need a discussion that is stored."""
        return redirect("admin:forum_discussion_change", obj.pk)
