"""Sites with their levels, history and interventions as files: a landlord's own, or shared ones at the reader's detail."""
