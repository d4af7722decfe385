"""Records for dataframes: a column a metric."""

import pyarrow as pa
import pyarrow.compute as pc

from metricparse.errors import MetricparseError
from metricparse.records.batches import SCHEMA
from metricparse.records.streams import Records, batches_of


def wide(records: Records, by: str = "line") -> pa.Table:
    """A column a metric on a common axis, so that `.to_pandas().plot(x=by)` just works.

    records: a scan or another Arrow stream of `SCHEMA`.
    by: the axis: `line`, `timestamp`, or the name of a metric, such as `step` or `epoch`, whose
    value on the record's line, or else its last one before that in the source, is the record's
    place.

    Rows are in the order of the axis; where there are several sources, a column `source` comes
    first and each has its own. Several values of a metric at one place leave the last. Records
    without a place on the axis (no time, or before the metric's first value) are left out.
    Raises `MetricparseError` if nothing has a place.

    >>> mp.wide(mp.scan("train.log", "definitions.json")).to_pylist()
    [{'line': 2, 'loss': 0.9}, {'line': 4, 'loss': 0.5}]
    """
    table = on_axis(pa.Table.from_batches(list(batches_of(records)), SCHEMA), by)
    metrics = pc.unique(table["metric"].cast(pa.string())).to_pylist()
    rows = pa.table(
        {
            "source": table["source"].cast(pa.string()),
            by: table["place"],
            "metric": table["metric"].cast(pa.string()),
            "value": table["value"],
        }
    ).filter(pc.is_valid(table["place"]))
    if not len(rows):
        raise MetricparseError(f"no record has a place on the axis {by!r}")
    places = (
        rows.group_by(["source", by], use_threads=False)
        .aggregate([])
        .sort_by([("source", "ascending"), (by, "ascending")])
    )
    for metric in metrics:
        if metric != by:
            last = (
                rows.filter(pc.equal(rows["metric"], metric))
                .group_by(["source", by], use_threads=False)
                .aggregate([("value", "last")])
                .rename_columns({"value_last": metric})
            )
            places = places.join(last, ["source", by], join_type="left outer")
    ordered = places.sort_by([("source", "ascending"), (by, "ascending")])
    several = len(pc.unique(ordered["source"])) > 1
    return ordered if several else ordered.drop_columns("source")


def on_axis(table: pa.Table, by: str) -> pa.Table:
    """Records of `SCHEMA`, with a column `place`: theirs on an axis as `wide` has it, null for none.

    Those of a metric that is the axis stand before the others of their line. Raises
    `MetricparseError` if there is no such axis.
    """
    table = table.combine_chunks().unify_dictionaries()
    if by in {"line", "timestamp"}:
        return table.append_column("place", table[by])
    table = _axis_first(table, by)
    return table.append_column("place", _axis(table, by))


def _axis_first(table: pa.Table, name: str) -> pa.Table:
    """The records with those of a metric before the others of their line."""
    others = pc.not_equal(table["metric"].cast(pa.string()), name)
    keys = {
        "source": table["source"].combine_chunks().indices,
        "line": table["line"],
        "other": others.cast(pa.int8()),
        "row": pa.array(range(len(table))),
    }
    order = pc.sort_indices(pa.table(keys), sort_keys=[(key, "ascending") for key in keys])
    return table.take(order)


def _axis(table: pa.Table, name: str) -> pa.Array:
    """For each record the last value of a metric before it in its source."""
    metrics = pc.unique(table["metric"].cast(pa.string())).to_pylist()
    if name not in metrics:
        known = ", ".join(sorted(metrics)) or "no metrics"
        raise MetricparseError(f"axis {name!r}: line, timestamp, or one of {known}")
    is_axis = pc.equal(table["metric"].cast(pa.string()), name)
    values = pc.if_else(is_axis, table["value"], pa.scalar(None, pa.float64()))
    filled = pc.fill_null_forward(values.combine_chunks())
    sources = table["source"].cast(pa.string()).combine_chunks()
    from_source = pc.fill_null_forward(
        pc.if_else(is_axis, sources, pa.scalar(None, pa.string())).combine_chunks()
    )
    return pc.if_else(pc.equal(from_source, sources), filled, pa.scalar(None, pa.float64()))
