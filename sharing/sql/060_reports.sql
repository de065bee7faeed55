-- Who reads a release, and what of it: the rule of shared.readable_neighbourhoods(), asked for every party by the
-- coordination that holds the convention, published or not. `detail`: the highest that a line gives the party, capped by
-- the landlords' signatures. Run by the owner after migrations; safe to repeat.
CREATE OR REPLACE FUNCTION shared.release_readers(wanted bigint)
RETURNS TABLE (organisation_id bigint, detail int, neighbourhood_ids bigint[])
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH rel AS (
    SELECT id, convention_id FROM sharing_release
    WHERE id = wanted AND convention_id = ANY ((SELECT shared.held_conventions())::bigint[])
  ), given AS MATERIALIZED (
    SELECT p.organisation_id, r.territory_id, max(least(r.detail, r.cap)) AS detail
    FROM rel JOIN sharing_party p ON p.convention_id = rel.convention_id
    CROSS JOIN LATERAL shared.rules(p.organisation_id) r
    WHERE r.convention_id = rel.convention_id AND least(r.detail, r.cap) >= shared.detail_rank('neighbourhood')
    GROUP BY p.organisation_id, r.territory_id
  ), inside AS MATERIALIZED (
    SELECT line.id AS territory_id, n.id
    FROM (SELECT DISTINCT territory_id FROM given) l
    JOIN territory_territory line ON line.id = l.territory_id
    JOIN sharing_releasedneighbourhood n ON n.release_id = wanted
    JOIN territory_territory t ON t.id = n.territory_id
    WHERE t.id = line.id OR ST_Covers(line.geom, ST_PointOnSurface(t.geom))
  )
  SELECT g.organisation_id, max(g.detail),
         coalesce(array_agg(DISTINCT i.id) FILTER (WHERE i.id IS NOT NULL), '{}')
  FROM given g LEFT JOIN inside i ON i.territory_id = g.territory_id
  GROUP BY g.organisation_id
$$;
REVOKE EXECUTE ON FUNCTION shared.release_readers(bigint) FROM PUBLIC;
ALTER FUNCTION shared.release_readers(bigint) OWNER TO orsen_definer;
GRANT EXECUTE ON FUNCTION shared.release_readers(bigint) TO orsen_coordinator;

-- A report is published once and withdrawn once, for good.
CREATE OR REPLACE FUNCTION shared.keep_report() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF OLD.published_at IS NOT NULL AND NEW.published_at IS DISTINCT FROM OLD.published_at
     OR OLD.withdrawn_at IS NOT NULL AND to_jsonb(NEW) IS DISTINCT FROM to_jsonb(OLD)
  THEN RAISE EXCEPTION 'a report is published once and withdrawn once' USING ERRCODE = 'check_violation'; END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER keep BEFORE UPDATE ON public.sharing_report
  FOR EACH ROW EXECUTE FUNCTION shared.keep_report();
REVOKE EXECUTE ON FUNCTION shared.keep_report() FROM PUBLIC;
