-- A version of the annex that somebody signed does not change: neither its lines nor its grace. It only moves on, from
-- proposed to in force to replaced. Whoever asks, the coordination included. Run by the owner after migrations; safe to
-- repeat.
CREATE OR REPLACE FUNCTION shared.annex_is_signed(wanted bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM sharing_annex a JOIN sharing_signature s ON s.annex_id = a.id
                 WHERE a.id = wanted AND a.state <> 'draft')
$$;

CREATE OR REPLACE FUNCTION shared.keep_signed_lines() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- The owner empties tables when a convention's organisations leave the platform.
  IF TG_OP = 'DELETE' AND session_user = 'orsen_owner' THEN RETURN OLD; END IF;
  IF TG_OP <> 'INSERT' AND shared.annex_is_signed(OLD.annex_id)
     OR TG_OP <> 'DELETE' AND shared.annex_is_signed(NEW.annex_id)
  THEN RAISE EXCEPTION 'a signed annex does not change' USING ERRCODE = 'check_violation', HINT = 'Prepare a new version.'; END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE OR REPLACE FUNCTION shared.keep_signed_annex() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF session_user <> 'orsen_owner' AND shared.annex_is_signed(OLD.id)
    THEN RAISE EXCEPTION 'a signed annex is kept' USING ERRCODE = 'check_violation'; END IF;
    RETURN OLD;
  END IF;
  IF shared.annex_is_signed(OLD.id) AND (
       to_jsonb(NEW) - 'state' - 'in_force_at' IS DISTINCT FROM to_jsonb(OLD) - 'state' - 'in_force_at'
       OR OLD.in_force_at IS NOT NULL AND NEW.in_force_at IS DISTINCT FROM OLD.in_force_at
       OR (OLD.state, NEW.state) NOT IN (VALUES ('proposed', 'in_force'), ('in_force', 'replaced'),
                                                ('proposed', 'proposed'), ('in_force', 'in_force'), ('replaced', 'replaced')))
  THEN RAISE EXCEPTION 'a signed annex does not change' USING ERRCODE = 'check_violation', HINT = 'Prepare a new version.'; END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER keep BEFORE INSERT OR UPDATE OR DELETE ON public.sharing_annexline
  FOR EACH ROW EXECUTE FUNCTION shared.keep_signed_lines();
CREATE OR REPLACE TRIGGER keep BEFORE UPDATE OR DELETE ON public.sharing_annex
  FOR EACH ROW EXECUTE FUNCTION shared.keep_signed_annex();

REVOKE EXECUTE ON FUNCTION shared.annex_is_signed(bigint), shared.keep_signed_lines(), shared.keep_signed_annex() FROM PUBLIC;
ALTER FUNCTION shared.annex_is_signed(bigint) OWNER TO orsen_definer;
ALTER FUNCTION shared.keep_signed_lines() OWNER TO orsen_definer;
ALTER FUNCTION shared.keep_signed_annex() OWNER TO orsen_definer;
