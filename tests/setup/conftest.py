"""An application of its own for each test, which may bind other services."""

from tests.http.conftest import app

__all__ = ["app"]
