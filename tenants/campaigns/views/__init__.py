"""Pages of campaigns, ratings and counter-visits."""
