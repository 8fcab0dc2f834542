"""What every request passes, page or API; `every_request.init_app` connects it."""
