"""A search for a prompt, as a tracker keeps it: every candidate a child, and the table at the end.

Prompts are told, for they are what was searched; what Seekers think in their demos is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kakoc.app.tracked.common import (
    FORBIDDEN,
    Stage,
    as_json,
    build_params,
    file_digest,
    numbers,
    revision,
    seen_from,
    table,
)
from kakoc.app.tracked.words import difference, words_of
from kakoc.ports import DataSet, Point, Tracked
from kakoc.project import Project
from kakoc.store.files import read_json
from kakoc.store.runs import RunFolder

KIND = "optimize"
CONTEXTS = {"train": "train", "dev": "dev", "held_out": "held-out"}
SINGLE = ("seconds", "best", "held_out_looks")
COUNTED = ("calls", "tokens", "cases", "search", "rollout")
SIDES = ("before", "after", "difference", "low", "high")


def search_of(project: Project, folder: RunFolder, stage: Stage) -> Tracked:
    """A finished search."""
    manifest = folder.manifest or {}
    candidates = [read_json(p) for p in sorted((folder.path / "candidates").glob("*.json"))]
    events = [event for event in folder.events() if event.get("event") == "candidate"]
    times = {event["id"]: float(event["time"]) for event in reversed(events)}
    ended = (folder.path / "manifest.json").stat().st_mtime
    build, run = manifest["build"], manifest.get("run", folder.id)
    params = {**build_params(project, build), **_params(manifest), **revision(stage.facts)}
    return Tracked(
        key=run,
        name=folder.id,
        params=params,
        points=[*_points(manifest), *_steps(events)],
        tags={"kakoc.stage": KIND, "kakoc.build": build, "kakoc.role": str(manifest.get("role"))},
        begun=ended - float(manifest.get("seconds") or 0),
        ended=ended,
        inputs=_inputs(project, folder, manifest),
        files=_files(folder, manifest, candidates),
        children=[_child(run, c, candidates[0], times.get(c["id"], ended)) for c in candidates],
    )


def _params(manifest: Mapping[str, Any]) -> dict[str, str]:
    names = ("role", "source", "seed", "budget", "rollout")
    recipe = manifest.get("recipe", {})
    models = {f"model.{role}": name for role, name in manifest.get("identities", {}).items()}
    reflector = manifest.get("reflector")
    return {
        **{name: str(manifest[name]) for name in names if _is_plain(manifest.get(name))},
        **{f"recipe{'.' + k if k != 'name' else ''}": str(v) for k, v in recipe.items()},
        **models,
        **({"model.reflector": str(reflector["model"])} if reflector else {}),
    }


def _is_plain(value: Any) -> bool:
    return isinstance(value, (str, int, float))


def _points(manifest: Mapping[str, Any]) -> Iterator[Point]:
    for name in COUNTED:
        yield from numbers(name, manifest.get(name))
    for name in SINGLE:
        yield from numbers(name, manifest.get(name))
    for row in (manifest.get("effect") or {}).get("rows", ()):
        for side in SIDES:
            yield from numbers(f"effect/{row['kind']}/{row['name']}/{side}", row[side])


def _steps(events: Sequence[Mapping[str, Any]]) -> Iterator[Point]:
    """One step a candidate; a search that is made again tells each again, and nothing new."""
    first = {event["candidate"]: event for event in reversed(events)}
    for step, event in sorted(first.items()):
        judges = {f"dev/judge/{name}": score for name, score in event.get("judges", {}).items()}
        values = {"dev/score": event["score"], "dev/best_score": event["best_score"], **judges}
        spent = {f"spent/{name}": event.get(name) for name in ("calls", "tokens", "cost")}
        for name, value in {**values, **spent}.items():
            if value is not None:
                yield Point(FORBIDDEN.sub("_", name), value, step, event["time"])


def _inputs(project: Project, folder: RunFolder, manifest: Mapping[str, Any]) -> list[DataSet]:
    path = folder.path.parent / str(manifest.get("source")) / "conversations.jsonl"
    place = seen_from(project, path)
    held = [DataSet("conversations", file_digest(path), place, "source")] if path.exists() else []
    parts = manifest.get("digests", {})
    return [
        *held,
        *(DataSet(f"{CONTEXTS[part]} cases", parts[part], place, CONTEXTS[part]) for part in parts),
    ]


def _files(
    folder: RunFolder, manifest: Mapping[str, Any], candidates: Sequence[Mapping[str, Any]]
) -> dict[str, bytes]:
    files = {"manifest.json": as_json(manifest), "tables/candidates.json": _table(candidates)}
    for found in candidates:
        files[f"prompts/{found['candidate']:03d}.json"] = as_json(found["predictors"])
        if found["candidate"]:
            files[f"diffs/{found['candidate']:03d}.diff"] = _diff(candidates[0], found)
    if (folder.path / "effect.json").exists():
        effect = read_json(folder.path / "effect.json")
        columns = ("kind", "name", *SIDES, "cases", "cities", "says")
        rows = [[row[name] for name in columns] for row in effect["rows"]]
        files |= {"effect.json": as_json(effect), "tables/effect.json": table(columns, rows)}
    return files


def _table(candidates: Sequence[Mapping[str, Any]]) -> bytes:
    judges = sorted({name for found in candidates for name in found.get("judges", {})})
    rows = [
        [c["candidate"], c["id"], c["score"], *(c.get("judges", {}).get(j) for j in judges)]
        for c in candidates
    ]
    return table(("candidate", "id", "score", *judges), rows)


def _child(run: str, candidate: Mapping[str, Any], first: Mapping[str, Any], at: float) -> Tracked:
    number, score = candidate["candidate"], candidate["score"]
    judges = candidate.get("judges", {})
    demos = [len(words["demos"]) for words in candidate["predictors"].values()]
    files = {"prompt.json": as_json(candidate["predictors"])}
    return Tracked(
        key=f"{run}/{candidate['id']}",
        name=f"candidate {number}",
        params={"candidate": str(number), "id": candidate["id"], "demos": str(sum(demos))},
        points=[Point("dev/score", score), *numbers("dev/judge", judges)],
        tags={"kakoc.stage": "candidate"},
        begun=at,
        ended=at,
        files=files if not number else {**files, "prompt.diff": _diff(first, candidate)},
    )


def _diff(before: Mapping[str, Any], after: Mapping[str, Any]) -> bytes:
    old, new = words_of(before["predictors"]), words_of(after["predictors"])
    return difference(old, new, str(before["candidate"]), str(after["candidate"])).encode()
