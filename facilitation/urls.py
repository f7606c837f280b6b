from django.urls import path

from . import views

app_name = "facilitation"

urlpatterns = [
    path("discussions/<slug:slug>/<int:number>/assign/", views.assign, name="assign"),
    path(
        "discussions/<slug:slug>/contributions.csv",
        views.public_table,
        name="public_contributions_csv",
    ),
    path(
        "discussions/<slug:slug>/manage/contributions.csv",
        views.full_table,
        name="contributions_csv",
    ),
]
