-- Hand functions and views to the definer, and grant each to the purposes that need it. Nothing is left to PUBLIC.
DO $$
DECLARE f regprocedure;
BEGIN
  FOR f IN SELECT p.oid::regprocedure FROM pg_proc p WHERE p.pronamespace = 'shared'::regnamespace LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f);
    EXECUTE format('ALTER FUNCTION %s OWNER TO orsen_definer', f);
  END LOOP;
END $$;
ALTER VIEW shared.site OWNER TO orsen_definer;
ALTER VIEW shared.site_change OWNER TO orsen_definer;
ALTER VIEW shared.site_file OWNER TO orsen_definer;

GRANT EXECUTE ON FUNCTION shared.my_conventions(), shared.conventions_giving(text), shared.readable_neighbourhoods(),
  shared.detail_rank(text), shared.today(), shared.explain(bigint, bigint, bigint)
  TO orsen_app, orsen_partner, orsen_coordinator;
GRANT EXECUTE ON FUNCTION shared.held_conventions(), shared.my_departements(), shared.round_progress(uuid)
  TO orsen_coordinator;
GRANT EXECUTE ON FUNCTION shared.own_sites_as(bigint), shared.own_sites_under(bigint, bigint) TO orsen_app;
GRANT EXECUTE ON FUNCTION shared.my_site_details(), shared.my_previous_site_details() TO orsen_app, orsen_partner;
GRANT SELECT ON shared.site, shared.site_change, shared.site_file TO orsen_app, orsen_partner;
GRANT EXECUTE ON FUNCTION wall.landlord(), wall.organisation(), wall.coordinator(), wall.person() TO orsen_definer;
