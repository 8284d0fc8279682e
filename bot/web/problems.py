"""Errors as RFC 9457 problem details, and in OpenAI's shape under `/v1`."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from bot.errors import PinpointError

log = logging.getLogger(__name__)


class Problem(BaseModel):
    """A problem as RFC 9457 describes it."""

    model_config = ConfigDict(extra="allow")

    type: str = Field("about:blank", description="Kind of problem; `about:blank` means that the status says it all.")
    title: str = Field(description="The status in words.")
    status: int = Field(description="The HTTP status code.")
    detail: str = Field(description="What is wrong and what to do about it, in one sentence.")
    instance: str = Field(description="The path that was asked for.")


class ProblemError(Exception):
    """An error that an endpoint answers with on purpose."""

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        """HTTP status code."""
        self.detail = detail
        """One sentence: what is wrong and the remedy."""
        self.headers = dict(headers or {})
        """Extra response headers, such as `Retry-After`."""


def problem(path: str, status: int, detail: str, **extra: Any) -> dict[str, Any]:
    """Build the body of a problem; `/v1` also gets the `error` object that OpenAI's clients read."""
    try:
        title = HTTPStatus(status).phrase
    except ValueError:
        title = "Error"
    body: dict[str, Any] = {
        "type": "about:blank", "title": title, "status": status, "detail": detail, "instance": path, **extra,
    }  # fmt: skip
    if path.startswith("/v1/"):
        kind = "server_error" if status >= 500 else "invalid_request_error"
        body["error"] = {"message": detail, "type": kind, "param": None, "code": title.lower().replace(" ", "_")}
    return body


def problem_response(
    path: str, status: int, detail: str, headers: Mapping[str, str] | None = None, **extra: Any
) -> JSONResponse:
    """Send a problem with its media type."""
    return JSONResponse(
        problem(path, status, detail, **extra),
        status_code=status,
        headers=dict(headers or {}),
        media_type="application/problem+json",
    )


def of_pinpoint_error(error: PinpointError) -> tuple[int, str]:
    """Status and sentence of a deliberate error."""
    return error.http_status, str(error)


def install(app: FastAPI) -> None:
    """Make every error of the application a problem."""

    @app.exception_handler(ProblemError)
    async def _problem(request: Request, error: ProblemError) -> Response:
        return problem_response(request.url.path, error.status, error.detail, error.headers)

    @app.exception_handler(PinpointError)
    async def _pinpoint(request: Request, error: PinpointError) -> Response:
        status, detail = of_pinpoint_error(error)
        headers = {"Retry-After": "5"} if status in {429, 503} else {}
        return problem_response(request.url.path, status, detail, headers)

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> Response:
        for item in error.errors():
            if item["type"] == "json_invalid":
                reason, place = item.get("ctx", {}).get("error", "it cannot be read"), item["loc"][-1]
                detail = f"The body is not JSON ({reason} at character {place}); send one JSON object."
                return problem_response(request.url.path, 400, detail)
        errors = [
            {"field": ".".join(str(part) for part in item["loc"] if part != "body") or "body", "message": item["msg"]}
            for item in error.errors()
        ]
        first = errors[0] if errors else {"field": "body", "message": "not valid"}
        detail = f"The field {first['field']!r} is not valid: {first['message']}; see /openapi.json for the schema."
        return problem_response(request.url.path, 422, detail, errors=errors)

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        return problem_response(request.url.path, error.status_code, str(error.detail), error.headers)

    @app.exception_handler(Exception)
    async def _bug(request: Request, error: Exception) -> Response:
        log.error("unexpected error at %s", request.url.path, exc_info=error)
        return problem_response(request.url.path, 500, "Something unexpected went wrong here; the server's log has it.")
