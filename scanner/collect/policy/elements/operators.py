"""Who operates the subject, by the words of a text."""

from __future__ import annotations

import re
from typing import NamedTuple

_HARD = r"股份有限公司|有限责任公司|有限公司|集团公司|\(有限合伙\)|\(普通合伙\)|合伙企业"
_SOFT = (
    r"宣传部|集团|工作室|经营部|商行|服务部|事务所|合作社|门市部|个体工商户|医院|大学|学院|学校"
    r"|委员会"
    r"|研究院|研究所|研究中心|服务中心|管理中心|信息中心|融媒体中心|人民政府|管理局|公安局|税务局"
    r"|财政局|教育局|卫生健康局"
    r"|银行|出版社|报社|电视台|协会|基金会|图书馆|博物馆"
    r"|书店|商店|超市|商场|餐厅|餐馆|饭店|酒店|宾馆|旅馆|民宿|茶馆|咖啡馆|花店|药店|药房|诊所|门诊部"
    r"|幼儿园|中学|小学|培训班|旅行社|剧院|影院|书院|俱乐部|农场|养殖场|加工厂|印刷厂|杂志社|广播台"
    r"|(?:外交|国防|内政|教育|卫生|公安|民政|司法|财政|商务|农业|农业农村|交通|交通运输|文化和旅游|旅游|劳动"
    r"|环境|应急管理|人力资源社会保障)[部厅]|(?:数据|政务服务|文化和旅游|文旅|民政|司法|交通运输|医疗保障"
    r"|自然资源|疾病预防控制|人力资源社会保障)局|卫健委|发改委"
    r"|美术馆|档案馆|文化馆|体育馆|联合会|促进会|学会|商会|居委会|村委会|街道办事处"
)
_SUFFIX = re.compile(
    rf"(?P<hard>{_HARD})(?![\u4e00-\u9fff]{{0,2}}(?:股份|有限)?公司)"
    rf"|(?P<soft>{_SOFT})(?![\u4e00-\u9fff]{{0,8}}(?:公司|中心|研究院|医院|大学|委员会))"
)
_EARLY = 3000
"""Characters within which a text says whose it is."""
_LONGEST = 40
"""Characters before the form of an organisation that can belong to its name."""
_EN = re.compile(
    r"(?<![A-Za-z0-9&'-])[A-Z][A-Za-z0-9&'-]{0,30}(?:,? [A-Z(][A-Za-z0-9&'.)-]{0,30}){0,6}?,? "
    r"(?:(?:Pte\.? |Pty\.? |Co\., ?|Co\. ?)?(?:Ltd|LTD)\b\.?|Limited\b|Inc\b\.?|LLC\b|L\.L\.C\."
    r"|Corp\b\.?"
    r"|Corporation\b|GmbH\b|B\.V\.|S\.A\.|PLC\b|plc\b|FZ-LLC\b|Foundation\b)"
)
_PLACE = re.compile(
    "北京|上海|天津|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南"
    "|广东|海南|四川|贵州|云南|陕西|甘肃"
    "|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门|中国|深圳|广州|杭州|南京|苏州|成都|武汉|西安"
    "|厦门|福州|长沙|郑州|青岛|济南|大连"
    "|沈阳|宁波|无锡|合肥|东莞|佛山|珠海|昆明|贵阳|南昌|石家庄|太原|哈尔滨|长春|海口|三亚|兰州"
    "|银川|乌鲁木齐|拉萨|南宁|温州|常州|徐州"
)
_BOUNDARY = re.compile(
    r"我们|本公司|本平台|公司名称|企业名称|单位名称|名称|主体|运营者|运营方|运营商|开发者|开发商"
    r"|提供者|提供方|处理者|控制者|责任方|服务商"
    r"|主办单位|关联公司|由|归|系|是指|指|是|为|向|与|和|及其?|或|给|即|的|在|于|经|对|将|至|被|从|您"
    r"|下称|简称"
)
_WEAK = frozenset("系是为向与和及其或给的在于经对将至到被从归")
"""Boundaries that may also be the first characters of a name, as in 中和 or 华为."""
_NO_BEGINNING = frozenset("是系为即的被")
"""Those of them with which no name begins."""
_GENERIC = re.compile(
    r"技术|科技|网络|信息|软件|数码|数字|传媒|文化|股份|有限|责任|公司|集团|服务|咨询|管理|发展"
    r"|贸易|电子|通信|通讯|实业|互联网|传播|中心|委员会"
)
_NO_ORGANISATION = re.compile(
    r"(?:客户|客服|用户|会员|帮助|个人|安全|举报|消息|数据|支付|游戏|投诉|隐私|售后|账号|本|贵|该"
    r"|等|任何|所属|合作|第三方|关联|其他|相关)"
    r"(?:服务|管理|信息)?(?:中心|公司|银行|机构|医院|学校|大学|学院|集团|有限公司|书店|商店|超市"
    r"|商场|餐厅|餐馆|饭店|酒店|宾馆|药店|药房|诊所|旅行社|影院|俱乐部|工作室)$"
    r"|(?:应用|软件|app|小程序|线上|网上|在线|官方|手机)(?:商店|商场|超市)$"
)
_SELF = (
    r"我们|本公司|本平台|本应用|本软件|本产品|本app|本网站|本单位|本院|本校|本中心|we\b|us\b|our\b"
)
_CALLED = re.compile(
    r"[^。\n(]{0,16}\((?:[^()\n]{0,120}[,;、])?\s?(?:以下(?:统|合|均)?(?:简称|称)|下称|简称|统称"
    r"|(?=[\"“'「]我们))(?P<as>[^()]{0,60})\)"
)
_CALLED_LATER = re.compile(
    r"[^。\n]{0,160}?\((?:以下|下称|简称|统称)[^)]{0,30}我们"
    r"|[^\n]{0,160}?\([^()\n]{0,40}[\"“'](?:we|us)[,]?[\"”']"
)
_WE = re.compile(rf"{_SELF}|运营者")
_IS_WE = re.compile(
    rf"(?:{_SELF})(?:的(?:名称|全称|主体|基本信息))?[\s]?(?:[:,][是为指即系]?|[是为指即系(]|is"
    r"|are)[\s\"'“”\[*_]{0,4}$"
)
_LABELLED = re.compile(
    r"(?:运营者|经营者|开发者|运营主体|经营主体|运营方|运营单位|个人信息处理者|责任主体|法人主体"
    r"|主办单位|主办方|公司名称|企业名称|单位名称|operated by|controller|developer)"
    r"(?:的)?(?:名称|全称|主体|基本信息)?(?:如下)?[\s]?(?:[:,]?[是为指即系]?|is|are"
    r"|of your (?:personal )?(?:data|information) is)[\s\"'“”\[*_]{0,4}$"
)
"""A label that names the operator of whatever is spoken of, be it a component of others."""
_US = re.compile(r"\b(?:we|us|operated by|provided by|developed by|offered by)[\s,(\"“*]{1,4}$")
_BY = re.compile(r"(?:由|归)[\s\"'“”\[*_]{0,3}$")
_OFFERS = re.compile(
    r"(?:[^。\n(]{0,8}\([^()\n]{0,160}\))?[^。\n]{0,40}?(?:提供|运营|开发|所有|负责|享有|合法拥有|主办|主管|建设)"
)
_WRITES = re.compile(r"[^。\n]{0,8}?(?:制定|制订|拟定|发布|公布|编制|颁布|[^。\n]{0,4}解释)(?!的)")
_OWN_TEXT = re.compile(
    r"(?:政策|声明|指引|协议|规则|条款|说明)[》」”\"]?[^。;,:《法据照]{0,12}(?:由|归)[\s\"'“”\[*_]{0,3}$"
)
"""本政策由甲公司制定 names who wrote the text; 由…制定的《…法》 names a legislator."""
_PRODUCT = re.compile(
    r"本[a-z\u4e00-\u9fff]|我们|隐私政策|是一款|及相关|及其|app|应用|软件|平台|网|小程序|游戏"
)
_OTHERS = re.compile(
    r"sdk|第三方|插件|合作方|合作伙伴|委托|推送服务商|关联公司是指|共享给|提供给|annual report"
    r"|subsidiar|affiliate|entit(?:y|ies)"
)
_CODE = re.compile(
    r"(?:统一社会信用代码|信用代码"
    r"|unified social credit)[^0-9a-z\n]{0,12}([0-9a-z]{18})(?![0-9a-z])"
)
_PERSON = re.compile(
    r"(?:^|[\n。;])[^\n。;:]{0,8}(?:个人开发者|开发者|运营者|经营者)(?:名称"
    r"|姓名)?[\s]?[:][ ]?([\u4e00-\u9fff]{2,4})(?=[\s,。;(]|$)"
    r"|个人开发者(?!自行|独立|自主|本人|团队|共同|负责|[开运提设制])"
    r"([\u4e00-\u9fff]{2,4}?)(?=独立|自主|个人|开发|运营|提供|制作|设计|[(,。;\s])"
    r"|由(?!开发者|作者|本人)([\u4e00-\u9fff]{2,4})\(个人(?:开发者)?\)"
)
_COMPONENT = re.compile(
    r"sdk|插件|(?:第三方|接收方|合作方|受托方)(?:的?(?:名称|服务|公司|机构|平台))?(?:[:(清目列如]|$)"
)
_SHORT = 60
"""Characters of a line that is the label or the title of what follows."""
_ADDRESS = re.compile(
    r"[\s*_,;|]{0,6}(?:[^。\n]{0,6}地址|[^。\n,;]{1,12}?[省市区县][^。\n]{2,40}[路街道号])"
)
_TO_REACH = re.compile(
    r"(?:^|\n)[^\n。]{0,16}(?:联系我们|联系方式|如何联系|我们是谁|contact us)[^\n。]{0,12}(?:\n|$)"
)
"""The title of a section in which a text says who is to be written to."""
_UNFILLED = re.compile(r"某某|(?<![a-z])x{2,}|××|\*{3}|_{2}")
"""The gap of a template in the place of a name."""
EXPLICIT = 3
"""Weight from which a place names the operator, and does not only speak of a company."""


