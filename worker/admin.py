"""The library's list of tasks knows nothing of our staff; what failed stands in the log of the
processes."""

from django.contrib import admin
from django_tasks_db.models import DBTaskResult

admin.site.unregister(DBTaskResult)
