-- A coordinator composes territories; every other territory is the operator's. The coordinator has no grant to write the
-- table: this function adds custom territories and nothing else. Run by the owner after migrations; safe to repeat.
CREATE OR REPLACE FUNCTION add_custom_territory(
    new_code text, new_name text, new_vintage int, new_geom geometry, new_departement text, new_communes text[],
    was_repaired boolean, new_source text)
RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  INSERT INTO territory_territory (kind, code, name, vintage, geom, departement_code, commune_codes, iris_type, repaired,
                                   source, created_at)
  VALUES ('custom', new_code, new_name, new_vintage, new_geom, new_departement, new_communes, '', was_repaired,
          new_source, now())
  RETURNING id
$$;
REVOKE ALL ON FUNCTION add_custom_territory(text, text, int, geometry, text, text[], boolean, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION add_custom_territory(text, text, int, geometry, text, text[], boolean, text)
  TO orsen_coordinator;
