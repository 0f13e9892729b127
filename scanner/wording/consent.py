"""What the words on a control mean, in Chinese (both scripts) and English: agree, refuse, neither.

A text in which a refusal and an agreement meet, or a refusal is denied, means nothing here: such
a control is never pressed. Where patterns overlap, the reading that presses less wins.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from typing import Literal

from scanner.wording.fold import fold

Meaning = Literal[
    "accept", "generic", "acknowledge", "refuse", "leave", "necessary", "settings", "save", "close"
]
"""generic: 确定, OK: agrees only where the text asks; leave: 取消, 退出, later: refuses only beside
a control that agrees; save: 保存, confirm my choices."""

LONGEST = 90
"""Characters of a control's words; anything longer is prose, not a control."""
_COUNTDOWN = re.compile(r"\s*[(\[]?\s*\d{1,3}\s*(?:s|秒|sec)?\s*(?:后|後)?\s*[)\]]?$")
_EDGES = " \t\n.,:;!?。，、；：！？…~-—_·•|/>›»→<‹«←“”\"'‘’「」『』()[]{}✓✔☑*"
_DOCUMENT = re.compile(
    r"《[^《》]{0,60}》|〈[^〈〉]{0,60}〉|「[^「」]{0,40}(?:政策|协议|条款|声明)」"
)
_DOCUMENT_NAME = re.compile(
    r"(?:协议|政策|声明|条款|须知|指引|说明|规则|公告|policy|terms|notice|statement|agreement)$"
)

