"""Whether two names mean the same company, as far as names alone can tell.

Only two full names of one script are ever called different: a brand, a group or a short name may
well stand for either, and a Chinese name cannot be set against an English one.
"""

from __future__ import annotations

import re
import unicodedata

MAX_NAME = 200
"""Longest name that is compared, in characters; what is longer is no name."""

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_NO_LETTER = re.compile(r"[\W_]+")
_CHINESE_FORM = re.compile(
    r"(?:股份有限公司|有限责任公司|有限公司|集团公司|公司|合伙企业|有限合伙|事务所|工作室|研究院"
    r"|研究所|中心|医院|学校|大学|银行|协会|基金会|联合社|合作社|厂|店|馆|超市|餐厅|幼儿园|诊所|出版社|报社|电视台|个体工商户|局|委员会|人民政府)$"
)
"""How a full Chinese name of an organisation ends."""
_CHINESE_SAME = (
    ("股份有限责任公司", "股份有限公司"),
    ("有限责任公司", "有限公司"),
    ("有限合伙", ""),
    ("普通合伙", ""),
)
"""Forms of one name that are written in two ways."""
_BRANCH = re.compile(r"(?<=公司).{1,12}分公司$")
_PLACES = (
    "北京|上海|天津|重庆|广东|广州|深圳|珠海|东莞|佛山|杭州|浙江|宁波|温州|江苏|南京|苏州|无锡|常州"
    "|成都|四川|武汉|湖北|长沙|湖南|西安|陕西|福建|福州|厦门|泉州|山东|济南|青岛|烟台|大连|辽宁"
    "|沈阳|吉林|长春|黑龙江|哈尔滨|河北|石家庄|河南|郑州|安徽|合肥|江西|南昌|山西|太原|内蒙古"
    "|呼和浩特|广西|南宁|海南|海口|三亚|贵州|贵阳|云南|昆明|甘肃|兰州|青海|西宁|宁夏|银川|新疆"
    "|乌鲁木齐|西藏|拉萨|香港|澳门|台湾|中国|中华|全国"
)
_PLACE_SIGN = re.compile(rf"^((?:{_PLACES}))(?:省|市)(?=..)")
"""杭州市山雀 and 杭州山雀 are written of one company."""
_REGION = re.compile(rf"^(?:(?:{_PLACES})(?:壮族自治区|自治区|特别行政区|省|市|区)?){{1,2}}")
_TRADE = re.compile(
    r"(?:股份|控股|集团|企业|有限|责任|公司|科技|技术|网络|信息|软件|数码|数字|数据|电子|商务|商贸|贸易"
    r"|文化|传媒|传播|广告|互动|娱乐|游戏|智能|智慧|系统|计算机|通信|通讯|服务|咨询|管理|投资|发展"
    r"|实业|教育|健康|医疗|金融|产业|工程|开发|互联网|云计算|人工智能)+$"
)
_ENGLISH_FORM = re.compile(
    "inc|incorporated|corp|corporation|co|company|ltd|limited|llc|llp|lp|plc|gmbh|ag|sa|sas|sarl|bv"
    "|nv|ab|oy|pte|pty|pvt|kk|srl|spa|foundation|university"
)
_ENGLISH_TRADE = re.compile(
    "the|of|and|group|holdings?|technology|technologies|tech|networks?|information|software"
    "|international|china|beijing|shanghai|shenzhen|guangzhou|hangzhou"
)


def same_company(one: str, other: str) -> bool | None:
    """Say whether two names are those of one company; None where names cannot tell.

    False means that both are full names with nothing telling in common, not that the companies are
    strangers: sisters of one group may bear such names.
    """
    if not (0 < len(one) <= MAX_NAME and 0 < len(other) <= MAX_NAME):
        return None
    first, second = _plain(one), _plain(other)
    chinese = _CHINESE.search(first) is not None
    if chinese != (_CHINESE.search(second) is not None):
        return None
    return _same_chinese(first, second) if chinese else _same_english(first, second)


def is_full_name(name: str) -> bool:
    """Say whether a name ends as registered organisations do (有限公司, Co., Ltd.)."""
    if not 0 < len(name) <= MAX_NAME:
        return False
    plain = _plain(name)
    if _CHINESE.search(plain):
        return _CHINESE_FORM.search(_joined(plain)) is not None
    return _registered(_words(plain))


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold().strip()


def _joined(plain: str) -> str:
    joined = _NO_LETTER.sub("", plain)
    for form, usual in _CHINESE_SAME:
        if joined.endswith(form):
            joined = joined.removesuffix(form) + usual
    return _BRANCH.sub("", _PLACE_SIGN.sub(r"\1", joined))


def _words(plain: str) -> list[str]:
    return [word for word in _NO_LETTER.sub(" ", re.sub(r"[.'’]", "", plain)).split() if word]


def _registered(words: list[str]) -> bool:
    return len(words) > 1 and _ENGLISH_FORM.fullmatch(words[-1]) is not None


def _same_chinese(one: str, other: str) -> bool | None:
    first, second = _joined(one), _joined(other)
    if not first or not second:
        return None
    if first == second:
        return True
    full = [_CHINESE_FORM.search(name) is not None for name in (first, second)]
    if full[0] != full[1] and _shortened(first) == _shortened(second) != _core(first):
        return True
    cores = _core(first), _core(second)
    if not all(cores) or cores[0] in second or cores[1] in first:
        return None
    return False if all(full) else None


def _shortened(joined: str) -> str:
    """Give a name as people say it, with its trade and without place and form: 山雀科技."""
    return _REGION.sub("", _CHINESE_FORM.sub("", joined))


def _core(joined: str) -> str:
    """Give what tells a company from others: without place, trade and form."""
    core = _CHINESE_FORM.sub("", joined)
    core = _REGION.sub("", core) or core
    return _TRADE.sub("", core) or core


def _same_english(one: str, other: str) -> bool | None:
    first, second = _words(one), _words(other)
    names = [
        [word for word in words if not _ENGLISH_FORM.fullmatch(word)] for words in (first, second)
    ]
    if not all(names):
        return None
    if names[0] == names[1]:
        return True
    cores = [[word for word in name if not _ENGLISH_TRADE.fullmatch(word)] for name in names]
    if not all(cores) or set(cores[0]) & set(cores[1]):
        return None
    if "".join(cores[0]) == "".join(cores[1]):
        return None
    return False if _registered(first) and _registered(second) else None
