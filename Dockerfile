# The product's images. Everything comes from one distribution, by name; docker-compose.yml says which stage runs where.

# --- the front end, built and left behind
FROM debian:12-slim AS frontend
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends ca-certificates nodejs npm >/dev/null \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app/frontend
COPY frontend/package.json frontend/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY frontend ./
COPY platform /app/platform
RUN npm run build

# --- the product: web, workers, scheduler and one-shot commands
FROM debian:12-slim AS app
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PATH=/app/.venv/bin:$PATH
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends \
      ca-certificates gdal-bin gettext postgresql-client python3 python3-venv >/dev/null \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --gid 10001 orsen && useradd --uid 10001 --gid orsen --home-dir /app --shell /usr/sbin/nologin orsen
WORKDIR /app
COPY requirements/base.txt requirements/
RUN python3 -m venv .venv \
 && pip install --quiet --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/base.txt
COPY . .
COPY --from=frontend /app/frontend/dist frontend/dist
# The settings want values to be there; none of these is used when the product runs.
RUN pip install --quiet --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation --editable . \
 && python scripts/set_up.py messages \
 && ORSEN_ENV_FILE=none ORSEN_SECRET_KEY=build ORSEN_WALL_KEY=00 ORSEN_DB_PORT=5432 \
    python manage.py collectstatic --noinput --verbosity 0 \
 && mkdir -p /keys/web /keys/report /keys/owner /keys/db /keys/redis /var/lib/orsen /backups .local/mail \
 && chown -R orsen:orsen /keys /var/lib/orsen /backups .local/mail
ENV ORSEN_MEDIA_ROOT=/var/lib/orsen/media
USER orsen

# --- PostgreSQL with PostGIS
FROM debian:12-slim AS db
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends postgresql-common >/dev/null \
 && sed -i 's/^#\?create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf \
 && apt-get install -y -qq --no-install-recommends postgresql-15 postgresql-15-postgis-3 >/dev/null \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --gid 10001 orsen && usermod --append --groups orsen postgres \
 && mkdir -p /var/lib/orsen-pg && chown postgres:postgres /var/lib/orsen-pg && chmod 700 /var/lib/orsen-pg
COPY docker/start-db /usr/local/bin/start-db
ENV PATH=/usr/lib/postgresql/15/bin:$PATH
USER postgres
CMD ["start-db"]

# --- Redis: cache and wake-ups, never the only copy of anything
FROM debian:12-slim AS redis
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends redis-server >/dev/null \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --gid 10001 orsen && usermod --append --groups orsen redis
COPY docker/start-redis docker/redis-answers /usr/local/bin/
USER redis
CMD ["start-redis"]
