"""The page that a telephone keeps, its service worker and its manifest. They hold nobody's data: anybody may load them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.devices.gate import PATH
from accounts.gate import public
from tenants.capture.words import telephone_words

# What the page needs to start without a network, all of one version.
FILES = ("app.css", "capture.css", "capture.js", "icons.svg", "favicon.svg")
FONTS = "app/fonts"


def _page(request: HttpRequest) -> str:
    return render_to_string("capture/telephone.html", {"words": telephone_words()}, request)


@never_cache
@require_GET
@public
def capture_page(request: HttpRequest) -> HttpResponse:
    """The page, the same for everybody: what is personal comes from the telephone's own store."""
    return HttpResponse(_page(request))


def _fonts() -> list[str]:
    """The roman faces of the page's typeface, as the stylesheet names them."""
    folder = finders.find(FONTS)
    names = sorted(path.name for path in Path(folder).iterdir()) if isinstance(folder, str) else []
    return [f"{FONTS}/{name}" for name in names if "latin-wght-normal" in name]


@never_cache
@require_GET
@public
def capture_worker(request: HttpRequest) -> HttpResponse:
    """The service worker, with the list of files that its version pins. Its scope is this folder alone."""
    source = finders.find("app/capture-sw.js")
    if not isinstance(source, str):
        raise Http404(_("La saisie n’est pas construite : lancez la construction des pages."))
    digest = hashlib.sha256(_page(request).encode())
    script = Path(source).read_text(encoding="utf-8")
    digest.update(script.encode())
    names = [*(f"app/{name}" for name in FILES), *_fonts()]
    for name in names:
        path = finders.find(name)
        if isinstance(path, str):
            digest.update(Path(path).read_bytes())
    pinned = {
        "version": digest.hexdigest()[:16],
        "files": [PATH, *(static(name) for name in names)],
    }
    return HttpResponse(
        f"const PINNED = {json.dumps(pinned)};\n{script}", content_type="text/javascript"
    )


@require_GET
@public
def capture_manifest(request: HttpRequest) -> HttpResponse:
    """What an installed page is called and looks like."""
    sizes = [("192x192", "any", 192), ("512x512", "any", 512), ("512x512", "maskable", 513)]
    manifest = {
        "name": _("ORSEN Plateforme – saisie"),
        "short_name": _("ORSEN saisie"),
        "description": _("Coter ses sites, avec ou sans réseau."),
        "id": PATH,
        "start_url": PATH,
        "scope": PATH,
        "display": "standalone",
        "orientation": "portrait",
        "background_color": "#f6f4ee",
        "theme_color": "#0d5257",
        "icons": [
            {
                "src": static(f"app/telephone-{'maskable' if use == 'maskable' else number}.png"),
                "sizes": size,
                "type": "image/png",
                "purpose": use,
            }
            for size, use, number in sizes
        ],
    }
    response = JsonResponse(manifest)
    response["Content-Type"] = "application/manifest+json"
    return response
