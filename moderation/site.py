from django.contrib import admin


class StaffAdminSite(admin.AdminSite):
    pass
