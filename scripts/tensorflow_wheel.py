"""Unpacks the headers and libraries of a TensorFlow wheel into a folder, and prints what its extra `and-cuda` asks for, one line each."""

import re
import sys
import zipfile

HEADERS = tuple(f"tensorflow/include/{part}/" for part in ("tensorflow", "xla", "tsl", "absl"))
LIBRARIES = ("tensorflow/libtensorflow_cc.so", "tensorflow/libtensorflow_framework.so")

path, folder = sys.argv[1:]
with zipfile.ZipFile(path) as wheel:
    names = wheel.namelist()
    wheel.extractall(folder, [name for name in names if name.startswith(HEADERS + LIBRARIES)])
    metadata = wheel.read(next(name for name in names if name.endswith(".dist-info/METADATA"))).decode()
for requirement in re.findall(r"^Requires-Dist: ([^;\n]+);.*extra == .and-cuda.", metadata, re.MULTILINE):
    print(requirement.strip())
