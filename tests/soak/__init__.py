"""Telephones that rate through a network that loses answers, in browsers that are killed: nothing lost, nothing double.

`make soak` runs it.
"""
