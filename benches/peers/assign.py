#!/usr/bin/env python3
"""Puts the usual rules of assignment through the splits of `saola validate`, and prints one table with the same measures.

Usage: assign.py --records FOLDER --trials DIR [--schemes loso,lspo,lgo] [--half reporting] [--fragment full] [--marker M] [--audited] [--out FILE]

FOLDER is the reference folder that `saola validate --records` was given, DIR its --out. Accepted names, genera and families are those of
FOLDER/taxonomy. The training set of a fold is every record of the marker but those of the specimens (loso), species (lspo) or genera (lgo) on trial
in it. It is not audited, as none of these rules audits; with --audited it is without the records whose label the audit of the whole library disputes.
Needs blastn, makeblastdb and vsearch (Debian: ncbi-blast+, vsearch).

Rules:
 BLAST best hit     megablast, the first hit by bit score of those with at least 80 % query coverage; its species from an identity of 97, 98 or 99 %.
                    Equal hits of several species: the first one reported, as is done by hand.
 best close match   R. Meier et al., Systematic Biology 55, 2006: the nearest records by global alignment, end gaps left out, inner ones counted, if
                    they differ in at most 1 %; the species if they are all of one, else nothing.
 SINTAX             vsearch --sintax, the lowest rank of species, genus and family with a support of at least 0.8 or 0.95. Of equal records vsearch
                    takes the shortest, then the first (its issue 535), so that those of two species do not lower the support.
 LCA                vsearch --usearch_global at 97 %, all hits; the lowest rank that they share (--lcaout).

A record without a species name makes no answer: a best hit on it names nothing, and with others at one distance they are not of one species.
Measures are those of `saola validate`: right is the lowest taxon that the training set still allows, too high one above it, wrong what does not
hold. A trial is disputed by the labels of its query and of the record that Saola, not the rule, matched it with: a mislabelled record that Saola
has in quarantine and the rule hits is an undisputed error of the rule, so compare with --audited as well.
"""
import argparse
import csv
import itertools
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from fractions import Fraction

RANKS = ("family", "genus", "species")
LEFT_OUT = {"loso": "specimen", "lspo": "species", "lgo": "genus"}
ALLOWED = {"loso": "species", "lspo": "genus", "lgo": "family"}
BINOMIAL = re.compile(r"([A-Z][a-z-]+) (?:\([A-Z][a-z-]+\) )?([a-z-]{2,})(?= |$)")
RESERVED = re.compile(r"[?×]|\b(sp|spp|cf|aff|nr|near|agg|group|x|hybrid|complex|auct)\b")
DISPUTES = {"contamination", "family conflict", "genus conflict", "species conflict", "outlier in its species"}
NEEDED = set("marker scheme recognition fragment errors fold half record species findings disputed separable level verdict".split())


