"""How what pages load is named: every file by its content, also where a script of ours imports another."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage

# Django's own pattern reads every script, and trips over what libraries import in their own way.
IMPORTS = ("*map-*.js", ((r'(?P<matched>from"(?P<url>\./map-shared\.js)")', 'from"%(url)s"'),))


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # its package has no types
    """Names with the hash of the content, gzip and brotli beside each file; the map's scripts import by these names."""

    patterns = (*CompressedManifestStaticFilesStorage.patterns, IMPORTS)
