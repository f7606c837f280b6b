from django.urls import path

from . import views

app_name = "facilitation"

urlpatterns = [
    path("discussions/<slug:slug>/bulletins/new/", views.new_bulletin, name="new_bulletin"),
    path(
        "discussions/<slug:slug>/bulletins/<int:number>/edit/",
        views.edit_bulletin,
        name="edit_bulletin",
    ),
    path(
        "discussions/<slug:slug>/bulletins/<int:number>/withdraw/",
        views.withdraw_bulletin,
        name="withdraw_bulletin",
    ),
    path("discussions/<slug:slug>/<int:number>/assign/", views.assign, name="assign"),
    path(
        "discussions/<slug:slug>/contributions.csv",
        views.public_table,
        name="public_contributions_csv",
    ),
    path("discussions/<slug:slug>/statistics/", views.statistics, name="statistics"),
    path(
        "discussions/<slug:slug>/statistics/<slug:figure>.csv",
        views.statistics_csv,
        name="statistics_csv",
    ),
    path(
        "discussions/<slug:slug>/statistics/<slug:figure>.svg",
        views.statistics_svg,
        name="statistics_svg",
    ),
    path(
        "discussions/<slug:slug>/manage/contributions.csv",
        views.full_table,
        name="contributions_csv",
    ),
]
