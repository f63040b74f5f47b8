#!/usr/bin/env python3
"""Compares Saola with blastn, vsearch, minimap2 and mmseqs2 on the same records and queries; see README.md beside it."""

import argparse
import collections
import csv
import itertools
import os
import pathlib
import random
import shutil
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PACKAGES = {"blastn": "ncbi-blast+", "vsearch": "vsearch", "minimap2": "minimap2", "mmseqs": "mmseqs2"}
Cost = collections.namedtuple("Cost", "cpu wall memory failed")


# In an interpreter of its own: a child counts the memory of the process that it was split off from as its own peak.
MEASURE = """
import os, sys, time
out = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
null = os.open(os.devnull, os.O_WRONLY)
start = time.perf_counter()
child = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ,
                        file_actions=[(os.POSIX_SPAWN_DUP2, out, 1), (os.POSIX_SPAWN_DUP2, null, 2)])
_, status, usage = os.wait4(child, 0)
wall = time.perf_counter() - start
print(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024, os.waitstatus_to_exitcode(status))
"""


def run(command, output=None, may_fail=False):
    """Runs a command; CPU and wall seconds and peak memory (MB) of it and its children, and whether it failed."""
    command = [str(part) for part in command]
    measure = [sys.executable, "-I", "-S", "-c", MEASURE, str(output or os.devnull), *command]
    answer = subprocess.run(measure, stdout=subprocess.PIPE, text=True, check=True).stdout
    cpu, wall, memory, code = map(float, answer.split())
    if code != 0:
        message = f"failed ({code:.0f}): {' '.join(command)}"
        if not may_fail:
            sys.exit(message)
        print(message, file=sys.stderr)
    return Cost(cpu, wall, memory, code != 0)


class Tool:
    """A program with its settings: how its index is built, how it is asked, how its list is read."""

    def __init__(self, name, build, search, columns=(0, 1), header=False):
        self.name, self.build, self.search, self.columns, self.header = name, build, search, columns, header

    def hits(self, output):
        lists = collections.defaultdict(set)
        with open(output) as lines:
            for number, line in enumerate(lines):
                cells = line.rstrip("\n").split("\t")
                if not (self.header and number == 0) and len(cells) > max(self.columns):
                    lists[cells[self.columns[0]]].add(cells[self.columns[1]])
        return lists


def tools(saola, folder, work):
    """Every tool: index files are `work/NAME.*`; each search is given queries, output and threads."""
    fasta = folder / "reference.fasta"
    database, udb, mmseqs = work / "blastn.db", work / "vsearch.udb", work / "mmseqs.db"
    release = work / "saola.saola"

    def ask_saola(*more):
        fixed = [saola, "search", "--quiet", "--db", release, "--marker", "COI-5P", "--format", "tsv"]
        return lambda queries, output, threads: ([*fixed, *more, "--threads", threads, queries], output)

    def ask_vsearch(*more):
        return lambda queries, output, threads: (
            ["vsearch", "--usearch_global", queries, "--db", udb, "--id", "0.8", "--strand", "both", *more,
             "--userout", output, "--userfields", "query+target", "--threads", threads], None)

    def ask_minimap2(preset):
        index = work / f"minimap2-{preset}.mmi"
        return Tool(f"minimap2 -x {preset}", [["minimap2", "-x", preset, "-d", index, fasta]],
                    lambda queries, output, threads: (
                        ["minimap2", "-x", preset, "--secondary=yes", "-N", "5000", "-t", threads, index, queries], output), (0, 5))

    build_saola = [[saola, "db", "build", "--without-audit", "--quiet", folder / "reference", "-o", release]]
    build_vsearch = [["vsearch", "--makeudb_usearch", fasta, "--output", udb]]
    return [
        Tool("saola best", build_saola, ask_saola("--max-hits", "1"), header=True),
        Tool("saola proven", build_saola, ask_saola("--max-hits", "1", "--prove-best"), header=True),
        Tool("saola all >= 95 %", build_saola, ask_saola(), header=True),
        Tool("blastn megablast", [["makeblastdb", "-dbtype", "nucl", "-in", fasta, "-out", database]],
             lambda queries, output, threads: (
                 ["blastn", "-task", "megablast", "-db", database, "-query", queries, "-num_threads", threads,
                  "-outfmt", "6 qseqid sseqid", "-out", output], None)),
        Tool("vsearch", build_vsearch, ask_vsearch()),
        Tool("vsearch 50/500", build_vsearch, ask_vsearch("--maxaccepts", "50", "--maxrejects", "500")),
        ask_minimap2("sr"),
        ask_minimap2("asm20"),
        Tool("mmseqs2", [["mmseqs", "createdb", fasta, mmseqs, "--dbtype", "2"],
                         ["mmseqs", "createindex", mmseqs, work / "mmseqs.tmp", "--search-type", "3", "--strand", "2"]],
             lambda queries, output, threads: (
                 ["mmseqs", "easy-search", queries, mmseqs, output, work / "mmseqs.tmp", "--search-type", "3",
                  "--strand", "2", "--threads", threads, "--format-output", "query,target"], None)),
    ]


