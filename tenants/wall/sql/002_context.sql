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

-- Who the context speaks for: the landlord, partner or coordinator, the organisation or the person under any of these
-- purposes, or the queue; NULL (false for the queue) under another purpose or when no context is open. The context reads
-- 'purpose|organisation|user|expiry epoch|start of the transaction in µs|key id|hex(hmac_sha256(all before))'; each
-- raises 28000 when it is forged, expired or made for another transaction. Nothing is read as a number before the
-- signature holds (CASE keeps the order). Every policy of every statement calls one, and each transaction sets its
-- expressions up anew: so each is one statement of its own, in PL/pgSQL, which does not plan it again as SQL would.
DO $$
DECLARE
  subjects constant text[][] := ARRAY[
    ['landlord', 'bigint', $f$CASE split_part(c, '|', 1) WHEN 'landlord' THEN split_part(c, '|', 2)::bigint END$f$],
    ['partner', 'bigint', $f$CASE split_part(c, '|', 1) WHEN 'partner' THEN split_part(c, '|', 2)::bigint END$f$],
    ['coordinator', 'bigint', $f$CASE split_part(c, '|', 1) WHEN 'coordinator' THEN split_part(c, '|', 2)::bigint END$f$],
    ['organisation', 'bigint', $f$CASE WHEN split_part(c, '|', 1) IN ('landlord', 'partner', 'coordinator')
                                       THEN split_part(c, '|', 2)::bigint END$f$],
    ['person', 'bigint', $f$CASE WHEN split_part(c, '|', 1) IN ('landlord', 'partner', 'coordinator')
                                 THEN split_part(c, '|', 3)::bigint END$f$],
    ['queue', 'boolean', $f$split_part(c, '|', 1) = 'queue'$f$]];
  subject text[];
BEGIN
  FOREACH subject SLICE 1 IN ARRAY subjects LOOP
    EXECUTE format($function$
      CREATE OR REPLACE FUNCTION wall.%1$I() RETURNS %2$s LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
        SET search_path = pg_catalog, wall, pg_temp AS $body$
      DECLARE
        c text := current_setting('orsen.ctx', true);
        holds boolean;
        answer %2$s := %4$s;
      BEGIN
        IF c IS NULL OR c = '' THEN RETURN answer; END IF;
        SELECT true, %3$s INTO holds, answer FROM wall.key
        WHERE kid = split_part(c, '|', 6) AND (valid_until IS NULL OR valid_until > clock_timestamp())
          AND CASE WHEN right(c, 64) = encode(public.hmac(convert_to(left(c, -65), 'UTF8'), k, 'sha256'), 'hex')
                   THEN split_part(c, '|', 5)::bigint = extract(epoch FROM now()) * 1000000
                    AND split_part(c, '|', 4)::bigint >= extract(epoch FROM clock_timestamp())
                   ELSE false END;
        IF holds IS NULL THEN RAISE EXCEPTION 'invalid context' USING ERRCODE = '28000'; END IF;
        RETURN answer;
      END $body$;
      ALTER FUNCTION wall.%1$I() OWNER TO orsen_definer;
      REVOKE EXECUTE ON FUNCTION wall.%1$I() FROM PUBLIC $function$,
      subject[1], subject[2], subject[3], CASE subject[2] WHEN 'boolean' THEN 'false' ELSE 'NULL' END);
  END LOOP;
END $$;
DROP FUNCTION IF EXISTS wall.claims();
DROP FUNCTION IF EXISTS wall.subject(text);
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
