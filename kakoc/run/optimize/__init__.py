"""Search of prompts against the judges: cases, the program, the metric, the watch, the effect.

A recipe (`optimizers/<name>.py`) is handed a `Search` and drives one of DSPy's optimizers. What it
tries is seen by the watch, whichever optimizer it is; what its best prompt is worth is measured on
cities that it never saw. Knows no file and no model by name.
"""
