"""Everything that remembers: folders of builds and runs, exports, the tracker. Knows no model."""
