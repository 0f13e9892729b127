"""Who does what with which information by the words of one sentence, what for, and when.

The sentence is read clause by clause: a verb of taking, giving or handing on, who does it, and the
kinds of data that stand where its object stands. What is denied, defined, or only the subject of a
right is told apart from what is done.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from scanner.collect.policy.claims.data_words import DataWord, data_words, names_data
from scanner.collect.policy.claims.purposes import condition_of_use, purpose_span
from scanner.collect.policy.document import Span
from scanner.collect.policy.negation import is_denied
from scanner.knowledge import Knowledge

Doing = Literal["take", "use", "give", "share"]
Actor = Literal["we", "person", "third", ""]


class Act(NamedTuple):
    """A verb of a sentence by which information moves."""

    start: int
    end: int
    doing: Doing
    """take: the subject collects; use: it uses, keeps or asks for; give: the person hands over;
    share: it goes to others."""
    actor: Actor
    """Who does it, as far as the sentence says so."""
    denied: bool
    """Whether the sentence says that it is not done."""


class Roles(NamedTuple):
    """What one sentence says."""

    words: tuple[DataWord, ...]
    """Words for kinds of data, wherever they stand."""
    acts: tuple[Act, ...]
    """Verbs, in their order."""
    purpose: Span | None
    """What for."""
    condition: Span | None
    """When."""
    defines: bool
    """Whether it only says what a term means or what counts as sensitive."""
    optional: bool
    """Whether it says that something may be refused or left out."""
    about_data: bool
    """Whether it speaks of information at all."""

    def does(self, *doing: Doing) -> bool:
        """Say whether one of these is done, and not denied."""
        return any(act.doing in doing and not act.denied for act in self.acts)


MOST = 4000
"""Characters of one sentence that are read; longer ones are no sentences."""
_WORDS = 200
"""Words for kinds of data of one sentence that are read."""
_TAKE = (
    r"收集|(?:获取|获得|取得|得到)(?![^,。;]{0,16}(?:同意|授权|许可|更好|支持|帮助|服务))|采集"
    r"|搜集|读取|接收"
    r"|收取|获知|抓取|提取|录取|收录"
    r"|(?<=[会将并动能需要们统器、和及或以可中,来时])记录"
)
_USE = (
    r"使用|利用|处理|整合|分析|统计|识别|查看|访问|调用|扫描|存储|储存|保存|保留|留存|缓存"
    r"|查询|汇总|了解"
    r"|索取|调取|监测|监控|验证|核验|校验|核对|检索|存档|用到"
    r"|(?:请求|申请|开启|开通|打开|授权|授予|允许)(?=[^,。;]{0,40}权限)"
)
_GIVE = (
    r"提供|填写|输入|提交|上传|绑定|完善|录入|补充|创建|发布|设置|录制|拍摄|预留|填入|添加"
    r"|登记|告知"
    r"|编辑|上报|报送|出示"
)
_SHARE = (
    r"共享|分享|披露|转让|透露|透漏|转移|出售|出租|售卖|转交|交换|传播|展示|同步|公开(?=披露"
    r"|、|您|个人|上述|你|用户)"
    r"|(?:发送|传输|传递|传送|提供|委托|上传|回传|推送|交)(?:给|至|到|予)(?!我们|本公司|您)|公示"
)
_ACTS_ZH = re.compile(
    rf"(?P<share>{_SHARE})|(?P<take>{_TAKE})|(?P<give>{_GIVE}|发送|传输|回传)|(?P<use>{_USE})"
)
_ACTS_EN = re.compile(
    r"\b(?:(?P<share>shar(?:es(?!,)|ed?|ing)|disclos(?:e[sd]?|ing)|transfer(?:s|red|ring)?"
    r"|sells?|sold"
    r"|pass(?:es|ed)?(?= (?:on|to|your))|transmit(?:s|ted)?)"
    r"|(?P<take>collect(?:s|ed|ing)?|gather(?:s|ed|ing)?|obtain(?:s|ed|ing)?|receiv(?:e[sd]?|ing)"
    r"|acquir(?:e[sd]?|ing)|captur(?:e[sd]?|ing)|(?:(?<=we )|(?<=also )|(?<=may )|(?<=and )"
    r"|(?<=automatically )|(?<=is ))record(?:s|ed)?)"
    r"|(?P<give>provid(?:e[sd]?|ing)|submit(?:s|ted|ting)?|enter(?:s|ed|ing)?|upload(?:s|ed|ing)?"
    r"|suppl(?:y|ied)|give|fill(?:s|ed)? in|sends?)"
    r"|(?P<use>us(?:e[sd]?|ing)|process(?:es|ed|ing)?|stor(?:e[sd]?|ing)|access(?:es|ed|ing)?"
    r"|retain(?:s|ed|ing)?|request(?:s|ed|ing)?|require[sd]?|ask(?:s|ed)?(?= (?:you|for))"
    r"|track(?:s|ed)?"
    r"|log(?:s|ged)?(?= (?:your|the|information))|analy[sz]e[sd]?|hold(?=s? (?:your|the))"
    r"|keeps?))\b"
)
_JOINED = re.compile(
    r"(?:(?!但|而|除|仅|只|会|将|如|若|当|我们|您|but|we|you|if|may"
    r"|will)[^;。:!?]){0,30}"
)
_CLAUSE = re.compile(r"[,;。!?:\n]")
_OTHERS = (
    r"第三方|合作方|合作伙伴|合作商|关联(?:公司|方|企业)|服务商|供应商|提供商|广告(?:主|商)"
    r"|厂商|受托|委托方|被委托"
    r"|sdk|插件|支付(?:机构|平台)|运营商|该公司|该等公司|他们|其他(?:公司|用户|方(?!式|面|法)|人)"
    r"|开发者|银行|接收方|平台方|机关|部门|机构|组织|买方|境外|公众|物流|商家|承包商"
)
_BRANDS = r"(?:友盟|微信|支付宝|腾讯|华为|小米|阿里|百度|高德|极光)(?:\+|sdk|公司|平台|方)"
_WE_ZH = re.compile(
    r"我们|我方|本(?:公司|应用|软件|平台|app|产品|网站|单位|程序|站|服务|行|游戏|协议)"
    r"|我[司行]|我公司"
    r"|(?:系统|服务器|客户端)(?=会|将|可能|自动|还|也|后台|需)"
)
_PERSON_ZH = re.compile(
    r"(?<![向为给与对使])(?:您|你|用户|监护人|会员|消费者|玩家)(?!的|们的|提供的|终端|设备"
    r"|信息|个人|数据|体验|画像)"
)
_THIRD_ZH = re.compile(
    rf"(?<![从向与和给对])(?<!通过)(?:{_OTHERS}|{_BRANDS}|其(?!他|它"
    rf"|中))[^,。;:、将会您我]{{0,8}}?(?=会|将|可能|需|为|自动|收集|获取|读取"
    r"|采集|使用|处理|所|在|,|还|仅|也|有权|可)"
)
_ASKED_ZH = re.compile(r"(?:要求|需要?|请|须|邀请|引导|提示|让|由)(?:您|你|用户)?[^,;。]{0,12}$")
_TO_OTHERS = re.compile(
    rf"(?:向|给|与|和|同|对|由)[^,;。]{{0,30}}?(?:{_OTHERS}|微信|支付宝|腾讯|其(?!他|中)"
    rf"|以外)[^;。]{{0,60}}$"
    r"|对外[^,;。]{0,6}$"
)
_HANDS = re.compile(r"提供|提交|上传|发送|传输|回传|告知|报送")
_SENT_IN = re.compile(r"上报|回传|上传")
"""What the app does to get data to its own servers."""
_TO_US = re.compile(r"(?:向|给|对|为)(?:我们|本(?:公司|平台|应用|软件)|我司)[^,;。]{0,24}$")
_NO_OBJECT = re.compile(
    r"的?(?:方式|目的|范围|规则|行为|活动|者|期限|地点|主体|渠道|措施|频率|频次|界面|页面|帮助"
    r"|支持|原则|流程)"
    r"|的?(?:服务|功能|技术|平台|机构|机关)(?!的?[^,。]{0,6}(?:信息|数据))|后的?|码"
)
_OBJECT = re.compile(
    r"[^,。;]{0,24}?(?:您的|你的|用户的|个人|信息|资料|数据|记录|号码|手机号|邮箱|姓名|昵称"
    r"|头像|密码|身份证"
    r"|证件|账号|联系人|图片|照片|日志|权限|位置|银行卡|性|内容|偏好)|[^,。;]{0,6}(?:[。;]|$)"
)
_OBJECT_BEFORE = re.compile(
    r"(?:将|把|对|就)[^,。;]{1,60}$|(?:信息|资料|数据|记录|内容|号码)[^,。;]{0,8}$"
)
_NOUN_BEFORE = re.compile(
    r"(?:浏览|搜索|操作|消费|交易|通话|聊天|登录|查询|访问|停止|拒绝|不同意|关闭|禁止|撤回"
    r"|反对|限制)$"
)
_TO_PERSON = re.compile(r"(?:向|为|给|与|对|供|便于?)(?:您|你|用户)[^,;。:]{0,10}$")
_PLAIN_DEED = re.compile(r"分享|展示|同步|传播|交换")
_MODAL = re.compile(r"(?:[会将能可要并不行方者人商台,;:]|可以|向.?)\s?$|^$")
_RIGHT_ZH = re.compile(
    r"(?:您|你|用户)(?:有权|可以?(?:随时|自行|自主|通过|在|登录|点击|进入|查|访问|更正|修改|删"
    r"|联系|向我们|要求)|享有"
    r"|能够?(?:随时|通过))"
)
_DEFINES = re.compile(
    r"(?:涉及|所指|所称|提及|定义)的?(?:用户)?的?个人(?:敏感)?信息(?:主要)?(?:包括|是|指)|"
    r"(?:个人(?:敏感)?信息|敏感(?:个人)?信息|敏感数据|个人资料|个人数据|设备信息|日志信息"
    r"|唯一设备识别码|cookies?)"
    r"[\"”』」)）]*(?:,|是指|系指|指的?是?|是(?=以电子|一旦|指)|\(|包括?含?:?|:).{0,12}"
    r"(?:以电子|一旦|是指|指的?是|指能够|能够单独|极易导致|泄露)"
    r"|是指|系指|指的是|指以电子|是以电子|所称|一旦泄[露漏]|极易导致"
    r"|(?:个人敏感信息|敏感个人信息|个人信息)(?:主要)?(?:包括|包含)(?!但)[^。]{0,12}(?:身份证"
    r"|生物识别|姓名)"
    r"|\b(?:personal (?:information|data)|sensitive (?:personal )?(?:information|data))[\"”’]? "
    r"(?:means|refers? to|is (?:any )?(?:information|data))"
)
_WE_DO = re.compile(
    r"我们(?:会|将|可能|需要|还|也|仅|在)?[^,。]{0,12}(?:收集|获取|采集|读取"
    r"|记录)|we (?:may |will |also )?collect"
)
_OPTIONAL = re.compile(
    r"(?:可以?|有权)(?:随时|自行|自主)?(?:选择)?(?:拒绝|不提供|不填|不授权|不同意|跳过|关闭)"
    r"|非必[要需填]|可选|选填|自愿|自主(?:选择|决定)|(?:可以?|自行|自主)选择(?:是否|性|填写"
    r"|提供|补充|完善|授权|开启|上传)"
    r"|选择(?:性(?:地)?)?(?:填写|补充|完善|提供)|不(?:会)?影响您?.{0,6}(?:正常)?(?:使用|注册"
    r"|登录|浏览)"
    r"|(?:您|你)(?:可以?)?(?:根据|按).{0,12}(?:需求|意愿|需要).{0,8}(?:填写|提供|完善|选择)"
    r"|\boptional(?:ly)?\b|voluntar|you (?:may|can) (?:choose|decline|refuse|opt)"
    r"|if you choose to|not required to"
)


def roles_of(sentence: str, knowledge: Knowledge) -> Roles:
    """Read one folded sentence."""
    sentence = sentence[:MOST]
    words = data_words(sentence, knowledge)[:_WORDS]
    about = bool(words) or names_data(sentence) or "权限" in sentence
    acts = tuple(_acts(sentence)) if about else ()
    return Roles(
        words=words,
        acts=acts,
        purpose=purpose_span(sentence) if about else None,
        condition=condition_of_use(sentence) if about else None,
        defines=bool(_DEFINES.search(sentence)) and not _WE_DO.search(sentence),
        optional=bool(_OPTIONAL.search(sentence)),
        about_data=about,
    )


def is_right(sentence: str) -> bool:
    """Say whether a folded sentence tells what people may do with what is already held."""
    return _RIGHT_ZH.search(sentence) is not None


def _acts(sentence: str) -> list[Act]:
    found = [
        act for hit in _ACTS_ZH.finditer(sentence) if (act := _chinese(sentence, hit)) is not None
    ]
    found += [
        act for hit in _ACTS_EN.finditer(sentence) if (act := _english(sentence, hit)) is not None
    ]
    return _denied_together(sentence, sorted(found))


def _denied_together(sentence: str, acts: Sequence[Act]) -> list[Act]:
    """Carry a denial on to like verbs that follow it (不会出售，交易或以其他方式转移)."""
    found: list[Act] = []
    for act in acts:
        last = found[-1] if found else None
        if last and last.denied and last.doing == act.doing and not act.denied:
            joined = _JOINED.fullmatch(sentence, last.end, act.start)
            found.append(act._replace(denied=joined is not None))
        else:
            found.append(act)
    return found


def _chinese(sentence: str, hit: re.Match[str]) -> Act | None:
    start, end = hit.span()
    before = sentence[_clause_start(sentence, start) : start]
    if _is_no_deed(sentence, before, hit):
        return None
    doing, actor = _of_kind(str(hit.lastgroup)), _actor(before, sentence[:start])
    moves = _OBJECT.match(sentence, end) or _OBJECT_BEFORE.search(before)
    if doing in ("give", "share"):
        handed = _handed(sentence, before, hit, actor)
        if handed is None or (handed[1] == "person" and not moves):
            return None
        doing, actor = handed
    elif doing == "use":
        opened = "权限" in sentence[end : end + 40]
        if not moves or (actor == "person" and not opened):
            return None
    return Act(start, end, doing, actor, is_denied(sentence, start))


def _is_no_deed(sentence: str, before: str, hit: re.Match[str]) -> bool:
    """Tell a verb that is only part of a name, a service, or a list of what people do."""
    if _PLAIN_DEED.match(hit.group()) and not (
        _MODAL.search(before[-3:])
        or _TO_OTHERS.search(before)
        or sentence.startswith("您的", hit.end())
    ):
        return True
    return bool(_NOUN_BEFORE.search(before[-6:]) or _NO_OBJECT.match(sentence, hit.end()))


def _handed(
    sentence: str, before: str, hit: re.Match[str], actor: Actor
) -> tuple[Doing, Actor] | None:
    """Say who hands over to whom: the person to us, or we to others; None for neither."""
    shares = hit.lastgroup == "share"
    if _TO_PERSON.search(before):
        return None
    if not shares and _PERSON_ZH.search(before):
        actor = "person"
    if _TO_US.search(before) or sentence.startswith("给我们", hit.end()):
        return "give", actor if actor != "we" else "person"
    if actor == "we" and _SENT_IN.fullmatch(hit.group()):
        return "take", "we"
    to_others = (shares or _HANDS.match(hit.group())) and _TO_OTHERS.search(before)
    if to_others or (shares and actor != "person"):
        return "share", actor
    if actor == "person" or _ASKED_ZH.search(before):
        return "give", "person"
    return ("share", actor) if shares else None


_KINDS: dict[str, Doing] = {"share": "share", "take": "take", "give": "give"}


def _of_kind(name: str) -> Doing:
    return _KINDS.get(name, "use")


def _actor(before: str, sentence: str) -> Actor:
    """Say who acts: the last of us, the person and others that stands before the verb."""
    for words in (before, sentence):
        places: list[tuple[int, Actor]] = []
        for pattern, actor in _ACTORS:
            places += [(one.end(), actor) for one in pattern.finditer(words)]
        if places:
            return max(places)[1]
    return ""


_ACTORS: tuple[tuple[re.Pattern[str], Actor], ...] = (
    (_WE_ZH, "we"),
    (_PERSON_ZH, "person"),
    (_THIRD_ZH, "third"),
)
_WE_EN = re.compile(r"\b(?:we|our (?:app|service|website|servers?)|us|the (?:app|company))\b")
_PERSON_EN = re.compile(r"\b(?:you|users?|visitors?)\b(?! data)")
_THIRD_EN = re.compile(
    r"\b(?:third[- ]part(?:y|ies)|partners?|affiliates?|providers?|vendors?|advertisers?|sdks?|they"
    r"|authorities)\b"
)


_PERMITTED = re.compile(r"\b(?:permission|consent|allow us|authori[sz]e us) to\s$")


def _english(sentence: str, hit: re.Match[str]) -> Act | None:
    start, end = hit.span()
    doing = _of_kind(str(hit.lastgroup))
    before = sentence[max(0, start - 60) : start]
    places = [
        (one.end(), actor)
        for pattern, actor in ((_WE_EN, "we"), (_PERSON_EN, "person"), (_THIRD_EN, "third"))
        for one in pattern.finditer(before)
    ]
    actor: Actor = max(places)[1] if places else ""  # type: ignore[assignment]
    if _PERMITTED.search(before):
        actor = "we"
    if doing == "give" and actor != "person":
        to_others = re.search(r"\bto\b.{0,40}", sentence[end : end + 90])
        if not (to_others and _THIRD_EN.search(to_others.group())):
            return None
        doing = "share"
    elif doing == "share" and actor == "person":
        doing = "give"
    elif doing == "use" and actor == "person":
        return None
    return Act(start, end, doing, actor, is_denied(sentence, start))


def _clause_start(sentence: str, start: int) -> int:
    begin = max(0, start - 120)
    for mark in _CLAUSE.finditer(sentence, begin, start):
        begin = mark.end()
    return begin
