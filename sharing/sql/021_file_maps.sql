-- Level `file`, for many sites at once: what shared.site_file says of each one's history and facts, by round and by
-- family, so that a map and its list can show them. Nothing here that the file of the site does not say already.

CREATE OR REPLACE VIEW shared.site_round WITH (security_barrier) AS
  SELECT DISTINCT ON (s.id, c.round_key) s.key, s.landlord_id, c.round_key, p.level
  FROM shared.my_site_details() d
  JOIN tenants_site s ON s.landlord_id = d.landlord_id AND s.id = d.site_id
  JOIN tenants_publication p ON p.landlord_id = s.landlord_id AND p.site_id = s.id
  JOIN tenants_campaign c ON c.landlord_id = p.landlord_id AND c.id = p.campaign_id
  WHERE d.detail = shared.detail_rank('file') AND c.round_key IS NOT NULL
  ORDER BY s.id, c.round_key, p.published_at DESC, p.id DESC;

CREATE OR REPLACE VIEW shared.site_facts WITH (security_barrier) AS
  SELECT s.key, s.landlord_id, i.family, count(*)::int AS facts
  FROM shared.my_site_details() d
  JOIN tenants_site s ON s.landlord_id = d.landlord_id AND s.id = d.site_id
  JOIN tenants_incident i ON i.landlord_id = s.landlord_id AND i.site_id = s.id
  WHERE d.detail = shared.detail_rank('file') AND i.occurred_on > shared.today() - 365
  GROUP BY s.key, s.landlord_id, i.family;

ALTER VIEW shared.site_round OWNER TO orsen_definer;
ALTER VIEW shared.site_facts OWNER TO orsen_definer;
GRANT SELECT ON shared.site_round, shared.site_facts TO orsen_app, orsen_partner;
