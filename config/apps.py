from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class ConfigConfig(AppConfig):
    name = "config"


class RegistrarAdminConfig(AdminConfig):
    default_site = "config.site.RegistrarSite"
