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
    sent = {**HEADERS, "Cache-Control": "no-store"}  # what a browser may keep says so itself
    if secure:
        sent["Strict-Transport-Security"] = f"max-age={TWO_YEARS}"
    everywhere = [(name.lower(), name, value) for name, value in sent.items()]

    @app.after_request
    def add_headers(answer: Response) -> Response:
        there = {name.lower() for name, _ in answer.headers}
        for key, name, value in everywhere:
            if key not in there:  # a view may have set something stricter
                answer.headers.add(name, value)
        return answer
