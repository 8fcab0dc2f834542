"""The shapes of what comes in and goes out, by noun; the OpenAPI document is made from them."""
