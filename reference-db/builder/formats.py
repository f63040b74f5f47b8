"""Readers of the sequence formats that the sources come in: text in, plain tuples and dictionaries out."""

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from pathlib import Path

COMPLEMENT = str.maketrans("ACGTRYSWKMBDHVN", "TGCAYRSWMKVHDBN")


def reverse_complement(sequence: str) -> str:
    """The other strand, read from its own start."""
    return sequence.translate(COMPLEMENT)[::-1]


def fasta(path: Path) -> list[tuple[str, str]]:
    """(header, sequence in upper case) in file order; comment lines that begin with `;` are skipped."""
    entries: list[list[str]] = []
    for line in path.read_text(encoding="latin-1").splitlines():
        line = line.strip()
        if line.startswith(">"):
            entries.append([line[1:], ""])
        elif line and not line.startswith(";"):
            entries[-1][1] += line.replace(" ", "").upper()
    return [(header, sequence) for header, sequence in entries]


def ungapped(aligned: str) -> str:
    """Upper-case bases of an aligned sequence; unknown sites (`?`) inside the read part become N, at its ends they go."""
    return aligned.upper().replace("-", "").strip("?").replace("?", "N").strip("N")


def nexus_matrix(path: Path) -> list[tuple[str, str]]:
    """(label, aligned sequence) of a NEXUS matrix: interleaved or not, labels quoted or not, `.` = as in the first row."""
    text = path.read_text(encoding="latin-1")
    matrix = re.search(r"(?is)\bmatrix\b(.*?);", text[re.search(r"(?i)begin (data|characters)", text).start():]).group(1)
    rows: dict[str, str] = {}
    for line in re.sub(r"\[[^\]]*\]", "", matrix).splitlines():
        found = re.match(r"\s*(?:'([^']+)'|(\S+))\s+(\S.*)$", line)
        if found:
            label = found.group(1) or found.group(2)
            rows[label] = rows.get(label, "") + re.sub(r"\s", "", found.group(3)).upper()
    first = next(iter(rows.values()))
    return [(label, "".join(f if c == "." else c for c, f in zip(row, first))) for label, row in rows.items()]


@dataclass
class Flatfile:
    """One GenBank flat file entry: what a record needs of it."""

    version: str = ""
    organism: str = ""
    lineage: list[str] = field(default_factory=list)
    features: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    sequence: str = ""


def genbank(path: Path) -> list[Flatfile]:
    """All entries of a GenBank flat file."""
    return [flatfile(text) for text in path.read_text(encoding="latin-1").split("\n//") if "LOCUS" in text]


def flatfile(text: str) -> Flatfile:
    """One entry: version, organism, lineage, features as (key, location, qualifiers), sequence in upper case."""
    head, _, rest = text.partition("\nFEATURES")
    table, _, origin = rest.partition("\nORIGIN")
    organism = re.search(r"\n  ORGANISM  (.+)\n((?:            .+\n)+)", head)
    entry = Flatfile(version=re.search(r"\nVERSION     (\S+)", head).group(1), organism=organism.group(1).strip())
    entry.lineage = [name.strip() for name in " ".join(organism.group(2).split()).rstrip(".").split(";")]
    entry.sequence = re.sub(r"[^A-Za-z]", "", origin).upper()
    for block in re.split(r"\n     (?=\S)", table)[1:]:
        key, location = block.split(None, 1)
        parts = re.split(r"\n {21}/", location)
        qualifiers: dict[str, str] = {}
        for part in parts[1:]:
            name, _, value = part.partition("=")
            qualifiers.setdefault(name, " ".join(value.split()).strip('"'))
        entry.features.append((key, "".join(parts[0].split()), qualifiers))
    return entry


def cut(sequence: str, location: str) -> str:
    """Bases of a feature location: a span, a join of spans, or the complement of either."""
    if location.startswith("complement("):
        return reverse_complement(cut(sequence, location[11:-1]))
    if location.startswith("join("):
        return "".join(cut(sequence, part) for part in location[5:-1].split(","))
    start, _, end = location.replace("<", "").replace(">", "").partition("..")
    return sequence[int(start) - 1:int(end or start)]


def nexml(path: Path) -> list[dict[str, str]]:
    """Rows of a NeXML matrix: the properties of each taxon, and its aligned sequence under `sequence`."""
    space = "{http://www.nexml.org/2009}"
    root = ElementTree.parse(path).getroot()
    taxa = {}
    for taxon in root.iter(f"{space}otu"):
        metas = [meta for meta in taxon.iter() if meta.tag.endswith("meta") and meta.get("property")]
        taxa[taxon.get("id")] = {"label": taxon.get("label")} | {meta.get("property"): meta.get("content") for meta in metas}
    return [taxa[row.get("otu")] | {"sequence": "".join("".join(row.itertext()).split()).upper()} for row in root.iter(f"{space}row")]


def longest_reading_frame(sequence: str, stops: set[str]) -> tuple[int, int]:
    """Start and end (1-based, closed, the stop codon included) of the longest forward frame from ATG to a stop codon."""
    best = (0, 0)
    for frame in range(3):
        start = None
        for place in range(frame, len(sequence) - 2, 3):
            codon = sequence[place:place + 3]
            if codon == "ATG" and start is None:
                start = place
            elif codon in stops and start is not None:
                best = max(best, (start, place + 3), key=lambda span: (span[1] - span[0], -span[0]))
                start = None
    return best[0] + 1, best[1]
