-- Photographs leave with the texts of ratings. Run by a superuser; safe to repeat. `orsen_purger` owns these two
-- functions beside that of 003, and apply_wall grants it the name and the age of a photograph, and to delete the row.

-- Deletes the photographs of all landlords that came more than `days` ago; answers the names of their files, which the
-- caller removes. For the queue alone, and never for less than 30 days.
CREATE OR REPLACE FUNCTION wall.purge_photographs(days integer) RETURNS SETOF text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT wall.queue() THEN RAISE EXCEPTION 'photographs are purged by the queue' USING ERRCODE = '42501'; END IF;
  IF days IS NULL OR days < 30 THEN RAISE EXCEPTION 'photographs are kept 30 days at least' USING ERRCODE = '22023'; END IF;
  RETURN QUERY
    DELETE FROM tenants_photograph WHERE received_at < now() - make_interval(days => days) RETURNING file::text;
END $$;
ALTER FUNCTION wall.purge_photographs(integer) OWNER TO orsen_purger;
REVOKE EXECUTE ON FUNCTION wall.purge_photographs(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION wall.purge_photographs(integer) TO orsen_queue;

-- Of the names that the caller found on its disk, those that no photograph bears: it tells no name that was not asked.
CREATE OR REPLACE FUNCTION wall.lost_photographs(names text[]) RETURNS SETOF text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT wall.queue() THEN RAISE EXCEPTION 'photographs are swept by the queue' USING ERRCODE = '42501'; END IF;
  RETURN QUERY
    SELECT each FROM unnest(names) AS each
     WHERE NOT EXISTS (SELECT FROM tenants_photograph p WHERE p.file = each);
END $$;
ALTER FUNCTION wall.lost_photographs(text[]) OWNER TO orsen_purger;
REVOKE EXECUTE ON FUNCTION wall.lost_photographs(text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION wall.lost_photographs(text[]) TO orsen_queue;
