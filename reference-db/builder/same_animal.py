"""Independence of specimens that are known by a label only."""


def join_unproven(records: list[dict], label_sources: list[str]) -> None:
    """Gives a labelled animal the specimen key of an older record when one of their sequences is a part of the other.

    Such an animal may be the very one whose sequence was published under the accession: its independence is not shown.
    Compared are records of the same name and marker from other sources that have an accession or are labelled too;
    of several matches the longest counts. Sources with accessions keep their keys; then the labelled ones in the order given.
    """
    place = {name: number for number, name in enumerate(label_sources, start=1)}
    ordered = sorted(records, key=lambda row: (place.get(row["source"], 0), row["record_id"]))
    older: dict[tuple[str, str], list[dict]] = {}
    matches: dict[str, tuple[int, str]] = {}
    for row in ordered:
        group = older.setdefault((row["identification"], row["record_id"].rsplit(".", 1)[1]), [])
        if row["source"] in place:
            for old in group:
                length = shared_length(row["nuc"], old["nuc"]) if old["source"] != row["source"] else 0
                if length > matches.get(row["specimen"], (0, ""))[0]:
                    matches[row["specimen"]] = (length, old["specimen"])
        if row["source"] in place or row.get("insdc_acs"):
            group.append(row)
    for row in records:
        key = row["specimen"]
        while key in matches:
            key = matches[key][1]
        if key != row["specimen"]:
            row["notes"] = "; ".join(filter(None, [row["notes"], f"independence of {key} not shown: a sequence is the same"]))
            row["specimen"] = key


def shared_length(one: str, other: str) -> int:
    """Length of the shorter sequence when it is a part of the longer one, else 0."""
    return min(len(one), len(other)) if one in other or other in one else 0