class Named(NamedTuple):
    """A place at which a text names an organisation as its operator."""

    weight: int
    """How plainly it does, from 1 (a name in the footer) to 6 (我们 is explained by it)."""
    start: int
    end: int


def operators_in(text: str, folded: str, outside: tuple[tuple[int, int], ...]) -> list[Named]:
    """Find the organisations that a text names as its operator, the plainest place first.

    `outside` are stretches in which others are named, such as the tables of SDKs.
    """
    found: list[Named] = []
    for match in _SUFFIX.finditer(folded):
        start = _begin(folded, _run_before(folded, match.start()), match.end())
        if start is None or _UNFILLED.search(folded, max(0, start - 4), match.end()):
            continue
        if any(low <= start < high for low, high in outside):
            continue
        weight = _weight(folded, start, match.end())
        if weight >= (EXPLICIT if match["hard"] else EXPLICIT + 1):
            found.append(Named(weight, start, match.end()))
    for match in _EN.finditer(text):
        if any(low <= match.start() < high for low, high in outside):
            continue
        weight = _weight(folded, match.start(), match.end())
        if weight >= EXPLICIT:
            found.append(Named(weight, match.start(), match.end()))
    for match in _PERSON.finditer(folded):
        start, end = match.span(match.lastindex or 0)
        if not any(low <= start < high for low, high in outside):
            found.append(Named(EXPLICIT, start, end))
    return sorted(found, key=lambda named: (-named.weight, named.start))


