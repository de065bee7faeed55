-- Who is bound by what, and what an annex gives. Functions of orsen_definer: they read every convention and answer
-- only for the organisation of the signed context. Run by the owner after migrations; safe to repeat.

-- Position of a detail level; the same order as sharing.details.ORDER (a test compares them).
CREATE OR REPLACE FUNCTION shared.detail_rank(detail text) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT array_position(ARRAY['nothing', 'commune', 'neighbourhood', 'zone', 'site', 'file'], detail) - 1 $$;

CREATE OR REPLACE FUNCTION shared.today() RETURNS date LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT (now() AT TIME ZONE 'Europe/Paris')::date $$;

-- Conventions that the organisation is a party of, whatever their state: it prepares and signs them.
CREATE OR REPLACE FUNCTION shared.my_conventions() RETURNS bigint[]
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce(array_agg(p.convention_id), '{}') FROM sharing_party p
  WHERE p.organisation_id = (SELECT wall.organisation())
$$;

-- Départements of the person of the context: NULL where nothing narrows her, none for who holds no membership that counts.
-- A role by département (accounts.roles) is narrowed to those of its membership; whoever holds another role in the same
-- coordination too is not.
CREATE OR REPLACE FUNCTION shared.my_departements() RETURNS varchar[]
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT CASE WHEN NOT coalesce(bool_or(m.role_code <> 'coordinator'), false)
              THEN coalesce(array_agg(DISTINCT d.code) FILTER (WHERE d.code IS NOT NULL), '{}') END
  FROM accounts_membership m LEFT JOIN LATERAL unnest(m.departement_codes) d(code) ON true
  WHERE m.organisation_id = (SELECT wall.coordinator()) AND m.user_id = (SELECT wall.person())
    AND m.suspended_at IS NULL AND m.since <= shared.today() AND (m.until IS NULL OR m.until >= shared.today())
$$;

-- Conventions that the coordination of the context holds, in the départements of the person.
CREATE OR REPLACE FUNCTION shared.held_conventions() RETURNS bigint[]
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce(array_agg(c.id), '{}')
  FROM sharing_convention c, (SELECT shared.my_departements() AS codes) mine
  WHERE c.coordinator_id = (SELECT wall.coordinator()) AND (mine.codes IS NULL OR c.departement_codes && mine.codes)
$$;

-- Functions whose arguments changed leave before they come back.
DROP FUNCTION IF EXISTS shared.rules(bigint), shared.site_details(bigint), shared.site_details(bigint, bigint), shared.previous_site_details(bigint),
  shared.speaking_lines(bigint, bigint), shared.rules_under(bigint, bigint);

-- The lines of one annex that speak to a reader, in order of precedence: named reader before category, smaller
-- territory before larger, higher minimum level before lower, then the lower detail. The one place that says so: for a
-- site, the matching line of lowest position applies. A line names a territory, not one vintage of it: `territory_ids`
-- holds every vintage of that kind and code, so that a new year's outlines do not end what was signed.
CREATE OR REPLACE FUNCTION shared.speaking_lines(wanted_annex bigint, reader_id bigint)
RETURNS TABLE (line_id bigint, territory_id bigint, territory_ids bigint[], min_level int, detail int, place bigint)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT l.id, l.territory_id,
         ARRAY(SELECT v.id FROM territory_territory v WHERE v.kind = t.kind AND v.code = t.code), l.min_level, shared.detail_rank(l.detail),
         row_number() OVER (ORDER BY CASE l.reader WHEN 'organisation' THEN 0 ELSE 1 END, t.area_m2, l.min_level DESC,
                                     shared.detail_rank(l.detail), l.id)
  FROM accounts_organisation r
  JOIN sharing_annexline l ON l.annex_id = wanted_annex
   AND (l.reader = 'organisation' AND l.organisation_id = r.id
     OR l.reader = 'category' AND r.kind = 'partner' AND l.category = r.partner_category
     OR l.reader = 'landlords' AND r.kind = 'landlord')
  JOIN territory_territory t ON t.id = l.territory_id
  WHERE r.id = reader_id
$$;

