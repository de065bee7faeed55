"""Forums (dispositifs) in which the parties of a convention meet: members, meetings, agenda, minutes, packs."""