_AGREE_ZH = r"(?:同意|接受|允许|准许|许可|授权|认可|赞成|赞同|接纳|答应)"
_AGREE_EN = r"(?:accept|agree|allow|consent|permit|approv|authori[sz]|enabl|opt[- ]?in|opt in)\w*"
_AGREE = re.compile(rf"{_AGREE_ZH}|\b{_AGREE_EN}")
_NOUN = re.compile(  # 授权管理, consent settings: the stem only names a thing
    r"(?:授权|同意|许可)(?:管理|设置|设定|偏好|选项|书|记录)"
    r"|\bconsent (?:settings|preferences|choices|options|manager|management)\b"
)
_REFUSE_EN = r"(?:reject|declin|refus|den(?:y|ies|ied)\b|disagree|disallow|opt[- ]?out|object\b)\w*"
_DENIED_EN = (
    r"(?:do not|does not|don'?t|not|never|without|cannot|can'?t|won'?t|no)"
    rf"\s+(?:\w+\s+){{0,3}}?{_AGREE_EN}"
)
_REFUSE = re.compile(
    rf"(?:暂时?|坚决|仍然?|我|先)?不(?:再|予|想|愿意?|会|能|要|可以?|打算)?{_AGREE_ZH}"
    rf"|(?:取消|撤回|撤销|收回|放弃|关闭|停止){_AGREE_ZH}|(?:残忍|狠心|一键|全部|委婉)?(?:拒绝|谢绝|婉拒|回绝)"
    r"|暂不(?:使用|需要|考虑|处理|开启|设置|了)?|不(?:用了|需要|使用)|我?反对"
    rf"|\b{_REFUSE_EN}|\b{_DENIED_EN}"
)
_LEAVE = re.compile(
    r"(?:直接|立即|立刻|狠心|残忍|仍要|确认|确定|我要)?(?:取消|退出|离开|放弃|跳过)"
    r"(?:使用|应用|程序|网站|本站|浏览|页面|访问|app)?|稍后(?:再说|再看|处理|决定|提醒我?)?|以后再说"
    r"|下次(?:再说|吧)|再说吧?|(?:让?我)?再(?:想想|想一想|考虑(?:一下)?|看看)|先?(?:随便)?逛逛|否|不|不了|不用|不要|算了|(?:先)?随便看看|先看看|(?:仅|只|先)(?:浏览|看看)(?:模式)?"
    r"|(?:进入)?(?:仅浏览|游客|访客|基本功能|基本|基础)(?:浏览|模式|访问|功能)+"
    r"|以?(?:游客|访客)(?:身份)?(?:继续|进入)?(?:浏览|访问|使用)?"
    r"|no|nope|no,? thanks?(?: you)?|not now|(?:maybe |ask me )?later|skip|exit|leave(?: site)?"
    r"|cancel|quit|go back|browse only|(?:continue|enter) as (?:a )?guest"
)
_STILL_OPEN = re.compile(  # what a refusal names as left to use: 不同意，仅使用手电筒
    r"(?:[,:;、 ]+|(?=[仅只]))(?:我|就|也)?(?:仅|只|先|仍|继续)*(?:可以?|能)?"
    r"(?:使用|浏览|体验|进入|收听|收看|看|逛|玩)[^,:;。、]{0,12}$"
)
_DENIED_REFUSAL = re.compile(
    r"(?:不|别|勿|莫|未|没有?|无法|不能|不可|取消|撤回|撤销|停止)(?:会|要|想|再|能|可以?)?"
    r"(?:拒绝|谢绝|反对|退出|离开|取消|不同意|不接受|放弃|跳过)|不得不|不可不|不会不|并非不"
    rf"|\b(?:do not|don'?t|not|never|without|cannot|can'?t|stop|cancel)\s+(?:\w+\s+){{0,2}}?"
    rf"(?:{_REFUSE_EN}|leav\w*|exit\w*|cancel\w*|skip\w*)"
)
_ABOUT = re.compile(  # headings and links that speak of agreeing or refusing
    rf"如何|怎[么样]|什么|为何|哪些|详情|查看|{_AGREE_ZH}的|拒绝的"
    r"|\b(?:how|why|what|when|learn|about|read|view)\b"
)
_STATE = re.compile(  # what was done already, not what pressing would do
    rf"已经?(?:{_AGREE_ZH}|拒绝|不同意|取消|退出)了?$|(?:拒绝|同意|接受)(?:成功|中)"
    r"|\b(?:was|been|clicked|rejected|declined|refused|accepted|agreed)\b"
)
_FILLING = re.compile(  # what else may stand on such a control; other words are of other business
    r"非必要|必要|必需|可选|全部|所有|一切|一键|一律|完全|自愿|残忍|狠心|坚决|委婉|仍然?|直接|立即|暂时?|先|我们?|本人|您|你"
    r"|已经?|均|均已|都|并且?|且|以及|和|与|及|或|的|了|吧|啦|哦|后|此|该|本|上述|以上|以下|这些|其他|其它|附加|追踪|跟踪"
    r"|阅读|知悉|知晓|知道|了解|理解|充分|确[认定]|继续|开始|下一步|使用|访问|浏览|进入|前往|体验|开启|启用|收集|处理|获取|读取"
    r"|退出|离开|关闭|取消|返回|仅|只|仅限|拒绝|不|保存|设置|管理|选项|偏好|提供|存储"
    r"|基本|基础|访客|游客|身份|网站|本站|站点|网页|页面|应用|程序|小程序|软件|客户端|产品|服务|功能|首页|主页|app|游戏|系统|平台|模式|版本?"
    r"|用户|会员|个人|信息|数据|隐私|权|位置|设备|内容|协议|政策|声明|条款|规则|须知|约定|指引|说明|告知书?|保护|权限"
    r"|个性化|推荐|广告|营销|分析|统计|第三方|共享|cookies?|请求|弹窗|提示"
    r"|\b(?:i(?:'[md])?|we|me|my|your|our|the|a|this|these|that|them|it|all|any|every\w*|and|or|to|of|on|for|with"
    r"|in|as|yes|no|ok|okay|fine|fully|do|not|don't|without|only|just|use|using|continue|close|save|exit"
    r"|proceed|enter|leave|visit|view|go|start|get|site|website|page|app|service|cookies?|tracking"
    r"|technolog\w+|data|personal\w*|information|privacy|polic\w+|terms|conditions|notice|statement"
    r"|non|essential|necessary|optional|additional|other|unnecessary|required|functional|analytic\w*"
    r"|marketing|ads|advertising|third|part\w+|process\w*|collection|usage|storage|setting\w*"
    r"|preference\w*|purposes?|selected|choice\w*|browsing|reading|have|read|understand|understood|you"
    r"|now|here|please|want|would|like|rather|wish|prefer|am|agreement|user)\b|n't"
)
_LETTERS = re.compile(r"[^\W\d_]")
_HINT = re.compile(r"(?:并|且|,|，)?(?:以后|今后)?(?:不再|不要再|别再)(?:提示|显示|弹出|提醒|询问)")
_NEGATION = re.compile(
    r"[不别勿莫未没无拒否非]|取消|退出|离开|放弃|跳过|稍后|谢绝|反对|撤[回销]|残忍"
    r"|\b(?:no|not|never|without|cancel|exit|leave|skip|later|non)\b|n't\b"
    rf"|\b{_REFUSE_EN}"
)
_BOUND = re.compile(
    r"登[录陆入]|注册|提交|下载|安装|订阅|支付|付款|购买|下单|绑定|领取|开通|续费"
    r"|\b(?:log ?in|sign ?(?:in|up)|register|subscri\w+|download|install|submit|pay|buy|join)\b"
)
NEED_ZH = r"(?<![非不])(?:必要|必需|必须|基本|基础)"
NEED_EN = r"(?<!non-)(?<!non )\b(?:necessary|essentials?|required|mandatory)"
"""What is called necessary, in either language."""
_NECESSARY = re.compile(
    rf"(?:仅|只)(?:限|使用|接受|允许|同意|保留|启用|开启|授权)*(?:严格)?{NEED_ZH}"
    rf"|^(?:使用|接受|允许|同意|保留)(?:严格)?{NEED_ZH}的?(?:cookies?|信息|功能|项)?$"
    rf"|(?:only|just)\s+(?:\w+\s+){{0,4}}?{NEED_EN}|{NEED_EN}(?:\s+cookies)? only"
    rf"|^(?:accept|allow|use|keep)\s+(?:the\s+)?(?:strictly\s+)?{NEED_EN}(?:\s+cookies?)?$"
)
_NEEDED = re.compile(rf"{NEED_ZH}|{NEED_EN}")
_BEYOND = re.compile(r"非必|可选|[和及与]|以及|\b(?:optional|and|non)\b")
_MORE = re.compile(
    r"非必要|可选|全部|所有|分析|统计|营销|广告|推荐|[和及与]|以及|\+|&"
    r"|\b(?:all|optional|analytic\w*|marketing|and|recommended|non-?\s?essential)\b"
)
_REFUSE_REST = re.compile(
    r"(?:拒绝|不(?:接受|同意|允许|使用))(?:所有|全部)?的?(?:非必[要需]|可选|其他|其它|附加|不必要)"
    r"|\b(?:reject|declin|refus|deny)\w*\s+(?:all\s+)?"
    r"(?:non-?\s?(?:essential|necessary)|optional|additional|unnecessary|other)"
)
_GENERIC = re.compile(
    r"(?:我)?(?:确[定认]|好的?|好吧|可以|没问题|是的?|行|ok|okay|yes|sure|fine|confirm|continue|proceed"
    r"|enter(?: site)?|next|start)|下一步|继续(?:使用|浏览|访问|进入|操作)?"
    r"|(?:立即|马上|开始)(?:使用|体验|进入|浏览)"
    r"|(?:好的?[,，]?)?进入(?:网站|首页|系统|主页|应用|app)?|完成|确[定认]并(?:继续|进入|使用)"
)
_ACKNOWLEDGE = re.compile(
    r"我?(?:已经?)?(?:知道|知悉|知晓|了解|明白|清楚|收到|懂|阅读|阅)(?:了|啦)?"
    r"|got it|(?:ok,? )?i understand|understood|i see|noted|ok,? got it|acknowledged?"
)
_CLOSE = re.compile(
    r"[×xX✕✖✗✘╳⨯❌㐅]|关闭(?:弹窗|窗口|提示|按钮|对话框|横幅)?|收起|隐藏"
    r"|(?:close|dismiss|hide)(?: (?:this|the))?(?: (?:dialog|banner|window|modal|popup|pop-up|"
    r"button|notice|message|cookie \w+))?"
)
_SAVE = re.compile(
    r"保存|存储(?:设置|选择)|储存|确认(?:我的)?(?:选择|设置|所选)|提交(?:我的)?(?:选择|设置)|应用设置"
    r"|\bsave\b|\b(?:confirm|apply|submit)\s+(?:my\s+|your\s+)?(?:choices?|selections?|preferences|"
    r"settings)\b"
)
_SELECTED = re.compile(
    rf"{_AGREE_ZH}(?:我的)?(?:所选|选中|已选|选择|勾选)|\b{_AGREE_EN}\s+(?:my\s+|the\s+)?(?:select|choic)"
)
_SETTINGS = re.compile(
    r"设置|设定|管理|偏好|自定义|选项|更多选择|自行选择|定制|customi[sz]e|\bsettings?\b|\bpreferences?\b"
    r"|\bmanage\b|\b(?:more|other|cookie|privacy|view|see|show)?\s?(?:options|choices|purposes)\b"
    r"|configure|let me choose|personali[sz]e"
)

