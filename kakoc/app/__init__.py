"""The composition root: opens a project, builds what a command needs. Knows all rooms but cli."""