def install(names):
    missing = sorted({package for program, package in PACKAGES.items() if program in names and not shutil.which(program)})
    if missing and os.geteuid() != 0:
        sys.exit(f"please install: {' '.join(missing)}")
    if missing:
        subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", *missing], check=True)


def read_fasta(path):
    name, parts = None, []
    with open(path) as lines:
        for line in lines:
            if line.startswith(">"):
                if name is not None:
                    yield name, "".join(parts)
                name, parts = line[1:].rstrip(), []
            else:
                parts.append(line.strip().upper())
    if name is not None:
        yield name, "".join(parts)


def write_fasta(path, records):
    path.write_text("".join(f">{name}\n{bases}\n" for name, bases in records))


def import_fasta(reference, queries, folder, seed):
    """A folder as the generator makes it, from any COI FASTA; without a query file, 500 mutated copies are the queries."""
    (folder / "reference" / "records").mkdir(parents=True)
    (folder / "reference" / "taxonomy").mkdir()
    clean = (bases.replace("-", "").replace("U", "T") for _, bases in read_fasta(reference))
    records = [bases for bases in clean if len(bases) >= 150 and set(bases) <= set("ACGTRYSWKMBDHVN")]
    names = [f"R{number:07}" for number in range(1, len(records) + 1)]
    write_fasta(folder / "reference.fasta", zip(names, records))
    place = folder / "reference"
    for name in ("markers.tsv", "genetic_codes.tsv"):
        shutil.copy(ROOT / "reference-db" / name, place / name)
    for name in ("decisions.tsv", "panel.tsv", "taxonomy/synonyms.tsv", "taxonomy/recognised.tsv"):
        (place / name).write_text((ROOT / "reference-db" / name).read_text().splitlines()[0] + "\n")
    # The label is not compared: one genus outside the clades of the genetic codes, so that no record is quarantined.
    (place / "taxonomy/taxa.tsv").write_text(
        "taxon_id\tname\trank\tparent_id\tsource\n1\troot\troot\t1\tfasta\n2\tIncognita\tgenus\t1\tfasta\n")
    (place / "release.toml").write_text(
        'name = "fasta"\nversion = "1"\ndate = "2026-11-23"\ndefault_profile = "screening"\nnotice = "for speed only"\n')
    fields = ("title", "registry", "package", "version", "path", "licence", "sha256")
    (place / "sources.toml").write_text("[[source]]\nid = \"fasta\"\n" + "".join(f'{key} = "-"\n' for key in fields))
    (place / "records/fasta.tsv").write_text("record_id\tsource\tidentification\tmarker_code\tnuc\n" + "".join(
        f"{name}\tfasta\tIncognita\tCOI-5P\t{bases}\n" for name, bases in zip(names, records)))
    drawn = list(read_fasta(queries) if queries else mutated_copies(records, random.Random(seed)))
    write_fasta(folder / "queries.fasta", [(f"Q{n:04}", bases) for n, (_, bases) in enumerate(drawn, 1)])
    (folder / "queries.tsv").write_text("query\tclass\tstrand\n" + "".join(
        f"Q{n:04}\t{name.split()[0] if not queries else 'queries'}\t+\n" for n, (name, _) in enumerate(drawn, 1)))


