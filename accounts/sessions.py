"""Sessions in the database, as Django keeps them; found by a query that is written once."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from config.prepared import Prepared

STANDING = Prepared(Session.objects.all, "session_key", "expire_date__gt")


class SessionStore(db.SessionStore):
    # Its name is part of what signs a session: under another one everybody would be logged out.

    def _get_session_from_db(self):
        found = STANDING.first(self.session_key, timezone.now())
        if found is None:
            self._session_key = None
        return found
