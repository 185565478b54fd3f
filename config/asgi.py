"""The listener: an ASGI application for those who wait for changes (`?wait=`), and only for them.

All else is quicker with `config.wsgi`. A server of that one has to be told of it: LISTENER_URL.
"""

import os

from django.conf import settings
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

django_application = get_asgi_application()

from config.listener import Listener  # noqa: E402  It needs Django to be set up.

application = Listener(django_application)

settings.SECRET_KEY  # noqa: B018  Refuse to start without one, as `config.wsgi` does.
