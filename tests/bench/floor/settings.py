"""The floor's settings: Registrar's own, without what a plain view would not have."""

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS as REGISTRAR_APPS

INSTALLED_APPS = [*REGISTRAR_APPS, "tests.bench.floor"]
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
ROOT_URLCONF = "tests.bench.floor.urls"
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "UNAUTHENTICATED_USER": None,
}
