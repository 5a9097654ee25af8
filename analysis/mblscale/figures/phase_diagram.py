"""Indicators over disorder and energy density, for data and network.

As in Fig. 6 of arXiv:2202.08853, there is a row for each indicator. Its first panel is the mean of
exact data, for the longest chain with data. The others are means of predictions, for this chain
and for the longest predicted chain, each at its own resolution. White lines are halfway from
ergodic to localized.
"""

from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure
from xarray import DataArray, Dataset

from mblscale.figures.panels import keep_outer_labels, panel_grid
from mblscale.figures.style import STRENGTH, Missing, in_order, label, seen_or_not
from mblscale.normalisation import normalise
from mblscale.results import Results
from mblscale.statistics import aggregate
from mblscale.tables import Tables, indicators

HALFWAY = {"gap_ratio": 0.4585, "kullback_leibler": None, "inverse_participation_ratio": None}
"""The value halfway between the limits, if it is not 1/2; `None` if there is no such value."""


def draw(results: Results) -> Figure:
    """The figure, of the predictions at several energy densities."""
    columns = _columns(results)
    names = in_order(set.intersection(*(set(own(table)) for _, table in columns)))
    size = (len(names), len(columns), (2.5, 1.9), (1.4, 0.8))
    figure, panels = panel_grid(*size, sharex=True, sharey=True)
    for row, name in zip(panels, names, strict=True):
        means = [mean_over_fields(table, name, _normalisation(results)) for _, table in columns]
        limits = min(float(mean.min()) for mean in means), max(float(mean.max()) for mean in means)
        for axes, mean in zip(row, means, strict=True):
            image = _map(axes, mean, name, limits)
        figure.colorbar(image, ax=list(row), label=label(name, _normalisation(results)))
    for axes, column in zip(panels[0], columns, strict=True):
        axes.set_title(_title(results, *column), fontsize=8.5)
    keep_outer_labels(panels)
    for edge, set_limits in (("h", axes.set_xlim), ("epsilon", axes.set_ylim)):
        places = [table[edge].values for _, table in columns]
        set_limits(min(it[0] for it in places), max(it[-1] for it in places))
    return figure


def panel(axes: Axes, results: Results, name: str | None = None, column: int = -1) -> QuadMesh:
    """The map of an indicator, of one of the columns of the figure; returns it for a colour bar."""
    kind, table = _columns(results)[column]
    name = in_order(own(table))[0] if name is None else name
    mean = mean_over_fields(table, name, _normalisation(results))
    axes.set_title(_title(results, kind, table), fontsize=8.5)
    return _map(axes, mean, name, (float(mean.min()), float(mean.max())))


def _columns(results: Results) -> list[tuple[str, Dataset]]:
    """What each column of the figure shows, and its data."""
    predicted = _several(results.predictions)
    if not predicted:
        raise Missing(
            "there is no predictions.h5 of several energy densities; run the train stage with "
            'learn.study.kind = "conditioned" or "end-to-end", then the predict stage'
        )
    exact = _several(results.data)
    longest = max(predicted)
    both = max(exact.keys() & predicted.keys(), default=longest)
    columns = [("exact", exact[both])] if both in exact else []
    return columns + [("network", predicted[sites]) for sites in sorted({both, longest})]


def _map(axes: Axes, mean: DataArray, name: str, limits: tuple[float, float]) -> QuadMesh:
    """The map of a mean, within limits of the colours."""
    grid = (mean["h"].values, mean["epsilon"].values, mean.transpose("epsilon", "h").values)
    image = axes.pcolormesh(*grid, vmin=limits[0], vmax=limits[1], cmap="viridis", shading="nearest")
    halfway = HALFWAY.get(name, 0.5)
    if halfway is not None and float(mean.min()) < halfway < float(mean.max()):
        axes.contour(*grid, [halfway], colors="white", linewidths=1)
    axes.set_xlabel(STRENGTH)
    axes.set_ylabel(r"energy density $\epsilon$")
    return image


def _title(results: Results, kind: str, table: Dataset) -> str:
    sites = int(table["sites"])
    trained = (results.evaluation or {}).get("train_sizes")
    seen = seen_or_not(sites in trained) if kind == "network" and trained is not None else ""
    return f"{kind}, $L = {sites}${seen}"


def _normalisation(results: Results) -> str:
    return str((results.evaluation or {}).get("normalisation", "sector"))


def _several(file: Tables | None) -> dict[int, Dataset]:
    """The test data with several energy densities, by chain length."""
    return {
        sites: table
        for (sites, split), table in (file.tables if file else {}).items()
        if split == "test" and table.sizes["epsilon"] > 1
    }


def own(table: Dataset) -> list[str]:
    """The indicators of a dataset, without those of single members."""
    return [name for name in indicators(table) if not name.endswith("_members")]


def mean_over_fields(table: Dataset, name: str, normalisation: str) -> DataArray:
    """The normalised mean of an indicator over the realizations, over (h, ε)."""
    return aggregate(normalise(table[name], normalisation))["mean"]
