"""What no export holds, and why: a new field of the record is exported or stands here
(tests/facilitation/test_exports.py)."""

# "Model.field" -> the reason.
LEFT_OUT = {
    "Contribution.root": "follows from the parents",
    "Contribution.path": "follows from numbers and parents",
    "Contribution.note": "is between a moderator and the author",
    "Contribution.created_at": "when something was sent tells no reader anything",
    "Contribution.characters": "follows from the text",
    "Answer.characters": "follows from the text",
    "Contribution.version": "serves forms",
    "Contribution.submission_key": "serves forms",
    "GuidingQuestion.discussion": "is the discussion of the export",
    "GuidingQuestion.group": "is in the archive file; no row needs it",
    "GuidingQuestion.number": "is the order of the sheets",
    "GuidingQuestion.translations": "are in the archive file; a row has the question’s own words",
    "GuidingQuestion.answer_count": "can be counted",
    "GuidingQuestion.reworded_at": "is in the log",
} | dict.fromkeys(
    (
        f"Discussion.{name}"
        for name in (
            "title",
            "welcome",
            "welcome_html",
            "background",
            "background_html",
            "language",
            "languages",
            "opens_at",
            "closes_at",
            "time_zone",
            "published",
            "closed_early_at",
            "visibility",
            "moderation",
            "edit_minutes",
            "anonymous_allowed",
            "cover_after",
            "statistics_public",
            "last_bulletin",
            "last_number",
            "contribution_count",
            "author_count",
            "version",
            "told_opening",
            "told_closing",
            "created_at",
        )
    ),
    "is of the frame and the same for each row: the archive file and the proceedings have it",
)

# Models of which nothing was said in the discussion -> the reason.
NOT_SAID = {
    "ArchivePerson": "serves the archive file",
    "Appeal": "is between an author and the moderators",
    "Bulletin": "is no contribution: the archive file and the proceedings have it",
    "Draft": "is its author’s own until it is sent",
    "Extension": "is of the frame: the archive file has it",
    "Host": "is of the frame: the archive file has it",
    "LogEntry": "has a table of its own in the workbench",
    "Mail": "was sent to one person",
    "Membership": "is of the frame; the byline says in which role somebody wrote",
    "Mute": "is the policing of the discussion",
    "Notification": "is for one person",
    "Page": "belongs to the site",
    "ParkedForm": "is its author’s own until it is sent",
    "Preview": "is a key to what is not published",
    "QuestionGroup": "is of the frame: the archive file has it",
    "Reading": "is what one person has seen",
    "Redaction": "holds what must stand in no file",
    "Report": "is between a reader and the moderators",
    "Revision": "stood there once: the full archive file has it, and the history of each text",
    "StaffNote": "is a moderator’s own",
}
