"""Records of published alignments: genes cut at the columns that the files state, or that sources.toml's cautions explain."""

import gzip
import re
from pathlib import Path

from builder import formats, table

SHORTEST = 100


def animal(source: dict, prefix: str, label: str, species: str, marker: str, sequence: str, **fields) -> dict:
    """One record of an animal that is known by its label only; all its genes share one specimen."""
    name = f"{prefix}_{re.sub(r'[^A-Za-z0-9._-]+', '_', label)}"
    rank = "species" if len(species.split()) == 2 else "subspecies" if len(species.split()) == 3 else "genus"
    row = {"identification": species, "identification_rank": rank, "kingdom": "Metazoa", "genus": species.split()[0],
           "species": " ".join(species.split()[:2]) if " " in species else "", "specimen": name}
    return table.record(source["id"], name, marker, sequence, **(row | fields))


def long_enough(rows: list[dict]) -> list[dict]:
    """Without the genes that an animal has no useful part of."""
    return [row for row in rows if sum(base in "ACGT" for base in row["nuc"]) >= SHORTEST]


PYTHON_COLUMNS = {"D-loop": (1, 732), "cytb": (733, 1846), "12S": (1847, 2218), "16S": (2219, 2716)}


def pythons(source: dict, path: Path) -> list[dict]:
    """Four loci of pythons; the columns stand in the file's comment."""
    rows = []
    for label, aligned in formats.nexus_matrix(path):
        species = re.sub(r"(?<=viridis)[NS]$", "", label)
        for marker, (start, end) in PYTHON_COLUMNS.items():
            note = f"label in the source: {label}" if label != species else ""
            sequence = formats.ungapped(aligned[start - 1:end])
            rows.append(animal(source, "pythons2008", label, species, marker, sequence, notes=[note], phylum="Chordata"))
    return long_enough(rows)


CETACEAN_COLUMNS = {"12S": (1, 393), "16S": (394, 969), "cytb": (970, 1365)}


def cetaceans(source: dict, path: Path) -> list[dict]:
    """12S, 16S and cytb of whales and a cow; the 12S|16S junction is estimated, that of cytb is exact."""
    rows = []
    for label, aligned in formats.nexus_matrix(path):
        for marker, (start, end) in CETACEAN_COLUMNS.items():
            note = "end towards the neighbouring rRNA estimated to about 10 bases" if marker != "cytb" else ""
            sequence = formats.ungapped(aligned[start - 1:end])
            rows.append(animal(source, "cetaceans1994", label, label.replace("_", " "), marker, sequence, notes=[note], phylum="Chordata"))
    return long_enough(rows)


APES = {"Hsa": "Homo sapiens", "Ptr": "Pan troglodytes", "Ppa": "Pan paniscus", "Ggo": "Gorilla gorilla", "Ppy": "Pongo pygmaeus"}


def apes_coii(source: dict, path: Path) -> list[dict]:
    """COII of 24 apes and people."""
    return [animal(source, "apes1993", label, APES[label[:3]], "COII", formats.ungapped(aligned), phylum="Chordata",
                   notes=[f"label in the source: {label}"])
            for label, aligned in formats.nexus_matrix(path)]


HORAI = {"human": "Homo sapiens", "common chimp": "Pan troglodytes", "pygmy chimp": "Pan paniscus", "gorilla": "Gorilla gorilla",
         "orangutan": "Pongo pygmaeus", "siamang": "Symphalangus syndactylus"}
HORAI_COLUMNS = {"ND2": (139, 1179), "COI-5P": (1180, 2718), "COII": (2719, 3399)}


def apes_horai(source: dict, path: Path) -> list[dict]:
    """ND2, COI and COII of six apes; gene lengths stand at the end of the file. The tRNA part is left out."""
    lines, rows = path.read_text(encoding="latin-1").splitlines(), []
    for number, line in enumerate(lines):
        label = line.strip()
        if label not in HORAI or any(row["notes"].endswith(f": {label}") for row in rows):
            continue
        coding = lines[number + 1].strip()
        for marker, (start, end) in HORAI_COLUMNS.items():
            code = "COI-full" if marker == "COI-5P" else marker
            rows.append(animal(source, "horai1992", label, HORAI[label], marker, coding[start - 1:end], phylum="Chordata", code=code,
                               notes=[f"label in the source: {label}"]))
    return rows


MAMMAL_CODONS = {"ATP6": 192, "ATP8": 34, "COI-5P": 503, "COII": 215, "COIII": 259, "cytb": 377,
                 "ND1": 315, "ND2": 316, "ND3": 102, "ND4": 433, "ND4L": 95, "ND5": 490}
MAMMAL_WHOLE = ("COI-5P", "COII", "COIII", "cytb", "ND1", "ND2")


