"""`searchkit doctor`."""

from dataclasses import asdict
from typing import TYPE_CHECKING

from searchkit.cli import app
from searchkit.cli.options import Json
from searchkit.cli.program import MANAGE
from searchkit.cli.terminal import say, say_record, styled

if TYPE_CHECKING:
    from searchkit.doctor import Finding

_MARKS = {"ok": ("ok", "green"), "warning": ("warning", "yellow"), "error": ("error", "red")}


@app.command(
    group=MANAGE,
    examples=[
        ("searchkit doctor", "see what is wrong, and what to type about it"),
        ("searchkit doctor --json > report.json", "write a file to send with a report"),
    ],
)
def doctor(as_json: Json = False) -> int:
    """Find what is wrong with the installation or an index.

    Says what to type about it. Looks at versions, settings, the model, its vectors, free disk,
    permissions and limits, and changes nothing. The exit code is 2 when something does not work.
    """
    from searchkit.doctor import examine
    from searchkit.wording import amount

    findings = []
    for finding in examine():
        findings.append(finding)
        if not as_json:
            _print(finding, findings[-2].subject if len(findings) > 1 else "")
    states = [finding.state for finding in findings]
    counts = {state: states.count(state) for state in ("ok", "warning", "error")}
    if as_json:
        records = [asdict(finding) for finding in findings]
        say_record({"counts": counts, "findings": records})
    else:
        say()
        say(f"{amount(counts['error'], 'error')}, {amount(counts['warning'], 'warning')}")
    return 2 if counts["error"] else 0


def _print(finding: "Finding", before: str) -> None:
    if finding.subject != before:
        say(styled(finding.subject, "bold"))
    mark, colour = _MARKS[finding.state]
    say("  ", styled(f"{mark:<7}", colour), "  ", finding.message)
    if finding.hint:
        say("           ", styled("hint: ", "dim"), finding.hint)