-- Every rule that speaks to a reader today: convention × landlord × territory × minimum level → detail, and its place in
-- the order. Live convention, annex in force, the landlord's signature of that very version, the reader's own signature,
-- both organisations active: one of them missing, no row.
CREATE OR REPLACE FUNCTION shared.rules(reader_id bigint)
RETURNS TABLE (convention_id bigint, departement_codes varchar[], landlord_id bigint, territory_id bigint,
               territory_ids bigint[], min_level int, detail int, cap int, place bigint)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  -- Step by step, so that the lines are asked for once an annex, not once a party.
  WITH live AS MATERIALIZED (
    SELECT c.id, c.departement_codes, a.id AS annex_id
    FROM accounts_organisation r
    JOIN sharing_party rp ON rp.organisation_id = r.id
    JOIN sharing_convention c ON c.id = rp.convention_id AND c.state = 'active'
    JOIN sharing_annex a ON a.convention_id = c.id AND a.state = 'in_force'
    WHERE r.id = reader_id AND r.is_active
      AND shared.today() BETWEEN c.starts_on AND c.ends_on + a.grace_days
      AND EXISTS (SELECT FROM sharing_signature rs WHERE rs.convention_id = c.id AND rs.organisation_id = r.id
                                                     AND rs.withdrawn_at IS NULL)
  ), lines AS MATERIALIZED (
    SELECT live.id, l.* FROM live CROSS JOIN LATERAL shared.speaking_lines(live.annex_id, reader_id) l
  )
  SELECT live.id, live.departement_codes, s.organisation_id, l.territory_id, l.territory_ids, l.min_level, l.detail,
         shared.detail_rank(s.cap), l.place
  FROM live
  JOIN lines l ON l.id = live.id
  JOIN sharing_party lp ON lp.convention_id = live.id AND lp.organisation_id <> reader_id
  JOIN accounts_organisation o ON o.id = lp.organisation_id AND o.kind = 'landlord' AND o.is_active
  JOIN sharing_signature s ON s.convention_id = live.id AND s.organisation_id = o.id AND s.annex_id = live.annex_id
                          AND s.withdrawn_at IS NULL
$$;

-- The same under one version of an annex, whatever its state, its dates and the signatures still missing: what a
-- landlord looks at before it signs. Its cap is the one of its signature of that version, else none.
CREATE OR REPLACE FUNCTION shared.rules_under(wanted_annex bigint, reader_id bigint)
RETURNS TABLE (convention_id bigint, departement_codes varchar[], landlord_id bigint, territory_id bigint,
               territory_ids bigint[], min_level int, detail int, cap int, place bigint)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH lines AS MATERIALIZED (SELECT * FROM shared.speaking_lines(wanted_annex, reader_id))
  SELECT c.id, c.departement_codes, lp.organisation_id, l.territory_id, l.territory_ids, l.min_level, l.detail,
         shared.detail_rank(coalesce(s.cap, 'file')), l.place
  FROM sharing_annex a
  JOIN sharing_convention c ON c.id = a.convention_id
  JOIN sharing_party rp ON rp.convention_id = c.id AND rp.organisation_id = reader_id
  CROSS JOIN lines l
  JOIN sharing_party lp ON lp.convention_id = c.id AND lp.organisation_id <> reader_id
  JOIN accounts_organisation o ON o.id = lp.organisation_id AND o.kind = 'landlord'
  LEFT JOIN sharing_signature s ON s.convention_id = c.id AND s.organisation_id = o.id AND s.annex_id = a.id
                               AND s.withdrawn_at IS NULL
  WHERE a.id = wanted_annex
$$;