def mammals20(source: dict, path: Path) -> list[dict]:
    """Mitochondrial genes of 20 mammals by accession: those in which the source removed no columns inside the human gene."""
    text = path.read_text(encoding="latin-1")
    names = dict(re.findall(r"(?m)^(\d+)\.\S+ ([A-Z][^#(]*?) ?\([^#]*# (?=[A-Z]+\d)", text))
    accessions = dict(re.findall(r"(?m)^(\d+)\.[^#\n]*# ([A-Z]+\d+)", text))
    rows, columns, start = [], {}, 0
    for marker, codons in MAMMAL_CODONS.items():
        columns[marker] = (start, start + 3 * codons)
        start += 3 * codons
    for number, _, letters in re.findall(r"(?m)^(\d+)\.(.*)\n((?:[ACGTacgt?-]+\n)+)", text):
        species, accession, aligned = names[number], accessions[number], letters.replace("\n", "")
        for marker in MAMMAL_WHOLE:
            begin, end = columns[marker]
            sequence = formats.ungapped(aligned[begin:end])
            row = animal(source, accession, "", species, marker, sequence, phylum="Chordata", insdc_acs=accession, specimen=accession,
                         code="COI-full" if marker == "COI-5P" else marker,
                         notes=["gene ends and stop codon removed by the source", "accession without version in the source"])
            rows.append(row | {"record_id": f"{accession}.{marker}"})
    return rows


def collared_lizards(marker: str):
    """Cytb or ND2 of one lizard species, with GI numbers and vouchers."""
    def build(source: dict, path: Path) -> list[dict]:
        rows = []
        for taxon in formats.nexml(path):
            voucher, place = taxon.get("dwc:voucher", ""), [taxon.get(f"to:decimal{axis}", "") for axis in ("Latitude", "Longitude")]
            species = taxon.get("dwc:scientificName", "")
            sequence, note = formats.ungapped(taxon["sequence"]), ""
            if marker == "ND2":
                start, end = formats.longest_reading_frame(sequence, {"TAA", "TAG", "AGA", "AGG"})
                note = f"bases {start}..{end} of {len(sequence)}: the gene without the neighbouring tRNA genes"
                sequence = sequence[start - 1:end]
            row = animal(source, taxon["label"], "", species, marker, sequence, phylum="Chordata",
                         museumid=voucher, inst=taxon.get("dwc:institutionCode", ""), sampleid=voucher, specimen=voucher or taxon["label"],
                         sequence_url_or_accession_note=f"gi|{taxon.get('dendropy:ncbi_gi', taxon['label'])[2:]}",
                         notes=[f"coord={place[0]},{place[1]}" if all(place) else "", note])
            rows.append(row | {"record_id": f"{taxon['label']}.{marker}"})
        return rows
    return build


CARNIVORE_COLUMNS = {"ATP6": (1, 681), "ATP8": (682, 882), "COI-5P": (883, 2424), "COII": (2425, 3105), "COIII": (3106, 3891),
                     "cytb": (3892, 5028), "ND1": (5029, 5982), "ND2": (5983, 7023), "ND3": (7024, 7368)}


def carnivores(source: dict, path: Path) -> list[dict]:
    """Nine mitochondrial genes of 62 carnivores; the file names no genes, their columns were found against accessioned cat and seal genes."""
    text, rows = gzip.open(path, "rt", encoding="latin-1").read(), []
    for label, letters in re.findall(r'<sequence>\s*<taxon idref="([^"]+)"/>\s*([^<]+)</sequence>', text):
        species, aligned = " ".join(label.split()), re.sub(r"\s", "", letters)
        for marker, (start, end) in CARNIVORE_COLUMNS.items():
            sequence = formats.ungapped(aligned[start - 1:end])
            rows.append(animal(source, "carnivora62", species, species, marker, sequence, phylum="Chordata",
                               code="COI-full" if marker == "COI-5P" else marker))
    return long_enough(rows)


LEMUR_COLUMNS = {"COII": (1, 684), "cytb": (685, 1824)}


def lemurs(source: dict, path: Path) -> list[dict]:
    """COII and cytb of lemurs and outgroups; specimen numbers stand in the labels; one label that is no taxon name is left out."""
    with gzip.open(path, "rt", encoding="latin-1") as opened:
        matrix = re.search(r"(?is)matrix(.*?);", opened.read()).group(1)
    rows = []
    for label, aligned in re.findall(r"(?m)^\s*(\S+)\s+([A-Za-z?-]+)\s*$", matrix):
        species = " ".join(re.sub(r"[_ ][\d.]+$", "", re.sub(r"_(\d)\.\d+$", r"", label)).split("_")).replace("  ", " ").strip()
        if species == "Rhinocerus":
            continue
        for marker, (start, end) in LEMUR_COLUMNS.items():
            rows.append(animal(source, "lemurs", label, species, marker, formats.ungapped(aligned[start - 1:end]), phylum="Chordata",
                               notes=[f"label in the source: {label}"]))
    return long_enough(rows)
