from django.urls import path

from .models import Page
from .views import (
    bulletins,
    contact,
    contributions,
    discussions,
    drafts,
    editing,
    feeds,
    me,
    notifications,
    own,
    pages,
    parking,
    reports,
    whole,
    writing,
)

app_name = "forum"

urlpatterns = [
    path("", discussions.home, name="home"),
    # a discussion
    path("discussions/<slug:slug>/", discussions.discussion, name="discussion"),
    path("discussions/<slug:slug>/contribute/", writing.contribute, name="contribute"),
    path("discussions/<slug:slug>/contact/<int:membership_id>/", contact.contact, name="contact"),
    path("discussions/<slug:slug>/follow/", me.follow, name="follow"),
    path("feed.atom", feeds.site_feed, name="site_feed"),
    path("discussions/<slug:slug>/feed.atom", feeds.discussion_feed, name="discussion_feed"),
    path("discussions/<slug:slug>/window.ics", feeds.window, name="window"),
    path("discussions/<slug:slug>/all/", whole.whole, name="whole"),
    path("discussions/<slug:slug>/all.txt", whole.text, name="text"),
    path("discussions/<slug:slug>/participants/", whole.participants, name="participants"),
    path("discussions/<slug:slug>/bulletins/", bulletins.bulletins, name="bulletins"),
    path("discussions/<slug:slug>/bulletins/<int:number>/", bulletins.bulletin, name="bulletin"),
    # a contribution
    path("discussions/<slug:slug>/<int:number>/", contributions.contribution, name="contribution"),
    path("discussions/<slug:slug>/<int:number>/reply/", writing.reply, name="reply"),
    path("discussions/<slug:slug>/<int:number>/edit/", editing.edit, name="edit"),
    path("discussions/<slug:slug>/<int:number>/withdraw/", contributions.withdraw, name="withdraw"),
    path("discussions/<slug:slug>/<int:number>/history/", contributions.history, name="history"),
    path("discussions/<slug:slug>/<int:number>/report/", reports.report, name="report"),
    path("discussions/<slug:slug>/<int:number>/appeal/", reports.appeal, name="appeal"),
    # one's own
    path("me/", me.me, name="me"),
    path("me/following/", me.following, name="following"),
    path("me/notifications/", notifications.notifications, name="notifications"),
    path("me/notifications/read/", notifications.mark_read, name="mark_read"),
    path("me/contributions/<int:pk>/", own.own, name="own"),
    path("me/contributions/<int:pk>/edit/", own.edit, name="edit_own"),
    path("me/contributions/<int:pk>/withdraw/", own.withdraw, name="withdraw_own"),
    path("me/drafts/", drafts.drafts, name="drafts"),
    path("me/drafts/save/", drafts.save, name="save_draft"),
    path("me/drafts/<int:pk>/discard/", drafts.discard, name="discard_draft"),
    path("me/waiting/discard/", parking.discard, name="discard_waiting"),
    # the site itself
    path("about/", pages.page, {"key": Page.Key.ABOUT}, name="about"),
    path("rules/", pages.page, {"key": Page.Key.RULES}, name="rules"),
    path("privacy/", pages.page, {"key": Page.Key.PRIVACY}, name="privacy"),
    path("imprint/", pages.page, {"key": Page.Key.IMPRINT}, name="imprint"),
]
