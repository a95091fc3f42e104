"""The plain way to bring a LLaVA file into SQLite: json.load, then executemany. No index, no checks, one transaction.

Usage: import_plain.py FILE.json OUT.sqlite; prints rows and seconds.
"""

import json
import os
import sqlite3
import sys
import time


def rows(data):
    for entry in data:
        turns = entry["conversations"]
        yield entry["id"], entry.get("image", ""), turns[0]["value"], turns[1]["value"]


def main(source, target):
    if os.path.exists(target):
        os.remove(target)
    start = time.perf_counter()
    with open(source, encoding="utf-8") as file:
        data = json.load(file)
    database = sqlite3.connect(target)
    database.execute("CREATE TABLE pair (id TEXT, image TEXT, instruction TEXT, response TEXT)")
    with database:
        database.executemany("INSERT INTO pair VALUES (?, ?, ?, ?)", rows(data))
    database.close()
    print(len(data), time.perf_counter() - start)


main(sys.argv[1], sys.argv[2])
