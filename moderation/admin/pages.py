"""The pages of the site itself, for superusers. Saving one makes a new version."""

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin import SuperuserAdmin
from forum import actions
from forum.models import Page

from .base import StaffAdmin
from .inlines import FIELDS


def versions_of(page):
    return Page.objects.filter(key=page.key, language=page.language)


def is_current(page):
    return not versions_of(page).filter(version__gt=page.version).exists()


class PageForm(forms.ModelForm):
    def clean(self):
        """Somebody who edits an old version would put it in the place of the newest."""
        super().clean()
        if self.instance.pk and not is_current(self.instance):
            newest = versions_of(self.instance).latest("version")
            self.add_error(
                None,
                _(
                    "Meanwhile there is a newer version (%(version)s). Your text is still here: "
                    "copy it, and edit that one."
                )
                % {"version": newest.version},
            )


class VersionFilter(admin.SimpleListFilter):
    title = gettext_lazy("versions")
    parameter_name = "versions"

    def lookups(self, request, model_admin):
        return [("all", _("Earlier ones too"))]

    def queryset(self, request, queryset):
        return queryset if self.value() == "all" else queryset.filter(pk__in=current_pages())

    def choices(self, changelist):
        """Without a choice, the list has what readers see today."""
        everything, *others = super().choices(changelist)
        return [everything | {"display": _("Current ones")}, *others]


def current_pages():
    """The keys of the newest version of each page in each language."""
    newer = Page.objects.filter(
        key=OuterRef("key"), language=OuterRef("language"), version__gt=OuterRef("version")
    )
    return Page.objects.filter(~Exists(newer)).values("pk")


@admin.register(Page)
class PageAdmin(SuperuserAdmin):
    form = PageForm
    fields = ["key", "language", "title", "body"]
    formfield_overrides = FIELDS
    list_display = ["title", "key", "language", "version", "created_at"]
    list_filter = [VersionFilter, "key", "language"]
    ordering = ["key", "language", "-version"]
    # Its texts are versions, its acts are in our log.
    log_addition = StaffAdmin.log_addition
    log_change = StaffAdmin.log_change
    construct_change_message = StaffAdmin.construct_change_message

    def has_add_permission(self, request):
        return super().has_view_permission(request)

    def has_change_permission(self, request, obj=None):
        """An earlier version is to read. Sent all the same, its form says why, with the text."""
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or request.method == "POST" or is_current(obj))

    def get_readonly_fields(self, request, obj=None):
        return ["key", "language"] if obj else []

    def view_on_site(self, obj):
        return obj.get_absolute_url()

    def save_model(self, request, obj, form, change):
        written = actions.write_page(
            user=request.user,
            key=obj.key,
            language=obj.language,
            title=obj.title,
            body=obj.body,
        )
        # What follows (the message, the way back) is about the version that was made.
        obj.pk = written.pk

    def response_change(self, request, obj):
        if "_continue" not in request.POST:
            return super().response_change(request, obj)
        self.message_user(request, _("A new version is stored."))
        return redirect("admin:forum_page_change", obj.pk)

    def history_view(self, request, object_id, extra_context=None):
        page = self.get_object(request, unquote(object_id))
        if not self.has_view_permission(request, page):
            raise PermissionDenied
        if page is None:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "title": _("Versions: %(name)s") % {"name": page.title},
            "subtitle": None,
            "versions": versions_of(page).order_by("-version"),
            "object": page,
            "module_name": self.opts.verbose_name_plural,
            "opts": self.opts,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/forum/page/versions.html", context)
