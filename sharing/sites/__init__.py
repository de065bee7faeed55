"""Other organisations' sites on the reader's pages: home, list, map, card. All of it comes through sharing.access."""
