"""scikit-learn's SpectralClustering as the published code calls it, seed 0.

usage: OMP_NUM_THREADS=N /usr/bin/python3 spectral_sklearn.py ROWS.safetensors CLUSTERS
Prints one JSON object: version, seconds, labels. Reading the file is not timed.
"""
import json
import struct
import sys
import time

import numpy
import sklearn
from sklearn.cluster import SpectralClustering

with open(sys.argv[1], "rb") as file:
    header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
    data = file.read()
begin, end = header["rows"]["data_offsets"]
rows = numpy.frombuffer(data[begin:end], dtype=numpy.float32).reshape(header["rows"]["shape"])

start = time.perf_counter()
labels = SpectralClustering(n_clusters=int(sys.argv[2]), affinity="nearest_neighbors", random_state=0).fit_predict(rows)
seconds = time.perf_counter() - start
print(json.dumps({"version": sklearn.__version__, "seconds": seconds, "labels": labels.tolist()}))
