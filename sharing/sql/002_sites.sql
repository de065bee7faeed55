-- What a reader sees of other organisations' sites. One view per detail level; no table of a landlord is granted.

-- For every site that some line gives the reader: the convention and the detail. Per convention the most specific line
-- that matches the site's published level applies (shared.speaking_lines), capped by the landlord's signature; over
-- conventions, the one that gives most. `under`: not what applies today, but that version of an annex alone.
-- `only_landlords`: the sites of these alone.
CREATE OR REPLACE FUNCTION shared.site_details(reader_id bigint, under bigint DEFAULT NULL,
                                               only_landlords bigint[] DEFAULT NULL)
RETURNS TABLE (site_id bigint, landlord_id bigint, convention_id bigint, detail int)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH r AS MATERIALIZED (
    SELECT * FROM shared.rules(reader_id) WHERE under IS NULL
    UNION ALL SELECT * FROM shared.rules_under(under, reader_id) WHERE under IS NOT NULL
  )
  SELECT DISTINCT ON (x.site_id) x.site_id, x.landlord_id, x.convention_id, x.detail
  FROM (
    SELECT DISTINCT ON (s.id, r.convention_id) s.id AS site_id, s.landlord_id, r.convention_id,
           least(r.detail, r.cap) AS detail
    FROM r
    JOIN tenants_site s ON s.landlord_id = r.landlord_id AND r.territory_ids && s.territory_ids
                       AND s.published_level >= r.min_level AND s.departement_code = ANY (r.departement_codes)
                       AND s.state = 'managed'
    WHERE only_landlords IS NULL OR r.landlord_id = ANY (only_landlords)
    ORDER BY s.id, r.convention_id, r.place
  ) x
  ORDER BY x.site_id, x.detail DESC, x.convention_id
$$;

-- The same for the level that the last publication replaced: whether the reader could see the site before it.
CREATE OR REPLACE FUNCTION shared.previous_site_details(reader_id bigint)
RETURNS TABLE (site_id bigint, detail int)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH r AS MATERIALIZED (SELECT * FROM shared.rules(reader_id)),
  last AS (
    SELECT DISTINCT ON (p.landlord_id, p.site_id) p.landlord_id, p.site_id, p.previous_level
    FROM tenants_publication p WHERE p.landlord_id IN (SELECT r.landlord_id FROM r)
    ORDER BY p.landlord_id, p.site_id, p.published_at DESC, p.id DESC
  )
  SELECT x.site_id, max(x.detail) FROM (
    SELECT DISTINCT ON (s.id, r.convention_id) s.id AS site_id, least(r.detail, r.cap) AS detail
    FROM r
    JOIN last ON last.landlord_id = r.landlord_id AND last.previous_level >= r.min_level
    JOIN tenants_site s ON s.landlord_id = last.landlord_id AND s.id = last.site_id
                       AND r.territory_ids && s.territory_ids AND s.departement_code = ANY (r.departement_codes)
    ORDER BY s.id, r.convention_id, r.place
  ) x GROUP BY x.site_id
$$;

-- What the views call: the reader is always the organisation of the context. (A view runs its functions with the
-- rights of whoever reads it, so the two functions above, which take any reader, are granted to nobody.)
CREATE OR REPLACE FUNCTION shared.my_site_details()
RETURNS TABLE (site_id bigint, landlord_id bigint, convention_id bigint, detail int)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS
$$ SELECT * FROM shared.site_details((SELECT wall.organisation())) $$;

CREATE OR REPLACE FUNCTION shared.my_previous_site_details()
RETURNS TABLE (site_id bigint, detail int)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS
$$ SELECT * FROM shared.previous_site_details((SELECT wall.organisation())) $$;

DROP VIEW IF EXISTS shared.site_file, shared.site_change, shared.site;

-- Level `site`. The key is the site's public one; no internal number leaves.
CREATE VIEW shared.site WITH (security_barrier) AS
  SELECT s.key, s.landlord_id, d.convention_id, d.detail = shared.detail_rank('file') AS has_file,
         s.name, s.address, s.postcode, s.commune_name, s.commune_code, s.departement_code, s.iris_code, s.qpv_code,
         s.dwellings, s.published_level AS level, s.published_on, s.geom
  FROM shared.my_site_details() d
  JOIN tenants_site s ON s.landlord_id = d.landlord_id AND s.id = d.site_id
  WHERE d.detail >= shared.detail_rank('site');

