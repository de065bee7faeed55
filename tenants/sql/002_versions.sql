-- Versions: numbers that move in the transaction that changes something, read in the statement that opens a context.
-- Run by the owner after migrations; safe to repeat. The functions run as the owner, past the wall, and only count.

-- A version starts at the clock and moves by a step that nobody foresees: after a rollback, a restored backup or a table
-- that starts again, a number never comes back with other data behind it.
CREATE OR REPLACE FUNCTION version_step() RETURNS bigint LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS
$$ SELECT 1 + floor(random() * 1000000)::bigint $$;
CREATE OR REPLACE FUNCTION version_start() RETURNS bigint LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS
$$ SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint $$;

-- Moves a landlord's version without waiting: a row held by another transaction is passed over, and when all are held a
-- new one is added. `is_leaving`: add none for a landlord that has none left.
CREATE OR REPLACE FUNCTION move_data_version(wanted bigint, is_shared boolean, is_leaving boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE tenants_dataversion
     SET own = own + version_step(), shared = shared + CASE WHEN is_shared THEN version_step() ELSE 0 END
   WHERE id = (SELECT v.id FROM tenants_dataversion v WHERE v.landlord_id = wanted
               ORDER BY v.id LIMIT 1 FOR UPDATE SKIP LOCKED);
  IF FOUND OR is_leaving AND NOT EXISTS (SELECT FROM tenants_dataversion WHERE landlord_id = wanted) THEN RETURN; END IF;
  INSERT INTO tenants_dataversion (landlord_id, own, shared) VALUES (wanted, version_start(), version_start());
END $$;

-- Sites: what a reader under a convention may see moves both counters, the rest the landlord's own.
CREATE OR REPLACE FUNCTION sites_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    PERFORM move_data_version(x.landlord_id, x.is_shared, false) FROM (
      SELECT n.landlord_id, bool_or(
               (n.key, n.name, n.address, n.postcode, n.commune_name, n.commune_code, n.departement_code, n.iris_code,
                n.qpv_code, n.dwellings, n.published_level, n.published_on, n.state, n.territory_ids, n.tile_x, n.tile_y)
               IS DISTINCT FROM
               (o.key, o.name, o.address, o.postcode, o.commune_name, o.commune_code, o.departement_code, o.iris_code,
                o.qpv_code, o.dwellings, o.published_level, o.published_on, o.state, o.territory_ids, o.tile_x, o.tile_y)
             ) AS is_shared
      FROM added n JOIN removed o ON o.id = n.id GROUP BY n.landlord_id) x ORDER BY x.landlord_id;
  ELSIF TG_OP = 'INSERT' THEN
    PERFORM move_data_version(x.landlord_id, true, false)
       FROM (SELECT DISTINCT landlord_id FROM added ORDER BY 1) x;
  ELSE
    PERFORM move_data_version(x.landlord_id, true, true)
       FROM (SELECT DISTINCT landlord_id FROM removed ORDER BY 1) x;
  END IF;
  RETURN NULL;
END $$;

-- Tables beside the sites: who may see which, what filters and layers of the landlord's own map are made of.
CREATE OR REPLACE FUNCTION beside_sites_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    PERFORM move_data_version(x.landlord_id, false, true)
       FROM (SELECT DISTINCT landlord_id FROM removed ORDER BY 1) x;
  ELSE
    PERFORM move_data_version(x.landlord_id, false, false)
       FROM (SELECT DISTINCT landlord_id FROM added ORDER BY 1) x;
  END IF;
  RETURN NULL;
END $$;

-- What belongs to no landlord; the trigger names the subject.
CREATE OR REPLACE FUNCTION common_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE tenants_commonversion SET version = version + version_step()
   WHERE id = (SELECT id FROM tenants_commonversion WHERE subject = TG_ARGV[0] ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED);
  IF NOT FOUND THEN INSERT INTO tenants_commonversion (subject, version) VALUES (TG_ARGV[0], version_start()); END IF;
  RETURN NULL;
END $$;

-- What every landlord's own map rests on together: while it stands, so does each of their versions. It is asked before
-- any scope is open, and tells nothing of any landlord.
CREATE OR REPLACE FUNCTION own_token() RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS
$$ BEGIN RETURN (SELECT coalesce(sum(own), 0) FROM tenants_dataversion); END $$;
REVOKE ALL ON FUNCTION own_token() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION own_token() TO orsen_web, orsen_app;

REVOKE ALL ON FUNCTION version_step(), version_start(), move_data_version(bigint, boolean, boolean), sites_changed(),
  beside_sites_changed(), common_changed() FROM PUBLIC;

DO $$
DECLARE t text; f text;
BEGIN
  FOREACH t IN ARRAY ARRAY['tenants_site', 'tenants_agency', 'tenants_agencyattachment', 'tenants_siteassignment',
      'tenants_objectgrant', 'tenants_campaign', 'tenants_campaignsite', 'tenants_countervisit', 'tenants_incident',
      'tenants_intervention', 'tenants_interventionsite', 'tenants_standin'] LOOP
    f := CASE t WHEN 'tenants_site' THEN 'sites_changed' ELSE 'beside_sites_changed' END;
    EXECUTE format('CREATE OR REPLACE TRIGGER version_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS added '
                   'FOR EACH STATEMENT EXECUTE FUNCTION %I()', t, f);
    EXECUTE format('CREATE OR REPLACE TRIGGER version_update AFTER UPDATE ON %I '
                   'REFERENCING OLD TABLE AS removed NEW TABLE AS added '
                   'FOR EACH STATEMENT EXECUTE FUNCTION %I()', t, f);
    EXECUTE format('CREATE OR REPLACE TRIGGER version_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS removed '
                   'FOR EACH STATEMENT EXECUTE FUNCTION %I()', t, f);
  END LOOP;
  -- Whatever says who is who, tables to come included. Log-in attempts and sessions do not.
  FOR t IN SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
              AND c.relname ~ '^(accounts|mfa|socialaccount)_' LOOP
    EXECUTE format('CREATE OR REPLACE TRIGGER common_version AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON %I '
                   'FOR EACH STATEMENT EXECUTE FUNCTION common_changed(''people'')', t);
  END LOOP;
  FOREACH t IN ARRAY ARRAY['territory_territory', 'territory_basefeature'] LOOP
    EXECUTE format('CREATE OR REPLACE TRIGGER common_version AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON %I '
                   'FOR EACH STATEMENT EXECUTE FUNCTION common_changed(''ground'')', t);
  END LOOP;
END $$;
