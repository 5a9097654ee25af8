"""Arrays that stay in their HDF5 file until their values are asked for."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from xarray import Variable
from xarray.backends import BackendArray
from xarray.core import indexing


@dataclass(eq=False, repr=False)
class StoredArray(BackendArray):
    """A dataset of a file, which is open only while values are read."""

    path: Path
    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]

    def __getitem__(self, key: indexing.ExplicitIndexer) -> Any:
        """The values at a key of xarray."""
        support = indexing.IndexingSupport.BASIC
        return indexing.explicit_indexing_adapter(key, self.shape, support, self._read)

    def _read(self, key: tuple[Any, ...]) -> Any:
        with h5py.File(self.path) as file:
            dataset = file[self.name]
            is_text = h5py.check_string_dtype(dataset.dtype) is not None
            return (dataset.asstr() if is_text else dataset)[key]


def variable(path: Path, dataset: h5py.Dataset, axes: tuple[str, ...], attributes: Any) -> Variable:
    """A dataset as a variable of xarray over these axes."""
    is_text = h5py.check_string_dtype(dataset.dtype) is not None
    dtype = np.dtype(object) if is_text else dataset.dtype
    stored = StoredArray(path, dataset.name, dataset.shape, dtype)
    return Variable(axes, indexing.LazilyIndexedArray(stored), attributes)
