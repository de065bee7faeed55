"""Pages of the stock: the list of sites, the card of one, the map, the dashboard."""
