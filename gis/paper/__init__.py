"""Maps on paper: the product's own ground, territories and marks as SVG, in EPSG:2154 at a stated scale."""