TOPIC = (
    r"隐私|隱私|个人信息|個人(?:資料|信息|資訊)|cookie|信息保护|gdpr|privacy|data protection"
    r"|personal (?:data|information)|(?:用户|用戶|使用者|服务|服務|使用|许可|許可|会员|會員)"
    r"[^。\n]{0,4}(?:协议|協議|条款|條款)|terms (?:of|and|&)|\bconsent\b|tracking technolog"
    r"|(?:收集|获取|獲取|采集)[^。\n]{0,12}(?:信息|数据|資料|资料)|(?:追踪|跟踪|追蹤)技术"
)
"""What a text speaks of that may ask for consent; also run by the page script."""
COARSE = (
    r"同意|接受|允许|允許|授权|授權|拒绝|拒絕|必要|知道了|知悉|暂不|暫不"
    r"|accept|agree|allow|consent|reject|decline|refuse|deny|necessary|essential|got it"
)
"""Words of controls worth a look where they stand in no overlay."""
EXACT = (
    r"^(?:我?(?:已阅读)?(?:并|且)?(?:不|暂不|暫不|全部|一键)?(?:同意|接受|拒绝|拒絕|允许|允許)(?:并继续|並繼續|全部|所有|"
    r"并退出|并进入|使用)?|我?知道了|确定|確定|确认|取消|退出|好的|继续|繼續|稍后|关闭|關閉|仅浏览|保存|设置"
    r"|[×✕✖]|ok|accept(?: all)?|i agree|agree|reject(?: all)?|decline|got it|close|no,? thanks)$"
)
"""Words by which even an element without any sign of a control is taken for one."""
_TOPIC = re.compile(TOPIC, re.IGNORECASE)
_ASKS = re.compile(
    r"(?:是否|请|您?需要?|阅读并|点击|您|如)[^。\n]{0,24}(?:同意|接受|允许|授权)|同意[^。\n]{0,30}(?:继续|使用|才能)"
    r"|\b(?:do you|please|we need|we ask|if you|click|consent to|you can)\b[^.\n]{0,80}"
    r"\b(?:agree|accept|consent|allow)"
)
_ELSE = re.compile(
    r"订阅|newsletter|subscribe|1[68]\s*(?:周?岁|\+)|成年|years? (?:old|of age)|over 1[68]|of legal"
    r"|城市|切换到|浏览器(?:版本|升级)|升级浏览器|upgrade your browser|优惠券|coupon|discount"
    r"|下载(?:app|客户端)|消息通知|发送通知|notifications?"
)
_FOLLOWS = re.compile(
    rf"{_AGREE_ZH}|拒绝|退出|离开|协议|\b(?:{_AGREE_EN}|{_REFUSE_EN}|exit|leave)\b"
)
_GOING_ON = re.compile(
    r"(?:继续|仍然?|一经|开始|关闭)?(?:使用|浏览|访问|进入|操作|关闭|继续|停留)(?!之?前|时)[^。；\n点按]{0,24}"
    r"(?:即|则|就|将)?(?:被)?(?:视为|视作|表示|代表|表明|意味着|等于|默认|即)[^。；\n]{0,16}(?:同意|接受|授权|认可)"
    r"|\bby (?:continu|us|brows|access|clos|visit|stay|scroll|navigat)\w*\b[^.\n]{0,120}\b"
    r"(?:agree|accept|consent)|\b(?:continued use|if you continue|continuing to)\b[^.\n]{0,120}\b"
    r"(?:agree|accept|consent|assume)"
)
_NAMED = re.compile(
    r"(?:点击|点选|按下?|轻触|clicking|click|pressing|press|tapping|closing)[^。.\n]{0,6}?"
    r"[“\"「『'‘【\[]([^”\"」』'’】\]]{1,24})[”\"」』'’】\]][^。.；\n]{0,12}?"
    r"(?:(?:即|则|就|视为|表示|代表|表明)[^。.；\n]{0,16}(?:同意|接受|授权)"
    r"|(?:,? ?you|means?|confirms?)[^.\n]{0,30}(?:agree|accept|consent))"
)
_POLICY = re.compile(
    r"隐私|个人信息(?:保护|处理)|cookie\s*(?:政策|声明|说明)|privacy"
    r"|cookie (?:policy|notice|statement)|data protection"
)


