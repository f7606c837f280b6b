from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from . import triggers


def install_triggers(using, **kwargs):
    triggers.install(connections[using])


class ForumConfig(AppConfig):
    name = "forum"
    verbose_name = _("discussions")

    def ready(self):
        post_migrate.connect(install_triggers, sender=self)
