#!/usr/bin/env python3
"""Compares `saola search` with edlib, and with the definition written out once more in numpy.

    python3 -m venv VENV && VENV/bin/pip install edlib numpy
    VENV/bin/python tests/exactness/check.py --saola target/release/saola --db FILE --reference ref.fasta --queries q.fasta

ref.fasta holds the records of one marker as the database has them: record ids as names, without those in quarantine. Every query
is searched for its best records with all ties (`--max-hits 1 --prove-best`). Then

1. the CIGAR of every printed record, followed base by base, gives the printed counts, and its ends are those of its kind;
2. `differences` of every printed spanning record is the distance that edlib finds for the query in N^A + reference + N^A, with
   A = max(10, m / 50) for m bases: a query base on an N is one that overhangs;
3. the counts of every printed record are those of the canonical alignment, by the plain table `canonical` below;
4. no record that is not printed is as good. A record at distance d has at most M matches, M = min(plain bases of the
   query, plain bases of the reference, (m + n - d) / 2), and identity at most M / (M + d). Where that is not below the printed
   identity on some strand, the record is doubtful, and `canonical` decides.

With `--all`, every query is searched for all records of at least 95 % instead. Steps 1 and 2 are the same, step 3 asks for the first and the last
record alone, the records with the standing `listed` must have 95 % and others must not, and step 4 asks whether a record that is not
listed has 95 % (so also where nothing is listed and only a `nearest` record is printed, which is not said to be the nearest).

edlib knows no partial alignments: where the best is partial, step 4 asks only whether a spanning record reaches the least
identity; those searches are counted apart. Prints `N searches, N differences` last, and exits with 1 when there is any.
"""

import argparse
import csv
import os
import re
import subprocess
import sys
import tempfile
from collections import namedtuple
from fractions import Fraction
from functools import cache, partial
from multiprocessing import Pool
from pathlib import Path

import edlib
import numpy as np

SETS = {"A": 1, "C": 2, "G": 4, "T": 8, "R": 5, "Y": 10, "S": 6, "W": 9, "K": 12, "M": 3,
        "B": 14, "D": 13, "H": 11, "V": 7, "N": 15}
OTHER_STRAND = str.maketrans("ACGTRYSWKMBDHVN", "TGCAYRSWMKVHDBN")
LEAST_IDENTITY = Fraction(95, 100)
LEAST_OVERLAP = 100

# The four counts of rules 1 to 4, each in a field of its own of one integer.
FIELD = 15
MATCH = -(1 << 2 * FIELD)
AMBIGUOUS = MATCH + 1
DIFFERENCE = MATCH + (1 << 3 * FIELD)
GAP = DIFFERENCE + (1 << FIELD)
NEVER = 1 << 61

Counts = namedtuple("Counts", "kind matches differences columns gap_events ambiguous")


def verdict(one, other):
    """Cost of a pair of base sets."""
    if not one & other:
        return DIFFERENCE
    plain = one == other and one in (1, 2, 4, 8)
    return MATCH if plain else AMBIGUOUS


COSTS = np.array([[verdict(one, other) for other in range(16)] for one in range(16)], dtype=np.int64)


def canonical(query, reference, kind):
    """Counts of the canonical alignment, by the whole table, one anti-diagonal after the other; None when there is none."""
    m, n = len(query), len(reference)
    if kind == "partial" and min(m, n) < LEAST_OVERLAP:
        return None
    rows, columns = (np.array([SETS[base] for base in bases]) for bases in (query, reference))
    last_query_start = overhang(m) if kind == "spanning" else m - LEAST_OVERLAP
    last_reference_start = n if kind == "spanning" else n - LEAST_OVERLAP
    first_query_end = m - overhang(m) if kind == "spanning" else LEAST_OVERLAP
    first_reference_end = 0 if kind == "spanning" else LEAST_OVERLAP
    nothing = np.full(m + 1, NEVER, dtype=np.int64)
    before, best, deletion, insertion = nothing, nothing, nothing, nothing
    found = NEVER
    for diagonal in range(m + n + 1):
        low, high = max(0, diagonal - n), min(m, diagonal)
        new = nothing.copy()
        first, last = max(low, 1), min(high, diagonal - 1)
        if first <= last:
            bases = columns[diagonal - last - 1:diagonal - first][::-1]
            new[first:last + 1] = before[first - 1:last] + COSTS[rows[first - 1:last], bases]
        new_deletion, new_insertion = nothing.copy(), nothing.copy()
        new_deletion[low:high + 1] = np.minimum(best + GAP, deletion + DIFFERENCE)[low:high + 1]
        new_insertion[first:high + 1] = np.minimum(best + GAP, insertion + DIFFERENCE)[first - 1:high]
        if low == 0 and diagonal <= last_reference_start:
            new[0] = 0
        if high == diagonal and diagonal <= last_query_start:
            new[diagonal] = 0
        new = np.minimum(new, np.minimum(new_deletion, new_insertion))
        before, best, deletion, insertion = best, new, new_deletion, new_insertion
        if high == m and diagonal - m >= first_reference_end:
            found = min(found, int(best[m]))
        if low == diagonal - n and low >= first_query_end:
            found = min(found, int(best[low]))
    return unpack(found, kind)


