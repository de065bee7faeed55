"""The client of the geocoder against a local server: paced, patient, bounded, going nowhere else."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tenants.geocoding.answers import Query
from tenants.geocoding.client import MOST_BYTES, Geocoder, GeocoderError
from tests.geocoding.service import body, feature, serving

QUERY = Query("99001|9|RUE NEUVE", "9", "RUE NEUVE", "99100", "99001", "Aubépine")


@pytest.fixture(autouse=True)
def quick(settings: Any) -> None:
    settings.ORSEN_GEOCODER_RATE = 1_000
    settings.ORSEN_GEOCODER_TIMEOUT_SECONDS = 1


def test_an_answer_keeps_its_score_and_type(settings: Any) -> None:
    with serving() as service:
        settings.ORSEN_GEOCODER_URL = service.url
        found = Geocoder().search(QUERY)
    assert found is not None
    assert (found.score, found.kind, found.ban_id) == (93, "housenumber", "99001_0001_00009")
    assert found.point is not None
    assert (round(found.point.x), round(found.point.y), found.point.srid) == (652302, 6861303, 2154)
    assert service.asked == ["9 RUE NEUVE Aubépine"]


def test_an_answer_in_another_commune_is_doubtful(settings: Any) -> None:
    with serving((200, {}, body(feature(citycode="99002")))) as service:
        settings.ORSEN_GEOCODER_URL = service.url
        found = Geocoder().search(QUERY)
    assert found is not None
    assert found.score == 60


def test_requests_are_paced(settings: Any) -> None:
    settings.ORSEN_GEOCODER_RATE = 20
    with serving() as service:
        settings.ORSEN_GEOCODER_URL = service.url
        geocoder = Geocoder()
        for _number in range(5):
            geocoder.search(QUERY)
    assert service.times[-1] - service.times[0] >= 4 / 20 * 0.9


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_service_is_asked_again(settings: Any, status: int) -> None:
    waited: list[float] = []
    with serving(
        (status, {"Retry-After": "7"}, b""), (status, {}, b""), (200, {}, body(feature()))
    ) as service:
        settings.ORSEN_GEOCODER_URL = service.url
        assert Geocoder(sleep=waited.append).search(QUERY) is not None
    assert len(service.asked) == 3
    assert [each for each in waited if each >= 0.5] == [7.0, 1.0]


def test_a_service_that_stays_away_is_given_up(settings: Any) -> None:
    with serving((503, {}, b"")) as service:
        settings.ORSEN_GEOCODER_URL = service.url
        with pytest.raises(GeocoderError, match="503"):
            Geocoder(sleep=lambda _seconds: None).search(QUERY)
    assert len(service.asked) == 5


def test_a_slow_service_is_left(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ORSEN_GEOCODER_TIMEOUT_SECONDS = 0.1
    monkeypatch.setattr("tenants.geocoding.client.ATTEMPTS", 2)
    with serving() as service:
        settings.ORSEN_GEOCODER_URL = service.url
        service.pause = 0.4
        with pytest.raises(GeocoderError, match="ReadTimeout"):
            Geocoder(sleep=lambda _seconds: None).search(QUERY)


def test_an_answer_that_drips_is_left(settings: Any) -> None:
    settings.ORSEN_GEOCODER_TIMEOUT_SECONDS = 0.3
    with serving() as service:
        settings.ORSEN_GEOCODER_URL = service.url
        service.drip = 0.02  # each byte is in time, all of them take some four seconds
        began = time.monotonic()
        with pytest.raises(GeocoderError, match="trop longuement"):
            Geocoder().search(QUERY)
        assert time.monotonic() - began < 2


def test_an_oversized_answer_is_not_read(settings: Any) -> None:
    with serving((200, {}, b"[" * (MOST_BYTES * 4))) as service:
        settings.ORSEN_GEOCODER_URL = service.url
        with pytest.raises(GeocoderError, match="trop longuement"):
            Geocoder().search(QUERY)


@pytest.mark.parametrize(
    "content",
    [
        b"{", b"[]", b"null", b'{"features": 3}', b'{"features": [{}]}', b"[" * 100_000,
        b'{"features": [{"properties": {}, "geometry": null}]}', b"\xff\xfe",
    ],
)  # fmt: skip
def test_a_malformed_answer_is_refused_in_a_sentence(settings: Any, content: bytes) -> None:
    with serving((200, {}, content)) as service:
        settings.ORSEN_GEOCODER_URL = service.url
        with pytest.raises(GeocoderError, match="lisible"):
            Geocoder().search(QUERY)


@pytest.mark.parametrize(
    ("more", "coordinates"),
    [
        ({"type": "../x"}, [2, 48]),
        ({"score": float("nan")}, [2, 48]),
        ({}, [1e9, 48]),
        ({}, [float("inf"), 0]),
    ],
)
def test_a_senseless_answer_is_none(
    settings: Any, more: dict[str, Any], coordinates: list[float]
) -> None:
    wrong = feature(**more)
    wrong["geometry"]["coordinates"] = coordinates
    with serving((200, {}, body(wrong))) as service:
        settings.ORSEN_GEOCODER_URL = service.url
        assert Geocoder().search(QUERY) is None


def test_a_redirect_is_not_followed(settings: Any) -> None:
    with serving() as other, serving((302, {"Location": other.url + "/search/"}, b"")) as service:
        settings.ORSEN_GEOCODER_URL = service.url
        with pytest.raises(GeocoderError, match="302"):
            Geocoder().search(QUERY)
        assert not other.asked


@pytest.mark.parametrize("url", ["", "ftp://exemple.test", "file:///etc/passwd"])
def test_without_a_service_nothing_leaves(settings: Any, url: str) -> None:
    settings.ORSEN_GEOCODER_URL = url
    with pytest.raises(GeocoderError, match="Aucun service"):
        Geocoder()
