"""The log: what was done, by whom and when. To read, like everything that cannot be changed."""

from django.contrib import admin
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forum.models import LogEntry
from forum.templatetags.forum import moment

from ..entries import details_of
from .base import ChosenFilter, DiscussionFilter, StaffAdmin


class ActFilter(ChosenFilter):
    title = gettext_lazy("act")
    parameter_name = "act"

    def lookups(self, request, model_admin):
        return LogEntry.ACTS.items()


@admin.register(LogEntry)
class LogEntryAdmin(StaffAdmin):
    list_display = [
        "when",
        "who",
        "act_name",
        "discussion",
        "label",
        "details_text",
        "superuser",
    ]
    list_filter = [ActFilter, DiscussionFilter]
    list_select_related = ["actor", "discussion", "person"]
    sortable_by = ["when", "discussion"]
    ordering = ["-at", "-pk"]
    show_full_result_count = False
    fields = [
        "when",
        "who",
        "act_name",
        "discussion",
        "label",
        "reason_name",
        "concerned",
        "details_text",
        "as_superuser",
    ]

    def has_view_permission(self, request, obj=None):
        """What concerns no discussion concerns superusers alone."""
        if obj is not None and obj.discussion is None:
            return request.user.acts_as_superuser
        return super().has_view_permission(request, obj)

    @admin.display(description=gettext_lazy("when"), ordering="at")
    def when(self, entry):
        """In one zone for all rows, which is named: their discussions have their own."""
        return format_html("{} {}", moment(entry.at), timezone.get_current_timezone_name())

    @admin.display(description=gettext_lazy("as superuser"))
    def superuser(self, entry):
        return _("yes") if entry.as_superuser else ""

    @admin.display(description=gettext_lazy("who"))
    def who(self, entry):
        return entry.actor or "–"

    @admin.display(description=gettext_lazy("act"))
    def act_name(self, entry):
        return entry.act_name

    @admin.display(description=gettext_lazy("reason"))
    def reason_name(self, entry):
        return entry.reason_name or "–"

    @admin.display(description=gettext_lazy("concerns"))
    def concerned(self, entry):
        return entry.person or "–"

    @admin.display(description=gettext_lazy("details"))
    def details_text(self, entry):
        return details_of(entry) or "–"
