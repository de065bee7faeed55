-- What a landlord is told of the interventions that others announced, through the rule of its own pages
-- (shared.site_details): where the annex gives it the site, the site's name, and its own sites within the distance; where
-- it gives less, the QPV or the commune, and its own sites in there, so that no distance to a site that it may not read is
-- told. What is done is told at `file` only, like interventions everywhere else. Several sites in one place are one row.
-- Run by the owner after migrations; safe to repeat.
DROP FUNCTION IF EXISTS shared.announced_near();
CREATE FUNCTION shared.announced_near()
RETURNS TABLE (key uuid, convention_id bigint, landlord_id bigint, detail text, starts_on date, ends_on date, lever varchar,
               place varchar, own_keys uuid[])
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH me AS (SELECT (SELECT wall.landlord()) AS id),
  given AS MATERIALIZED (
    SELECT a.key, a.landlord_id, a.metres, d.convention_id, i.starts_on, i.ends_on, l.label AS lever,
           s.name, s.geom, s.commune_code, s.commune_name,
           CASE WHEN d.detail >= shared.detail_rank('file') THEN 'file'
                WHEN d.detail >= shared.detail_rank('site') THEN 'site'
                WHEN d.detail >= shared.detail_rank('neighbourhood') AND s.qpv_code <> '' THEN 'neighbourhood'
                ELSE 'commune' END AS detail, s.qpv_code
    FROM me
    JOIN sharing_announcement a ON a.withdrawn_at IS NULL AND a.landlord_id <> me.id
    JOIN tenants_intervention i ON i.landlord_id = a.landlord_id AND i.key = a.intervention_key
                               AND i.status = 'planned' AND coalesce(i.ends_on, i.starts_on) >= shared.today()
    JOIN tenants_lever l ON l.landlord_id = i.landlord_id AND l.id = i.lever_id
    JOIN tenants_interventionsite x ON x.landlord_id = i.landlord_id AND x.intervention_id = i.id
    JOIN tenants_site s ON s.landlord_id = x.landlord_id AND s.id = x.site_id
    JOIN shared.site_details(me.id, NULL, ARRAY(SELECT landlord_id FROM sharing_announcement WHERE withdrawn_at IS NULL)) d
      ON d.landlord_id = s.landlord_id AND d.site_id = s.id AND d.detail >= shared.detail_rank('commune')
  ), near AS (
    SELECT g.key, g.convention_id, g.landlord_id, g.detail, g.starts_on, g.ends_on,
           CASE WHEN g.detail = 'file' THEN g.lever END AS lever,
           CASE WHEN g.detail IN ('file', 'site') THEN g.name
                WHEN g.detail = 'neighbourhood' THEN g.qpv_code ELSE g.commune_name END AS place,
           o.key AS own_key
    FROM me CROSS JOIN given g
    JOIN tenants_site o ON o.landlord_id = me.id AND o.state = 'managed'
     AND CASE WHEN g.detail IN ('file', 'site') THEN ST_DWithin(o.geom, g.geom, g.metres)
              WHEN g.detail = 'neighbourhood' THEN o.qpv_code = g.qpv_code
              ELSE o.commune_code = g.commune_code END
  )
  SELECT n.key, n.convention_id, n.landlord_id, n.detail, n.starts_on, n.ends_on, n.lever, n.place::varchar,
         array_agg(DISTINCT n.own_key)
  FROM near n
  GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
$$;
REVOKE EXECUTE ON FUNCTION shared.announced_near() FROM PUBLIC;
ALTER FUNCTION shared.announced_near() OWNER TO orsen_definer;
GRANT EXECUTE ON FUNCTION shared.announced_near() TO orsen_app;
