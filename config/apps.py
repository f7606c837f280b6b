from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig


class AdminConfig(DjangoAdminConfig):
    """The admin in which a role in a discussion decides, not a tick on the account."""

    default_site = "moderation.site.StaffAdminSite"