def bare(words: str) -> str:
    """Give the words of a control folded, without countdown and marks at the edges."""
    return _COUNTDOWN.sub("", fold(words).strip(_EDGES)).strip(_EDGES)


@functools.lru_cache(maxsize=8192)
def meaning_of(words: str) -> Meaning | None:
    """Say what pressing a control with these words means; None when it cannot be told."""
    if len(words) > 4 * LONGEST:
        return None
    text = _COUNTDOWN.sub("", _DOCUMENT.sub("", fold(words)).strip(_EDGES)).strip(_EDGES)
    if not text:
        return "close" if _CLOSE.fullmatch(words.strip()) else None
    if len(text) > LONGEST or any(
        pattern.search(text) for pattern in (_DENIED_REFUSAL, _ABOUT, _STATE)
    ):
        return None
    text = _HINT.sub("", _NOUN.sub("设置", text))
    if any(pattern.search(text) for pattern in (_REFUSE_REST, _NECESSARY, _REFUSE)):
        return _refusal(text)
    return _agreement(text) if _AGREE.search(text) else _plain(text)


def _refusal(text: str) -> Meaning | None:
    """Tell a refusal from words that agree, or do something else, as well."""
    agrees_too = _AGREE.search(_REFUSE.sub(" ", text)) is not None
    if _REFUSE_REST.search(text):
        return None if agrees_too else "necessary"
    rest = _STILL_OPEN.sub("", text) if _REFUSE.match(text) else text
    if _NECESSARY.search(rest):
        return None if _MORE.search(text) or _REFUSE.search(text) else "necessary"
    other = _BOUND.search(text) or _other_business(_REFUSE.sub(" ", rest))
    return None if agrees_too or other else "refuse"


