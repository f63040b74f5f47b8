"""Records of GenBank flat files and of FASTA files with accessions in their headers."""

import re
from pathlib import Path

from builder import formats, table


def plant_or_animal(entry: formats.Flatfile) -> dict[str, str]:
    """Source lineage: kingdom-level name of the flat file and its genus."""
    names = {"Viridiplantae": "kingdom", "Metazoa": "kingdom", "Streptophyta": "phylum", "Chordata": "phylum"}
    lineage = {rank: name for name, rank in names.items() if name in entry.lineage}
    words = entry.organism.split()
    return lineage | {"genus": words[0], "species": " ".join(words[:2]), "identification_rank": "variety" if "var." in words else "species"}


def orchids_its(source: dict, path: Path) -> list[dict]:
    """Every entry of the slipper orchid file: ITS1, 5.8S and ITS2 as one ITS record."""
    return [
        table.record(source["id"], entry.version, "ITS", entry.sequence, insdc_acs=entry.version, identification=entry.organism,
                     specimen=entry.version, **plant_or_animal(entry))
        for entry in formats.genbank(path)
    ]


def opuntia_rpl16(source: dict, path: Path) -> list[dict]:
    """The rpl16 intron of seven cacti; accession and name from the header."""
    return [genbank_header(source, header, sequence, "rpl16", "Viridiplantae") for header, sequence in formats.fasta(path)]


def header_parts(header: str) -> tuple[str, str, str, str]:
    """(accession.version, gi, species, rest) of a header like `gi|6273291|gb|AF191665.1|AF191665 Opuntia marenae rpl16 gene`."""
    gi, accession, species, rest = re.match(r"gi\|(\d+)\|\w+\|([^|]+)\|\S*\s+([A-Z][a-z]+ [a-z]+)\s*(.*)", header).groups()
    return accession, gi, species, rest


def genbank_header(source: dict, header: str, sequence: str, marker: str, kingdom: str, **fields) -> dict:
    """One record from such a header."""
    accession, gi, species, rest = header_parts(header)
    return table.record(
        source["id"], accession, marker, sequence, insdc_acs=accession, identification=species, identification_rank="species",
        kingdom=kingdom, genus=species.split()[0], species=species, specimen=accession,
        sequence_url_or_accession_note=f"gi|{gi}", notes=[rest, fields.pop("note", "")], **fields)


def phlox_its(source: dict, path: Path) -> list[dict]:
    """One ITS record."""
    return [genbank_header(source, header, sequence, "ITS", "Viridiplantae") for header, sequence in formats.fasta(path)]


def wisteria_matk(source: dict, path: Path) -> list[dict]:
    """One matK record: its coding part, the longest open reading frame of the entry."""
    ((header, sequence),) = formats.fasta(path)
    start, end = formats.longest_reading_frame(sequence, {"TAA", "TAG", "TGA"})
    note = f"bases {start}..{end} of the accession: its longest open reading frame"
    return [genbank_header(source, header, sequence[start - 1:end], "matK", "Viridiplantae", note=note)]


def mitochondrial_coi_part(source: dict, path: Path) -> list[dict]:
    """Gopher and louse COI: a part of the gene behind the barcode region, so a marker of its own."""
    return [genbank_header(source, header, sequence, "COI-3P", "Metazoa") for header, sequence in formats.fasta(path)]


def plastome_markers(source: dict, path: Path, markers: dict[str, dict]) -> list[dict]:
    """Markers of the Arabidopsis plastome, cut at the coordinates that markers.tsv states on this accession."""
    (entry,) = formats.genbank(path)
    rows = []
    for name, marker in markers.items():
        if marker["reference_accession"] == entry.version:
            rows.append(cut_record(source, entry.version, "Arabidopsis thaliana", "Viridiplantae", entry.sequence, name, marker))
    return rows


def cut_record(source: dict, accession: str, species: str, kingdom: str, genome: str, name: str, marker: dict) -> dict:
    """One marker cut from a whole genome at 1-based closed coordinates; an end beyond a circular genome runs on at its start."""
    start, end = int(marker["reference_start"]), int(marker["reference_end"])
    sequence = (genome + genome)[start - 1:end]
    if marker["reference_strand"] == "-":
        sequence = formats.reverse_complement(sequence)
    place = f"{accession}:{start}..{end}({marker['reference_strand']})"
    return table.record(
        source["id"], accession, name, sequence, insdc_acs=accession, identification=species, identification_rank="species",
        kingdom=kingdom, genus=species.split()[0], species=species, specimen=accession, sequence_url_or_accession_note=place)


HUMAN_COI = (5905, 7446)


def human_mitogenome(source: dict, path: Path, markers: dict[str, dict]) -> list[dict]:
    """Every mitochondrial marker, cut from the human mitogenome at the coordinates of markers.tsv; COI is the whole gene."""
    ((header, genome),) = formats.fasta(path)
    accession = header.split("|")[3]
    rows = []
    for name, marker in markers.items():
        if marker["reference_accession"] == accession:
            whole = {"reference_start": HUMAN_COI[0], "reference_end": HUMAN_COI[1]} if name == "COI-5P" else {}
            row = cut_record(source, accession, "Homo sapiens", "Metazoa", genome, name, marker | whole)
            rows.append(row | {"marker_code": "COI-full" if whole else name})
    return rows


def salamander_12s_16s(source: dict, path: Path) -> list[dict]:
    """The two rRNA genes of one salamander entry."""
    (entry,) = formats.genbank(path)
    rows = []
    for key, location, qualifiers in entry.features:
        if key == "rRNA":
            marker = qualifiers["product"].split()[0]
            rows.append(table.record(
                source["id"], entry.version, marker, formats.cut(entry.sequence, location), insdc_acs=entry.version,
                identification=entry.organism, specimen=entry.version,
                sequence_url_or_accession_note=f"{entry.version}:{location.replace('<', '').replace('>', '')}",
                **plant_or_animal(entry)))
    return rows
