from django.urls import path

from .views import (
    contributions,
    copies,
    corrections,
    log,
    mutes,
    people,
    previews,
    questions,
    queue,
    window,
    workbench,
)

app_name = "moderation"

DISCUSSION = "discussions/<slug:slug>/"
MANAGE = f"{DISCUSSION}manage/"

urlpatterns = [
    path("moderation/", queue.queue, name="queue"),
    path("moderation/languages/", queue.languages, name="languages"),
    path("moderation/<int:pk>/", contributions.decide, name="decide"),
    path("moderation/<int:pk>/correct/", corrections.correct_waiting, name="correct_waiting"),
    path("moderation/<int:pk>/redact/", corrections.redact_waiting, name="redact_waiting"),
    path(
        "moderation/redactions/<int:pk>/erase/", corrections.erase_redaction, name="erase_redaction"
    ),
    path(f"{DISCUSSION}<int:number>/correct/", corrections.correct, name="correct"),
    path(f"{DISCUSSION}<int:number>/redact/", corrections.redact, name="redact"),
    path(f"{DISCUSSION}<int:number>/hide/", contributions.hide, name="hide"),
    path(f"{DISCUSSION}<int:number>/restore/", contributions.restore, name="restore"),
    path(f"{DISCUSSION}<int:number>/dismiss/", contributions.dismiss, name="dismiss"),
    path(f"{DISCUSSION}<int:number>/mute/", mutes.mute, name="mute"),
    path(f"{DISCUSSION}muted/", mutes.muted, name="muted"),
    path(f"{DISCUSSION}muted/<int:pk>/unmute/", mutes.unmute, name="unmute"),
    # what everybody may know
    path(f"{DISCUSSION}moderation/", log.summary, name="summary"),
    path(f"{DISCUSSION}preview/<str:token>/", previews.read, name="read_preview"),
    # the workbench
    path(MANAGE, workbench.manage, name="manage"),
    path(f"{MANAGE}window/", window.window, name="window"),
    path(f"{MANAGE}window/<slug:name>/", window.act, name="act"),
    path(f"{MANAGE}texts/", workbench.texts, name="texts"),
    path(f"{MANAGE}settings/", workbench.settings, name="settings"),
    path(f"{MANAGE}questions/", questions.questions, name="questions"),
    path(f"{MANAGE}questions/add/", questions.add_question, name="add_question"),
    path(f"{MANAGE}questions/<int:question_id>/", questions.question, name="question"),
    path(f"{MANAGE}questions/<int:question_id>/up/", questions.move_up, name="move_up"),
    path(
        f"{MANAGE}questions/<int:question_id>/remove/",
        questions.remove_question,
        name="remove_question",
    ),
    path(f"{MANAGE}groups/add/", questions.add_group, name="add_group"),
    path(f"{MANAGE}groups/<int:group_id>/", questions.group, name="group"),
    path(f"{MANAGE}groups/<int:group_id>/remove/", questions.remove_group, name="remove_group"),
    path(f"{MANAGE}hosts/", people.hosts, name="hosts"),
    path(f"{MANAGE}hosts/<int:host_id>/", people.host, name="host"),
    path(f"{MANAGE}hosts/<int:host_id>/remove/", people.remove_host, name="remove_host"),
    path(f"{MANAGE}people/", people.people, name="people"),
    path(f"{MANAGE}people/<int:membership_id>/", people.member, name="member"),
    path(f"{MANAGE}people/<int:membership_id>/take/", people.take, name="take_role"),
    path(f"{MANAGE}preview/", previews.preview, name="preview"),
    path(f"{MANAGE}preview/make/", previews.make, name="make_preview"),
    path(f"{MANAGE}preview/revoke/", previews.revoke, name="revoke_preview"),
    path(f"{MANAGE}log/", log.log, name="log"),
    path(f"{MANAGE}log.csv", log.log_csv, name="log_csv"),
    path(f"{MANAGE}copy/", copies.copy, name="copy"),
]
