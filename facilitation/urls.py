from django.urls import path

from .views import assigning, bulletins, documents, exports, proceedings, statistics, tables

app_name = "facilitation"

MANAGE = "discussions/<slug:slug>/manage/"

urlpatterns = [
    path("discussions/<slug:slug>/bulletins/new/", bulletins.new_bulletin, name="new_bulletin"),
    path(
        "discussions/<slug:slug>/bulletins/<int:number>/edit/",
        bulletins.edit_bulletin,
        name="edit_bulletin",
    ),
    path(
        "discussions/<slug:slug>/bulletins/<int:number>/withdraw/",
        bulletins.withdraw_bulletin,
        name="withdraw_bulletin",
    ),
    path("discussions/<slug:slug>/<int:number>/assign/", assigning.assign, name="assign"),
    path(
        "discussions/<slug:slug>/contributions.csv",
        tables.public_table,
        name="public_contributions_csv",
    ),
    path("discussions/<slug:slug>/statistics/", statistics.statistics, name="statistics"),
    path(
        "discussions/<slug:slug>/statistics/<slug:figure>.csv",
        statistics.statistics_csv,
        name="statistics_csv",
    ),
    path(
        "discussions/<slug:slug>/statistics/<slug:figure>.svg",
        statistics.statistics_svg,
        name="statistics_svg",
    ),
    path(
        "discussions/<slug:slug>/manage/contributions.csv",
        tables.full_table,
        name="contributions_csv",
    ),
    path(f"{MANAGE}exports/", exports.exports, name="exports"),
    path(f"{MANAGE}proceedings/", proceedings.proceedings, name="proceedings"),
    path(f"{MANAGE}exports/now/<slug:kind>/", exports.export, name="export"),
    path(f"{MANAGE}exports/<int:document_id>/", documents.download, name="document"),
    path(f"{MANAGE}exports/<int:document_id>/delete/", documents.delete, name="delete_document"),
]