def mutated_copies(records, draw):
    """100 copies each with no error, and up to 1, 3, 6 and 10 % substitutions."""
    for most in (0, 1, 3, 6, 10):
        for _ in range(100):
            bases = list(draw.choice(records))
            for place in draw.sample(range(len(bases)), draw.randint(0, len(bases) * most // 100)):
                bases[place] = draw.choice([base for base in "ACGT" if base != bases[place]])
            yield f"up-to-{most}-%", "".join(bases)


def classes_of(folder, sample, work):
    """Queries by class, of every Nth query, and for each class a file of its first query and one of all of them;
    `species-present` and `reverse-strand` gather those of all classes."""
    bases = {name.split()[0]: text for name, text in read_fasta(folder / "queries.fasta")}
    with open(folder / "queries.tsv") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))[::sample]
    classes = collections.defaultdict(list)
    for row in rows:
        gathers = {"all": True, "species-present": row.get("species_present") == "yes",
                   "reverse-strand": row["strand"] == "-", row["class"]: True}
        for name in (name for name, belongs in gathers.items() if belongs):
            classes[name].append(row["query"])
    classes = {name: queries for name, queries in classes.items() if len(queries) > 1}
    files = {}
    for name, queries in classes.items():
        for part, chosen in ("first", queries[:1]), ("whole", queries):
            files[name, part] = work / f"queries-{name.replace('%', '')}-{part}.fasta"
            write_fasta(files[name, part], [(query, bases[query]) for query in chosen])
    return classes, files


def build(tool, work, keep):
    """Seconds of building the tool's index (none when an earlier one is kept) and its files in MB."""
    prefix = tool.name.split()[0].replace("mmseqs2", "mmseqs")
    if prefix == "minimap2":
        prefix = f"minimap2-{tool.name.split()[-1]}."
    kept = ".out", ".fasta", ".tmp"
    index = lambda: [path for path in work.glob(f"{prefix}*") if path.is_file() and path.suffix not in kept]
    seconds = None if keep and index() else sum(run(command).wall for command in tool.build)
    return seconds, sum(path.stat().st_size for path in index()) / 1e6


def measure(tool_list, classes, files, threads, repeats, work):
    """Median costs by (tool, class, part); within a repeat every tool takes its turn on a class before the next class."""
    costs = collections.defaultdict(list)
    found = {}
    for _ in range(repeats):
        for name, tool, part in itertools.product(classes, tool_list, ("first", "whole")):
            output = work / f"{''.join(c if c.isalnum() else '_' for c in tool.name)}.out"
            output.unlink(missing_ok=True)
            command, stdout = tool.search(files[name, part], output, str(threads))
            costs[tool.name, name, part].append(run(command, stdout, may_fail=not tool.name.startswith("saola")))
            if (name, part) == ("all", "whole"):
                found[tool.name] = tool.hits(output) if output.exists() else {}
    median = {key: Cost(*map(statistics.median, list(zip(*runs))[:3]), sum(run.failed for run in runs))
              for key, runs in costs.items()}
    return median, found


def truth_of(saola, work, queries, given):
    """The best records of each query under Saola's definition: proven, or by comparison with every record."""
    asked = {None: ["--prove-best"], "exhaustive": ["--exhaustive", "--min-identity", "0"]}.get(given)
    output = work / "truth.out" if asked else pathlib.Path(given)
    if asked:
        run([saola, "search", "--quiet", "--db", work / "saola.saola", "--marker", "COI-5P", *asked, "--max-hits", "1",
             "--format", "tsv", queries], output)
    return Tool("truth", [], None, header=True).hits(output)