def read_table(path):
    if not path.exists():
        sys.exit(f"{path}: not found")
    with open(path, newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


class Taxonomy:
    """What a label stands for, as in crates/curate/src/label.rs."""

    def __init__(self, folder):
        self.taxa = {row["taxon_id"]: row for row in read_table(folder / "taxa.tsv")}
        self.by_name = defaultdict(list)
        for row in self.taxa.values():
            self.by_name[row["name"]].append(row)
        synonyms = read_table(folder / "synonyms.tsv") if (folder / "synonyms.tsv").exists() else []
        self.accepted = {row["name"]: row["accepted"] for row in sorted(synonyms, key=lambda row: row["accepted"], reverse=True)}

    def lineage(self, taxon):
        while taxon:
            yield taxon
            taxon = self.taxa.get(taxon["parent_id"]) if taxon["parent_id"] != taxon["taxon_id"] else None

    def ranks(self, label, higher):
        """Species, genus and family; empty where there is none. `higher` are names by which homonyms are told apart."""
        label = label.replace("_", " ").strip()
        binomial = None if RESERVED.search(label) else BINOMIAL.match(label)
        name = " ".join(binomial.groups()) if binomial else label.split(" ")[0]
        taxa = self.by_name.get(name) or self.by_name.get(self.accepted.get(name), [])
        shared = lambda taxon: sum(one["name"] in higher for one in self.lineage(taxon))
        lineage = list(self.lineage(max(taxa, key=shared))) if taxa else []
        return {rank: next((one["name"] for one in lineage if one["rank"] == rank), "") for rank in RANKS}


def read_records(folder):
    """All records by id, with what their labels name and the specimen as in crates/saola/src/validate/deal.rs."""
    taxonomy = Taxonomy(folder / "taxonomy")
    markers = {name.lower(): row["marker"] for row in read_table(folder / "markers.tsv") for name in [row["marker"], *row["aliases"].split(";")]}
    records = {}
    for path in sorted((folder / "records").glob("*.tsv")):
        for row in read_table(path):
            higher = {row.get(rank) for rank in ("kingdom", "phylum", "class", "order", "family")} - {"", None}
            specimens = (row.get(column) for column in ("specimen", "museumid", "processid", "record_id"))
            known = {"id": row["record_id"], "marker": markers.get(row["marker_code"].lower()), "specimen": next(filter(None, specimens))}
            records[row["record_id"]] = {**known, "bases": row["nuc"].replace("-", "").upper(), **taxonomy.ranks(row["identification"], higher)}
    return records


def read_trials(path, records, options):
    """The undamaged trials that are asked for, of both halves: the whole fold was left out."""
    rows = read_table(path)
    missing = NEEDED - set(rows[0] if rows else ())
    if missing:
        sys.exit(f"{path}: lacks the columns {', '.join(sorted(missing))}; repeat `saola validate`")
    plain = {"errors": "0", "mislabels": "0", "defect": "none", "recognition": options.recognition, "fragment": options.fragment}
    rows = [row for row in rows if all(row.get(column, value) == value for column, value in plain.items())
            and row["scheme"] in options.schemes and options.marker in (None, row["marker"])]
    if not rows:
        sys.exit(f"{path}: no such trials")
    for row in rows:
        read = records.get(row["record"], {}).get("species")
        if read != row["species"]:
            sys.exit(f"{path}: {row['record']} is {row['species']!r}, but {read!r} in the records: trials of another library")
    return rows


def training(records, scheme, marker, tried):
    """The records of the marker without the specimens, species or genera of the fold's trials."""
    key = LEFT_OUT[scheme]
    gone = {records[row["record"]][key] for row in tried}
    return [record for record in records.values() if record["marker"] == marker and record[key] not in gone]


def middle(record, fragment):
    """The query made of a record, as in crates/saola/src/validate/query.rs."""
    if fragment == "full":
        return record
    start = (len(record["bases"]) - int(fragment)) // 2
    return {**record, "bases": record["bases"][start:start + int(fragment)]}


def write_fasta(path, records, header):
    path.write_text("".join(f">{header(record)}\n{record['bases']}\n" for record in records))


def run(*command):
    done = subprocess.run([str(part) for part in command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"failed ({done.returncode}): {' '.join(map(str, command))}\n{done.stderr}")


def rows_of(path):
    with open(path, newline="") as file:
        return list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def header_with_taxa(record):
    """A SINTAX header; a rank that is not known is left out."""
    ranks = [("d", "Life"), ("f", record["family"]), ("g", record["genus"]), ("s", record["species"])]
    named = ",".join(f"{letter}:{name.replace(' ', '_')}" for letter, name in ranks if name)
    return f"{record['id']};tax={named};"


def lowest(taxa):
    """Rank and name of the last of `d:..`, `f:..`, `g:..`, `s:..`, or nothing."""
    ranks = {rank[0]: rank for rank in RANKS}
    named = [(ranks[one[0]], one[2:].replace("_", " ")) for one in taxa if one[:1] in ranks]
    return named[-1] if named else None


def best_hit(place, species, threads):
    run("makeblastdb", "-in", place / "train.fasta", "-dbtype", "nucl", "-out", place / "db")
    run("blastn", "-task", "megablast", "-query", place / "query.fasta", "-db", place / "db", "-num_threads", threads,
        "-outfmt", "6 qseqid sseqid pident qcovs bitscore", "-out", place / "blast.tsv")
    best = {}
    for query, subject, identity, coverage, bits in rows_of(place / "blast.tsv"):
        if float(coverage) >= 80 and (query not in best or float(bits) > best[query][0]):
            best[query] = float(bits), float(identity), species[subject]
    return {f"BLAST best hit {limit} %": {query: ("species", name) for query, (_, identity, name) in best.items() if identity >= limit and name}
            for limit in (97, 98, 99)}


def global_search(place, species, threads):
    """Best close match and LCA, both from all hits of one exhaustive search. vsearch prints identities with one decimal place, by which 7
    differences in 694 are 99.0 %: they are counted instead."""
    run("vsearch", "--usearch_global", place / "query.fasta", "--db", place / "tax.fasta", "--id", "0.97", "--iddef", "2", "--maxaccepts", "0",
        "--maxrejects", "0", "--strand", "plus", "--threads", threads, "--lcaout", place / "lca.tsv",
        "--userout", place / "global.tsv", "--userfields", "query+target+mism+gaps+alnlen")
    near = defaultdict(lambda: (Fraction(1, 100), set()))
    for query, target, mismatches, gaps, columns in rows_of(place / "global.tsv"):
        distance = Fraction(int(mismatches) + int(gaps), int(columns))
        name = species[target.split(";")[0]]
        if distance < near[query][0]:
            near[query] = distance, {name}
        elif distance == near[query][0]:
            near[query][1].add(name)
    close = {query: ("species", *names) for query, (_, names) in near.items() if len(names) == 1 and "" not in names}
    return {"best close match 1 %": close, "LCA 97 %": {row[0]: lowest("".join(row[1:2]).split(",")) for row in rows_of(place / "lca.tsv")}}


def sintax(place, _species, _threads):
    """One thread and a seed: otherwise the drawn words differ from run to run."""
    run("vsearch", "--sintax", place / "query.fasta", "--db", place / "tax.fasta", "--tabbedout", place / "sintax.tsv", "--strand", "plus",
        "--threads", "1", "--randseed", "1")
    supported = {row[0]: re.findall(r"([a-z]:[^,]*)\(([0-9.]+)\)", "".join(row[1:2])) for row in rows_of(place / "sintax.tsv")}
    return {f"SINTAX {cutoff}": {query: lowest([name for name, support in taxa if float(support) >= cutoff]) for query, taxa in supported.items()}
            for cutoff in (0.8, 0.95)}


PEERS = [*(f"BLAST best hit {limit} %" for limit in (97, 98, 99)), "best close match 1 %", "SINTAX 0.8", "SINTAX 0.95", "LCA 97 %"]


def assign(train, queries, threads):
    """Answers of every peer by query: a rank and a name, or nothing."""
    answers = {}
    species = {record["id"]: record["species"] for record in train}
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder)
        write_fasta(place / "train.fasta", train, lambda record: record["id"])
        write_fasta(place / "tax.fasta", train, header_with_taxa)
        write_fasta(place / "query.fasta", queries, lambda record: record["id"])
        for rule in best_hit, global_search, sintax:
            answers.update(rule(place, species, threads))
    return answers


def judge(answer, truth, scheme):
    """The verdict of crates/identify/src/trial.rs on one answer."""
    if not answer:
        return "abstained"
    rank, name = answer
    if truth[rank] != name or RANKS.index(rank) > RANKS.index(ALLOWED[scheme]):
        return "wrong"
    return "right" if rank == ALLOWED[scheme] else "too_high"


def upper(failures, trials):
    """Upper end of the 95 % Clopper-Pearson interval, by the sums of crates/identify/src/trial.rs."""
    def at_most(share):
        odds = share / (1 - share)
        term, first, total = 1.0, 0.0, 0.0
        for hits in range(trials + 1):
            total += term
            first += term if hits <= failures else 0
            term *= (trials - hits) / (hits + 1) * odds
            if total > 1e200:
                term, first, total = term / 1e200, first / 1e200, total / 1e200
        return first / total

    low, high = 0.0, 1.0
    for _ in range(60 if failures < trials else 0):
        half = (low + high) / 2
        low, high = (half, high) if at_most(half) > 0.025 else (low, half)
    return low if failures < trials else 1.0


COLUMNS = ["rule", "left_out", "half", "trials", "right", "too_high", "wrong", "abstained", "wrong_species", "upper_%", "wrong_undisputed",
           "wrong_unshared", "separable", "separable_named"]


def measure(trials):
    """`trials` are (row of trials.tsv, verdict, whether a species or several were named)."""
    verdicts = [verdict for _, verdict, _ in trials]
    wrong = [row for row, verdict, names_species in trials if verdict == "wrong" and names_species]
    undisputed = [row for row in wrong if row["disputed"] == "false"]
    unshared = [row for row in undisputed if "shared barcode" not in row["findings"].split(", ")]
    separable = [verdict for row, verdict, _ in trials if row["separable"] == "true"]
    return [len(trials), *map(verdicts.count, ("right", "too_high", "wrong", "abstained")), len(wrong),
            f"{100 * upper(len(wrong), len(trials)):.2f}", len(undisputed), len(unshared), len(separable), separable.count("right")]


def table(options):
    records = read_records(options.records)
    rows = read_trials(options.trials / "trials.tsv", records, options)
    disputed = {row["record"] for row in rows if DISPUTES & set(row["findings"].split(", "))} if options.audited else set()
    folds = defaultdict(list)
    for row in rows:
        folds[row["marker"], row["scheme"], int(row["fold"])].append(row)
    results = defaultdict(list)
    for (marker, scheme, fold), tried in sorted(folds.items()):
        train = [record for record in training(records, scheme, marker, tried) if record["id"] not in disputed]
        # Half by half: the words that SINTAX draws for a query depend on the queries before it.
        for half in options.half:
            asked = [row for row in tried if row["half"] == half]
            queries = [middle(records[row["record"]], options.fragment) for row in asked]
            answers = assign(train, queries, options.threads) if asked and train else {}
            results["Saola", scheme, half] += [(row, row["verdict"], row["level"].startswith("SPECIES")) for row in asked]
            for peer, row in itertools.product(PEERS, asked):
                answer = answers.get(peer, {}).get(row["record"])
                verdict = judge(answer, records[row["record"]], scheme)
                results[peer, scheme, half].append((row, verdict, bool(answer) and answer[0] == "species"))
            print(f"{marker} {scheme} fold {fold} {half}: {len(train)} records, {len(asked)} queries", file=sys.stderr)
    keys = [(rule, scheme, half) for scheme in options.schemes for half in options.half for rule in ("Saola", *PEERS)]
    lines = [COLUMNS] + [[*key, *measure(results[key])] for key in keys if results[key]]
    return "".join("\t".join(map(str, line)) + "\n" for line in lines)


def self_check():
    """What each rule must say, worked out by hand."""
    bases, far = ("".join(random.Random(seed).choices("ACGT", k=694)) for seed in (1, 2))
    changed = lambda count, start, step: "".join(
        "CGTA"["ACGT".index(base)] if place in range(start, start + count * step, step) else base for place, base in enumerate(bases))
    record = lambda name, label, sequence, specimen=None: {"id": name, "marker": "m", "bases": sequence, "specimen": specimen or name,
                                                           "species": label, "genus": label.split(" ")[0], "family": "F"}
    # Equal records of two species: nothing, one of them, and what they share. A hit on a seventh of the query is none.
    train = [record(*one) for one in (("a", "Aa aa", bases), ("b", "Bb bb", bases), ("c", "Cc cc", far))]
    answers = assign(train, [record("q", "", bases), record("r", "", far), record("part", "", far[:100] + bases[::-1])], 1)
    assert "q" not in answers["best close match 1 %"] and answers["LCA 97 %"]["q"] == ("family", "F"), answers
    assert answers["BLAST best hit 99 %"]["q"] in (("species", "Aa aa"), ("species", "Bb bb")), answers
    assert all(answers[peer].get("r") == ("species", "Cc cc") for peer in PEERS), answers
    assert not any("part" in answers[peer] for peer in PEERS if peer.startswith("BLAST")), answers
    # 6 differences in 694 are below 1 %, 7 above it, 14 are 97.98 %; the nearer of two species is named, end gaps are none.
    six, seven, fourteen = changed(6, 50, 90), changed(7, 50, 90), changed(14, 20, 48)
    answers = assign(train[:1], [record("6", "", six), record("7", "", seven), record("14", "", fourteen)], 1)
    assert set(answers["best close match 1 %"]) == {"6"}, answers
    named = [set(answers[f"BLAST best hit {limit} %"]) for limit in (97, 98, 99)]
    assert named == [{"6", "7", "14"}, {"6", "7"}, {"6"}], named
    answers = assign([train[0], record("d", "Dd dd", six)], [record("far", "", six + "ACGT"), record("near", "", changed(1, 50, 1))], 1)
    assert answers["best close match 1 %"] == {"far": ("species", "Dd dd"), "near": ("species", "Aa aa")}, answers
    for more in [], train[:1]:
        assert not assign([record("unnamed", "", bases), *more], [record("q", "", bases)], 1)["best close match 1 %"]
    labels = enumerate(("Aa aa", "Aa aa", "Aa aa", "Aa bb", "Bb bb"), 1)
    library = {str(number): record(str(number), label, "", "x" if number < 3 else None) for number, label in labels}
    left = ["".join(one["id"] for one in training(library, scheme, "m", [{"record": "1"}])) for scheme in ("loso", "lspo", "lgo")]
    assert left == ["345", "45", "5"], left
    said = [("species", "Aa aa"), ("genus", "Aa"), ("family", "F"), ("family", "G"), None]
    verdicts = {scheme: " ".join(judge(one, library["1"], scheme) for one in said) for scheme in LEFT_OUT}
    assert list(verdicts.values()) == ["right too_high too_high wrong abstained", "wrong right too_high wrong abstained",
                                       "wrong wrong right wrong abstained"], verdicts
    assert middle({"bases": "AACGTT"}, "3") == {"bases": "ACG"}
    for failures, trials, bound in (0, 100, 0.0362167), (5, 100, 0.1128349), (50, 10000, 0.0065866), (20, 20, 1), (0, 0, 1):
        assert abs(upper(failures, trials) - bound) < 1e-6, (failures, trials)
    print("self-check passed")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=pathlib.Path)
    parser.add_argument("--trials", type=pathlib.Path)
    parser.add_argument("--schemes", type=lambda text: text.split(","), default=["loso", "lspo"])
    parser.add_argument("--half", choices=["reporting", "tuning", "both"], default="reporting")
    parser.add_argument("--fragment", default="full", help="`full`, or a number of bases in the middle")
    parser.add_argument("--recognition", choices=["unknown", "known"], default="unknown", help="of which of Saola's trials")
    parser.add_argument("--marker")
    parser.add_argument("--audited", action="store_true", help="without the records whose label is disputed")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("--self-check", action="store_true")
    options = parser.parse_args()
    for program in ("blastn", "makeblastdb", "vsearch"):
        if not shutil.which(program):
            sys.exit(f"{program} is not installed (Debian: ncbi-blast+, vsearch)")
    if options.self_check:
        return self_check()
    if not options.records or not options.trials or set(options.schemes) - set(LEFT_OUT):
        parser.error(f"--records and --trials are needed; schemes are {', '.join(LEFT_OUT)}")
    options.half = ["tuning", "reporting"] if options.half == "both" else [options.half]
    text = table(options)
    options.out.write_text(text) if options.out else sys.stdout.write(text)


if __name__ == "__main__":
    main()
