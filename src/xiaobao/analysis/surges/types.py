"""Names of the arrays that surges work on."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Shares = npt.NDArray[np.float32]
Whole = npt.NDArray[np.int64]
Counts = npt.NDArray[np.int32]
Booleans = npt.NDArray[np.bool_]
Dates = npt.NDArray[np.datetime64]
