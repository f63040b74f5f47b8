"""Checks of the finished tables: what must hold stops the build, what a label audit should see is printed."""

import re
from collections import Counter
from itertools import product

TABLES = {
    1: "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG",
    2: "FFLLSSSSYY**CCWWLLLLPPPPHHQQRRRRIIMMTTTTNNKKSS**VVVVAAAADDEEGGGG",
    4: "FFLLSSSSYY**CCWWLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG",
    5: "FFLLSSSSYY**CCWWLLLLPPPPHHQQRRRRIIMMTTTTNNKKSSSSVVVVAAAADDEEGGGG",
    9: "FFLLSSSSYY**CCWWLLLLPPPPHHQQRRRRIIIMTTTTNNNKSSSSVVVVAAAADDEEGGGG",
    11: "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG",
    13: "FFLLSSSSYY**CCWWLLLLPPPPHHQQRRRRIIMMTTTTNNKKSSGGVVVVAAAADDEEGGGG",
    14: "FFLLSSSSYYY*CCWWLLLLPPPPHHQQRRRRIIIMTTTTNNNKSSSSVVVVAAAADDEEGGGG",
}
CODONS = ["".join(codon) for codon in product("TCAG", repeat=3)]


def fewest_stops(sequence: str, table: int) -> int:
    """Stop codons in the best of the three forward frames, the last codon not counted."""
    amino = dict(zip(CODONS, TABLES[table]))
    frames = [[amino.get(sequence[i:i + 3], "X") for i in range(frame, len(sequence) - 2, 3)] for frame in range(3)]
    return min(frame[:-1].count("*") for frame in frames)


def code_table(taxa: dict, taxon_id: str, genome: str, codes: list[dict]) -> int:
    """Genetic code of a taxon: that of its nearest ancestor in genetic_codes.tsv for the genome."""
    tables = {row["clade"]: int(row["table"]) for row in codes if row["genome"] == genome}
    while taxa[taxon_id]["name"] not in tables and taxon_id != "1":
        taxon_id = taxa[taxon_id]["parent_id"]
    if taxa[taxon_id]["name"] not in tables:
        raise SystemExit(f"genetic_codes.tsv: no {genome} code for the lineage of a record, it ended at {taxa[taxon_id]['name']}")
    return tables[taxa[taxon_id]["name"]]


def marker_names(markers: list[dict]) -> dict[str, str]:
    """Marker or alias -> marker."""
    names = {row["marker"]: row["marker"] for row in markers}
    return names | {alias: row["marker"] for row in markers for alias in row["aliases"].split(";") if alias}


def must_hold(records: list[dict], names: dict[str, str], sources: set[str]) -> None:
    """Stops at a repeated or malformed record id, an unknown marker or source, or a sequence that is not IUPAC DNA."""
    seen: set[str] = set()
    for record in records:
        name = record["record_id"]
        problems = {
            "record id repeated": name in seen, "record id malformed": not re.fullmatch(r"[A-Za-z0-9._-]+", name),
            "marker unknown": record["marker_code"] not in names, "source unknown": record["source"] not in sources,
            "sequence not IUPAC DNA": not re.fullmatch(r"[ACGTRYSWKMBDHVN]+", record["nuc"]),
            "no specimen": not record.get("specimen"), "no identification": not record.get("identification"),
        }
        for problem, present in problems.items():
            if present:
                raise SystemExit(f"{record['source']}: {name}: {problem}")
        seen.add(name)


def taxa_must_hold(taxa: dict[str, dict]) -> None:
    """Stops when a parent is missing; names that two taxa share are printed."""
    for row in taxa.values():
        if row["parent_id"] not in taxa:
            raise SystemExit(f"taxa.tsv: {row['taxon_id']} {row['name']}: parent {row['parent_id']} missing")
    shared = [name for name, count in Counter(row["name"] for row in taxa.values()).items() if count > 1]
    print(f"names that two taxa share: {', '.join(sorted(shared)) or 'none'}")


def print_stops(records: list[dict], of_record: dict[str, str], taxa: dict, markers: list[dict], codes: list[dict]) -> None:
    """Prints per source how many records of coding markers have a stop codon in their best frame."""
    names, rows = marker_names(markers), {row["marker"]: row for row in markers}
    coding, stops = Counter(), {}
    for record in records:
        marker = rows[names[record["marker_code"]]]
        if marker["coding"] == "yes":
            coding[record["source"]] += 1
            table = code_table(taxa, of_record[record["record_id"]], marker["genome"], codes)
            if fewest_stops(record["nuc"], table):
                stops.setdefault(record["source"], []).append(record["record_id"])
    for source, count in sorted(coding.items()):
        found = stops.get(source, [])
        print(f"{source}: {len(found)} of {count} coding records have a stop codon {' '.join(found[:8])}")
