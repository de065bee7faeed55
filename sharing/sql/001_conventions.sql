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

-- Conventions that the coordination of the context holds.
CREATE OR REPLACE FUNCTION shared.held_conventions() RETURNS bigint[]
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce(array_agg(c.id), '{}') FROM sharing_convention c WHERE c.coordinator_id = (SELECT wall.coordinator())
$$;

-- Every rule that speaks to a reader today: convention × landlord × territory × minimum level → detail, and what ranks
-- it against the others. Live convention, annex in force, the landlord's signature of that very version, the reader's
-- own signature, both organisations active: one of them missing, no row.
CREATE OR REPLACE FUNCTION shared.rules(reader_id bigint)
RETURNS TABLE (convention_id bigint, departement_codes varchar[], landlord_id bigint, territory_id bigint,
               min_level int, detail int, cap int, reader_rank int, area_m2 double precision)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT c.id, c.departement_codes, s.organisation_id, l.territory_id, l.min_level, shared.detail_rank(l.detail),
         shared.detail_rank(s.cap), CASE l.reader WHEN 'organisation' THEN 0 ELSE 1 END, t.area_m2
  FROM accounts_organisation r
  JOIN sharing_party rp ON rp.organisation_id = r.id
  JOIN sharing_signature rs ON rs.convention_id = rp.convention_id AND rs.organisation_id = r.id
                           AND rs.withdrawn_at IS NULL
  JOIN sharing_convention c ON c.id = rp.convention_id AND c.state = 'active'
  JOIN sharing_annex a ON a.convention_id = c.id AND a.state = 'in_force'
  JOIN sharing_annexline l ON l.annex_id = a.id
  JOIN territory_territory t ON t.id = l.territory_id
  JOIN sharing_party lp ON lp.convention_id = c.id AND lp.organisation_id <> r.id
  JOIN accounts_organisation o ON o.id = lp.organisation_id AND o.kind = 'landlord' AND o.is_active
  JOIN sharing_signature s ON s.convention_id = c.id AND s.organisation_id = o.id AND s.annex_id = a.id
                          AND s.withdrawn_at IS NULL
  WHERE r.id = reader_id AND r.is_active
    AND shared.today() BETWEEN c.starts_on AND c.ends_on + a.grace_days
    AND (l.reader = 'organisation' AND l.organisation_id = r.id
      OR l.reader = 'category' AND r.kind = 'partner' AND l.category = r.partner_category
      OR l.reader = 'landlords' AND r.kind = 'landlord')
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
