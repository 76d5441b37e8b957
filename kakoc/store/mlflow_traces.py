"""Traces in MLflow: one a conversation, each once. Which conversations is not decided here."""

from __future__ import annotations

from typing import Any

from kakoc.ports import Trace, Tracked

TRACE_TAG = "kakoc.trace"


def write_traces(client: Any, experiment: str, run_id: str, stage: Tracked) -> None:
    """Write what is not there yet, and link it to the run."""
    import mlflow

    known = client.search_traces(locations=[experiment], run_id=run_id, include_spans=False)
    there = {trace.info.tags.get(TRACE_TAG) for trace in known}
    new = [t for t in stage.traces if f"{stage.key}/{t.name}" not in there]
    made = [_write(client, experiment, f"{stage.key}/{t.name}", t) for t in new]
    mlflow.flush_trace_async_logging()
    if made:
        client.link_traces_to_run(made, run_id)


def _write(client: Any, experiment: str, key: str, trace: Trace) -> str:
    root = client.start_trace(
        trace.name,
        span_type="CHAIN",
        inputs=dict(trace.inputs),
        tags={TRACE_TAG: key},
        experiment_id=experiment,
        start_time_ns=_nanoseconds(trace.begun),
    )
    begun = trace.begun
    for step in trace.steps:
        span = client.start_span(
            step.name,
            root.trace_id,
            root.span_id,
            inputs=dict(step.inputs),
            start_time_ns=_nanoseconds(begun),
        )
        begun = max(begun, step.at)
        client.end_span(
            root.trace_id, span.span_id, dict(step.outputs), end_time_ns=_nanoseconds(begun)
        )
    client.end_trace(root.trace_id, dict(trace.outputs), end_time_ns=_nanoseconds(begun))
    return str(root.trace_id)


def _nanoseconds(seconds: float) -> int:
    return int(seconds * 1e9)