def _other_business(text: str) -> bool:
    """Say whether words remain that have nothing to do with a choice on personal information."""
    return _LETTERS.search(_FILLING.sub(" ", _AGREE.sub(" ", text))) is not None


def _agreement(text: str) -> Meaning | None:
    """Tell an agreement from words that do or name something else as well."""
    if _NEGATION.search(text) or _BOUND.search(text) or _SELECTED.search(text):
        return None
    if _other_business(text) or (_NEEDED.search(text) and not _BEYOND.search(text)):
        return None
    named = _DOCUMENT_NAME.search(text) and not re.match(
        r"我?(?:已|同意|接受|阅读)|i |accept", text
    )
    return None if named else "accept"


def _plain(text: str) -> Meaning | None:
    """Tell what words without any agreement or refusal in them mean."""
    whole: tuple[tuple[re.Pattern[str], Meaning], ...] = (
        (_LEAVE, "leave"),
        (_ACKNOWLEDGE, "acknowledge"),
        (_GENERIC, "generic"),
        (_CLOSE, "close"),
    )
    for pattern, meaning in whole:
        if pattern.fullmatch(text):
            return meaning
    if _BOUND.search(text):
        return None
    if len(text) <= 40 and _SAVE.search(text):
        return "save"
    return "settings" if len(text) <= 40 and _SETTINGS.search(text) else None


