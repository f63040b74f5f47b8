"""Pairs of traces: what `saola consensus` makes of them, beside EMBOSS `merger` and `vsearch --fastq_mergepairs`.

Usage: trace_pairs.py SAOLA FOLDER...   (merger and vsearch in the path; Biopython aligns)

Both programs get the reads as `saola` trims them; `merger` knows no qualities, `vsearch` merges only pairs without gaps.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

from Bio.Align import PairwiseAligner
from Bio.Seq import Seq

saola, folders = sys.argv[1], sys.argv[2:]
paths = {path.name: path for folder in folders for path in sorted(pathlib.Path(folder).rglob("*_[FR].ab1"))}


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def kept(read):
    lines = run(saola, "consensus", str(paths[read["file"]]), "--raw", "--format", "fastq").split("\n")
    part = slice(read["kept_from"] - 1, read["kept_to"])
    return lines[1][part], lines[3][part]


def merged_by_vsearch(folder, pair):
    for name, (letters, scores) in zip("FR", pair):
        (folder / f"{name}.fq").write_text(f"@x\n{letters}\n+\n{scores}\n")
    run(
        "vsearch", "--fastq_mergepairs", str(folder / "F.fq"), "--reverse", str(folder / "R.fq"),
        "--fastqout", str(folder / "merged.fq"), "--fastq_allowmergestagger", "--fastq_maxdiffs", "60",
        "--fastq_maxdiffpct", "20", "--fastq_minovlen", "50", "--fastq_qmax", "93", "--fastq_qmaxout", "93",
        "--fastq_maxns", "100", "--quiet",
    )
    lines = (folder / "merged.fq").read_text().split("\n")
    return lines[1].upper() if len(lines) > 3 else None


def merged_by_merger(folder, pair):
    (folder / "a.fa").write_text(f">a\n{pair[0][0]}\n")
    (folder / "b.fa").write_text(f">b\n{Seq(pair[1][0]).reverse_complement()}\n")
    run(
        "merger", "-asequence", str(folder / "a.fa"), "-bsequence", str(folder / "b.fa"), "-outfile",
        str(folder / "m"), "-outseq", str(folder / "m.fa"), "-gapopen", "10", "-gapextend", "1", "-auto",
    )
    return "".join(line.strip() for line in (folder / "m.fa").open() if not line.startswith(">")).upper()


aligner = PairwiseAligner(match_score=2, mismatch_score=-3, open_gap_score=-5, extend_gap_score=-2)
aligner.wildcard = "N"
aligner.end_gap_score = 0


def compared(ours, theirs):
    """Positions that are the same, N on one side, different, and gaps within."""
    alignment = aligner.align(ours, theirs)[0]
    same = unknown = different = gaps = 0
    blocks = list(zip(*alignment.aligned))
    for (start, end), (other, _) in blocks:
        for one, two in zip(ours[start:end], theirs[other:]):
            same += one == two
            unknown += one != two and "N" in (one, two)
            different += one != two and "N" not in (one, two)
    for (before, after), (next_before, next_after) in zip(blocks, blocks[1:]):
        gaps += max(next_before[0] - before[1], next_after[0] - after[1])
    return [same, unknown, different, gaps]


samples = json.loads(run(saola, "consensus", *map(str, paths.values()), "--format", "json"))["samples"]
totals = {"merger": [0] * 4, "vsearch": [0] * 4}
pairs = bases = unknown = both = whole = vsearch_pairs = 0
disagreements = {}
for sample in samples:
    reads, ours = sample["reads"], sample["sequence"]
    if len(reads["reads"]) != 2:
        continue
    pairs, bases, unknown = pairs + 1, bases + len(ours), unknown + ours.count("N")
    both += reads["both_directions"]
    for kind, count in reads["disagreements"].items():
        disagreements[kind] = disagreements.get(kind, 0) + count
    folmer = {primer["name"] for primer in reads["primers"]} == {"LCO1490", "HCO2198"}
    whole += folmer and len(ours) == 658
    with tempfile.TemporaryDirectory() as name:
        folder, pair = pathlib.Path(name), [kept(read) for read in reads["reads"]]
        for program, theirs in [("merger", merged_by_merger(folder, pair)), ("vsearch", merged_by_vsearch(folder, pair))]:
            if theirs is not None:
                vsearch_pairs += program == "vsearch"
                totals[program] = [a + b for a, b in zip(totals[program], compared(ours, theirs))]
print(f"{pairs} pairs, {bases} bases, {unknown} N, {both} said alike by both directions, disagreements {disagreements}")
print(f"{whole} of 658 bases between the Folmer primers")
print(f"merger (same, N, different, gaps): {totals['merger']}")
print(f"vsearch on {vsearch_pairs} pairs: {totals['vsearch']}")
