-- Forums (dispositifs): who sits in them today, and what all of their members may read. Functions of orsen_definer, each
-- answering only for the organisation of the signed context. Run by the owner after migrations; safe to repeat.

-- Conventions that bind the organisation today: in force within their dates (and the grace of the annex), a party of
-- them, its signature not withdrawn. Any organisation may be asked about: granted to nobody.
CREATE OR REPLACE FUNCTION shared.live_conventions(organisation bigint) RETURNS bigint[]
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce(array_agg(DISTINCT c.id), '{}')
  FROM accounts_organisation o
  JOIN sharing_party p ON p.organisation_id = o.id
  JOIN sharing_convention c ON c.id = p.convention_id AND c.state = 'active'
  JOIN sharing_annex a ON a.convention_id = c.id AND a.state = 'in_force'
  WHERE o.id = organisation AND o.is_active AND shared.today() BETWEEN c.starts_on AND c.ends_on + a.grace_days
    AND EXISTS (SELECT FROM sharing_signature s WHERE s.convention_id = c.id AND s.organisation_id = o.id
                                                  AND s.withdrawn_at IS NULL)
$$;

CREATE OR REPLACE FUNCTION shared.my_live_conventions() RETURNS bigint[]
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS
$$ SELECT shared.live_conventions((SELECT wall.organisation())) $$;

-- Forums in which the organisation sits: a member, under a convention that binds it today.
CREATE OR REPLACE FUNCTION shared.my_forums() RETURNS bigint[]
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce(array_agg(f.id), '{}')
  FROM sharing_forummember m JOIN sharing_forum f ON f.id = m.forum_id
  WHERE m.organisation_id = (SELECT wall.organisation())
    AND f.convention_id = ANY ((SELECT shared.my_live_conventions())::bigint[])
$$;

CREATE OR REPLACE FUNCTION shared.held_forums() RETURNS bigint[]
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce(array_agg(f.id), '{}') FROM sharing_forum f
  WHERE f.convention_id = ANY ((SELECT shared.held_conventions())::bigint[])
$$;

-- Organisations that sit with it in one of these forums, bound by that forum's convention themselves.
CREATE OR REPLACE FUNCTION shared.my_fellows() RETURNS bigint[]
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce(array_agg(DISTINCT m.organisation_id), '{}')
  FROM sharing_forummember m JOIN sharing_forum f ON f.id = m.forum_id
  WHERE f.id = ANY ((SELECT shared.my_forums())::bigint[])
    AND f.convention_id = ANY (shared.live_conventions(m.organisation_id))
$$;

-- Keys of the sites that the organisation reads today at `site` or more.
CREATE OR REPLACE FUNCTION shared.my_site_keys() RETURNS uuid[]
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce(array_agg(s.key), '{}')
  FROM shared.my_site_details() d JOIN tenants_site s ON s.landlord_id = d.landlord_id AND s.id = d.site_id
  WHERE d.detail >= shared.detail_rank('site')
$$;

-- The common level of a forum: sites of its territory that every one of its members reads today (a landlord its own),
-- each at the lowest detail among them. One member that reads nothing leaves nothing.
CREATE OR REPLACE FUNCTION shared.forum_sites(wanted bigint)
RETURNS TABLE (key uuid, landlord_id bigint, detail int)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH forum AS MATERIALIZED (
    SELECT f.id, ARRAY(SELECT v.id FROM territory_territory v WHERE v.kind = t.kind AND v.code = t.code) AS places
    FROM sharing_forum f JOIN territory_territory t ON t.id = f.territory_id
    WHERE f.id = wanted AND f.id = ANY ((SELECT shared.my_forums())::bigint[])
  ), members AS MATERIALIZED (
    SELECT m.organisation_id FROM sharing_forummember m JOIN forum ON forum.id = m.forum_id
  ), readings AS (
    SELECT m.organisation_id, d.site_id, d.detail
    FROM members m CROSS JOIN LATERAL shared.site_details(m.organisation_id) d
    UNION ALL
    SELECT m.organisation_id, s.id, shared.detail_rank('file')
    FROM members m JOIN tenants_site s ON s.landlord_id = m.organisation_id AND s.state = 'managed'
                                      AND s.published_level IS NOT NULL
  )
  SELECT s.key, s.landlord_id, min(r.detail)
  FROM readings r JOIN tenants_site s ON s.id = r.site_id JOIN forum ON s.territory_ids && forum.places
  WHERE r.detail >= shared.detail_rank('site')
  GROUP BY s.key, s.landlord_id
  HAVING count(DISTINCT r.organisation_id) = (SELECT count(*) FROM members)
