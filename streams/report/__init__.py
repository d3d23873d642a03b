"""The published report as people read it: a page in Markdown or HTML, in Vietnamese or English."""
