"""Answers handed to the web server in one piece.

Granian sends a list at once; anything else it takes for a stream and asks it for parts, which costs a tile more than its
cutting. An answer that Django holds whole is such a list; one that it streams stays a stream.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def in_one_piece(application: Application) -> Application:
    """The same application; what it holds whole is closed here, where Django ends the request, and returned as a list."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        response = application(environ, start_response)
        if getattr(response, "streaming", True):
            return response
        try:
            return [response.content]  # type: ignore[attr-defined]  # HttpResponse's, known by `streaming`
        finally:
            response.close()  # type: ignore[attr-defined]

    return answer