$$;

-- How many points of a meeting's agenda are about sites: all that a coordination learns of them.
CREATE OR REPLACE FUNCTION shared.agenda_sites(wanted bigint) RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT count(*) FROM sharing_agendaitem i
  WHERE i.meeting_id = wanted AND i.site_key IS NOT NULL AND i.forum_id = ANY ((SELECT shared.held_forums())::bigint[])
$$;

-- Neighbourhoods of the forum's territory, in the last published release of its convention, that every member reads.
CREATE OR REPLACE FUNCTION shared.forum_neighbourhoods(wanted bigint) RETURNS bigint[]
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH forum AS MATERIALIZED (
    SELECT f.id, f.convention_id, t.id AS territory_id, t.geom
    FROM sharing_forum f JOIN territory_territory t ON t.id = f.territory_id
    WHERE f.id = wanted AND f.id = ANY (shared.my_forums() || shared.held_forums())
  ), told AS MATERIALIZED (
    SELECT n.id, t.id AS territory_id, ST_PointOnSurface(t.geom) AS spot
    FROM forum
    JOIN LATERAL (
      SELECT r.id FROM sharing_release r JOIN sharing_campaignround c ON c.id = r.round_id
      WHERE r.convention_id = forum.convention_id AND r.published_at IS NOT NULL AND r.withdrawn_at IS NULL
      ORDER BY c.reference_date DESC, r.id DESC LIMIT 1
    ) last ON true
    JOIN sharing_releasedneighbourhood n ON n.release_id = last.id
    JOIN territory_territory t ON t.id = n.territory_id
    WHERE t.id = forum.territory_id OR ST_Covers(forum.geom, ST_PointOnSurface(t.geom))
  ), lines AS MATERIALIZED (
    SELECT DISTINCT m.organisation_id, line.id, line.geom
    FROM forum JOIN sharing_forummember m ON m.forum_id = forum.id
    CROSS JOIN LATERAL shared.rules(m.organisation_id) r
    JOIN territory_territory line ON line.id = r.territory_id
    WHERE r.convention_id = forum.convention_id
      AND least(r.detail, r.cap) >= shared.detail_rank('neighbourhood')
  )
  SELECT coalesce(array_agg(told.id), '{}') FROM told
  WHERE NOT EXISTS (
    SELECT FROM forum JOIN sharing_forummember m ON m.forum_id = forum.id
    WHERE NOT EXISTS (SELECT FROM lines l WHERE l.organisation_id = m.organisation_id
                                            AND (l.id = told.territory_id OR ST_Covers(l.geom, told.spot))))
$$;

-- What was filed after the facts of the last twelve months, counted by site, where the reader has its file.
CREATE OR REPLACE FUNCTION shared.my_complaints(wanted uuid[])
RETURNS TABLE (key uuid, complaint varchar, facts bigint)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT s.key, i.complaint, count(*)
  FROM shared.my_site_details() d
  JOIN tenants_site s ON s.landlord_id = d.landlord_id AND s.id = d.site_id AND s.key = ANY (wanted)
  JOIN tenants_incident i ON i.landlord_id = s.landlord_id AND i.site_id = s.id
                         AND i.occurred_on > shared.today() - 365
  WHERE d.detail = shared.detail_rank('file')
  GROUP BY s.key, i.complaint
$$;

