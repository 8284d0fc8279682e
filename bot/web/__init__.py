"""The web surface: chat page, source pages and HTTP API in one ASGI application, without logic of their own."""
