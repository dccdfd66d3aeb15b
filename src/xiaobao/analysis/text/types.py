"""Names of the arrays that texts work on."""

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.uint32]
"""Unicode code points."""
Hashes = npt.NDArray[np.uint64]
Sketches = npt.NDArray[np.uint8]
"""A row a text, `sketches.BYTES` wide."""
Rows = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]
