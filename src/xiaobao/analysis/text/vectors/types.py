"""Names of the arrays of vectors."""

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
"""A row a text, each of length one."""
