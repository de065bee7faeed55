-- Level `zone`: the released neighbourhoods that a line gives the reader at `zone` or more, each with what is left of it
-- for this reader. A neighbourhood is read with those published together with it. What is left are the sites that the
-- reader does not read one by one: none, or enough of them (five sites of three groups at two levels, the floors of
-- sharing.release.rules), else the figure less what the reader knows would tell too much. What a landlord knows of its own
-- sites is not taken off: a release is protected against every group already. `parts`: how many neighbourhoods the
-- figure counts, those outside the reader's territories included. Of a release that holds QPV and IRIS the QPV are read
-- here: what a reader of single sites could take off one geography must not be compared with the other. Run by the owner after migrations; safe to repeat.
DROP FUNCTION IF EXISTS shared.my_zones();
CREATE OR REPLACE FUNCTION shared.my_zones()
RETURNS TABLE (neighbourhood_id bigint, leaves_enough boolean, parts int)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH r AS MATERIALIZED (
    SELECT * FROM shared.rules((SELECT wall.organisation()))
  ), given AS MATERIALIZED (
    SELECT DISTINCT n.id, n.release_id, n.zone, n.is_withheld, t.code, rel.convention_id, t.kind AS geography
    FROM (SELECT DISTINCT r.convention_id, unnest(r.territory_ids) AS territory_id FROM r
          WHERE least(r.detail, r.cap) >= shared.detail_rank('zone')) l
    JOIN territory_territory line ON line.id = l.territory_id
    JOIN sharing_release rel ON rel.convention_id = l.convention_id
                            AND rel.published_at IS NOT NULL AND rel.withdrawn_at IS NULL
    JOIN sharing_campaignround c ON c.id = rel.round_id
    JOIN sharing_releasedneighbourhood n ON n.release_id = rel.id
    JOIN territory_territory t ON t.id = n.territory_id
                              AND t.kind = CASE rel.geography WHEN 'both' THEN 'qpv' ELSE rel.geography END
    WHERE (t.id = line.id OR ST_Covers(line.geom, ST_PointOnSurface(t.geom)))
      -- The newest round that is published: earlier ones are in their reports.
      AND NOT EXISTS (SELECT FROM sharing_release later JOIN sharing_campaignround d ON d.id = later.round_id
                      WHERE later.convention_id = rel.convention_id AND later.published_at IS NOT NULL
                        AND later.withdrawn_at IS NULL AND (d.reference_date, d.id) > (c.reference_date, c.id))
  ), parts AS MATERIALIZED (
    -- Every neighbourhood that the figures of a given one count, itself included.
    SELECT g.id, g.convention_id, g.geography, t.code
    FROM given g
    JOIN sharing_releasedneighbourhood n ON n.id = g.id OR n.release_id = g.release_id AND n.zone = g.zone
    JOIN territory_territory t ON t.id = n.territory_id AND t.kind = g.geography
    WHERE NOT g.is_withheld
  ), exact AS MATERIALIZED (
    SELECT d.site_id FROM shared.site_details((SELECT wall.organisation())) d
    WHERE d.detail >= shared.detail_rank('site')
  ), landlords AS (
    SELECT DISTINCT x.convention_id, o.id, coalesce(o.group_id, -o.id) AS group_id
    FROM (SELECT r.convention_id, r.landlord_id FROM r UNION SELECT r.convention_id, (SELECT wall.landlord()) FROM r) x
    JOIN accounts_organisation o ON o.id = x.landlord_id
  ), remaining AS (
    SELECT p.id, count(*) AS sites, count(DISTINCT l.group_id) AS groups, count(DISTINCT s.published_level) AS levels
    FROM parts p
    JOIN landlords l ON l.convention_id = p.convention_id
    JOIN tenants_site s ON s.landlord_id = l.id AND s.state = 'managed' AND s.published_level IS NOT NULL
                       AND p.code = CASE p.geography WHEN 'qpv' THEN s.qpv_code ELSE s.iris_code END
    WHERE NOT EXISTS (SELECT FROM exact e WHERE e.site_id = s.id)
    GROUP BY p.id
  )
  SELECT g.id, coalesce(m.sites >= 5 AND m.groups >= 3 AND m.levels >= 2, true),
         greatest((SELECT count(*) FROM parts p WHERE p.id = g.id), 1)::int
  FROM given g LEFT JOIN remaining m ON m.id = g.id
$$;
REVOKE EXECUTE ON FUNCTION shared.my_zones() FROM PUBLIC;
ALTER FUNCTION shared.my_zones() OWNER TO orsen_definer;
GRANT EXECUTE ON FUNCTION shared.my_zones() TO orsen_app, orsen_partner;
