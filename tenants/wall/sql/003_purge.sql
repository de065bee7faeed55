-- The one way in which a rating, append-only for every reader, loses something: what was written in it, once it is older
-- than the retention. Run by a superuser; safe to repeat. `orsen_purger` owns this function (and those of 004),
-- and apply_wall grants it the columns of free text and those the search for old ones needs (`wall_purged`), no other.
GRANT USAGE ON SCHEMA public, wall TO orsen_purger;
GRANT EXECUTE ON FUNCTION wall.queue() TO orsen_purger;

-- Empties the free texts of ratings, of the decisions on them and of the examination of arrivals, of all landlords,
-- received, decided or arrived more than `days` ago; answers how many rows lost a text. Keys, hashes, levels, answers,
-- people and dates stay, so that a rating sent again is still recognised. A reason becomes `mark`, for a constraint asks
-- that a level other than the grid's had one. For the queue alone, and never for less than 30 days: a statement slipped
-- in there cannot empty what is recent.
CREATE OR REPLACE FUNCTION wall.purge_texts(days integer, mark text) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  oldest timestamptz;
  rows_of_one bigint;
  emptied bigint := 0;
BEGIN
  IF NOT wall.queue() THEN RAISE EXCEPTION 'texts are purged by the queue' USING ERRCODE = '42501'; END IF;
  IF days IS NULL OR days < 30 THEN RAISE EXCEPTION 'texts are kept 30 days at least' USING ERRCODE = '22023'; END IF;
  IF mark IS NULL OR mark = '' OR length(mark) > 40 THEN RAISE EXCEPTION 'no mark' USING ERRCODE = '22023'; END IF;
  oldest := now() - make_interval(days => days);
  UPDATE tenants_assessment
     SET internal_comment = '', shared_comment = '',
         reason_to_differ = CASE reason_to_differ WHEN '' THEN '' ELSE mark END
   WHERE received_at < oldest
     AND (internal_comment <> '' OR shared_comment <> '' OR reason_to_differ NOT IN ('', mark));
  GET DIAGNOSTICS rows_of_one = ROW_COUNT;
  emptied := emptied + rows_of_one;
  UPDATE tenants_decision SET reason = mark WHERE decided_at < oldest AND reason NOT IN ('', mark);
  GET DIAGNOSTICS rows_of_one = ROW_COUNT;
  emptied := emptied + rows_of_one;
  UPDATE tenants_arrival SET reason = mark WHERE decided_at < oldest AND reason NOT IN ('', mark);
  GET DIAGNOSTICS rows_of_one = ROW_COUNT;
  RETURN emptied + rows_of_one;
END $$;
ALTER FUNCTION wall.purge_texts(integer, text) OWNER TO orsen_purger;
REVOKE EXECUTE ON FUNCTION wall.purge_texts(integer, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION wall.purge_texts(integer, text) TO orsen_queue;
