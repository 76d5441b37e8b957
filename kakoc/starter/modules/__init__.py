"""How each role of the KAKOverse thinks: one small DSPy module a role, and the judges."""