-- Why a reader gets what it gets at a place: for each sensitivity level, the lines that match there, in order; the first
-- applies. The place is a point on the surface of a territory. For the parties of the convention and its coordination.
CREATE OR REPLACE FUNCTION shared.explain(wanted_annex bigint, reader_id bigint, wanted_territory bigint)
RETURNS TABLE (level int, line_id bigint, detail int, place bigint, applies boolean)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH lines AS MATERIALIZED (SELECT * FROM shared.speaking_lines(wanted_annex, reader_id)),
  spot AS (SELECT t.id, t.departement_code, ST_PointOnSurface(t.geom) AS geom
           FROM territory_territory t WHERE t.id = wanted_territory)
  SELECT g.level, l.line_id, l.detail, l.place, row_number() OVER (PARTITION BY g.level ORDER BY l.place) = 1
  FROM spot
  JOIN sharing_annex a ON a.id = wanted_annex
  JOIN sharing_convention c ON c.id = a.convention_id AND spot.departement_code = ANY (c.departement_codes)
  CROSS JOIN lines l
  CROSS JOIN generate_series(1, 4) AS g(level)
  WHERE g.level >= l.min_level
    AND EXISTS (SELECT FROM territory_territory t WHERE t.id = ANY (l.territory_ids) AND ST_Covers(t.geom, spot.geom))
    AND c.id = ANY (shared.my_conventions() || shared.held_conventions())
$$;

-- Conventions, among those the organisation reads today, that give it at least a detail level somewhere.
CREATE OR REPLACE FUNCTION shared.conventions_giving(at_least text) RETURNS bigint[]
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce(array_agg(DISTINCT r.convention_id), '{}') FROM shared.rules((SELECT wall.organisation())) r
  WHERE least(r.detail, r.cap) >= shared.detail_rank(at_least)
$$;

-- Released neighbourhoods that the organisation may read: of a published release, inside the territory of a line that
-- gives it at least that detail. A neighbourhood belongs where a point on its surface lies. A coordination reads all
-- those of the conventions it holds, published or not.
CREATE OR REPLACE FUNCTION shared.readable_neighbourhoods() RETURNS bigint[]
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce(array_agg(DISTINCT x.id), '{}') FROM (
    SELECT n.id
    FROM (SELECT DISTINCT r.convention_id, r.territory_id FROM shared.rules((SELECT wall.organisation())) r
          WHERE least(r.detail, r.cap) >= shared.detail_rank('neighbourhood')) r
    JOIN territory_territory line ON line.id = r.territory_id
    JOIN sharing_release rel ON rel.convention_id = r.convention_id
                            AND rel.published_at IS NOT NULL AND rel.withdrawn_at IS NULL
    JOIN sharing_releasedneighbourhood n ON n.release_id = rel.id
    JOIN territory_territory t ON t.id = n.territory_id
    WHERE t.id = line.id OR ST_Covers(line.geom, ST_PointOnSurface(t.geom))
    UNION ALL
    SELECT n.id FROM sharing_release rel JOIN sharing_releasedneighbourhood n ON n.release_id = rel.id
    WHERE rel.convention_id = ANY ((SELECT shared.held_conventions())::bigint[])
  ) x
$$;

-- How far each landlord of a round is: counts only, for the coordination that holds the convention.
CREATE OR REPLACE FUNCTION shared.round_progress(wanted uuid)
RETURNS TABLE (landlord_id bigint, campaign_state varchar, sites bigint, assessed bigint, decided bigint,
               last_activity timestamptz)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT p.organisation_id, c.state, count(cs.id),
         count(cs.id) FILTER (WHERE EXISTS (SELECT FROM tenants_assessment a
                                            WHERE a.landlord_id = c.landlord_id AND a.campaign_id = c.id
                                              AND a.site_id = cs.site_id)),
         count(cs.id) FILTER (WHERE cs.level IS NOT NULL),
         (SELECT max(a.received_at) FROM tenants_assessment a WHERE a.landlord_id = c.landlord_id AND a.campaign_id = c.id)
  FROM sharing_campaignround r
  JOIN sharing_party p ON p.convention_id = r.convention_id
  JOIN accounts_organisation o ON o.id = p.organisation_id AND o.kind = 'landlord'
  LEFT JOIN tenants_campaign c ON c.landlord_id = p.organisation_id AND c.round_key = r.key
  LEFT JOIN tenants_campaignsite cs ON cs.landlord_id = c.landlord_id AND cs.campaign_id = c.id
  WHERE r.key = wanted AND r.convention_id = ANY ((SELECT shared.held_conventions())::bigint[])
  GROUP BY p.organisation_id, c.id, c.landlord_id, c.state
$$;
