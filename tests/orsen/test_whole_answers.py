"""What leaves as a list, what stays a stream, and when the request ends."""

from __future__ import annotations

from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from orsen.whole_answers import in_one_piece


def asked(answer: Any) -> tuple[Any, list[str]]:
    """What the server gets for an answer, and what it was told of it."""

    class Handler(WSGIHandler):
        def load_middleware(self, is_async: bool = False) -> None:  # noqa: FBT002 -- Django's signature
            self._middleware_chain = lambda _request: answer

    told: list[str] = []
    environ = RequestFactory().get("/").environ
    given = in_one_piece(Handler())(environ, lambda status, _headers: told.append(status))
    return given, told


def test_a_whole_answer_is_a_list_and_ends_the_request() -> None:
    ended: list[object] = []

    def note(sender: object, **_named: object) -> None:
        ended.append(sender)

    request_finished.connect(note)
    try:
        given, told = asked(HttpResponse(b"tile", status=203))
    finally:
        request_finished.disconnect(note)
    assert given == [b"tile"]
    assert told[0].startswith("203")
    assert len(ended) == 1


def test_a_stream_stays_one() -> None:
    given, _told = asked(StreamingHttpResponse(iter([b"a", b"b"])))
    assert not isinstance(given, list)
    assert b"".join(given) == b"ab"