def credit_code_in(folded: str) -> str:
    """Read the unified social credit code that a text states; the empty text when there is none.

    Only one whose check digit is right (GB 32100-2015).
    """
    from scanner.personal.numbers import is_credit_code  # noqa: PLC0415

    codes = (match[1].upper() for match in _CODE.finditer(folded))
    return next((code for code in codes if is_credit_code(code)), "")


def _run_before(folded: str, end: int) -> int:
    """Go back over characters that a name can hold; brackets only around a place, (上海)."""
    start, depth = end, 0
    while start > 0 and end - start < _LONGEST:
        character = folded[start - 1]
        if character == ")" and depth == 0:
            depth = 1
        elif character == "(" and depth == 1:
            depth = 0
        elif not ("\u4e00" <= character <= "\u9fff" or character.isalnum() or character in "·& "):
            break
        start -= 1
    if depth:
        start = folded.index(")", start) + 1
    return start


def _begin(folded: str, start: int, end: int) -> int | None:
    """Say where a name begins: after the last word that belongs to the sentence and not to it."""
    for place in _PLACE.finditer(folded, start, end):
        if place.start() == start or folded[place.start() - 1] != "(":
            return place.start()
    begin = start
    for boundary in _BOUNDARY.finditer(folded, start, end):
        rest = folded[boundary.end() : end]
        first = boundary.start() == begin and boundary.group() in _NO_BEGINNING
        if boundary.group() in _WEAK and boundary.start() - begin < 2 and not first:
            continue
        if len(_GENERIC.sub("", rest)) >= 2:
            begin = boundary.end()
    name = folded[begin:end]
    if len(_GENERIC.sub("", name)) < 2 or _NO_ORGANISATION.search(name):
        return None
    return begin + len(name) - len(name.lstrip())


