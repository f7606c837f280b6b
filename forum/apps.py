from django.apps import AppConfig
from django.db import connections
from django.db.models import F
from django.db.models.signals import post_migrate, post_save
from django.utils.translation import gettext_lazy as _

from . import triggers


def complete_database(sender, using, **kwargs):
    """What belongs to the tables and no migration can keep: triggers, and the site's own pages."""
    from . import default_pages  # Models cannot be imported before the apps are ready.
    from .models import LogEntry, Page

    connection = connections[using]
    if LogEntry._meta.db_table in connection.introspection.table_names():
        triggers.install(connection)
        default_pages.install(using, Page)


def touch_discussions_led_by(sender, instance, **signal):
    """The pages of a discussion name its staff as they are called today."""
    from .models import Discussion

    Discussion.objects.led_by(instance).update(version=F("version") + 1)


class ForumConfig(AppConfig):
    name = "forum"
    verbose_name = _("discussions")

    def ready(self):
        post_migrate.connect(complete_database, sender=self)
        post_save.connect(touch_discussions_led_by, sender="accounts.Person")
