"""`python -m kakoc` is `kakoc`."""

from kakoc.cli import main

main()
