"""Near duplicates and text statistics written plainly: MinHash with NumPy, one text after another, hashes pair by pair.

usage: /usr/bin/python3 duplicates_plain.py IN.json
IN.json: {"texts": [...], "hashes": [64-bit numbers]}. Prints one JSON object: seconds of signing, grouping, statistics
(distinct-1, distinct-2, repeated runs of five words), hashes (comparing every pair), hash_count.
"""
import collections
import json
import re
import sys
import time
import zlib

import numpy

VALUES, BAND = 128, 5
PRIME = (1 << 61) - 1


def sign(texts):
    random = numpy.random.RandomState(1)
    factors = random.randint(1, 1 << 31, VALUES).astype(numpy.uint64)
    offsets = random.randint(0, 1 << 31, VALUES).astype(numpy.uint64)
    out = []
    for text in texts:
        plain = " ".join(re.findall(r"\w+", text.lower()))
        pieces = {plain[i : i + 5] for i in range(max(1, len(plain) - 4))}
        numbers = numpy.array([zlib.crc32(piece.encode()) for piece in pieces], dtype=numpy.uint64)
        out.append(((numbers[:, None] * factors + offsets) % PRIME).min(0))
    return out


def group(signatures):
    parents = list(range(len(signatures)))

    def find(item):
        while parents[item] != item:
            parents[item] = parents[parents[item]]
            item = parents[item]
        return item

    for start in range(0, VALUES // BAND * BAND, BAND):
        buckets = collections.defaultdict(list)
        for row, signature in enumerate(signatures):
            buckets[signature[start : start + BAND].tobytes()].append(row)
        for rows in buckets.values():
            for at, first in enumerate(rows):
                for second in rows[at + 1 : at + 65]:
                    if (signatures[first] == signatures[second]).mean() >= 0.8:
                        parents[find(first)] = find(second)
    return len({find(row) for row in range(len(parents))})


def statistics(text):
    words = re.findall(r"\w+", text.lower())
    pairs = list(zip(words, words[1:]))
    runs = collections.defaultdict(list)
    for at in range(len(words) - 4):
        runs[tuple(words[at : at + 5])].append(at)
    repeated = {at + k for starts in runs.values() if len(starts) > 1 for at in starts for k in range(5)}
    visible = [c for c in text if not c.isspace()]
    punctuation = sum(not c.isalnum() for c in visible)
    links = sum(len(match) for match in re.findall(r"https?://\S+|<[a-zA-Z/][^<>]*>|&\w+;|`[^`\n]*`", text))
    return (len(text), len(re.findall(r"[.!?]+(?=\s|$)", text)), len(set(words)) / max(1, len(words)),
            len(set(pairs)) / max(1, len(pairs)), len(repeated) / max(1, len(words)),
            punctuation / max(1, len(visible)), links)


def nearest(hashes):
    bytes_of = numpy.array(hashes, dtype=numpy.uint64).view(numpy.uint8).reshape(-1, 8)
    ones = numpy.array([bin(byte).count("1") for byte in range(256)], dtype=numpy.uint8)
    best = numpy.full(len(hashes), 65, dtype=numpy.int64)
    for row in range(len(hashes)):
        distances = ones[bytes_of ^ bytes_of[row]].sum(1)
        distances[row] = 65
        best[row] = distances.min()
    return best


def timed(work):
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def main():
    data = json.load(open(sys.argv[1]))
    signing, signatures = timed(lambda: sign(data["texts"]))
    grouping, _ = timed(lambda: group(signatures))
    measuring, _ = timed(lambda: [statistics(text) for text in data["texts"]])
    comparing, _ = timed(lambda: nearest(data["hashes"]))
    print(json.dumps({"signing": signing, "grouping": grouping, "statistics": measuring, "hashes": comparing,
                      "hash_count": len(data["hashes"])}))


main()
