"""What is done with a case that stands; each act is logged, and the case is closed anew."""

from scanner.casework.acting import act_upon, close, working
from scanner.casework.again import draft_of, judge_again, report_again
from scanner.casework.comparing import compared, compared_files
from scanner.casework.deciding import Said, decide
from scanner.casework.leaving import export, purge, report_in_the_clear
from scanner.casework.papers import notice_of, record
from scanner.casework.sealing import seal_case
from scanner.casework.standing import (
    CaseVerified,
    acts_of,
    check,
    refuse,
    remarks,
    stored_report,
    verified,
)

__all__ = [
    "CaseVerified",
    "Said",
    "act_upon",
    "acts_of",
    "check",
    "close",
    "compared",
    "compared_files",
    "decide",
    "draft_of",
    "export",
    "judge_again",
    "notice_of",
    "purge",
    "record",
    "refuse",
    "remarks",
    "report_again",
    "report_in_the_clear",
    "seal_case",
    "stored_report",
    "verified",
    "working",
]
