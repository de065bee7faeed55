"""Print every page of a folder with WeasyPrint: milliseconds each, as JSON. Run in the peers' environment.

The fonts are read before the clock starts, and kept; the file is tagged and declares PDF/UA-1, as the product's does.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration

fonts = FontConfiguration()
pages = sorted(Path(sys.argv[1]).glob("*.html"))
HTML(pages[0]).write_pdf(font_config=fonts, pdf_variant="pdf/ua-1")
spent = []
for page in pages:
    text = page.read_text(encoding="utf-8")
    began = time.perf_counter()
    made = HTML(string=text).write_pdf(font_config=fonts, pdf_variant="pdf/ua-1")
    spent.append(1000 * (time.perf_counter() - began))
    assert made.startswith(b"%PDF")
print(json.dumps(spent))