def table(tool_list, classes, costs, found, truth, builds, threads):
    rows = []
    for name, queries in classes.items():
        asked = [query for query in queries if truth.get(query)]
        share = lambda good: f"{100 * sum(good) / len(asked):.1f}" if asked else "-"
        cpu_of = lambda tool: per_query(costs, tool, name, len(queries))[0] if (tool, name, "whole") in costs else 0
        for tool in tool_list:
            cpu, wall = per_query(costs, tool.name, name, len(queries))
            ratio = lambda base: f"{cpu / cpu_of(base):.2f}" if cpu_of(base) > 0 else "-"
            lists = found.get(tool.name, {})
            seconds, megabytes = builds[tool.name]
            first, whole = costs[tool.name, name, "first"], costs[tool.name, name, "whole"]
            rows.append({
                "class": name, "queries": len(queries), "threads": threads, "tool": tool.name,
                "cpu_ms": f"{cpu:.2f}", "wall_ms": f"{wall:.2f}",
                "to_best": ratio("saola best"), "to_proven": ratio("saola proven"),
                "no_answer": sum(query not in lists for query in queries),
                "found_one_%": share([bool(truth[q] & lists.get(q, set())) for q in asked]),
                "found_all_%": share([truth[q] <= lists.get(q, set()) for q in asked]),
                "first_ms": f"{1000 * first.cpu:.0f}", "peak_MB": f"{whole.memory:.0f}",
                "index_MB": f"{megabytes:.1f}", "build_s": "kept" if seconds is None else f"{seconds:.1f}",
                "failed": first.failed + whole.failed,
            })
    return rows


def per_query(costs, tool, name, count):
    """CPU and wall milliseconds of a further query: a run of the class less a run of its first query, so that the start
    and the load of the database are taken off."""
    first, whole = costs[tool, name, "first"], costs[tool, name, "whole"]
    return tuple(1000 * (getattr(whole, key) - getattr(first, key)) / (count - 1) for key in ("cpu", "wall"))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path, help="folder made by simulate_barcodes, or to make with --reference")
    parser.add_argument("--reference", help="a COI FASTA to compare on instead")
    parser.add_argument("--queries", help="queries to it; mutated copies of its records unless given")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", default="1")
    parser.add_argument("--sample", type=int, default=1, help="every Nth query")
    parser.add_argument("--classes", help="classes beside `all`, by commas; every one unless given")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--tools", help="beginnings of tool names, by commas; all unless given")
    parser.add_argument("--truth", help="`none`, `exhaustive`, or the TSV of an earlier search; proven best unless given")
    parser.add_argument("--keep", action="store_true", help="use the index files of an earlier run")
    parser.add_argument("--saola", default=str(ROOT / "target/release/saola"))
    options = parser.parse_args()
    if options.reference:
        import_fasta(options.reference, options.queries, options.folder, options.seed)
    work = options.folder / "peers"
    if not options.keep:
        shutil.rmtree(work, ignore_errors=True)
    work.mkdir(exist_ok=True)
    wanted = options.tools.split(",") if options.tools else [""]
    chosen = [t for t in tools(options.saola, options.folder, work) if any(t.name.startswith(w) for w in wanted)]
    install({tool.name.split()[0].replace("mmseqs2", "mmseqs") for tool in chosen})
    indexes, builds = {}, {}
    for tool in chosen:
        key = str(tool.build)
        indexes[key] = builds[tool.name] = indexes.get(key) or build(tool, work, options.keep)
    classes, files = classes_of(options.folder, options.sample, work)
    if options.classes:
        classes = {name: classes[name] for name in ["all", *options.classes.split(",")]}
    truth = {}
    if options.truth != "none":
        truth = truth_of(options.saola, work, files["all", "whole"], options.truth)
    rows = []
    for threads in map(int, options.threads.split(",")):
        costs, found = measure(chosen, classes, files, threads, options.repeats, work)
        rows += table(chosen, classes, costs, found, truth, builds, threads)
    report(rows, options)


def report(rows, options):
    columns = list(rows[0])
    known = {"none": "not determined", None: "saola search --prove-best", "exhaustive": "saola search --exhaustive"}
    source = known.get(options.truth, f"read from {options.truth}")
    lines = [f"Truth (the best records with all ties): {source}. Medians of {options.repeats} runs, one query in {options.sample}.", "",
             "| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    lines += ["| " + " | ".join(str(row[column]) for column in columns) + " |" for row in rows]
    text = "\n".join(lines) + "\n"
    (options.folder / "peers.md").write_text(text)
    with open(options.folder / "peers.tsv", "w", newline="") as file:
        writer = csv.DictWriter(file, columns, delimiter="\t", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(text, end="")


if __name__ == "__main__":
    main()
