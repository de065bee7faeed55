-- A waiver is revoked once, at the moment it is; nothing else of it changes. Run by the owner after migrations; safe to
-- repeat.
CREATE OR REPLACE FUNCTION shared.keep_waiver() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF to_jsonb(NEW) - 'revoked_at' IS DISTINCT FROM to_jsonb(OLD) - 'revoked_at' OR OLD.revoked_at IS NOT NULL
  THEN RAISE EXCEPTION 'a waiver is revoked once' USING ERRCODE = 'check_violation'; END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER keep BEFORE UPDATE ON public.sharing_waiver
  FOR EACH ROW EXECUTE FUNCTION shared.keep_waiver();
REVOKE EXECUTE ON FUNCTION shared.keep_waiver() FROM PUBLIC;
