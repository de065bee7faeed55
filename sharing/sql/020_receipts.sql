-- Which releases hold figures of the landlord of the context: those of a round that it had answered to the end
-- when the figures were built. Run by the owner after migrations; safe to repeat.
CREATE OR REPLACE FUNCTION shared.releases_holding_me() RETURNS bigint[]
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce(array_agg(rel.id), '{}')
  FROM tenants_campaign c
  JOIN sharing_campaignround r ON r.key = c.round_key
  JOIN sharing_release rel ON rel.round_id = r.id
  WHERE c.landlord_id = (SELECT wall.landlord()) AND c.state IN ('closed', 'published')
    AND (c.closed_at IS NULL OR c.closed_at <= rel.built_at)
$$;
REVOKE EXECUTE ON FUNCTION shared.releases_holding_me() FROM PUBLIC;
ALTER FUNCTION shared.releases_holding_me() OWNER TO orsen_definer;
GRANT EXECUTE ON FUNCTION shared.releases_holding_me() TO orsen_app;
