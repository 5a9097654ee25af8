"""How Sphinx makes the site of the pages that build.py gathers."""

from typing import Any

from sphinx.application import Sphinx

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
autodoc_default_options = {"no-value": True}
python_use_unqualified_type_names = True
# Docstrings have code in single backticks, as the pages have.
default_role = "code"

html_theme = "furo"
html_title = "mblscale"
html_static_path = ["static"]
html_css_files = ["wide.css"]
html_copy_source = False
html_show_sphinx = False


def mark_code(
    _app: Sphinx, what: str, _name: str, item: Any, _options: Any, lines: list[str]
) -> None:
    """Marks what is indented in a docstring as code, as Sphinx wants it."""
    if what == "module":
        # Sphinx has removed the indent that all lines but the first have.
        lines[:] = item.__doc__.splitlines()
    for place in reversed(range(2, len(lines))):
        above, blank, line = lines[place - 2 : place + 1]
        begins = line.startswith("    ") and not blank and above and not above.startswith(" ")
        if begins and not above.startswith((":", "..")):
            lines[place:place] = ["::", ""]


def setup(app: Sphinx) -> None:
    """Connects what this file adds to Sphinx."""
    app.connect("autodoc-process-docstring", mark_code)
