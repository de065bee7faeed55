"""Crawl the product as one reader: every page it links to, every route it has, with the keys of everybody."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern

from orsen.checks import product_routes

MOST_PAGES = 80
SKIPPED = ("/compte/", "/healthz", "/static/", "/langue/", "/exploitation/")


@dataclass
class Answer:
    """What one request gave: status, and everything readable in it (headers and body, whatever the type)."""

    path: str
    status: int
    content_type: str
    text: str


@dataclass
class Crawl:
    """What a reader met."""

    answers: list[Answer] = field(default_factory=list)

    def containing(self, needle: str) -> list[str]:
        """Paths of the answers in which a string stands."""
        return [answer.path for answer in self.answers if needle in answer.text]


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in {"href", "hx-get", "data-url"} and value:
                self.found.append(value)


def body_of(response: HttpResponseBase) -> str:
    """Everything readable in an answer; bytes that are no text are kept one to one, so that strings in them show."""
    chunks = response.streaming_content if response.streaming else [response.content]  # type: ignore[attr-defined]
    raw = b"".join(chunks)
    head = "\n".join(f"{name}: {value}" for name, value in response.items())
    return head + "\n" + raw.decode("utf-8", errors="replace")


def crawl(client: Client, starts: list[str]) -> Crawl:
    """Follow links within the product, GET only, from these paths on, up to MOST_PAGES."""
    seen: set[str] = set()
    waiting = list(starts)
    result = Crawl()
    while waiting and len(result.answers) < MOST_PAGES:
        path = waiting.pop(0)
        if path in seen or path.startswith(SKIPPED):
            continue
        seen.add(path)
        response = client.get(path)
        answer = answer_of(path, response)
        result.answers.append(answer)
        if "Location" in response:
            waiting.append(local(response["Location"], path))
        if answer.content_type.startswith("text/html"):
            links = _Links()
            links.feed(answer.text)
            waiting += [
                local(link, path)
                for link in links.found
                if not link.startswith(("#", "mailto:", "tel:"))
            ]
    return result


def answer_of(path: str, response: HttpResponseBase) -> Answer:
    """What one request gave."""
    return Answer(path, response.status_code, response.get("Content-Type", ""), body_of(response))


def try_each(client: Client, paths: Iterable[str]) -> Crawl:
    """Ask for each of these paths, following nothing."""
    return Crawl(
        [answer_of(path, client.get(path)) for path in paths if not path.startswith(SKIPPED)]
    )


def local(link: str, base: str) -> str:
    """The path and query of a link, relative to the page it stands on."""
    parts = urlsplit(urljoin(f"http://testserver{base}", link))
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


CONVERTER = re.compile(r"<(?:(?P<type>\w+):)?(?P<name>\w+)>")


def paths_of(pattern: URLPattern, path: str, values: dict[str, list[str]]) -> Iterator[str]:
    """Every path of a route, its parameters filled from the values of that name, else of that type."""
    path = "/" + path.replace("^", "").replace("$", "")
    found = CONVERTER.search(path)
    if found is None:
        yield path
        return
    candidates = values.get(found["name"]) or values.get(found["type"] or "str") or []
    for value in candidates:
        yield from paths_of(pattern, path.replace(found[0], value, 1).lstrip("/"), values)


def every_route(values: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    """(route, path) for every route of the product, with every value of its parameters."""
    for route, pattern in product_routes():
        for path in paths_of(pattern, route, values):
            yield route, path
