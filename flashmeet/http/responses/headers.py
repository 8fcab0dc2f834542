"""Headers sent with every response."""

from __future__ import annotations

from flask import Flask, Response

CONTENT_SECURITY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "object-src 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
        "base-uri 'none'",
    )
)


def leading_to(targets: str) -> str:
    """Returns the policy for a page whose form redirects to `targets`: browsers check `form-action` there too."""
    return CONTENT_SECURITY.replace("form-action 'self'", f"form-action 'self' {targets}".rstrip())


HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(self), microphone=(self), display-capture=(self), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
TWO_YEARS = 2 * 365 * 24 * 3600


def init_app(app: Flask, *, secure: bool) -> None:
    @app.after_request
    def add_headers(answer: Response) -> Response:
        for name, value in HEADERS.items():
            answer.headers.setdefault(name, value)  # a view may have set something stricter
        if secure:
            answer.headers["Strict-Transport-Security"] = f"max-age={TWO_YEARS}"
        answer.headers.setdefault("Cache-Control", "no-store")  # what a browser may keep says so itself
        return answer
