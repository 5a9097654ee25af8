"""Whether two HDF5 files have the same datasets, bit for bit: same-data.py ONE.h5 OTHER.h5"""

import sys

import h5py


def datasets(path):
    """Type, shape and content of every dataset of a file, by name."""
    found = {}

    def take(name, item):
        if isinstance(item, h5py.Dataset):
            values = item[()]
            content = values.tolist() if values.dtype.hasobject else values.tobytes()
            found[name] = (str(item.dtype), item.shape, content)

    with h5py.File(path) as file:
        file.visititems(take)
    return found


one, other = (datasets(path) for path in sys.argv[1:])
differing = sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
if differing or not one:
    sys.exit(f"{len(differing)} of {len(one)} datasets differ: {', '.join(differing)}")
print(f"{len(one)} datasets are the same, bit for bit")