-- Level `site`: the last publication of each site; the previous level only where the reader could see the site with it.
CREATE VIEW shared.site_change WITH (security_barrier) AS
  SELECT s.key, s.landlord_id, p.level, p.published_at,
         CASE WHEN coalesce(b.detail, 0) >= shared.detail_rank('site') THEN p.previous_level END AS previous_level
  FROM shared.my_site_details() d
  JOIN tenants_site s ON s.landlord_id = d.landlord_id AND s.id = d.site_id
  JOIN LATERAL (
    SELECT q.level, q.previous_level, q.published_at FROM tenants_publication q
    WHERE q.landlord_id = s.landlord_id AND q.site_id = s.id ORDER BY q.published_at DESC, q.id DESC LIMIT 1
  ) p ON true
  LEFT JOIN shared.my_previous_site_details() b ON b.site_id = s.id
  WHERE d.detail >= shared.detail_rank('site');

-- Level `file`: what the published level rests on. Facts are counted over the last twelve months, never listed.
CREATE VIEW shared.site_file WITH (security_barrier) AS
  SELECT s.key, s.landlord_id,
         a.criteria, a.shared_comment, a.rated_at::date AS rated_on,
         (SELECT coalesce(jsonb_agg(jsonb_build_object('level', h.level, 'on', h.published_at::date)
                                    ORDER BY h.published_at DESC), '[]')
          FROM tenants_publication h WHERE h.landlord_id = s.landlord_id AND h.site_id = s.id) AS history,
         (SELECT coalesce(jsonb_object_agg(f.family, f.n), '{}') FROM (
            SELECT i.family, count(*) AS n FROM tenants_incident i
            WHERE i.landlord_id = s.landlord_id AND i.site_id = s.id AND i.occurred_on > shared.today() - 365
            GROUP BY i.family) f) AS incidents,
         (SELECT coalesce(jsonb_agg(jsonb_build_object('title', v.title, 'status', v.status, 'starts_on', v.starts_on,
                                                       'ends_on', v.ends_on) ORDER BY v.starts_on DESC), '[]')
          FROM tenants_interventionsite l JOIN tenants_intervention v
            ON v.landlord_id = l.landlord_id AND v.id = l.intervention_id
          WHERE l.landlord_id = s.landlord_id AND l.site_id = s.id) AS interventions
  FROM shared.my_site_details() d
  JOIN tenants_site s ON s.landlord_id = d.landlord_id AND s.id = d.site_id
  LEFT JOIN LATERAL (
    SELECT b.criteria, b.shared_comment, b.rated_at FROM tenants_publication p
    JOIN tenants_assessment b ON b.landlord_id = p.landlord_id AND b.id = p.assessment_id
    WHERE p.landlord_id = s.landlord_id AND p.site_id = s.id ORDER BY p.published_at DESC, p.id DESC LIMIT 1
  ) a ON true
  WHERE d.detail = shared.detail_rank('file');

-- «Voir comme»: of the landlord's own sites, those that a reader sees today, and at which detail; by the very function
-- that the reader's views use.
CREATE OR REPLACE FUNCTION shared.own_sites_as(reader_id bigint)
RETURNS TABLE (key uuid, convention_id bigint, detail int)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT s.key, d.convention_id, d.detail
  FROM shared.site_details(reader_id) d
  JOIN tenants_site s ON s.landlord_id = d.landlord_id AND s.id = d.site_id
  WHERE d.landlord_id = (SELECT wall.landlord())
$$;

-- The same under a version of the annex of a convention that the landlord is bound by, before it applies.
CREATE OR REPLACE FUNCTION shared.own_sites_under(wanted_annex bigint, reader_id bigint)
RETURNS TABLE (key uuid, convention_id bigint, detail int)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT s.key, d.convention_id, d.detail
  FROM sharing_annex a
  CROSS JOIN LATERAL shared.site_details(reader_id, a.id) d
  JOIN tenants_site s ON s.landlord_id = d.landlord_id AND s.id = d.site_id
  WHERE a.id = wanted_annex AND d.landlord_id = (SELECT wall.landlord())
    AND a.convention_id = ANY (shared.my_conventions())
$$;
