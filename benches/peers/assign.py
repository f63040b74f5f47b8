#!/usr/bin/env python3
"""Puts the usual rules of assignment through the splits of `saola validate`, and prints one table with the same measures.

Usage: assign.py --records FOLDER --trials DIR [--schemes loso,lspo] [--half reporting] [--marker M] [--out FILE]

FOLDER is the reference folder that `saola validate --records` was given, DIR its --out. Of each fold the training set is every record of
the marker but those of the specimens (loso), species (lspo) or genera (lgo) that were left out; unlike Saola's own library it is not audited, as none
of these rules audits. Queries are the whole records. Needs blastn, makeblastdb and vsearch (Debian: ncbi-blast+, vsearch).

Rules:
 BLAST best hit     megablast, the first hit by bit score of at least 80 % query coverage; its species from an identity of 97, 98 or 99 %.
                    Equal hits of several species: the first one reported, as is done by hand.
 best close match   R. Meier et al., Systematic Biology 55, 2006: the nearest records by global alignment, end gaps left out, if they differ in
                    at most 1 %; the species if they are all of one, else nothing.
 SINTAX             vsearch --sintax, the lowest rank with a support of at least 0.8 or 0.95.
 LCA                vsearch --usearch_global at 97 %, all hits; the lowest rank that they share (--lcaout).

The measures are those of `saola validate`: right is the lowest taxon that the training set still allows, too high one above it, wrong what does not
hold, abstained nothing.
"""
import argparse
import csv
import math
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict

RANKS = ("family", "genus", "species")
ALLOWED = {"loso": "species", "lspo": "genus", "lgo": "family"}


