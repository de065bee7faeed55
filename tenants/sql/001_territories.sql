-- A territory that comes in holds sites that are already there: their `territory_ids`, on which annexes rest, follow in
-- the same statement, whatever landlord they belong to and whoever adds the territory. Run by the owner after
-- migrations; safe to repeat.
--
-- The function runs as the owner, past the wall, and does one thing: it adds ids to a derived column. It returns nothing.
CREATE OR REPLACE FUNCTION place_sites_in_new_territories() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE tenants_site s
     SET territory_ids = ARRAY(SELECT DISTINCT i FROM unnest(s.territory_ids || held.ids) AS i ORDER BY i)
    FROM (
      SELECT x.id, array_agg(t.id) AS ids
        FROM added t
        JOIN tenants_site x
          ON x.geom && t.geom AND ST_Intersects(t.geom, x.geom)
             -- Without a position: a custom territory or a zone that takes in the site's whole commune.
          OR (x.geom IS NULL AND t.kind IN ('zone', 'custom') AND x.commune_code = ANY (t.commune_codes)
              AND EXISTS (SELECT FROM territory_territory c
                          WHERE c.kind = 'commune' AND c.code = x.commune_code
                            AND ST_Area(ST_Intersection(t.geom, c.geom)) > 0.99 * c.area_m2))
       GROUP BY x.id
    ) held
   WHERE s.id = held.id AND NOT s.territory_ids @> held.ids;
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION place_sites_in_new_territories() FROM PUBLIC;

DROP TRIGGER IF EXISTS place_sites ON territory_territory;
CREATE TRIGGER place_sites AFTER INSERT ON territory_territory
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION place_sites_in_new_territories();
DROP TRIGGER IF EXISTS place_sites_again ON territory_territory;
CREATE TRIGGER place_sites_again AFTER UPDATE ON territory_territory
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION place_sites_in_new_territories();
