"""Parts of build_records.py: each module re-creates one kind of file of the reference data."""
