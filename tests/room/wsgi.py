"""The application as the tests' server loads it."""

from __future__ import annotations

import os

from flashmeet.app import create_app
from flashmeet.config import Config

application = create_app(Config.from_env())
application.config["SERVER_THREADS"] = int(os.environ["SERVER_THREADS"])
