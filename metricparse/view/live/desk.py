"""What lies on the desk: logs, definitions that are being worked on, and what they give."""

import os
import secrets
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from metricparse.definitions.metric_definition import MetricDefinition
from metricparse.definitions.rewrite import save_definitions
from metricparse.diagnosis.check import check
from metricparse.diagnosis.kinds import Kind
from metricparse.errors import MetricparseError
from metricparse.logs.envelopes import Envelope
from metricparse.logs.input.remote import is_url
from metricparse.suggestions.forms import forms_of
from metricparse.view.live.forms import as_case, as_json, as_python
from metricparse.view.live.series import Range, Result, ScanJob
from metricparse.view.live.tasks import Looker, Task
from metricparse.view.live.texts import Texts
from metricparse.view.live.work import explain, look, propose

# A file that was written to within so many seconds may be written to again.
_FRESH = 30.0
_LOOKED_AFTER_EVERY = 0.5
_JOBS_KEPT = 6
# Seconds after the last change at which logs are searched: a keystroke may follow the other.
_SETTLED_AFTER = 0.25


@dataclass
class Draft:
    """A definition that is being worked on, and what is wrong with it.

    key: what the page calls it. lane: which matcher takes it; empty where it cannot be used.
    """

    key: str
    name: str
    regex: str
    problems: list[dict[str, str]]
    lane: str

    @property
    def usable(self) -> bool:
        """Whether it can be searched."""
        return bool(self.lane)


