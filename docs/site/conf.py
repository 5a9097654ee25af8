"""How Sphinx makes the site of the pages that build.py gathers."""

project = "mblscale"
copyright = "the mblscale developers"
root_doc = "README"

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx_copybutton"]
# Anchors as on a code-hosting site, so that the same links work there.
myst_heading_anchors = 4
# The tables of contents of the whole site stand on its first page, in no order of headings.
suppress_warnings = ["myst.header"]

# Quotes are part of TOML, and two hyphens of an option.
smartquotes = False

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
# Docstrings have code in single backticks, as the pages have.
default_role = "code"

html_theme = "furo"
html_title = "mblscale"
html_static_path = ["static"]
html_css_files = ["wide.css"]
html_copy_source = False
html_show_sphinx = False
