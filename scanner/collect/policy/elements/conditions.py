"""Words by which a policy sets conditions to its service, or allows itself more than it told.

Each test reads one folded sentence and gives what exactly it says, the empty text where there is no
more to say, or None where it says nothing of the kind.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from scanner.collect.policy.claims.purposes import purpose_span
from scanner.collect.policy.negation import is_denied
from scanner.collect.policy.sentences import Sentence
from scanner.facts import Cue

_SERVICE = r"(?:产品|服务|应用|app|软件|平台|客户端|小程序|程序|游戏|网站)"
_OWN = (
    rf"(?:我们|我司|本公司|本{_SERVICE}|该{_SERVICE}|整个|全部|所有|任何|一切|原有?的?(?=服务|功能|业务))"
    rf"(?:所?提供)?的?(?:全部|所有|任何|各项|一切)?"
    rf"(?:{_SERVICE}|及|与|和|或|/|、|的|各项|全部|所有|任何|一切|业务|功能|和/或){{0,12}}"
    r"(?=\s*(?:了|的)?\s*(?:[,。;:!?、()”\"』」]|\*|$))"
    r"(?!\s*[,(:]\s*(?:如(?!果|您|你|需|有)|例如|比如|包括|即(?!使)|也就是))"
)
"""The service as a whole, as a policy calls it; what follows its name would be a part of it."""
_SHUT_OUT = re.compile(
    rf"(?:无法|不能|不得|不可|没法|请?勿|请不要|无权)(?:再|继续|正常|完整|顺利|地|下载|安装|访问|注册|或|并|、){{0,4}}"
    rf"(?:使用|享受|享有|登录|进入|打开|运行|启动|安装)(?:到|并使用|和使用|或使用)?{_OWN}"
    rf"|(?:停止|终止|放弃|结束)(?:继续)?(?:使用|注册|访问|安装|下载)(?:或(?:使用|访问))?{_OWN}"
    rf"|(?:将|会|应当?|须|必须|只能|请(?:您|你)?|否则)(?:立即|自动|自行|直接|被|会){{0,2}}"
    rf"(?:退出|卸载)(?:并(?:退出|卸载))?(?:我们的|本|该)?{_SERVICE}(?![^。;]{{0,20}}(?:重新|重启|再(?:次|打开|进入|登录)|生效|刷新))"
    rf"|无法(?:向|为)[您你](?:继续)?提供{_OWN}"
    rf"|本{_SERVICE}(?:将|会|则|也|便)?(?:不予|不能|无法|拒绝)(?:正常|继续)?(?:启动|运行|打开|使用)(?=\s*(?:[,。;!)]|$))"
)
_NOT_WHOLE = re.compile(
    r"部分|某些|某项|某一|相关(?:的)?(?:功能|服务|产品|业务)|相应|对应|特定|个别|具体|一些|有些|上述(?:功能|服务)"
    r"|(?:此|该)(?:项|类|种|等|些)?(?:功能|服务|业务)|不(?:会)?(?:影响|妨碍|限制)|仍(?:然)?(?:可|能)|除外"
    r"|其他(?:功能|服务)|原有?的?(?:功能|服务|业务)[^。;,]{0,8}(?:不变|不受|照常|继续)|新增(?:的)?(?:服务|业务)|浏览(?:模式|功能)|仅浏览|访客模式|基本功能模式|游客"
)
"""What says that only a part is shut off, or that the rest goes on."""
_REFUSES = re.compile(
    r"拒绝|不同意|不授权|不提供|未提供|未授权|不开启|未开启|不打开|未打开|不允许|未允许|不授予|未授予"
    r"|没有(?:授权|开启|打开|提供)|禁止|关闭|取消授权|(?:须|必须|需要?|请)[^。;]{0,40}否则"
)
_CHOICES: Mapping[str, re.Pattern[str]] = {
    "位置": re.compile(r"位置|定位|gps|行踪|轨迹"),
    "通讯录": re.compile(r"通[讯信]录|联系人"),
    "存储或相册": re.compile(r"(?:存储|相册|照片|文件|媒体|储存)[^,。;]{0,12}权限"),
    "相机": re.compile(r"(?:相机|摄像头|拍照|拍摄)"),
    "麦克风": re.compile(r"麦克风|录音"),
    "电话状态": re.compile(r"(?:电话|设备状态|手机状态|手机识别码|设备信息)[^,。;]{0,12}权限"),
    "短信或通话记录": re.compile(r"(?:读取|访问|获取)短信|短信(?:内容|记录|权限)|通话记录"),
    "应用列表": re.compile(r"应用列表|安装列表|已安装|软件列表"),
    "设备标识": re.compile(r"imei|imsi|oaid|android ?id|mac地址|设备(?:识别码|标识|信息)"),
    "人脸或指纹": re.compile(r"人脸|面部|指纹|声纹"),
    "个性化推送或营销": re.compile(r"个性化|推送|营销|广告|促销"),
    "性别、生日等资料": re.compile(r"性别|生日|出生日期|职业|收入|兴趣|爱好|婚姻|学历"),
    "权限": re.compile(r"权限"),
}
"""What a service as a whole seldom needs, in words of ours; a person judges whether it does."""
_OF_ONE_FUNCTION = re.compile(
    r"(?:如果?[您你]?|当[您你]|在[您你])使用[^,。;]{0,12}功能"
    r"|(?:当|在)[您你](?:享受|填写|使用|参与|申请|选择|开通|办理)[^。;]{0,40}时"
)
_NEEDED = re.compile(
    r"注册|实名|身份(?:信息|验证|认证|核验)|登录|支付|下单|订单|配送|收货|法律|法规|监管|反洗钱|(?:网络|联网)(?:连接)?权限"
)


def _shut_out(text: str, start: int) -> re.Match[str] | None:
    """Find that the whole service is refused, behind the words of the refusal."""
    return next(
        (one for one in _SHUT_OUT.finditer(text, start) if not is_denied(text, one.start())), None
    )


def _refused_for_choice(sentence: Sentence) -> str | None:
    text = sentence.text
    if _NOT_WHOLE.search(text) or _OF_THE_TEXT.search(text):
        return None
    refused = _REFUSES.search(text)
    shut = _shut_out(text, refused.end()) if refused else None
    if refused and shut and shut.start() - refused.end() <= _NEAR:
        before = text[max(0, refused.start() - _NEAR) : shut.start()]
    else:
        allowed = _ONLY_WITH.search(text)
        if allowed is None:
            return None
        before = allowed.group()
    named = [name for name, words in _CHOICES.items() if words.search(before)]
    if not named or _NEEDED.search(before) or _OF_ONE_FUNCTION.search(before):
        return None
    return "、".join(name for name in named if name != "权限" or len(named) == 1)


_ONLY_WITH = re.compile(
    rf"(?:授权|开启|打开|同意|允许|授予)[^。;]{{0,40}}权限[^。;]{{0,12}}(?:后|之后|,)?(?:您|你)?(?:方可|才能|才可|才可以|方能)"
    rf"(?:继续|正常|开始){{0,2}}使用{_OWN}"
)
_NEAR = 60
"""Characters between a refusal and what it costs."""
_OF_THE_TEXT = re.compile(
    r"(?:不同意|不接受|不认可|拒绝(?:接受|同意)?|无法(?:同意|接受))[^。;,]{0,24}"
    r"(?:政策|协议|声明|指引|条款|规则|约定|修[订改]|变更|更新|内容)"
)
_TEXT = re.compile(r"隐私|个人信息|信息保护|政策|声明|指引")
_CHANGED = re.compile(r"变更|修改|修订|更新|调整|变动|更改")
_GUARDIAN = re.compile(r"监护人|父母|家长|guardian|parent")
"""Whose refusal is not that of the person who uses the service."""
_EN_REFUSES = re.compile(
    r"\b(?:do not|don['’]t|disagree|not agree|not accept)\b[^.;]{0,80}"
    r"(?:privacy|policy|notice|statement|changes?)[^.;]{0,40}"
    r"(?<!can )(?<!may )(?<!always )(?:do not|don['’]t|stop|cease|discontinue|refrain from"
    r"|must not|should not) (?:us(?:e|ing)|access(?:ing)?|install(?:ing)?)"
)
_EN_CHANGED = re.compile(r"\b(?:chang|amend|modif|revis|updat)")


def _refused_for_policy(sentence: Sentence) -> str | None:
    text = sentence.text
    english = _EN_REFUSES.search(text)
    if english:
        return None if _EN_CHANGED.search(text) else ""
    return "" if _demands_agreement(text) and not _CHANGED.search(text) else None


def _demands_agreement(text: str) -> bool:
    """Say whether whoever does not agree to the policy must go."""
    refused = _OF_THE_TEXT.search(text)
    if not _TEXT.search(text) or _NOT_WHOLE.search(text):
        return False
    if _ONLY_AGREED.search(text):
        return True
    if refused is None:
        return False
    if _GUARDIAN.search(text, 0, refused.start()):
        return False
    shut = _shut_out(text, refused.start())
    if shut is None or shut.start() - refused.end() > _NEAR:
        return False
    return not _MAY_GO.search(text, refused.start(), shut.start())


_ONLY_AGREED = re.compile(
    rf"(?:您|你|用户)(?:必须|须|需要?|应当?|只有|在){{0,2}}(?:阅读并|完全|充分|、|并){{0,3}}(?:同意|接受)"
    rf"[^。;,]{{0,24}}(?:政策|声明|指引)[^。;,]{{0,12}},?(?:方可|才能|才可以?|方能)"
    rf"(?:继续|正常|开始){{0,2}}使用{_OWN}"
)
"""Use is open only to whoever agrees to the policy."""
_MAY_GO = re.compile(
    r"(?:可以?|有权|可选择|选择)(?:随时|自行|主动|选择|单方面|立即|要求|并应当){0,3}$"
)
"""People may go; that they must is not said."""
_NEW_FUNCTION = re.compile(
    r"(?:新增|新的?|新业务|新上线|新推出|扩展|附加)的?(?:业务)?(?:功能|服务|业务|产品)"
)
_REPLACES = re.compile(r"取代|替代|替换|代替")


def _refused_for_change(sentence: Sentence) -> str | None:
    text = sentence.text
    if _EN_REFUSES.search(text):
        return "政策变更" if _EN_CHANGED.search(text) else None
    refused = _REFUSES.search(text)
    if refused and _NEW_FUNCTION.search(text, 0, refused.end() + _NEAR):
        whole = _shut_out(text, refused.end())
        if whole and not _NOT_WHOLE.search(text) and not _REPLACES.search(text):
            return "新增功能"
    return "政策变更" if _CHANGED.search(text) and _demands_agreement(text) else None


_IMPROVES = re.compile(
    r"(?:改[善进]|提[升高]|优化|完善|更好|更优|更便捷)[^,。;]{0,16}(?:服务|产品|体验|推送|推荐|营销|推广|广告|研发)"
    r"|研发|开发新|新产品|个性化|定向推送|推送|营销|推广|广告|用户体验|服务质量|市场(?:调研|调查|研究)|调研"
)
_SERVES = re.compile(
    r"安全|风控|风险|防范|登录|注册|导航|配送|支付|交易|订单|下单|客服|身份|认证|验证|核验|保障|正常(?:运行|使用)|实现"
    r"|附近|上传|拍摄|扫码|法律|法规|基本|核心|聊天|通话|直播|搜索|发布|分享|故障|运行|稳定|功能|查询|适配|拍照|实名|网络|连接|信号|画质|音质"
)
"""A purpose that a function needs."""
_TAKES = re.compile(r"收集|获取|采集|读取|提供|授权|开启|打开|访问")
_FORCED = re.compile(
    r"(?:您|你|用户)(?:必须|须|应当?|需要?(?=授权|同意|允许|提供|开启|打开))(?:先)?"
    r"(?:授权|同意|允许|提供|开启|打开|接受)"
    r"|(?:我们|本{0,1}(?:应用|软件|app|平台|公司))(?:必须|须|需要?)(?:您|你|用户)"
    r"(?:的)?(?:授权|同意|允许|提供|开启|打开)|必须(?:收集|获取|提供|采集)|(?:不得|不可|不能|无法)(?:拒绝|关闭)"
)
_FREE = re.compile(
    r"自愿|自主|自行|仍(?:然)?(?:可|能)|可以?(?:选择|拒绝|关闭|随时)|如果?您?(?:选择|愿意|希望|需要)|有权|不影响|(?:附加|扩展|个别|特定)(?:业务)?功能"
)


def _improve_only(sentence: Sentence) -> str | None:
    """Find information that is demanded for nothing but improving, pushing and research."""
    text = sentence.text
    if not _FORCED.search(text) or not _TAKES.search(text) or _FREE.search(text):
        return None
    span = purpose_span(text)
    if span is None:
        return None
    purpose = re.split(r"[,:]", text[span.start : span.end], maxsplit=1)[0]
    if not _IMPROVES.search(purpose) or _SERVES.search(purpose) or _OF_ONE_FUNCTION.search(text):
        return None
    return purpose[:40]


_BEYOND = re.compile(
    r"(?:用于|用作|用来|使用[^。;,]{0,12}于)(?:包括但不限于[^。;]{0,30})?(?:任何|其他任何|任意|一切|新的)[^。;,]{0,6}(?:目的|用途|活动|方式)"
    r"|(?:用于|用作|使用[^。;,]{0,12}于)(?:我们|本公司|公司)?(?:的)?(?:其他|其它|商业|本政策(?:未|之?外|以外)[^。;,]{0,8})(?:的)?(?:目的|用途)"
)
_COMMERCIAL = re.compile(
    r"(?:有权|可以?|可能|会|将)[^。;]{0,20}(?:用户|您的?)(?:个人)?(?:数据库|数据|信息|资料)[^。;]{0,40}"
    r"(?:商业(?:上|性|化)?的?(?:利用|使用|开发)|用于商业)"
)
_ASKS_FIRST = re.compile(
    r"(?:经|征得|取得|获得)[^。;,]{0,12}(?:同意|授权)|未经|除非|不(?:会|得|将|再)[^。;]{0,30}商业|无权|匿名|去标识|(?:分析|统计)(?:的)?(?:结果|数据)"
)
_MAY = re.compile(r"(?:有权|可以?|可能|会|将|授权|许可|允许|同意)")
_ASKS = re.compile(
    r"(?:征[得求]|取得|获得|得到|经|再次|重新|另行|须|需|通知|告知)[^。;]{0,16}(?:同意|授权|许可|您)|未经|除非|同意后|匿名|去标识|统计"
    r"|另行(?:告知|通知|说明|提示)|确认协议|确认后|以[^。;,]{0,12}确认|由您确认|勾选|弹[窗框]"
)
_UNASKED = re.compile(
    r"(?:不经过?|无需|无须|不必|不需要?)(?:再次|再|另行|事先|征得|取得|获得|经过?){0,3}(?:您|你|用户)?的?(?:再次|另行)?(?:同意|授权)"
)
"""What says that nobody is asked."""
_OURS = re.compile(r"我们|我司|本公司|公司|本(?:应用|平台|软件|app)")
_DATA = re.compile(r"(?:信息|资料|数据)")
_BY_OTHERS = re.compile(
    r"(?:您|你|用户|任何(?:人|单位|第三方)|他人|第三方|合作(?:方|伙伴)|其|对方|广告[主商]|商家|卖家)(?:均)?(?:不|若|如|想|须|需|应|无权|可将|有可能|可能|会)"
)
_SELLS = re.compile(
    r"(?<![您你])(?<!用户)有权(?:将[^。;,]{0,20})?(?:出售|出租|售卖|转卖)(?:、|或|和|及|出售|出租|转让|给|第三方){0,6}"
    r"[^。;,]{0,12}(?:信息|数据|资料)"
    r"|(?<![您你])(?<!用户)有权将[^。;,]{0,16}(?:信息|数据|资料)[^。;,]{0,8}(?:出售|出租|售卖|转卖)"
)
_BY_LAW = re.compile(r"法律|法规|规定|法定|情形")


def _use_beyond_scope(sentence: Sentence) -> str | None:
    text = sentence.text
    commercial = _COMMERCIAL.search(text) or _SELLS.search(text)
    if commercial and not _ASKS_FIRST.search(text):
        clause = max(text.rfind(mark, 0, commercial.start()) for mark in ",;。") + 1
        if not _BY_OTHERS.search(text, clause, commercial.start() + len("可以")):
            return "商业利用"
    if _UNASKED.search(text) and _BY_LAW.search(text):
        return None
    text = _UNASKED.sub("", text)
    found = _BEYOND.search(text)
    if found is None or _ASKS.search(text) or is_denied(text, found.start()):
        return None
    before = text[: found.start()]
    if not (_MAY.search(before) and _OURS.search(before) and _DATA.search(before)):
        return None
    if _BY_OTHERS.search(before) or re.search(r"不|无\s*权|禁止", before[-40:]):
        return None
    return ""


_GRANTS = re.compile(
    r"(?:即(?:表示|代表|视为|意味着)(?:您|你|用户)?(?:已|已经|在此)?|(?:^|[,:、)])\s?(?:您|你|用户|本人)(?:在此|特此|兹|理解|知悉|知晓|了解|确认|充分|已|明确|并|且|和|及|、|不可撤销|地|亦|还|也|完全){0,6})"
    r"(?:同意|授权|许可)(?:并)?(?:授权|同意|许可|允许)?(?!后|书|的情|范围|时|之)"
    r"(?P<rest>[^。;]{0,80}?(?:提供(?!商品|服务|产品|更)|共享|分享|披露|转让|传送)[^。;]{0,40})"
)
_TO_OTHERS = re.compile(
    r"第三方|合作(?:方|伙伴|机构|商|单位)|关联(?:方|公司|企业|机构)|子公司|广告(?:主|商)|任何(?:人|公司|机构)"
)
_OPENS_A_LIST = re.compile(r"(?<!定义)如下|下列|以下|下述|:[\s*]*$")
"""What says to whom, when and what for stands below, where it may be as narrow as it should be."""
_GRANT_LIMITED = re.compile(
    r"未经|除非|不(?:会|得|向|应)|单独|另行|再次|匿名|去标识|脱敏|统计|法律|法规|司法|行政机关|监管|支付|物流|配送|快递|履行|完成(?:交易|订单)|征信|无法识别|不能识别|所必[须需]的情况"
    r"|您(?:所|自行|主动|另行)?(?:选择|选定|指定)的|征[得求]|弹[窗框]|(?:提供|共享|分享|披露|转让)[^。;,]{0,12}前(?:,|我们|会|将)"
)


def _blanket_sharing(sentence: Sentence) -> str | None:
    """Find a consent to provide information to others that the text itself takes for given."""
    text = sentence.text
    granted = _GRANTS.search(text)
    if granted is None or _GRANT_LIMITED.search(text):
        return None
    if _OPENS_A_LIST.search(text, granted.start(), granted.end()):
        return None
    rest = granted["rest"]
    others = _TO_OTHERS.search(rest)
    if others is None or not _DATA.search(rest):
        return None
    if not _OURS.search(text[: granted.end()]) or re.search(
        r"如果?|若|当[您你]|时,", text[: granted.start()]
    ):
        return None
    return others.group()


_AFTER_CLOSING = re.compile(
    r"(?:注销|删除)(?:了)?(?:您的|你的|该|其|或注销)?(?:(?:账|帐)[号户])?(?<!删除)[^。;,删清]{0,12}(?:之?后|时起?)[^。;]{0,60}?"
    r"(?:仍(?:然)?(?:会|将|可能|需)?|(?:会|将|可能|需要?)?继续|将会?|可能会?|会|[^。;,]{0,6}内会?|\d{1,3}\s?个?(?:月|年|天|日)内?|长期|一直|永久)"
    r"[^。;,]{0,12}(?:保留|保存|留存|存储|持有|保管|留着)[^。;]{0,24}"
    r"|(?:注销|删除)(?:您的)?(?:账|帐)[号户][^。;]{0,24}(?:不会|不予|暂不会?|不)(?:同时|立即|随之|一并)?(?:删除|清除|移除)[^。;]{0,24}"
    r"|after (?:you (?:delete|close|deactivate|terminate)|(?:deletion|closure|termination) of)"
    r"[^.;]{0,20}account[^.;]{0,60}\b(?:retain|keep|store|continue to (?:hold|use))\b[^.;]{0,40}"
)
_LAWFUL_KEEPING = re.compile(
    r"法律|法规|法定|监管|规定|依法|匿名|去标识|停止|不会?再|不(?:会|予|再)?(?:保留|保存|留存|存储|继续)|脱敏|诉讼|争议|纠纷|备份|公安|国家|政策要求"
    r"|恢复期|冷静期|反悔期|组织|企业|团队|单位|\blaw|legal|regulat|anonymi|dispute|backup"
    r"|not (?:retain|keep|store)|《[^》]{0,30}(?:法|条例|规定|办法)》"
    r"|第[零一二三四五六七八九十百\d]+条"
    r"|(?:在此|该|此|处理|等待)期间|内(?:予以|完成|全部)?删除|本地|缓存|义务|反洗钱|审计|税|反悔|恢复|公开发布|已发布"
)
_KEPT = re.compile(r"信息|资料|数据|记录|内容|\bdata|information")


def _kept_after_closing(sentence: Sentence) -> str | None:
    text = sentence.text
    found = _AFTER_CLOSING.search(text)
    if found is None or _LAWFUL_KEEPING.search(text) or not _KEPT.search(found.group()):
        return None
    return ""


_REWARDED = re.compile(
    r"(?:填写|完善|提供|上传|绑定|提交|认证|验证|授权|录入)[^。;,]{0,20}"
    r"(?P<kind>身份证|证件|人脸|面部|银行卡|指纹|健康|病历|通[讯信]录|真实姓名|身份信息|生物识别|个人信息|资料)"
    r"[^。;]{0,24}(?:(?:即可|便可|可以?|将|就能|有机会)(?:免费)?(?:获得|领取?|享受|得到|获取|赢取|赢得|参与抽|抽取|兑换)"
    r"|(?:(?<![发寄派配运递])送(?![货达至到])|立得|领取?))[^。;,]{0,16}?"
    r"(?P<reward>积分|红包|话费|流量|奖励|优惠|现金|礼品|礼物|折扣|奖品|抽奖|金币|代金券|会员|福利)"
)
_OF_DELIVERY = re.compile(
    r"寄送|邮寄|派送|配送|发放|提现|税|兑奖|领奖|联系[您你]|不得|禁止|虚假|他人"
    r"|快递|送货|物流|学生|军人|教师|老年|自愿|不提供|支付"
)


def _reward_for_data(sentence: Sentence) -> str | None:
    found = _REWARDED.search(sentence.text)
    if found is None or _OF_DELIVERY.search(sentence.text):
        return None
    return f"{found['kind']}—{found['reward']}"


TESTS: Mapping[Cue, Callable[[Sentence], str | None]] = {
    "refused_for_choice": _refused_for_choice,
    "refused_for_policy": _refused_for_policy,
    "refused_for_change": _refused_for_change,
    "improve_only": _improve_only,
    "use_beyond_scope": _use_beyond_scope,
    "blanket_sharing": _blanket_sharing,
    "kept_after_closing": _kept_after_closing,
    "reward_for_data": _reward_for_data,
}
"""The tests of these cues, each for one sentence."""