class Desk:
    """Logs and definitions, and what these give; threads may share it.

    origin: the document that the definitions came from, if they can be written back.
    """

    def __init__(
        self,
        logs: Sequence[str],
        definitions: Iterable[MetricDefinition],
        reading: dict[str, Any],
        origin: str | None = None,
    ) -> None:
        self.origin = origin
        self.revision = 0
        self._told = 0
        self._logs = list(logs)
        self._reading = reading
        envelope = reading["envelope"]
        self._texts = Texts(
            logs,
            None if envelope is None else Envelope(envelope),
            strip_ansi=reading["strip_ansi"],
        )
        self._looker = Looker(look)
        self._explaining: Task | None = None
        # Of regexes that were explained, those that would be right.
        self._right: dict[str, str] = {}
        self._jobs: list[ScanJob] = []
        self._settling: threading.Timer | None = None
        self._lock = threading.RLock()
        self._ended = threading.Event()
        self._live = any(map(_is_fresh, self._files()))
        self._sizes = self._sizes_now()
        self._drafts: list[Draft] = []
        self._saved = list(definitions)
        self.put([{"name": each.name, "regex": each.regex} for each in self._saved])
        self._keeper = threading.Thread(target=self._look_after, daemon=True)
        self._keeper.start()

    def put(self, given: Sequence[dict[str, str]]) -> None:
        """Work on these definitions from now on."""
        drafts = [
            _draft(each.get("key") or secrets.token_hex(6), each["name"], each["regex"])
            for each in given
        ]
        with self._lock:
            self._drafts = drafts
            self.revision += 1
            if self._settling:
                self._settling.cancel()
            self._settling = threading.Timer(_SETTLED_AFTER if self._jobs else 0, self._search)
            self._settling.daemon = True
            self._settling.start()

    def state(self) -> dict[str, Any]:
        """All that the page shows besides lines and curves.

        number: grows from one to the next, as answers may come in another order.
        """
        with self._lock:
            self._told += 1
            number = self._told
            drafts, jobs = list(self._drafts), self._current_jobs()
        sources: dict[str, dict[str, Any]] = {}
        for job in jobs:
            for each in list(job.sources):
                sources.setdefault(each["name"], each)
        for name, lines in self._texts.counts.items():
            sources.setdefault(name, {"name": name, "bytes": 0, "damage": None})["lines"] = lines
        return {
            "number": number,
            "revision": [
                self.revision,
                *(job.revision for job in jobs),
                *self._texts.counts.values(),
            ],
            "sources": [each for each in sources.values() if each["name"] in self._texts.counts],
            "busy": self._texts.reading or (not self._live and not self._settled(drafts, jobs)),
            "live": self._live,
            "failures": [*self._texts.failures, *{job.failure for job in jobs if job.failure}],
            "origin": self.origin,
            "definitions": [self._shown(each) for each in drafts],
        }

    def curves(self, keys: Sequence[str] | None, wanted: Range, parts: int) -> list[dict[str, Any]]:
        """The curves of the definitions, as they are and as corrected, one for each log stream."""
        curves: list[dict[str, Any]] = []
        with self._lock:
            drafts = [each for each in self._drafts if keys is None or each.key in keys]
        for draft in drafts:
            for regex in (draft.regex, self._right.get(draft.regex)):
                if regex is None or not (job := self._job_of(regex)):
                    continue
                of = {"key": draft.key, "corrected": regex != draft.regex}
                curves += [
                    {**of, "source": source, **job.curve(regex, source, wanted, parts)}
                    for source in list(job.results[regex].pieces)
                ]
        return curves

    def lines(self, source: str, first: int, count: int, *, raw: bool) -> dict[str, Any]:
        """Lines of a stream, with what the definitions match on them.

        Of each event the text is in pieces: the text, and which definitions match and capture it.
        """
        texts = self._texts.lines(source, first, count)
        with self._lock:
            drafts = [each for each in self._drafts if each.usable]
        regexes = [each.regex for each in drafts]
        answer = self._looker.ask(texts, regexes, self._reading["view"])
        if answer is None:
            events = self._looker.ask(texts, [], self._reading["view"])
            matched, seconds = events or ([], 0.0)
        else:
            matched, seconds = answer
        keys = [each.key for each in drafts]
        shown = [
            {
                "line": line,
                "events": [_pieces(text, found, keys) for text, found in events],
                **({"raw": printed.decode("utf-8", "replace")} if raw else {}),
            }
            for line, (printed, events) in enumerate(zip(texts, matched, strict=False), first)
        ]
        return {"lines": shown, "stopped": answer is None, "seconds": seconds}

    def next_match(self, key: str, source: str, line: int, *, backwards: bool) -> int | None:
        """The next line after one, or before it, on which a definition gives a number."""
        with self._lock:
            draft = next((each for each in self._drafts if each.key == key), None)
        job = draft and self._job_of(draft.regex)
        if not draft or not job:
            return None
        pieces = job.results[draft.regex].pieces.get(source, [])
        for piece in reversed(pieces) if backwards else pieces:
            if not (piece.first.line < line if backwards else piece.last.line > line):
                continue
            found = job.lines_of(draft.regex, source, piece.first.line, piece.last.line)
            if backwards:
                return max((each for each in found if each < line), default=None)
            return min((each for each in found if each > line), default=None)
        return None

    def find(self, source: str, text: str, line: int, *, backwards: bool) -> dict[str, Any]:
        """The next line with a text."""
        found = self._texts.find(source, text, line, backwards=backwards)
        return {"line": found.line, "wrapped": found.wrapped}

    def explain(self, name: str, regex: str) -> dict[str, Any]:
        """What went wrong with a definition; an explanation that is going on is given up."""
        if self._explaining:
            self._explaining.end()
        task = self._explaining = Task(explain, self._logs, name, regex, self._reading)
        answer = self._received(task)
        corrections = [each["correction"] for each in answer.get("causes", [])]
        right = next((each["Regex"] for each in corrections if each), None)
        with self._lock:
            if right is not None and self._right.get(regex) != right:
                self._right[regex] = right
                self._search()
        return answer

    def suggestions(self) -> dict[str, Any]:
        """The definitions that the logs suggest."""
        return self._received(Task(propose, self._logs, self._reading))

    def propose(self, text: str, start: int, end: int) -> dict[str, str] | None:
        """A definition for the number at a place of a line."""
        selected = text[start:end].strip()
        forms = [
            each for each in forms_of(text) if each.value in selected or selected in each.value
        ]
        exact = [each for each in forms if each.value == selected]
        for form in exact or forms:
            return {"name": form.name, "regex": form.regex}
        return None

    def save(self) -> str:
        """Write the definitions back to the document that they came from; its path.

        Raises `MetricparseError` where that cannot be.
        """
        if self.origin is None:
            raise MetricparseError("the definitions came from no file; download or copy them")
        definitions = self._definitions()
        save_definitions(self.origin, self._saved, definitions)
        self._saved = definitions
        return self.origin

    def exported(self) -> dict[str, str]:
        """The definitions as JSON, as Python for the SDK, and as a case for `metricparse test`."""
        definitions = self._definitions()
        with self._lock:
            gave = {each.name: self._shown(each)["counts"] for each in self._drafts}
        return {
            "json": as_json(definitions),
            "python": as_python(definitions),
            "case": as_case(definitions, self._logs[0], gave),
        }

    def close(self) -> None:
        """End all work."""
        self._ended.set()
        self._keeper.join()
        if self._explaining:
            self._explaining.end()
        self._looker.end()
        with self._lock:
            for job in self._jobs:
                job.close()
        self._texts.close()

    def _definitions(self) -> list[MetricDefinition]:
        with self._lock:
            return [MetricDefinition(name=each.name, regex=each.regex) for each in self._drafts]

    def _received(self, task: Task) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = task.receive()
        except EOFError:
            return {"failure": "stopped"}
        finally:
            task.end()
        return answer

    def _shown(self, draft: Draft) -> dict[str, Any]:
        job = self._job_of(draft.regex)
        result = job.results[draft.regex] if job else Result()
        return {
            "key": draft.key,
            "name": draft.name,
            "regex": draft.regex,
            "problems": draft.problems,
            "lane": draft.lane,
            "counts": result.counts,
            "done": bool(job and job.done),
        }

    def _job_of(self, regex: str) -> ScanJob | None:
        with self._lock:
            return next((job for job in self._jobs if regex in job.results), None)

    def _settled(self, drafts: Sequence[Draft], jobs: Sequence[ScanJob]) -> bool:
        searched = {regex for job in jobs for regex in job.results if job.done}
        return searched >= self._wanted(drafts)

    def _current_jobs(self) -> list[ScanJob]:
        wanted = self._wanted(self._drafts)
        return [job for job in self._jobs if wanted & job.results.keys()]

    def _wanted(self, drafts: Sequence[Draft]) -> set[str]:
        """The regexes to be searched."""
        own = {each.regex for each in drafts if each.usable}
        return own | {self._right[each] for each in own & self._right.keys()}

    def _search(self) -> None:
        """See to it that each regex is searched, and none in vain that takes long."""
        with self._lock:
            if self._ended.is_set():
                return
            wanted = self._wanted(self._drafts)
            for job in self._jobs[1:]:
                if not job.done and not job.results.keys() <= wanted:
                    job.close()
                    self._jobs.remove(job)
            missing = wanted - {regex for job in self._jobs for regex in job.results}
            if missing:
                self._jobs.append(
                    ScanJob(self._logs, sorted(missing), self._reading, live=self._live)
                )
                self.revision += 1
            if len(self._jobs) > _JOBS_KEPT:
                self._drop(wanted)

    def _drop(self, wanted: set[str]) -> None:
        """Forget a job; where it is still needed, all are searched by one."""
        useless = [job for job in self._jobs if not wanted & job.results.keys()]
        dropped = useless[:1] or list(self._jobs)
        for job in dropped:
            job.close()
            self._jobs.remove(job)
        if not useless:
            self._jobs = [ScanJob(self._logs, sorted(wanted), self._reading, live=self._live)]

    def _files(self) -> list[str]:
        return [log for log in self._logs if not is_url(log) and os.path.isfile(log)]

    def _sizes_now(self) -> dict[str, int]:
        return {path: os.stat(path).st_size for path in self._files()}

    def _look_after(self) -> None:
        """Notice what is written to the logs; scans that had come to their end begin anew."""
        while not self._ended.wait(_LOOKED_AFTER_EVERY):
            self._texts.refresh()
            if self._live or self._sizes_now() == self._sizes:
                continue
            with self._lock:
                self._live = True
                for job in self._jobs:
                    job.close()
                self._jobs = []
            self._search()


