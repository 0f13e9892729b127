"""Gaps of a template that nobody filled: XX公司, 【公司名称】, ____."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.collect.policy.document import Document

_THING = (
    r"(?:(?:贵|你的|您的|我们的|本)?(?:公司|企业|单位|机构|主体|开发者|运营者|app|应用|产品|平台"
    r"|软件|网站|小程序|游戏|服务|项目|品牌)"
    r"(?:的)?(?:名称|全称|简称|名字|名)"
    r"|(?:联系|客服|投诉|咨询|公司|办公|举报)?(?:邮箱|电话|地址|热线)(?:地址|号码)?"
    r"|your (?:company|app|product|email|name)[^\]】}]{0,20}"
    r"|(?:company|app|product|developer) ?name"
    r"|(?:insert|enter) [^\]】}]{2,30}|(?:请|待|此处)(?:填写|填入|插入|输入|补充"
    r"|替换)[^\]】}]{0,20})"
)
_GAP = re.compile(
    r"【[\s_*xX×＿]{0,10}】(?!\d)|【\s?[xX×*某]{1,6}[^】\n]{0,12}】"
    rf"|(?i:[\[【]\s?{_THING}\s?[\]】](?!\s?[\(（:：]))|(?i:\$?\{{{{?\s?(?:{_THING}"
    rf"|[a-z_.]{{2,30}})\s?\}}}}?)|(?i:[<＜《〈]\s?(?:公司|企业|应用|产品|app|开发者)(?:名称"
    rf"|全称)\s?[>＞》〉])"
    r"|(?<![A-Za-z0-9*×])(?:[xX×ｘＸ]{2,8}|某某)(?=\s?(?:[\u4e00-\u9fff]{2,8}(?:有限|股份)|公司|科技|有限|集团|网络"
    r"|信息技术|软件"
    r"|[Aa][Pp][Pp]|应用|平台|产品|小程序|网站|省|市|区|路|街道|年|月|日|@))"
    r"|(?:邮箱|电话|地址|联系方式|邮件|公司|日期|时间|名称)\s?[:：]\s?[xX×]{2,}"
    r"|(?:[:：]|为|由|是)\s?[_＿]{3,}|[_＿]{2,}\s?(?:公司|年|月|日|有限|工作日|天)|20[xX×]{2}\s?年"
    r"|(?<![A-Za-z0-9])[xX]{2,}@[\w.-]{2,30}"
    r"|(?<!\d)(?:400|0\d{2,3})?-?[xX×]{3,8}-[xX×]{3,8}|(?i:[\w.-]{1,20}@(?:example|yourcompany"
    r"|yourdomain|xxx+)\.(?:com|cn|org))"
)
_EXAMPLE = re.compile(
    r"(?:例如|譬如|比如|形如|如|格式|示例|样例|e\.g\.|for example|such as)[^。；;\n]{0,16}$", re.I
)
_EXAMPLE_AFTER = re.compile(r"[^。；;\n]{0,20}(?:示例|样例|举例|示意|占位|代指|泛指)")
_MOST = 40
"""Gaps of one document that are told."""


def placeholders_in(document: Document) -> Iterator[tuple[int, int]]:
    """Find the gaps of a template that were never filled; an example with XX is none."""
    text = document.text
    for count, gap in enumerate(_GAP.finditer(text)):
        if count >= _MOST:
            return
        line = text[max(0, gap.start() - 40) : gap.start()]
        if not (_EXAMPLE.search(line) or _EXAMPLE_AFTER.match(text, gap.end())):
            yield gap.span()
