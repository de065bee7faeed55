"""OGC API – Features over what a reader may read, for QGIS, GDAL and their like, with tokens of their own."""