-- Whether the partner of the context may give its view: on a site that the convention gives it at `site` or more, or on a
-- territory that lies in a line of that convention which gives it at least neighbourhoods.
CREATE OR REPLACE FUNCTION shared.may_view(convention bigint, wanted_site uuid, landlord bigint, wanted_territory bigint)
RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT CASE WHEN wanted_site IS NOT NULL THEN EXISTS (
    SELECT FROM shared.my_site_details() d JOIN tenants_site s ON s.landlord_id = d.landlord_id AND s.id = d.site_id
    WHERE s.key = wanted_site AND s.landlord_id = landlord AND d.convention_id = convention
      AND d.detail >= shared.detail_rank('site'))
  ELSE EXISTS (
    SELECT FROM shared.rules((SELECT wall.organisation())) r
    JOIN territory_territory line ON line.id = r.territory_id
    JOIN territory_territory t ON t.id = wanted_territory
    WHERE r.convention_id = convention AND least(r.detail, r.cap) >= shared.detail_rank('neighbourhood')
      AND t.departement_code = ANY (r.departement_codes)
      AND (t.id = line.id OR ST_Covers(line.geom, ST_PointOnSurface(t.geom)))) END
$$;

-- The level of each of these sites on a day and today, for who reads them. The earlier one only where the reader would
-- have seen the site with it, as for shared.site_change.
CREATE OR REPLACE FUNCTION shared.my_levels_on(wanted uuid[], on_day date)
RETURNS TABLE (key uuid, level_then smallint, level_now smallint)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH r AS MATERIALIZED (SELECT * FROM shared.rules((SELECT wall.organisation()))),
  seen AS MATERIALIZED (
    SELECT s.id, s.landlord_id, s.key, s.published_level, s.territory_ids, s.departement_code,
           (SELECT p.level FROM tenants_publication p
            WHERE p.landlord_id = s.landlord_id AND p.site_id = s.id AND (p.published_at AT TIME ZONE 'Europe/Paris')::date <= on_day
            ORDER BY p.published_at DESC, p.id DESC LIMIT 1) AS level_then
    FROM shared.my_site_details() d
    JOIN tenants_site s ON s.landlord_id = d.landlord_id AND s.id = d.site_id AND s.key = ANY (wanted)
    WHERE d.detail >= shared.detail_rank('site')
  )
  SELECT seen.key,
         CASE WHEN (SELECT max(x.detail) FROM (
           SELECT DISTINCT ON (r.convention_id) least(r.detail, r.cap) AS detail FROM r
           WHERE r.landlord_id = seen.landlord_id AND seen.level_then >= r.min_level
             AND r.territory_ids && seen.territory_ids AND seen.departement_code = ANY (r.departement_codes)
           ORDER BY r.convention_id, r.place) x) >= shared.detail_rank('site')
         THEN seen.level_then::smallint END,
         seen.published_level::smallint
  FROM seen
$$;

DO $$
DECLARE f text;
BEGIN
  FOREACH f IN ARRAY ARRAY['live_conventions(bigint)', 'my_live_conventions()', 'my_forums()', 'held_forums()',
    'my_fellows()', 'my_site_keys()', 'forum_sites(bigint)', 'agenda_sites(bigint)', 'forum_neighbourhoods(bigint)',
    'my_complaints(uuid[])', 'may_view(bigint, uuid, bigint, bigint)', 'my_levels_on(uuid[], date)'] LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION shared.%s FROM PUBLIC', f);
    EXECUTE format('ALTER FUNCTION shared.%s OWNER TO orsen_definer', f);
  END LOOP;
END $$;
GRANT EXECUTE ON FUNCTION shared.my_live_conventions(), shared.my_forums(), shared.my_fellows(), shared.my_site_keys(),
  shared.forum_sites(bigint), shared.my_complaints(uuid[]), shared.my_levels_on(uuid[], date) TO orsen_app, orsen_partner;
GRANT EXECUTE ON FUNCTION shared.may_view(bigint, uuid, bigint, bigint) TO orsen_partner;
GRANT EXECUTE ON FUNCTION shared.held_forums(), shared.agenda_sites(bigint) TO orsen_coordinator;
GRANT EXECUTE ON FUNCTION shared.forum_neighbourhoods(bigint) TO orsen_app, orsen_partner, orsen_coordinator;
