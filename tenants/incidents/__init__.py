"""Facts observed on sites, by a two-level nomenclature; never a person."""
