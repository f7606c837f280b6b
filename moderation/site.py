"""The admin as a place of work: a role in a discussion lets in, the site's own pages sign in."""

from functools import update_wrapper

from django.conf import settings
from django.contrib import admin
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.prepared import Prepared
from forum.models import Membership

STAFF_SOMEWHERE = Prepared(
    lambda: Membership.objects.staff().order_by().values_list("pk"), "person", most=1
)

# Django's own pages that find an object of any kind: nothing here needs them, and they do not know
# who may see which discussion.
LEFT_OUT = {"autocomplete", "view_on_site"}


class StaffAdminSite(admin.AdminSite):
    site_header = settings.SITE_NAME
    site_title = settings.SITE_NAME
    # Four lists need no second menu; the tables need its room.
    enable_nav_sidebar = False
    index_title = gettext_lazy("Staff")
    site_url = reverse_lazy("forum:home")

    def has_permission(self, request):
        """Superusers, and the staff of any discussion, awake."""
        return self.is_of_staff(request) and request.user.is_awake

    def is_of_staff(self, request):
        """Does the reader have a role, asleep or awake? Asked once for each request."""
        if not hasattr(request, "_is_of_staff"):
            request._is_of_staff = is_staff_somewhere(request.user)
        return request._is_of_staff

    def role_sleeps(self, request):
        """Does the reader have a role, which waits for a second factor?"""
        return self.is_of_staff(request) and not request.user.is_awake

    def get_urls(self):
        return [url for url in super().get_urls() if getattr(url, "name", "") not in LEFT_OUT]

    def admin_view(self, view, cacheable=False):
        """Whoever is signed in without a role is told so: signing in again would not help. Those
        whose role sleeps are led to what wakes it."""
        guarded = super().admin_view(view, cacheable)

        def inner(request, *args, **kwargs):
            if self.role_sleeps(request):
                return redirect("accounts:security")
            if request.user.is_authenticated:
                self.refuse_without_role(request)
            return guarded(request, *args, **kwargs)

        return update_wrapper(inner, guarded)

    def refuse_without_role(self, request):
        if not self.is_of_staff(request):
            raise PermissionDenied(
                _("Only moderators, facilitators and organisers of a discussion work here.")
            )

    def login(self, request, extra_context=None):
        """The site's own sign-in, with its limits and its ways in; it leads back here."""
        target = self.safe_target(request)
        if not request.user.is_authenticated:
            return redirect_to_login(target)
        self.refuse_without_role(request)
        return redirect(target)

    def safe_target(self, request):
        target = request.GET.get(REDIRECT_FIELD_NAME, "")
        return target if is_own_address(request, target) else reverse("admin:index")

    def logout(self, request, extra_context=None):
        return redirect("account_logout")

    def password_change(self, request, extra_context=None):
        return redirect("account_change_password")

    def password_change_done(self, request, extra_context=None):
        return redirect("admin:index")


def is_staff_somewhere(user):
    if not user.is_authenticated or not user.is_active:
        return False
    return user.is_superuser or bool(STAFF_SOMEWHERE.rows(user.person_id))


def is_own_address(request, address):
    """May a redirect go there? Only to a page of this site."""
    return url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
