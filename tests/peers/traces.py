"""Letters and scores of ABIF traces as Biopython reads them, file by file.

Usage: traces.py SAOLA FOLDER...
"""

import pathlib
import subprocess
import sys
import warnings

from Bio import SeqIO

warnings.simplefilter("ignore")
saola, folders = sys.argv[1], sys.argv[2:]
compared = refused = 0
wrong = []
for path in sorted(path for folder in folders for path in pathlib.Path(folder).rglob("*.ab1")):
    command = [saola, "consensus", str(path), "--raw", "--format", "fastq"]
    printed = subprocess.run(command, capture_output=True, text=True)
    try:
        record = SeqIO.read(path, "abi")
    except ValueError:
        refused += 1
        if printed.returncode != 1:
            wrong.append(f"{path}: refused by Biopython alone")
        continue
    letters = str(record.seq)
    scores = "".join(chr(33 + score) for score in record.letter_annotations.get("phred_quality", []))
    compared += 1
    lines = printed.stdout.split("\n")
    if len(lines) < 4 or lines[1] != letters or lines[3] != (scores or "!" * len(letters)):
        wrong.append(str(path))
print(f"{compared} traces compared with Biopython, {refused} refused by both, {len(wrong)} differ")
sys.exit(bool(wrong) or not compared)
