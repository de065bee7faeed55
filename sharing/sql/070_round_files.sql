-- The pre-filled files of a convention's campaign, as its coordination sees them: asked for under whose mandate, and when
-- the last was made. Never a file, a site or a count. Run by the owner after migrations; safe to repeat.
CREATE OR REPLACE FUNCTION shared.round_files(wanted uuid)
RETURNS TABLE (landlord_id bigint, mandate_id bigint, is_open boolean, made_at timestamptz)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT c.landlord_id, c.file_mandate_id, c.state = 'open' AND c.own_grid_id IS NULL,
         (SELECT max(f.created_at) FROM tenants_prefilledfile f WHERE f.landlord_id = c.landlord_id AND f.campaign_id = c.id)
  FROM sharing_campaignround r
  JOIN sharing_party p ON p.convention_id = r.convention_id
  JOIN tenants_campaign c ON c.landlord_id = p.organisation_id AND c.round_key = r.key
  WHERE r.key = wanted AND r.convention_id = ANY ((SELECT shared.held_conventions())::bigint[])
$$;

ALTER FUNCTION shared.round_files(uuid) OWNER TO orsen_definer;
REVOKE EXECUTE ON FUNCTION shared.round_files(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION shared.round_files(uuid) TO orsen_coordinator;
