"""Records of the Naturalis barcode sets: FASTA keyed by process id, all other fields from the BOLD spreadsheets."""

import re
from datetime import datetime
from pathlib import Path

from builder import formats, table

NOTE_FIELDS = {
    "Field ID": "field_id", "Collection Code": "collection_code", "Subfamily": "subfamily", "Tribe": "tribe",
    "Subspecies": "subspecies", "Taxonomy Notes": "taxonomy_notes", "Sex": "sex", "Reproduction": "reproduction",
    "Life Stage": "life_stage", "Extra Info": "short_note", "Tissue Descriptor": "tissue_type",
    "Associated Taxa": "associated_taxa", "Region": "region", "Sector": "sector", "Elev": "elev", "Depth": "depth",
    "GPS Source": "coord_source", "Coordinate Accuracy": "coord_accuracy", "Habitat": "habitat",
    "Collection Date Accuracy": "collection_date_accuracy_days", "Sampling Protocol": "sampling_protocol",
    "Collection Notes": "collection_notes", "Notes": "notes",
}
E_MAIL = re.compile(r"[\w.+-]+@[\w.-]+\w")
BINOMIAL = re.compile(r"[A-Z][a-z]+ (?!(?:sp|cf|aff|nr)\b)[a-z-]+")
SHEETS = ("Voucher Info", "Taxonomy", "Specimen Details", "Collection Data")


def rows_of(sheet) -> list[dict]:
    """Rows of one sheet below its two title lines, without empty cells."""
    rows = sheet.iter_rows(values_only=True)
    header = next(row for row in rows if {"Sample ID", "Process ID"} & {cell for cell in row if isinstance(cell, str)})
    return [{key: value for key, value in zip(header, row) if key and value not in (None, "")} for row in rows]


def by_process_id(path: Path, wanted: set[str] | None = None) -> dict[str, dict]:
    """Process id -> all cells of all sheets, joined over the sample id; only the wanted process ids when given."""
    import openpyxl  # installed by fetch.python_libraries

    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    lab = [row for row in rows_of(book["Lab Sheet"]) if wanted is None or row.get("Process ID") in wanted]
    samples: dict[str, dict] = {row["Sample ID"]: {} for row in lab}
    for name in SHEETS:
        for row in rows_of(book[name]):
            if row.get("Sample ID") in samples:
                samples[row["Sample ID"]] |= row
    return {row["Process ID"]: samples[row["Sample ID"]] | row for row in lab}


def iso_date(text) -> str:
    """`17-Oct-1992` as `1992-10-17`; nothing when it is not such a date."""
    try:
        return datetime.strptime(str(text), "%d-%b-%Y").date().isoformat()
    except ValueError:
        return ""


def rank_of(cells: dict) -> str:
    """Rank of the identification: that of the taxonomy column that holds it."""
    name = cells.get("Identification", "")
    ranks = ("Subspecies", "Species", "Genus", "Tribe", "Subfamily", "Family", "Order", "Class", "Phylum")
    return next((rank.lower() for rank in ranks if cells.get(rank) == name), "")


def notes_of(cells: dict) -> list[str]:
    """Everything that has no column of its own, as `key=value`, under the BCDM field names where BCDM has the field."""
    notes = [f"{label}={E_MAIL.sub('(e-mail left out)', table.clean(cells[key]))}" for key, label in NOTE_FIELDS.items() if key in cells]
    if "Lat" in cells and "Lon" in cells:
        notes.append(f"coord={cells['Lat']},{cells['Lon']}")
    if "Collection Date" in cells and not iso_date(cells["Collection Date"]):
        notes.append(f"collection_date={cells['Collection Date']}")
    return notes


def bold_record(source: str, process_id: str, cells: dict, marker: str, sequence: str, notes: list[str], suffix: str = "") -> dict:
    """One record in BCDM terms; the specimen is the sample id."""
    return table.record(
        source, process_id + suffix, marker, sequence,
        processid=process_id, sampleid=cells["Sample ID"], specimen=cells["Sample ID"], insdc_acs=cells.get(f"{marker} Accession"),
        museumid=cells.get("Museum ID"), inst=cells.get("Institution Storing"),
        voucher_type=cells.get("Voucher Type") or cells.get("Voucher Status"), bin_uri=cells.get("BIN"),
        identification=cells.get("Identification"), identification_rank=rank_of(cells), identified_by=cells.get("Identifier"),
        identification_method=cells.get("Identification Method"), collectors=cells.get("Collectors"),
        collection_date_start=iso_date(cells.get("Collection Date")), country_ocean=cells.get("Country/Ocean"),
        province_state=cells.get("State/Province"), site=cells.get("Exact Site"), phylum=cells.get("Phylum"),
        order=cells.get("Order"), family=cells.get("Family"), genus=cells.get("Genus"), species=cells.get("Species"),
        notes=notes_of(cells) + notes, **{"class": cells.get("Class")},
    )


def vertebrates(source: dict, path: Path, sheet: Path) -> list[dict]:
    """Every sequence of the Dutch vertebrates; a second sequence of a process id gets `_2` in its record id."""
    cells, seen, rows = by_process_id(sheet), {}, []
    for process_id, aligned in formats.fasta(path):
        seen[process_id] = seen.get(process_id, 0) + 1
        suffix = f"_{seen[process_id]}" if seen[process_id] > 1 else ""
        inside = aligned.strip("-").count("-")
        notes = [f"alignment gaps removed inside the sequence: {inside}" if inside else ""]
        notes.append("second sequence of this process id in the source" if suffix else "")
        rows.append(bold_record(source["id"], process_id, cells[process_id], "COI-5P", formats.ungapped(aligned), notes, suffix))
    return rows


def one_per(rank: str, source: dict, path: Path, sheet: Path) -> list[dict]:
    """One record per species or genus, plain binomials only: the longest, then fewest non-ACGT bases, then first process id."""
    cells, best = by_process_id(sheet), {}
    for process_id, aligned in formats.fasta(path):
        of = cells[process_id]
        sequence = formats.ungapped(aligned)
        ambiguous = sum(base not in "ACGT" for base in sequence)
        choice = (-len(sequence), ambiguous, process_id, sequence)
        if of.get("Identification") == of.get("Species") and BINOMIAL.fullmatch(of.get("Species", "")):
            best[of[rank]] = min(best.get(of[rank], choice), choice)
    return [bold_record(source["id"], process_id, cells[process_id], "COI-5P", sequence, [])
            for _, _, process_id, sequence in best.values()]


def plants_rbcl(source: dict, path: Path, sheet: Path) -> list[dict]:
    """Best assembly per plant with a species name: fewest unknown bases, then file order; unknown stretches become N."""
    best: dict[str, tuple] = {}
    for number, (header, aligned) in enumerate(formats.fasta(path)):
        inner = aligned.strip("-N")
        choice = (sum(base not in "ACGT" for base in inner), number, header, inner.replace("-", "N"))
        process_id = header.split("_")[0]
        best[process_id] = min(best.get(process_id, choice), choice)
    cells, rows = by_process_id(sheet, set(best)), []
    for process_id, (unknown, _, header, sequence) in sorted(best.items()):
        if cells[process_id].get("Species") == cells[process_id].get("Identification"):
            note = f"assembly {header}; {unknown} unknown bases inside written as N"
            rows.append(bold_record(source["id"], process_id, cells[process_id], "rbcL", sequence, [note]))
    return rows