def read_table(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def read_records(folder):
    """All records with what their labels name; a label of fewer than two words names no species."""
    records = []
    for path in sorted(pathlib.Path(folder, "records").glob("*.tsv")):
        for row in read_table(path):
            words = row["identification"].split()
            species = " ".join(words[:2]) if len(words) > 1 and words[1].islower() else ""
            records.append({
                "id": row["record_id"], "marker": row["marker_code"], "bases": row["nuc"].replace("-", ""),
                "specimen": row["specimen"] or row["processid"] or row["record_id"],
                "species": species, "genus": words[0] if words else "", "family": row.get("family", ""),
            })
    return records


def training(records, scheme, left_out):
    """The records that stay: `left_out` are the trial rows of the fold."""
    by_id = {record["id"]: record for record in records}
    own = [by_id[row["record"]] for row in left_out]
    key = {"loso": "specimen", "lspo": "species", "lgo": "genus"}[scheme]
    gone = {record[key] for record in own}
    return [record for record in records if record[key] not in gone]


def write_fasta(path, records, header):
    with open(path, "w") as file:
        for record in records:
            file.write(f">{header(record)}\n{record['bases']}\n")


def run(arguments):
    subprocess.run([str(one) for one in arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def tax(record):
    """A SINTAX header; a rank that is not known is left out."""
    ranks = [("d", "life"), ("f", record["family"]), ("g", record["genus"]), ("s", record["species"])]
    named = ",".join(f"{letter}:{name.replace(' ', '_')}" for letter, name in ranks if name)
    return f"{record['id']};tax={named};"


def blast(place, answers):
    """First hit of each query: identity and species."""
    run(["makeblastdb", "-in", place / "train.fa", "-dbtype", "nucl", "-out", place / "db"])
    run(["blastn", "-query", place / "query.fa", "-db", place / "db", "-outfmt", "6 qseqid sseqid pident qcovs bitscore", "-max_target_seqs", "50",
         "-num_threads", "1", "-out", place / "blast.tsv"])
    best = {}
    for query, subject, identity, coverage, bits in csv.reader(open(place / "blast.tsv"), delimiter="\t"):
        if float(coverage) >= 80 and (query not in best or float(bits) > best[query][0]):
            best[query] = (float(bits), float(identity), subject)
    for limit in (97, 98, 99):
        for query, (_, identity, subject) in best.items():
            if identity >= limit:
                answers[f"BLAST best hit {limit} %"][query] = ("species", subject)


def close_match(place, answers):
    run(["vsearch", "--usearch_global", place / "query.fa", "--db", place / "train.fa", "--id", "0.97", "--maxaccepts", "0", "--maxrejects", "0",
         "--strand", "plus", "--threads", "1", "--userout", place / "global.tsv", "--userfields", "query+target+id"])
    near = defaultdict(list)
    for query, subject, identity in csv.reader(open(place / "global.tsv"), delimiter="\t"):
        near[query].append((float(identity), subject))
    for query, hits in near.items():
        best = max(identity for identity, _ in hits)
        if best >= 99:
            answers["best close match 1 %"][query] = ("all", [subject for identity, subject in hits if identity == best])


def by_rank(text):
    """The lowest rank of `d:..,f:..,g:..,s:..`."""
    letters = {"f": "family", "g": "genus", "s": "species"}
    named = [one.split(":", 1) for one in text.split(",") if ":" in one]
    named = [(letters[letter], name.replace("_", " ")) for letter, name in named if letter in letters]
    return named[-1] if named else None


def sintax(place, answers):
    for cutoff in ("0.8", "0.95"):
        run(["vsearch", "--sintax", place / "query.fa", "--db", place / "tax.fa", "--sintax_cutoff", cutoff, "--tabbedout", place / "sintax.tsv",
             "--strand", "plus", "--threads", "1", "--randseed", "1"])
        for row in csv.reader(open(place / "sintax.tsv"), delimiter="\t"):
            answers[f"SINTAX {cutoff}"][row[0]] = by_rank(row[3]) if len(row) > 3 else None


def lca(place, answers):
    run(["vsearch", "--usearch_global", place / "query.fa", "--db", place / "tax.fa", "--id", "0.97", "--maxaccepts", "0", "--maxrejects", "0",
         "--strand", "plus", "--threads", "1", "--lcaout", place / "lca.tsv"])
    for row in csv.reader(open(place / "lca.tsv"), delimiter="\t"):
        answers["LCA 97 %"][row[0]] = by_rank(row[1]) if len(row) > 1 else None


PEERS = [f"BLAST best hit {limit} %" for limit in (97, 98, 99)] + ["best close match 1 %", "SINTAX 0.8", "SINTAX 0.95", "LCA 97 %"]


def assign(train, queries):
    """Answers of every peer by query: a rank and a name, or nothing."""
    answers = {peer: {} for peer in PEERS}
    label = {record["id"]: record["species"] for record in train}
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder)
        write_fasta(place / "train.fa", train, lambda record: record["id"])
        write_fasta(place / "tax.fa", train, tax)
        write_fasta(place / "query.fa", queries, lambda record: record["id"])
        for peer in (blast, close_match, sintax, lca):
            peer(place, answers)
    for found in answers.values():
        for query, answer in found.items():
            if answer and answer[0] == "all":
                names = {label[subject] for subject in answer[1]}
                found[query] = ("species", names.pop()) if len(names) == 1 else None
            elif answer and answer[1] in label:
                found[query] = ("species", label[answer[1]])
    return answers


def judge(answer, truth, scheme):
    """The verdict of `saola validate` on one answer."""
    if not answer or not answer[1]:
        return "abstained"
    rank, name = answer
    holds = truth[rank] == name and RANKS.index(rank) <= RANKS.index(ALLOWED[scheme])
    if not holds:
        return "wrong"
    return "right" if rank == ALLOWED[scheme] else "too_high"


def upper(failures, trials):
    """Upper end of the 95 % Clopper-Pearson interval."""
    if failures >= trials:
        return 1.0

    def at_most(share):
        terms = (math.lgamma(trials + 1) - math.lgamma(k + 1) - math.lgamma(trials - k + 1) + k * math.log(share) + (trials - k) * math.log1p(-share)
                 for k in range(failures + 1))
        return sum(map(math.exp, terms))

    low, high = 1e-12, 1 - 1e-12
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if at_most(middle) > 0.025 else (low, middle)
    return low


COLUMNS = ["rule", "left_out", "trials", "right", "too_high", "wrong", "abstained", "wrong_species", "upper_%", "wrong_undisputed",
           "wrong_unshared", "separable", "separable_named"]


def measure(rule, scheme, trials):
    """`trials` are (row of trials.tsv, verdict, whether a species was named)."""
    count = {verdict: sum(one == verdict for _, one, _ in trials) for verdict in ("right", "too_high", "wrong", "abstained")}
    wrong = [row for row, verdict, species in trials if verdict == "wrong" and species]
    undisputed = [row for row in wrong if row["disputed"] == "false"]
    unshared = [row for row in undisputed if "shared barcode" not in row["findings"].split(", ")]
    separable = [verdict for row, verdict, _ in trials if row["separable"] == "true"]
    return [rule, scheme, len(trials), *count.values(), len(wrong), f"{100 * upper(len(wrong), len(trials)):.2f}", len(undisputed), len(unshared),
            len(separable), separable.count("right")]


def table(options):
    rows = read_table(pathlib.Path(options.trials, "trials.tsv"))
    missing = {"fold", "disputed", "separable"} - set(rows[0] if rows else ())
    if missing:
        sys.exit(f"{options.trials}/trials.tsv: lacks the columns {', '.join(sorted(missing))}")
    wanted = [row for row in rows if row["fragment"] == "full" and (row["errors"], row["mislabels"], row["defect"]) == ("0", "0", "none")
              and row["recognition"] == "unknown" and options.marker in (None, row["marker"])]
    records = read_records(options.records)
    by_id = {record["id"]: record for record in records}
    results = defaultdict(list)
    for scheme in options.schemes.split(","):
        folds = sorted({(row["marker"], row["fold"]) for row in wanted if row["scheme"] == scheme}, key=lambda one: (one[0], int(one[1])))
        for marker, fold in folds:
            left_out = [row for row in wanted if (row["scheme"], row["marker"], row["fold"]) == (scheme, marker, fold)]
            tried = [row for row in left_out if options.half in ("both", row["half"])]
            train = training([record for record in records if record["marker"] == marker], scheme, left_out)
            answers = assign(train, [by_id[row["record"]] for row in tried]) if tried else {}
            for row in tried:
                truth = by_id[row["record"]]
                results["Saola", scheme].append((row, row["verdict"], row["level"].startswith("SPECIES")))
                for peer in PEERS:
                    answer = answers[peer].get(row["record"])
                    species = bool(answer) and answer[0] == "species"
                    results[peer, scheme].append((row, judge(answer, truth, scheme), species))
            print(f"{scheme} {marker} fold {fold} done", file=sys.stderr)
    lines = [COLUMNS] + [measure(rule, scheme, results[rule, scheme])
                         for scheme in options.schemes.split(",") for rule in ["Saola", *PEERS] if results[rule, scheme]]
    return "".join("\t".join(map(str, line)) + "\n" for line in lines)


def self_check():
    """Two species with the same bases: best close match says nothing, a best hit names one of them."""
    bases, far = ("".join(random.Random(seed).choices("ACGT", k=600)) for seed in (1, 2))

    def record(name, label, sequence):
        return {"id": name, "marker": "m", "bases": sequence, "specimen": name, "species": label, "genus": label.split()[0], "family": "F"}

    train = [record("a", "Aa aa", bases), record("b", "Bb bb", bases), record("c", "Cc cc", far)]
    answers = assign(train, [record("q", "Aa aa", bases), record("r", "Cc cc", far)])
    assert answers["best close match 1 %"].get("q") is None, answers
    assert answers["BLAST best hit 99 %"]["q"][1] in ("Aa aa", "Bb bb"), answers
    assert answers["LCA 97 %"]["q"] == ("family", "F"), answers
    assert all(answers[peer].get("r") == ("species", "Cc cc") for peer in PEERS), answers
    truth = {"species": "Aa aa", "genus": "Aa", "family": "F"}
    verdicts = [judge(answer, truth, "lspo") for answer in (("species", "Aa aa"), ("genus", "Aa"), ("family", "F"), None)]
    assert verdicts == ["wrong", "right", "too_high", "abstained"], verdicts
    assert abs(upper(0, 100) - 0.0362167) < 1e-6 and abs(upper(5, 100) - 0.1128349) < 1e-6
    print("self-check passed")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records")
    parser.add_argument("--trials")
    parser.add_argument("--schemes", default="loso,lspo")
    parser.add_argument("--half", default="reporting", choices=["reporting", "tuning", "both"])
    parser.add_argument("--marker")
    parser.add_argument("--out")
    parser.add_argument("--self-check", action="store_true")
    options = parser.parse_args()
    for program in ("blastn", "makeblastdb", "vsearch"):
        if not shutil.which(program):
            sys.exit(f"{program} is not installed (Debian: ncbi-blast+, vsearch)")
    if options.self_check:
        return self_check()
    if not options.records or not options.trials:
        parser.error("--records and --trials are needed")
    text = table(options)
    pathlib.Path(options.out).write_text(text) if options.out else sys.stdout.write(text)


if __name__ == "__main__":
    main()
