"""003-gongzhonghao.md: the rep's side of single customers."""

from __future__ import annotations

from tests.contract.calls import Row
from tests.contract.data.document_000_customers import ADDED, CUSTOMER, INFORMATION, THE_CUSTOMER
from tests.contract.data.scenes import pair
from tests.contract.data.scenes_customers import known

ROWS = (
    Row(
        *("003", 386, "GET", CUSTOMER),
        query={"customer_id": "$customer"},
        answer=THE_CUSTOMER,
        caller="rep",
        prepare=known,
    ),
    Row(
        *("003", 447, "POST", f"{CUSTOMER}/update_information/$customer"),
        body={key: INFORMATION[key] for key in INFORMATION if key not in ("belonger", "source")},
        answer=ADDED,
        caller="rep",
        prepare=known,
    ),
    Row(
        *("003", 504, "POST", f"{CUSTOMER}/update_expected_time/$customer"),
        body={"expected_time": "2018-06-06"},
        answer=ADDED,
        caller="rep",
        prepare=pair,
    ),
    Row(
        *("003", 554, "POST", f"{CUSTOMER}/update_expected_pr/$customer"),
        body={"expedted_pr": "80"},
        answer=ADDED,
        caller="rep",
        prepare=pair,
    ),
    Row(
        *("003", 603, "POST", f"{CUSTOMER}/update_tag/$customer"),
        body={"tag_list": "[$tag]"},
        answer=ADDED,
        caller="rep",
        prepare=known,
    ),
)
