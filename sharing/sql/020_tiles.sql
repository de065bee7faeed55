-- What the shared map's tiles need. Run by the owner after migrations; safe to repeat.

-- The number by which a tile and the list beside the map call a site: the first 48 bits of its public key. A tile's
-- numbers must stay below 2^53, and the internal number never leaves.
CREATE OR REPLACE FUNCTION shared.site_number(key uuid) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$ SELECT ('x' || left(replace(key::text, '-', ''), 12))::bit(48)::bigint $$;

-- In one row, for each request: a fingerprint of the rules that speak to the reader today, and the version of each
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

-- The points of level `site` for the organisation of the context, those of some landlords only where they are named.
CREATE OR REPLACE FUNCTION shared.my_points(only_landlords bigint[])
RETURNS TABLE (key bigint, x int, y int, level smallint, dwellings int, owner bigint)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT shared.site_number(s.key), s.tile_x, s.tile_y, s.published_level::smallint, s.dwellings, s.landlord_id
  FROM shared.site_details((SELECT wall.organisation()), NULL, only_landlords) d
  JOIN tenants_site s ON s.landlord_id = d.landlord_id AND s.id = d.site_id
  WHERE d.detail >= shared.detail_rank('site') AND s.geom IS NOT NULL
$$;

DO $$
DECLARE f text;
BEGIN
  FOREACH f IN ARRAY ARRAY['site_number(uuid)', 'reader_state()', 'my_points(bigint[])'] LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION shared.%s FROM PUBLIC', f);
    EXECUTE format('ALTER FUNCTION shared.%s OWNER TO orsen_definer', f);
  END LOOP;
END $$;
GRANT EXECUTE ON FUNCTION shared.reader_state(), shared.my_points(bigint[]) TO orsen_app, orsen_partner;
