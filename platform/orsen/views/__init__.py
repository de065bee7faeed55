"""The site's own views: home, organisation switch, errors, health."""
