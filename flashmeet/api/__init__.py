"""JSON: the same service functions as the pages, described by OpenAPI."""
