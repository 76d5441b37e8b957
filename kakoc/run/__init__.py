"""Everything that runs: personas, conversations, pairs. Knows no file, no server, no screen.

Models, judges, memory and listeners are handed in by `kakoc.app`.
"""
