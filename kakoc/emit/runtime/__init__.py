"""Plain DSPy that every build carries with it. Imports dspy, pydantic and the standard library.

These files are copied into `artifacts/build/<fingerprint>/<project>/`, so that a compiled program
runs where kakoc is not installed.
"""
