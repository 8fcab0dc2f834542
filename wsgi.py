"""For a WSGI server: `gunicorn --worker-class gthread --threads 16 wsgi:application`."""

from __future__ import annotations

from flashmeet import logs
from flashmeet.app import create_app
from flashmeet.config import Config

_config = Config.from_env()
logs.configure(_config.env)
application = create_app(_config)
