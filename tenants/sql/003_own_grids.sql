-- A landlord's published grid never changes: campaigns were rated on it. Run by the owner after migrations; safe to repeat.
CREATE OR REPLACE FUNCTION own_grid_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'a published grid never changes' USING ERRCODE = 'restrict_violation';
END $$;

CREATE OR REPLACE TRIGGER own_grid_stays BEFORE UPDATE ON tenants_owngrid
FOR EACH ROW WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION own_grid_stays();
