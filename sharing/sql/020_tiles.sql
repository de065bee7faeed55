-- What the shared map's tiles need. Run by the owner after migrations; safe to repeat.

-- The number by which a tile and the list beside the map call a site: the first 48 bits of its public key. A tile's
-- numbers must stay below 2^53, and the internal number never leaves.
CREATE OR REPLACE FUNCTION shared.site_number(key uuid) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS  -- no search_path of its own, so that it is expanded where it is called
$$ SELECT ('x' || substr(key::text, 1, 8) || substr(key::text, 10, 4))::bit(48)::bigint $$;

-- Everything that conventions are made of moves one counter, tables to come included; journals and products do not.
DO $$
DECLARE t text;
BEGIN
  FOR t IN SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
              AND c.relname ~ '^sharing_' AND c.relname !~ '^sharing_(journal|visit|receipt|report|release|roundreminder)' LOOP
    EXECUTE format('CREATE OR REPLACE TRIGGER common_version AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON %I '
                   'FOR EACH STATEMENT EXECUTE FUNCTION common_changed(''rules'')', t);
  END LOOP;
END $$;

-- What the row of shared.reader_state rests on, in a tenth of a millisecond: the day, and counters that move with rules,
-- organisations, territories and shared data of anybody. While it stands, the state does.
-- It is the same for every organisation and tells nothing of any: the web login asks before a scope is open.
CREATE OR REPLACE FUNCTION shared.reader_token() RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$ BEGIN
  RETURN shared.today() || '/' || (SELECT coalesce(sum(version), 0) FROM tenants_commonversion)
         || '/' || (SELECT coalesce(sum(shared), 0) FROM tenants_dataversion);
END $$;

-- In one row: a fingerprint of the rules that speak to the reader today, and the version of each
-- landlord that they name. A convention that ended at midnight, a signature withdrawn, a line changed: another
-- fingerprint, at once, because it is computed from what is in force and kept nowhere.
CREATE OR REPLACE FUNCTION shared.reader_state() RETURNS TABLE (fingerprint text, landlord_ids bigint[], versions bigint[])
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH r AS MATERIALIZED (SELECT * FROM shared.rules((SELECT wall.organisation()))),
  v AS (
    SELECT x.landlord_id, coalesce(sum(d.shared), 0)::bigint AS version
    FROM (SELECT DISTINCT r.landlord_id FROM r) x LEFT JOIN tenants_dataversion d ON d.landlord_id = x.landlord_id
    GROUP BY x.landlord_id
  )
  SELECT (SELECT coalesce(md5(string_agg(r::text, '|' ORDER BY r::text)), '') FROM r),
         coalesce(array_agg(v.landlord_id ORDER BY v.landlord_id), '{}'),
         coalesce(array_agg(v.version ORDER BY v.landlord_id), '{}')
  FROM v
$$;

-- The same rows as shared.site_details, for the planner's sake: told that there may be many, it joins them all at once
-- instead of one by one.
CREATE OR REPLACE FUNCTION shared.many_site_details(reader_id bigint, only_landlords bigint[])
RETURNS TABLE (site_id bigint, landlord_id bigint, detail int)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 200000 SET search_path = pg_catalog, public, pg_temp
SET work_mem = '64MB' AS
$$ SELECT d.site_id, d.landlord_id, d.detail FROM shared.site_details(reader_id, NULL, only_landlords) d $$;

-- The points of level `site` for the organisation of the context, those of some landlords only where they are named. The
-- key comes whole: shared.site_number of half a million keys takes longer than all the rest, and the first 48 bits of
-- sixteen bytes are read in no time.
DROP FUNCTION IF EXISTS shared.my_points(bigint[]);
CREATE OR REPLACE FUNCTION shared.my_points(only_landlords bigint[])
RETURNS TABLE (key uuid, x int, y int, level smallint, dwellings int, owner bigint)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET work_mem = '64MB' AS $$
  SELECT s.key, s.tile_x, s.tile_y, s.published_level::smallint, s.dwellings, s.landlord_id
  FROM shared.many_site_details((SELECT wall.organisation()), only_landlords) d
  JOIN tenants_site s ON s.landlord_id = d.landlord_id AND s.id = d.site_id
  WHERE d.detail >= shared.detail_rank('site') AND s.geom IS NOT NULL
    AND (only_landlords IS NULL OR s.landlord_id = ANY (only_landlords))
$$;

DO $$
DECLARE f text;
BEGIN
  FOREACH f IN ARRAY ARRAY['site_number(uuid)', 'reader_token()', 'reader_state()', 'my_points(bigint[])', 'many_site_details(bigint, bigint[])'] LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION shared.%s FROM PUBLIC', f);
    EXECUTE format('ALTER FUNCTION shared.%s OWNER TO orsen_definer', f);
  END LOOP;
END $$;
GRANT USAGE ON SCHEMA shared TO orsen_web;
GRANT EXECUTE ON FUNCTION shared.reader_token() TO orsen_web;
GRANT EXECUTE ON FUNCTION shared.reader_token(), shared.reader_state(), shared.my_points(bigint[]) TO orsen_app, orsen_partner;