def unpack(cost, kind):
    """The counts that a cost says; None when they have too few columns for their kind, or fewer than ambiguous positions."""
    differences = -(-cost >> 3 * FIELD)
    below = (differences << 3 * FIELD) - cost
    positions = -(-below >> 2 * FIELD)
    events, ambiguous = divmod((positions << 2 * FIELD) - below, 1 << FIELD)
    columns = positions - ambiguous
    if columns < max(1 if kind == "spanning" else LEAST_OVERLAP, ambiguous):
        return None
    return Counts(kind, columns - differences, differences, columns, events, ambiguous)


def overhang(bases):
    return max(10, bases // 50)


def turned(bases):
    return bases.translate(OTHER_STRAND)[::-1]


def plain_bases(bases):
    return sum(map(bases.count, "ACGT"))


def identity(counts):
    return Fraction(counts.matches, counts.columns)


def merit(counts):
    """The ranking without the record id; more is better."""
    return counts.kind == "spanning", identity(counts), -counts.differences


def comparison(query, reference):
    """The counts that stand for a record: the better kind of the better strand."""
    found = []
    for bases in (query, turned(query)):
        spanning, partly = (canonical(bases, reference, kind) for kind in ("spanning", "partial"))
        if spanning is None or (partly and identity(partly) > identity(spanning)):
            spanning = partly
        found += [spanning] if spanning else []
    return max(found, default=None, key=lambda one: (identity(one), one.kind == "spanning", -one.differences))


@cache
def equalities(codes):
    """All pairs of different codes that share a base."""
    return [(one, other) for one in codes for other in codes if one < other and SETS[one] & SETS[other]]


def distance(query, reference, most=-1):
    """The least differences of a spanning alignment; -1 when there are more than `most`."""
    pad = "N" * overhang(len(query))
    text = pad + reference + pad
    codes = frozenset(query) | frozenset(text)
    return edlib.align(query, text, mode="HW", k=most, additionalEqualities=equalities(codes))["editDistance"]


def read_fasta(path):
    """Names (first word) and upper-case bases."""
    records = []
    for block in Path(path).read_text().lstrip()[1:].split("\n>"):
        header, _, bases = block.partition("\n")
        records.append((header.split()[0], "".join(bases.split()).upper().replace("U", "T")))
    return records


def recount(row, bases, reference):
    """The counts that the printed CIGAR gives on the printed strand and place, and whether its ends are those of its kind."""
    m, n = len(bases), len(reference)
    start, end = int(row["query_start"]) - 1, int(row["query_end"])
    i, j = (start, int(row["ref_start"]) - 1) if row["strand"] == "+" else (m - end, int(row["ref_start"]) - 1)
    ends = min(i, j) == 0 and (row["kind"] == "partial" or i <= overhang(m))
    tally = dict.fromkeys("=XMID", 0)
    events = 0
    for length, letter in re.findall(r"(\d+)([=XMID])", row["cigar"]):
        length = int(length)
        tally[letter] += length
        events += letter in "ID"
        if letter in "=XM":
            expected = {"=": MATCH, "X": DIFFERENCE, "M": AMBIGUOUS}[letter]
            pairs = zip(bases[i:i + length], reference[j:j + length], strict=True)
            ends &= all(verdict(SETS[one], SETS[other]) == expected for one, other in pairs)
        i += length * (letter != "D")
        j += length * (letter != "I")
    ends &= (i == m or j == n) and (row["kind"] == "partial" or m - i <= overhang(m))
    ends &= j == int(row["ref_end"]) and tally["I"] + tally["D"] == int(row["gap_columns"])
    differences = tally["X"] + tally["I"] + tally["D"]
    counts = Counts(row["kind"], tally["="], differences, tally["="] + differences, events, tally["M"])
    return counts if ends else None


def check_printed(query, row, reference, ask_table=True):
    """What is wrong with a printed record."""
    bases = query if row["strand"] == "+" else turned(query)
    printed = printed_counts(row)
    if recount(row, bases, reference) != printed:
        yield f"the CIGAR does not give the printed counts: {row['cigar']}"
    if printed.kind == "spanning" and (least := distance(bases, reference)) != printed.differences:
        yield f"{printed.differences} differences, edlib finds {least}"
    if ask_table and (plain := canonical(bases, reference, printed.kind)) != printed:
        yield f"printed {printed}, the plain table says {plain}"


def printed_counts(row):
    return Counts(row["kind"], *(int(row[name]) for name in Counts._fields[1:]))


def is_doubtful(query, reference, floor):
    """Whether a spanning alignment on some strand could have an identity of at least `floor`."""
    plain = min(plain_bases(query), plain_bases(reference))
    most = int(plain * (1 - floor) / floor) if floor else -1
    for bases in (query, turned(query)):
        found = distance(bases, reference, most)
        matches = min(plain, (len(query) + len(reference) - found) // 2)
        if found >= 0 and Fraction(max(matches, 0), max(matches + found, 1)) >= floor:
            return True
    return False


def check_all(references, case):
    """As `check`, for a search for all records of at least the least identity."""
    query, rows = case
    wrong = []
    for number, row in enumerate(rows):
        ask_table = number in (0, len(rows) - 1)
        wrong += [f"{row['record']}: {text}" for text in check_printed(query, row, references[row["record"]], ask_table)]
        if (row["standing"] == "listed") != (identity(printed_counts(row)) >= LEAST_IDENTITY):
            wrong.append(f"{row['record']}: {row['standing']}, with {printed_counts(row)}")
    unlisted = by_bases(references, {row["record"] for row in rows if row["standing"] == "listed"})
    doubtful = [bases for bases in unlisted if is_doubtful(query, bases, LEAST_IDENTITY)]
    for bases in doubtful:
        found = comparison(query, bases)
        if found and identity(found) >= LEAST_IDENTITY:
            wrong += [f"{name}: not listed, with {found}" for name in unlisted[bases]]
    return wrong, len(doubtful), bool(rows) and rows[0]["kind"] == "partial"


def by_bases(references, listed):
    """Names of the records that are not listed, by their bases."""
    names = {}
    for name, bases in references.items():
        if name not in listed:
            names.setdefault(bases, []).append(name)
    return names


def check(references, case):
    """What is wrong with one search, how many records were doubtful, and whether the best is partial."""
    query, rows = case
    if not rows:
        return ["no record is printed"], 0, False
    wrong = []
    for row in rows:
        wrong += [f"{row['record']}: {text}" for text in check_printed(query, row, references[row["record"]])]
    best = printed_counts(rows[0])
    wrong += [f"{row['record']}: not tied" for row in rows if merit(printed_counts(row)) != merit(best)]
    wrong += [f"{row['record']}: not proven" for row in rows if row["standing"] not in ("listed", "best")]
    floor = identity(best) if best.kind == "spanning" else LEAST_IDENTITY
    unlisted = by_bases(references, {row["record"] for row in rows})
    doubtful = [bases for bases in unlisted if is_doubtful(query, bases, floor)]
    for bases in doubtful:
        found = comparison(query, bases)
        if found and identity(found) >= min(floor, LEAST_IDENTITY) and merit(found) >= merit(best):
            wrong += [f"{name}: not printed, with {found}; the best is {best}" for name in unlisted[bases]]
    return wrong, len(doubtful), best.kind == "partial"


def searches(arguments, queries):
    """The printed rows of every query, in order."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "queries.fasta")
        path.write_text("".join(f">{number}\n{bases}\n" for number, (_, bases) in enumerate(queries)))
        asked = [] if arguments.all else ["--max-hits", "1", "--prove-best"]
        command = [arguments.saola, "search", "--db", arguments.db, "--marker", arguments.marker, *asked, "--format", "tsv",
                   "--threads", str(arguments.threads), "--quiet", str(path)]
        text = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    rows = [[] for _ in queries]
    for row in csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        rows[int(row["query"])].append(row)
    return rows


def sample(queries, most):
    """At most so many of the queries, evenly spaced."""
    if not most or most >= len(queries):
        return queries
    return [queries[number * len(queries) // most] for number in range(most)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("--saola", "--db", "--reference", "--queries"):
        parser.add_argument(name, required=True)
    parser.add_argument("--marker", default="COI-5P")
    parser.add_argument("--sample", type=int, help="at most so many queries, evenly spaced")
    parser.add_argument("--all", action="store_true", help="search for all records of at least 95 %%")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    references = dict(read_fasta(arguments.reference))
    queries = sample(read_fasta(arguments.queries), arguments.sample)
    cases = [(bases, rows) for (_, bases), rows in zip(queries, searches(arguments, queries), strict=True)]
    differences = doubtful = partly = 0
    with Pool(arguments.threads) as pool:
        results = pool.imap(partial(check_all if arguments.all else check, references), cases, chunksize=1)
        for (name, _), (wrong, doubts, is_partial) in zip(queries, results, strict=True):
            for text in wrong:
                print(f"{name}: {text}")
            differences += len(wrong)
            doubtful += doubts
            partly += is_partial
    print(f"{sum(len(rows) for _, rows in cases)} records printed, {doubtful} doubtful ones decided by the plain table, {partly} "
          "searches with a partial best")
    print(f"{len(queries)} searches, {differences} differences")
    return 1 if differences or not queries else 0


if __name__ == "__main__":
    sys.exit(main())
