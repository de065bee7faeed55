-- A release is published, then perhaps withdrawn; its figures never change, whoever asks. Run by the owner after
-- migrations; safe to repeat.
CREATE OR REPLACE FUNCTION shared.keep_release() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF to_jsonb(NEW) - 'published_at' - 'withdrawn_at' IS DISTINCT FROM to_jsonb(OLD) - 'published_at' - 'withdrawn_at'
     OR OLD.published_at IS NOT NULL AND NEW.published_at IS DISTINCT FROM OLD.published_at
     OR OLD.withdrawn_at IS NOT NULL AND NEW.withdrawn_at IS DISTINCT FROM OLD.withdrawn_at
  THEN RAISE EXCEPTION 'a release is immutable' USING ERRCODE = 'check_violation'; END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION shared.keep_released_neighbourhood() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN RAISE EXCEPTION 'a release is immutable' USING ERRCODE = 'check_violation'; END $$;

CREATE OR REPLACE TRIGGER keep BEFORE UPDATE ON public.sharing_release
  FOR EACH ROW EXECUTE FUNCTION shared.keep_release();
CREATE OR REPLACE TRIGGER keep BEFORE UPDATE ON public.sharing_releasedneighbourhood
  FOR EACH ROW EXECUTE FUNCTION shared.keep_released_neighbourhood();
REVOKE EXECUTE ON FUNCTION shared.keep_release(), shared.keep_released_neighbourhood() FROM PUBLIC;