def _is_fresh(path: str) -> bool:
    return time.time() - os.stat(path).st_mtime < _FRESH


def _draft(key: str, name: str, regex: str) -> Draft:
    checked = check([{"Name": name, "Regex": regex}])
    problems = [
        {"severity": each.severity.value, "message": each.message} for each in checked.findings
    ]
    algorithms = [each for each in checked.algorithms if each.definitions]
    lane = algorithms[0].lanes[0] if algorithms else ""
    compiles = all(each.details.kind is not Kind.DOES_NOT_COMPILE for each in checked.findings)
    return Draft(key, name, regex, problems, lane if compiles else "")


def _pieces(text: str, found: Sequence[dict[str, Any]], keys: Sequence[str]) -> dict[str, Any]:
    """An event cut where matches and captures begin and end."""
    places = {0, len(text)}
    for each in found:
        places.update(each["match"])
        places.update(each["capture"] or ())
    cuts = sorted(places)
    pieces = [
        {
            "text": text[start:end],
            "match": [keys[each["definition"]] for each in found if _within(each["match"], start)],
            "capture": [
                keys[each["definition"]]
                for each in found
                if each["capture"] and _within(each["capture"], start)
            ],
        }
        for start, end in pairwise(cuts)
    ]
    matches = [
        {
            "key": keys[each["definition"]],
            "captured": text[slice(*each["capture"])] if each["capture"] else None,
            **{name: each[name] for name in ("number", "truncated", "repeated", "gave_up")},
        }
        for each in found
    ]
    return {"pieces": pieces, "matches": matches}


def _within(span: Sequence[int], place: int) -> bool:
    return span[0] <= place < span[1]
