"""The WSGI application that a production server runs."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from config.chunks import with_length

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = with_length(get_wsgi_application())

settings.SECRET_KEY  # noqa: B018  Refuse to start without one, not at the first visitor's login.
