"""Official and custom territories: storage, import, composition, placement of points."""
