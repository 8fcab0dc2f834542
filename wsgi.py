"""For a WSGI server of one's own: `gunicorn wsgi:app`. `flashmeet serve` needs no such file."""

from flashmeet.app import create_app
from flashmeet.core.config import Config

app = create_app(Config.from_env())
