"""Prompt-search recipes, one a file; `promoted/<role>.json` holds the winners."""
