"""Limits and durations that an installation may set: what is kept, for how long, and how much at once."""

from __future__ import annotations

from orsen.settings import env

# --- journal: how long entries are kept (six months to a year is the usual frame; longer must be justified)
ORSEN_JOURNAL_DAYS = env.integer("ORSEN_JOURNAL_DAYS", 365)

# --- harvest: how many exact sites (cards, rows of the API), and how many rows of lists, one person may read in a day
ORSEN_HARVEST_SITES_PER_DAY = env.integer("ORSEN_HARVEST_SITES_PER_DAY", 2000)
ORSEN_HARVEST_ROWS_PER_DAY = env.integer("ORSEN_HARVEST_ROWS_PER_DAY", 20_000)

# --- copies: how long a file that left may be downloaded again, and what its page of verification reads at once
ORSEN_COPY_DAYS = env.integer("ORSEN_COPY_DAYS", 30)
ORSEN_VERIFY_MAX_BYTES = env.integer("ORSEN_VERIFY_MAX_BYTES", 200 * 1024 * 1024)

# --- files that are sent
ORSEN_IMPORT_MAX_BYTES = env.integer("ORSEN_IMPORT_MAX_BYTES", 200 * 1024 * 1024)

# --- geocoding: the service (addok, GeoCodeJSON), empty: no address ever leaves; then how fast it is asked, for how long
ORSEN_GEOCODER_URL = env.text("ORSEN_GEOCODER_URL", "")
ORSEN_GEOCODER_RATE = env.integer("ORSEN_GEOCODER_RATE", 10)  # requests a second
ORSEN_GEOCODER_TIMEOUT_SECONDS = env.integer("ORSEN_GEOCODER_TIMEOUT_SECONDS", 10)
# Scores of 100: from the first one an answer is applied, from the second one a person is asked, below it is nothing.
ORSEN_GEOCODING_APPLY = env.integer("ORSEN_GEOCODING_APPLY", 80)
ORSEN_GEOCODING_DOUBT = env.integer("ORSEN_GEOCODING_DOUBT", 50)

# --- campaigns
ORSEN_COUNTER_VISIT_DAYS = env.integer(
    "ORSEN_COUNTER_VISIT_DAYS", 30
)  # to visit again after a level 4
ORSEN_MANY_FACTS = env.integer("ORSEN_MANY_FACTS", 5)  # for 100 dwellings and year, on a quiet site
# Days after which the free texts of a rating are purged (three years after the last use is the usual frame).
ORSEN_COMMENT_DAYS = env.integer("ORSEN_COMMENT_DAYS", 1095)
# Days for which a telephone may keep the list of its sites without a word from the server.
ORSEN_CAPTURE_LIST_DAYS = env.integer("ORSEN_CAPTURE_LIST_DAYS", 14)

# --- map
# Memory that one process gives to tiles and to the points they are cut from, bytes.
ORSEN_TILE_MEMORY_BYTES = env.integer("ORSEN_TILE_MEMORY_BYTES", 256 * 1024 * 1024)
