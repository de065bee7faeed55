-- The signed context. Run by a superuser in the product's database; safe to repeat.
CREATE EXTENSION IF NOT EXISTS postgis;
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS pgcrypto;
CREATE EXTENSION IF NOT EXISTS pg_trgm;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO orsen_owner;
GRANT USAGE ON SCHEMA public TO orsen_definer, orsen_web, orsen_report, orsen_app, orsen_partner, orsen_coordinator, orsen_queue;

-- Both compare bounding boxes only and cannot raise on a valid geometry: without the mark PostgreSQL may not use the
-- spatial index under a policy. Lost at ALTER EXTENSION postgis UPDATE and in dumps; asserted at start-up.
ALTER FUNCTION public.geometry_overlaps(geometry, geometry) LEAKPROOF;
ALTER FUNCTION public.geometry_within(geometry, geometry) LEAKPROOF;

CREATE SCHEMA IF NOT EXISTS wall;
GRANT USAGE ON SCHEMA wall TO orsen_owner, orsen_definer, orsen_report, orsen_app, orsen_partner, orsen_coordinator, orsen_queue;
CREATE TABLE IF NOT EXISTS wall.key (kid text PRIMARY KEY, k bytea NOT NULL, valid_until timestamptz);
REVOKE ALL ON wall.key FROM PUBLIC;
GRANT SELECT ON wall.key TO orsen_definer;

-- {purpose, organisation, user, expiry epoch, start of the transaction in µs, key id}, or NULL when no context is open.
-- 'purpose|organisation|user|expiry|start|key id|hex(hmac_sha256(all before))'; raises 28000 when forged, expired or
-- made for another transaction.
CREATE OR REPLACE FUNCTION wall.claims() RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, wall, pg_temp AS $$
DECLARE
  c text := current_setting('orsen.ctx', true);
  p text[];
  signed_part text;
BEGIN
  IF c IS NULL OR c = '' THEN RETURN NULL; END IF;
  p := string_to_array(c, '|');
  IF cardinality(p) <> 7 THEN RAISE EXCEPTION 'invalid context' USING ERRCODE = '28000'; END IF;
  signed_part := array_to_string(p[1:6], '|');
  IF hmac(convert_to(signed_part, 'UTF8'),
          (SELECT k FROM wall.key WHERE kid = p[6] AND (valid_until IS NULL OR valid_until > clock_timestamp())), 'sha256')
     IS DISTINCT FROM decode(p[7], 'hex')
     OR p[4]::bigint < extract(epoch FROM clock_timestamp())
     OR p[5]::bigint <> extract(epoch FROM now()) * 1000000
  THEN RAISE EXCEPTION 'invalid context' USING ERRCODE = '28000'; END IF;
  RETURN p[1:6];
EXCEPTION WHEN invalid_parameter_value OR invalid_text_representation THEN
  RAISE EXCEPTION 'invalid context' USING ERRCODE = '28000';
END $$;

-- The landlord, partner or coordinator that the context speaks for; NULL under any other purpose. Every policy of every
-- statement calls one: a function in SQL would be planned anew each time, so each is PL/pgSQL and asks the claims itself.
DO $$
DECLARE purpose text;
BEGIN
  FOREACH purpose IN ARRAY ARRAY['landlord', 'partner', 'coordinator'] LOOP
    EXECUTE format($function$
      CREATE OR REPLACE FUNCTION wall.%1$I() RETURNS bigint LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
        SET search_path = pg_catalog, wall, pg_temp AS $body$
      DECLARE p text[] := wall.claims();
      BEGIN
        RETURN CASE WHEN p[1] = %1$L THEN p[2]::bigint END;
      END $body$ $function$, purpose);
  END LOOP;
END $$;
CREATE OR REPLACE FUNCTION wall.organisation() RETURNS bigint LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
  SET search_path = pg_catalog, wall, pg_temp AS $$
DECLARE p text[] := wall.claims();
BEGIN
  RETURN CASE WHEN p[1] IN ('landlord', 'partner', 'coordinator') THEN p[2]::bigint END;
END $$;
CREATE OR REPLACE FUNCTION wall.queue() RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
  SET search_path = pg_catalog, wall, pg_temp AS $$
DECLARE p text[] := wall.claims();
BEGIN
  RETURN coalesce(p[1] = 'queue', false);
END $$;
DROP FUNCTION IF EXISTS wall.subject(text);

DO $$
DECLARE f text;
BEGIN
  FOREACH f IN ARRAY ARRAY['claims()', 'landlord()', 'partner()', 'coordinator()', 'organisation()', 'queue()'] LOOP
    EXECUTE format('ALTER FUNCTION wall.%s OWNER TO orsen_definer', f);
    EXECUTE format('REVOKE EXECUTE ON FUNCTION wall.%s FROM PUBLIC', f);
  END LOOP;
END $$;
GRANT USAGE ON SCHEMA wall TO orsen_definer;
GRANT EXECUTE ON FUNCTION wall.landlord(), wall.partner(), wall.coordinator(), wall.organisation(), wall.queue()
  TO orsen_app, orsen_partner, orsen_coordinator, orsen_queue;

-- The sharing views and functions live here (created by orsen_owner, then handed to orsen_definer).
CREATE SCHEMA IF NOT EXISTS shared AUTHORIZATION orsen_definer;
GRANT USAGE, CREATE ON SCHEMA shared TO orsen_owner;
GRANT USAGE ON SCHEMA shared TO orsen_app, orsen_partner, orsen_coordinator, orsen_report;
-- The owner hands functions over to the definer at migration; it never becomes it at run time.
GRANT orsen_definer TO orsen_owner;

-- What everybody may call by default and no reader needs, each tried by tests/proof/test_attack.py.
DO $$
DECLARE f regprocedure;
BEGIN
  FOR f IN
    SELECT p.oid::regprocedure FROM pg_proc p
    WHERE p.pronamespace = 'pg_catalog'::regnamespace AND (
      -- run a statement given as text: from inside a SELECT they would run any other
      p.proname ~ '^(query|table|cursor|schema|database)_to_xml' OR p.proname = 'ts_stat'
      OR p.proname = 'ts_rewrite' AND p.pronargs = 2
      -- keep or pass on what a policy does not see: large objects, notifications
      OR p.proname ~ '^(lo_|loread$|lowrite$)' OR p.proname = 'pg_notify'
      -- change the role or the context in the middle of a statement
      OR p.proname = 'set_config')
    -- answer from statistics and indexes over all landlords' rows
    UNION ALL SELECT p.oid::regprocedure FROM pg_proc p
    WHERE p.pronamespace = 'public'::regnamespace
      AND lower(p.proname) IN ('st_estimatedextent', 'st_findextent', '_postgis_stats', '_postgis_selectivity',
                               '_postgis_join_selectivity', '_postgis_index_extent')
  LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f);
  END LOOP;
END $$;
-- Django sets the time zone of a new connection with it, before any purpose is taken; dumps empty the search path.
GRANT EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) TO orsen_owner, orsen_web, orsen_report;