def agrees(words: str) -> bool:
    """Say whether words might agree to something: what must never be pressed when refusing."""
    text = _DOCUMENT.sub("", fold(words))
    if _DENIED_REFUSAL.search(text):
        return True
    if meaning_of(words) in {"necessary", "refuse"}:
        return False
    return _AGREE.search(_REFUSE.sub(" ", _NOUN.sub("", text))) is not None


def meaning_of_control(words: str, labels: Iterable[str]) -> Meaning | None:
    """Say what a control means by what it shows and by the labels that it carries unseen.

    A refusal, a way to close or to settings whose label agrees means nothing: it is a trap.
    """
    labels = tuple(labels)
    meaning = meaning_of(words)
    if meaning in {None, "close"} and len(fold(words).strip(_EDGES)) <= 1:
        said = [found for found in map(meaning_of, labels) if found not in {None, "close"}]
        meaning = said[0] if said else meaning or next(filter(None, map(meaning_of, labels)), None)
    if meaning not in {"accept", None} and any(agrees(label) for label in labels):
        return None if words or meaning != "generic" else meaning
    return meaning


def speaks_of_consent(text: str) -> bool:
    """Say whether a text is about privacy, cookies or terms."""
    return _TOPIC.search(text) is not None


def asks(text: str) -> bool:
    """Say whether a text asks the reader to agree."""
    return _ASKS.search(fold(text)) is not None


def about_something_else(text: str) -> bool:
    """Say whether a text is of an age gate, a newsletter, a choice of city and their like."""
    return _ELSE.search(fold(text)) is not None


def implies_agreement(text: str) -> bool:
    """Say whether a text declares that going on, or closing it, means agreeing."""
    return _GOING_ON.search(fold(text)) is not None


def named_as_agreeing(text: str) -> frozenset[str]:
    """Give the controls of which a text says that pressing them means agreeing, folded."""
    return frozenset(match.group(1).strip(_EDGES) for match in _NAMED.finditer(fold(text)))


def concerns_refusing(text: str) -> bool:
    """Say whether a dialog that follows a refusal speaks of it, or of leaving."""
    return _FOLLOWS.search(fold(text)) is not None or speaks_of_consent(text)


def names_policy(words: str) -> bool:
    """Say whether the words of a link name a privacy policy."""
    return _POLICY.search(fold(words)) is not None


def names_document(words: str) -> bool:
    """Say whether words are nothing but the name of a document, as 《用户协议》."""
    text = fold(words)
    left = _DOCUMENT.sub("", text).strip(_EDGES + "和与及、&")
    return not left or (_DOCUMENT_NAME.search(left) is not None and not _AGREE.search(left))


def policy_in_brackets(text: str) -> bool:
    """Say whether a text names a privacy policy as a title, which a script may have made a link."""
    return any(_POLICY.search(found.group()) for found in _DOCUMENT.finditer(fold(text)))