def _weight(folded: str, start: int, end: int) -> int:
    """Weigh how plainly a place says that this is the operator; below EXPLICIT it does not."""
    before, after = folded[max(0, start - 160) : start], folded[end : end + 240]
    line = before.rsplit("\n", 1)[-1][-40:]
    sentence = re.split(r"[。;]", line)[-1]
    called = _CALLED.match(after)
    if called and _WE.search(called["as"]):
        return 6
    if _IS_WE.search(sentence) or _US.search(sentence):
        return 5
    if _OTHERS.search(sentence) or _of_another(before):
        return 1
    if _LABELLED.search(sentence):
        return 5
    return _weight_of_context(folded, start, end, called is not None)


def _weight_of_context(folded: str, start: int, end: int, called: bool) -> int:
    """Weigh a name that no label introduces: by what it does, or where it stands."""
    line, after = folded[max(0, start - 40) : start].rsplit("\n", 1)[-1], folded[end : end + 240]
    sentence = re.split(r"[。;]", line)[-1]
    early = start < _EARLY
    offers = _BY.search(sentence) and _OFFERS.match(after)
    writes = _OWN_TEXT.search(sentence) and _WRITES.match(after)
    if writes or (offers and (early or _PRODUCT.search(sentence))):
        return 4
    if early and (called or _CALLED_LATER.match(after)):
        return EXPLICIT
    first = not line.strip(" *_>#[:-·") and _ADDRESS.match(after) is not None
    reached = first and _TO_REACH.search(folded, max(0, start - 600), start) is not None
    return EXPLICIT if reached or _signs(line, after, start, len(folded) - end) else 1


def _of_another(before: str) -> bool:
    """Say whether the lines before a name speak of a component: its line, and short ones above."""
    *above, line = re.split(r"\n+", before)
    return _COMPONENT.search(line.rsplit("。", 1)[-1]) is not None or any(
        len(one) <= _SHORT and _COMPONENT.search(one) for one in above[-2:]
    )


def _signs(line: str, after: str, start: int, left: int) -> bool:
    """Say whether a name stands as a signature: first in its line, at the top or the bottom."""
    if line.strip(" *_>#[:"):
        return False
    alone = after.split("\n", 1)[0].strip(" *_。.]") == ""
    return (alone and (start < 400 or left < 600)) or left < 300
