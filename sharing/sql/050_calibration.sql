-- Counts of answers to the common situations, across landlords: never a person, never fewer than the minimum of people.
-- Run by the owner after migrations; safe to repeat.

-- People of a landlord who must have answered everything before anything of it is read elsewhere.
CREATE OR REPLACE FUNCTION shared.calibration_minimum() RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT 5 $$;

-- Answers of those who answered every situation, of landlords with enough of them. Internal: granted to nobody.
CREATE OR REPLACE FUNCTION shared.calibration_answers(wanted bigint)
RETURNS TABLE (landlord_id bigint, vignette_id bigint, measure text, degree int)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH complete AS (
    SELECT a.landlord_id, a.rater_id FROM tenants_vignetteanswer a JOIN tenants_vignette v ON v.id = a.vignette_id
    WHERE v.vignette_set_id = wanted
    GROUP BY a.landlord_id, a.rater_id
    HAVING count(*) = (SELECT count(*) FROM tenants_vignette WHERE vignette_set_id = wanted)
  ), enough AS (
    SELECT c.landlord_id FROM complete c GROUP BY c.landlord_id HAVING count(*) >= shared.calibration_minimum()
  )
  SELECT a.landlord_id, a.vignette_id, m.measure, m.degree
  FROM tenants_vignetteanswer a
  JOIN tenants_vignette v ON v.id = a.vignette_id AND v.vignette_set_id = wanted
  JOIN complete c ON c.landlord_id = a.landlord_id AND c.rater_id = a.rater_id
  JOIN enough e ON e.landlord_id = a.landlord_id
  CROSS JOIN LATERAL (VALUES
    ('nature_gravity', (a.criteria ->> 'nature_gravity')::int), ('frequency', (a.criteria ->> 'frequency')::int),
    ('equipment', (a.criteria ->> 'equipment')::int), ('service', (a.criteria ->> 'service')::int),
    ('level', a.level::int)) AS m(measure, degree)
$$;

-- For the coordination: how many people of each landlord of its conventions gave each degree.
CREATE OR REPLACE FUNCTION shared.calibration_counts(wanted bigint)
RETURNS TABLE (landlord_id bigint, vignette_id bigint, measure text, degree int, people bigint)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT x.landlord_id, x.vignette_id, x.measure, x.degree, count(*)
  FROM shared.calibration_answers(wanted) x
  WHERE x.landlord_id IN (SELECT p.organisation_id FROM sharing_party p
                          WHERE p.convention_id = ANY ((SELECT shared.held_conventions())::bigint[]))
  GROUP BY 1, 2, 3, 4
$$;

-- For a landlord: the other landlords' median degree, one voice a landlord; nothing while they are fewer than three groups.
CREATE OR REPLACE FUNCTION shared.calibration_reference(wanted bigint)
RETURNS TABLE (vignette_id bigint, measure text, degree int)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH mine AS (SELECT coalesce(o.group_id, -o.id) AS house FROM accounts_organisation o
                WHERE o.id = (SELECT wall.landlord())),
  others AS (
    SELECT x.*, coalesce(o.group_id, -o.id) AS house
    FROM shared.calibration_answers(wanted) x JOIN accounts_organisation o ON o.id = x.landlord_id
    WHERE coalesce(o.group_id, -o.id) <> (SELECT house FROM mine)
  ), voices AS (
    SELECT landlord_id, vignette_id, measure, percentile_disc(0.5) WITHIN GROUP (ORDER BY degree) AS degree
    FROM others GROUP BY 1, 2, 3
  )
  SELECT v.vignette_id, v.measure, percentile_disc(0.5) WITHIN GROUP (ORDER BY v.degree)
  FROM voices v
  WHERE (SELECT count(DISTINCT house) FROM others) >= 3
  GROUP BY 1, 2
$$;

-- For the coordination: in a round, how often the rater's level and the kept one differ from the grid's; never how many
-- sites stand at which level. Nothing of a landlord with fewer than 30 kept sites.
CREATE OR REPLACE FUNCTION shared.level_drift(wanted uuid)
RETURNS TABLE (landlord_id bigint, sites bigint, given_above bigint, given_below bigint, kept_above bigint, kept_below bigint)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH kept AS (
    SELECT DISTINCT ON (c.landlord_id, a.site_id) c.landlord_id, a.suggested_level, a.level AS given, cs.level AS kept
    FROM sharing_campaignround r
    JOIN sharing_party p ON p.convention_id = r.convention_id
    JOIN tenants_campaign c ON c.landlord_id = p.organisation_id AND c.round_key = r.key
    JOIN tenants_assessment a ON a.landlord_id = c.landlord_id AND a.campaign_id = c.id AND a.kind = 'first'
    JOIN tenants_decision d ON d.landlord_id = a.landlord_id AND d.assessment_id = a.id AND d.outcome = 'validated'
    JOIN tenants_campaignsite cs ON cs.landlord_id = c.landlord_id AND cs.campaign_id = c.id AND cs.site_id = a.site_id
                                AND cs.level IS NOT NULL
    WHERE r.key = wanted AND r.convention_id = ANY ((SELECT shared.held_conventions())::bigint[])
    ORDER BY c.landlord_id, a.site_id, d.decided_at DESC, d.id DESC
  )
  SELECT k.landlord_id, count(*),
         count(*) FILTER (WHERE k.given > k.suggested_level), count(*) FILTER (WHERE k.given < k.suggested_level),
         count(*) FILTER (WHERE k.kept > k.suggested_level), count(*) FILTER (WHERE k.kept < k.suggested_level)
  FROM kept k GROUP BY k.landlord_id HAVING count(*) >= 30
$$;

DO $$
DECLARE f regprocedure;
BEGIN
  FOR f IN SELECT p.oid::regprocedure FROM pg_proc p WHERE p.pronamespace = 'shared'::regnamespace
           AND p.proname IN ('calibration_minimum', 'calibration_answers', 'calibration_counts', 'calibration_reference',
                             'level_drift') LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f);
    EXECUTE format('ALTER FUNCTION %s OWNER TO orsen_definer', f);
  END LOOP;
END $$;
GRANT EXECUTE ON FUNCTION shared.calibration_minimum() TO orsen_app, orsen_coordinator;
GRANT EXECUTE ON FUNCTION shared.calibration_counts(bigint), shared.level_drift(uuid) TO orsen_coordinator;
GRANT EXECUTE ON FUNCTION shared.calibration_reference(bigint) TO orsen_app;
