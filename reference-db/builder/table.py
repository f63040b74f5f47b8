"""Tab-separated tables: the record columns, reading and writing.

No quoting; cells hold no tab and no line break; rows stand in the byte order of their lines.
"""

from pathlib import Path

RECORD_COLUMNS = (
    "record_id source processid sampleid insdc_acs museumid inst voucher_type bin_uri identification "
    "identification_rank identified_by identification_method collectors collection_date_start country/ocean "
    "province/state site kingdom phylum class order family genus species marker_code nuc nuc_basecount specimen "
    "primers_forward primers_reverse sequence_url_or_accession_note notes"
).split()


def clean(value) -> str:
    """Text of a cell: no tabs, no line breaks, no double spaces; nothing for None."""
    return "" if value is None else " ".join(str(value).split())


def read(path: Path) -> list[dict[str, str]]:
    """Rows of a table as dictionaries, keyed by its header."""
    lines = path.read_text(encoding="utf-8").splitlines()
    header = lines[0].split("\t")
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        cells = line.split("\t")
        if len(cells) != len(header):
            raise SystemExit(f"{path}:{number}: {len(cells)} cells, the header has {len(header)}")
        rows.append(dict(zip(header, cells)))
    return rows


def write(path: Path, columns: list[str], rows: list[dict[str, str]]) -> None:
    """Writes a table with its rows in byte order."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ["\t".join(clean(row.get(column, "")) for column in columns) for row in rows]
    lines.sort(key=lambda line: line.encode("utf-8"))
    path.write_text("\n".join(["\t".join(columns), *lines]) + "\n", encoding="utf-8", newline="\n")


def record(source: str, name: str, marker: str, sequence: str, **fields) -> dict[str, str]:
    """One record: its id is `<name>.<marker>`; `code` overrides the marker code that is written."""
    notes = "; ".join(note for note in fields.pop("notes", []) if note)
    row = {"record_id": f"{name}.{marker}", "source": source, "marker_code": fields.pop("code", marker)}
    row |= {"nuc": sequence, "nuc_basecount": str(len(sequence)), "notes": notes}
    return row | {key.replace("country_ocean", "country/ocean").replace("province_state", "province/state"): clean(value)
                  for key, value in fields.items()}
