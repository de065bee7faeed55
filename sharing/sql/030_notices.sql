-- Whether a convention is in force and binds an organisation, as a party or as its coordination: asked by the queue
-- before a mail about it leaves. Run by the owner after migrations; safe to repeat.
CREATE OR REPLACE FUNCTION shared.still_bound(wanted bigint, organisation bigint) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (
    SELECT FROM sharing_convention c JOIN accounts_organisation o ON o.id = organisation AND o.is_active
    WHERE c.id = wanted AND c.state = 'active'
      AND (c.coordinator_id = o.id
        OR EXISTS (SELECT FROM sharing_party p WHERE p.convention_id = c.id AND p.organisation_id = o.id)))
$$;
REVOKE EXECUTE ON FUNCTION shared.still_bound(bigint, bigint) FROM PUBLIC;
ALTER FUNCTION shared.still_bound(bigint, bigint) OWNER TO orsen_definer;
GRANT USAGE ON SCHEMA shared TO orsen_queue;
GRANT EXECUTE ON FUNCTION shared.still_bound(bigint, bigint) TO orsen_queue;
