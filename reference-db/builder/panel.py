"""Counts how many records the release has of people and of domestic animals; the taxa themselves are kept by hand."""

from pathlib import Path

from builder import table

MARKERS = ("COI-5P", "cytb", "12S", "16S")
COLUMNS = ["taxon", "kind", "common_name", "wild_relative", "marker", "records", "status"]


def rewrite(path: Path, records: list[dict], of_record: dict[str, str], taxa: dict, accepted: dict[str, str], names: dict[str, str]) -> None:
    """Rewrites panel.tsv: each of its taxa with the number of records per main marker."""
    kept = {row["taxon"]: row for row in table.read(path)}
    counts: dict[tuple[str, str], int] = {}
    for record in records:
        key = (taxa[of_record[record["record_id"]]]["name"], names[record["marker_code"]])
        counts[key] = counts.get(key, 0) + 1
    rows = []
    for taxon, row in kept.items():
        for marker in MARKERS:
            count = counts.get((accepted.get(taxon, taxon), marker), 0)
            rows.append(row | {"marker": marker, "records": str(count), "status": "present" if count else "missing"})
    table.write(path, COLUMNS, rows)
