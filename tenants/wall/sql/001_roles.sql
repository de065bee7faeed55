-- Roles of the cluster, one per purpose. Run by a superuser; safe to repeat. Passwords are set by prepare_database.
DO $$
DECLARE r text;
BEGIN
  FOREACH r IN ARRAY ARRAY['orsen_owner', 'orsen_definer', 'orsen_web', 'orsen_report',
                           'orsen_app', 'orsen_partner', 'orsen_coordinator', 'orsen_queue', 'orsen_purger'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r) THEN EXECUTE format('CREATE ROLE %I NOLOGIN', r); END IF;
  END LOOP;
END $$;

-- Migrations and the operator's commands only. BYPASSRLS, because under FORCE a data migration of a plain owner
-- touches no row and says nothing.
ALTER ROLE orsen_owner LOGIN NOSUPERUSER BYPASSRLS NOCREATEROLE NOCREATEDB;
-- Owns the sharing functions and views, and may only read: under FORCE a function run by the owner returns nothing.
ALTER ROLE orsen_definer NOLOGIN NOSUPERUSER BYPASSRLS NOCREATEROLE NOCREATEDB;
-- Owns the function that empties old texts: a few columns, granted one by one (003_purge.sql).
ALTER ROLE orsen_purger NOLOGIN NOSUPERUSER BYPASSRLS NOCREATEROLE NOCREATEDB;
-- The one login of web and workers: owns nothing, inherits nothing, takes a purpose for one transaction.
ALTER ROLE orsen_web LOGIN NOSUPERUSER NOBYPASSRLS NOINHERIT NOCREATEROLE NOCREATEDB;
-- pg_stat_activity would show each connection the statements of all others, what people typed included.
ALTER ROLE orsen_web SET track_activities = off;
-- Builds releases from every landlord's rows: columns granted one by one, in the report queue only.
ALTER ROLE orsen_report LOGIN NOSUPERUSER NOBYPASSRLS NOINHERIT NOCREATEROLE NOCREATEDB;
ALTER ROLE orsen_app NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB;
ALTER ROLE orsen_partner NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB;
ALTER ROLE orsen_coordinator NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB;
ALTER ROLE orsen_queue NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB;
GRANT orsen_app, orsen_partner, orsen_coordinator, orsen_queue TO orsen_web;
