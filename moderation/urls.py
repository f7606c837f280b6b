from django.urls import path

from . import views

app_name = "moderation"

urlpatterns = [
    path("discussions/<slug:slug>/<int:number>/hide/", views.hide, name="hide"),
    path("discussions/<slug:slug>/<int:number>/restore/", views.restore, name="restore"),
    path("discussions/<slug:slug>/<int:number>/mute/", views.mute, name="mute"),
    path("discussions/<slug:slug>/muted/", views.muted, name="muted"),
    path("discussions/<slug:slug>/muted/<int:pk>/unmute/", views.unmute, name="unmute"),
]
