"""Of what a part of a policy speaks, by the headings above it: taking, sharing, or neither."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scanner.facts import DataUse, Part

_SHARED_HEADING = re.compile(
    r"共享|分享|转让|披露|第三方|sdk|合作(?:伙伴|方)|委托|对外提供|(?:向|给)(?!您|你"
    r"|用户)[^,。]{1,12}提供"
    r"|\bshar(?:e|ing)\b|\bdisclos|third[- ]part"
)
_COLLECTED_HEADING = re.compile(
    r"收集|获取|采集|(?:使用|处理)[^,。]{0,10}(?:信息|数据)|(?:信息|数据)[^,。]{0,8}(?:使用"
    r"|处理|种类|类型|范围)"
    r"|业务功能|权限|您(?:主动)?提供的|自动记录|产生的信息"
    r"|\bcollect|information (?:we|you|about)|\bhow we use|\bdata (?:we|you)|\bwe (?:use|process)"
)
_OTHER_HEADING = re.compile(
    r"权利|管理您的|(?:访问|更正|删除|注销|查阅|撤回|撤销|修改)|联系|投诉|定义|名词|术语|释义"
    r"|什么是|适用范围"
    r"|(?:政策|声明|协议|指引).{0,6}(?:更新|变更|修订|修改|适用)|通知和修订|未成年|儿童"
    r"|如何保护|安全|保存期限|如何存储|存储"
    r"|保留|争议|法律适用|例外|无需.{0,8}同意"
    r"|\byour (?:privacy )?(?:rights|choices)|\bcontact|\bdefinition|\bsecur|\bchild"
    r"|\bretention|\bhow long"
)


def section_of(headings: Sequence[str], part: Part) -> DataUse | None:
    """Say what is done with data that folded headings stand above, the nearest heading first.

    None for rights, terms, safety and the like. Without a telling heading a policy speaks of what
    it collects.
    """
    for heading in reversed(headings):
        if _SHARED_HEADING.search(heading):
            return "shared"
        if _COLLECTED_HEADING.search(heading):
            return "collected"
        if _OTHER_HEADING.search(heading):
            return "collected" if part in ("children", "data_list") else None
    return "collected"
