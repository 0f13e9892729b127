"""Tests of value of what a policy says of sensitive information, faces among it (PIPL 28-30)."""

from __future__ import annotations

import re

from scanner.collect.policy.elements.ground import Ground, Mentions, Place, sentence_of
from scanner.collect.policy.elements.ways import Answer, done_at, first_of, not_done, without

_SENSITIVE = re.compile(
    r"人脸|面部|指纹|声纹|身份证|证件号|银行卡|支付|行踪|轨迹|精[确准](?:位置|定位|地理)|生物识别"
    r"|金融账[户号]|医疗|健康|宗教|十四周?岁|14周?岁|定位信息|位置信息"
    r"|face|facial|biometric|health|medical|financial|religio|fingerprint|precise location"
    r"|geolocation|payment|ethnic|racial"
)
_NECESSARY = re.compile(
    r"必要|必需|必须|没有[^。\n]{0,10}(?:无法|不能)|否则[^。\n]{0,12}(?:无法|不能)"
    r"|necessary|necessity|needed (?:to|for)|require"
)
_EFFECT = re.compile(
    r"影响|歧视|风险|不利|后果|危害|危及|损害|损失|受损|侵害|侵犯|伤害|威胁|骚扰|诈骗|冒用|盗用"
    r"|(?:无法|不能)[^。\n]{0,16}(?:使用|享受|提供|实现|完成|进行)"
    r"|affect|impact|risk|harm|damage|\bloss|jeopardi[sz]|threat|discriminat|unable to|consequence"
)
_IN_GENERAL = re.compile(
    r"必要性[^。\n]{0,20}影响|影响[^。\n]{0,20}必要性|necessity and (?:the )?(?:effect|impact)"
)
"""The title under which necessity and effect are told, wherever it stands (PIPL 30)."""
_SEPARATE = re.compile(
    r"单独(?:的)?(?:同意|授权|征[得求]|取得|获得|向您|明示|告知)|单独[^。\n]{0,12}同意"
    r"|弹[窗框][^。\n]{0,20}(?:同意|授权)|(?:同意|授权)[^。\n]{0,12}弹[窗框]"
    r"|(?:独立|专门|单独)的?(?:[^。,\n]{0,8})(?:页面|界面|弹[窗框]|授权书|同意书)|由您(?:主动|自行|单独|另行)?勾选"
    r"|separate(?:ly)?[^.\n]{0,12} consent|separately"
)


_ASKED_AGAIN = re.compile(
    r"另(?:行|外)(?:单独|再次|向您|向用户)?(?:取得|征得|征求|获得)[^。,\n]{0,12}(?:同意|授权)"
)
_OF_SOMETHING_ELSE = re.compile(r"无需|无须|不必|不需|超出|变更|其他目的|其他用途|共享|披露|转让")
"""Words that make consent asked again one to another matter, or none."""


def _has_separate_consent(mentions: Mentions) -> Place | None:
    """Find where a text says that it asks separately for what some words speak of."""
    place = mentions.near(_SEPARATE, 400)
    return place or mentions.near(_ASKED_AGAIN, fits=_of_the_same)


def _of_the_same(place: Place) -> bool:
    return not _OF_SOMETHING_ELSE.search(place.document.folded, *sentence_of(place))


_DEFINED = re.compile(
    r"敏感(?:的)?(?:个人)?信息[」”\"》)]{0,2},?(?:是指|指的?是|系指|means)"
    r"|(?:认为|视为|归类为|界定为|认定为)是?(?:您的)?(?:个人)?敏感|(?:considered|deemed) sensitive"
)
_TAKES = re.compile(
    r"(?:收集|获取|采集|(?<!其他)处理|我们[^。,;\n]{0,8}使用)(?!的)[^。;\n]{0,16}敏感|(?:属于|均为|为|是)(?:您的)?(?:个人)?敏感"
    r"|敏感(?:的)?(?:个人)?信息\s?[:(]|敏感[^。\n]{0,20}(?:收集|采集|获取|单独同意)"
    r"|(?:collect|process|handle|use|obtain)[^.\n]{0,40}(?:sensitive|special categor)|(?:is"
    r"|are) sensitive"
)
"""A sentence that says that such information is taken, or which it is; a remark on it is none."""


def _says_taken(place: Place) -> bool:
    return _not_defining(place) and bool(_TAKES.search(place.document.folded, *sentence_of(place)))


def _not_defining(place: Place) -> bool:
    return not _DEFINED.search(place.document.folded, *sentence_of(place))


def sensitive(ground: Ground, mentions: Mentions) -> Answer:
    """Test for what PIPL 30 owes; nothing is owed by who denies, supposes or only defines it.

    A kind that is sensitive by GB/T 45574-2025 and listed as collected is owed it all the same;
    where only the older GB/T 35273-2020 calls one sensitive, nothing is said.
    """
    items = [item for item in ground.claims.items if item.use == "collected"]
    taken = [item for item in items if item.sensitive_2025]
    handled = bool(taken) or any(map(_says_taken, done_at(mentions)))
    if (mentions.said or mentions.denied) and not handled:
        place = not_done(mentions)
        doubtful = any(item.sensitive_2020 and item.sensitive_2025 is None for item in items)
        return Answer((), place, untold=place is None or doubtful)
    if not (mentions.said or handled):
        return Answer(("effect", "kinds", "necessity", "separate_consent"))
    place = next(filter(_says_taken, done_at(mentions)), None)
    place = place or (first_of(ground, taken) if mentions.said else None)
    general = ground.mentions(_IN_GENERAL)
    mentions = Mentions((*mentions.said, *general.said), mentions.denied)
    strong = any(document.strong for document in ground.reading.documents)
    set_off = not strong or any(
        span.start - 200 <= place.start <= span.end + 200
        for place in mentions.said
        for span in place.document.strong
    )
    return Answer(
        without(
            kinds=mentions.near(_SENSITIVE),
            necessity=mentions.near(_NECESSARY),
            effect=mentions.near(_EFFECT, fits=_not_defining),
            separate_consent=_has_separate_consent(mentions),
            emphasis=set_off,
        ),
        place,
    )


_OTHER_WAY = re.compile(
    r"(?:其他|其它|替代|另外|非人脸|别的|代替)[^。\n]{0,12}(?:方式|方法|方案|途径|渠道|验证|登录)"
    r"|(?:或者?|、)[^。\n]{0,16}等(?:多种)?方式|(?:无法|未能|不能)通过[^。\n]{0,10}(?:情况|时)"
    r"|(?:可以?|自主|自愿|主动)选择|选择(?:是否|通过|使用)"
    r"|不是(?:唯一|必须)|(?:可以?|选择|改)(?:选择|改)?(?:用|使用)?[^。\n]{0,12}(?:密码|短信|验证码)"
    r"|(?:改|可以?)(?:使?用|凭|出示)[^。\n]{0,16}(?:指纹|门票|年卡|门禁卡|证件|身份证|刷卡|扫码|二维码|人工|工作人员)"
    r"|任选|择一|[两二三多]种(?:验证|认证|核验|登录)?(?:方式|方法|途径)|工卡|不愿(?:意)?(?:使用)?(?:刷脸|人脸)"
    r"|(?:依照|依据|根据|按照)《(?!个人信息|中华人民共和国个人信息|人脸)[^》]{2,30}》[^。\n]{0,30}(?:核验|核实|验证|识别|认证)"
    r"|alternativ|other (?:method|way|mean)"
)
"""Another way than a face, or the law that leaves none open (FACE 10)."""


_FACES = re.compile(
    r"收集|采集|获取|使用|处理|识别|提供|上传|比对|核验|验证|认证|拍摄|录制|检测|扫描"
    r"|collect|captur|scan|process|use|verif|recogni|obtain"
)
_NO_FACES = re.compile(
    r"(?:不(?:会|得|能|将|可)?|未|无法|从不|绝不)(?:再|主动|私自|擅自|以任何方式|直接)?(?:对外)?"
    r"(?:收集|采集|获取|记录|存储|保存|读取|得到|取得|接触|上传|访问|使用|处理|识别)"
    r"|(?:not|never) (?:\w+ )?(?:collect|record|store|access|receive|obtain|use|process"
    r"|have access)"
)


_DEFINES = re.compile(
    r"(?:是指|系指|指的是|所指|所称)|个人(?:敏感)?信息[^。\n]{0,10}(?:包括|指|:|\()"
    r"|(?:识别|反映)特定自然人|refers to|\bmeans\b|defined as"
)
"""What a text says of the term, and not of what it does."""
_RESULT_ONLY = re.compile(
    r"[仅只](?:会|能|可|向我们)?(?:接收|获取|获得|收集|得到|取得|返回)[^。,\n]{0,16}(?:结果|结论)"
    r"|only [^.\n]{0,20} result"
)
"""The device compares the face, and the app gets the result."""


def _takes_faces(place: Place) -> bool:
    """Say whether a sentence tells that faces are taken; 应用不会私自记录面部信息 does not."""
    folded, span = place.document.folded, sentence_of(place)
    if _NO_FACES.search(folded, *span) or _DEFINES.search(folded, *span):
        return False
    return bool(_FACES.search(folded, *span))


_OF_SENSITIVE = re.compile(r"敏感|生物识别|sensitive|biometric")


def faces(ground: Ground, mentions: Mentions) -> Answer:
    """Test for what is owed on faces by who takes them.

    Separate consent to what is sensitive covers faces, wherever the policy speaks of it.
    """
    place = not_done(mentions)
    if place:
        return Answer((), place)
    taken = [one for one in done_at(mentions) if _takes_faces(one)]
    if mentions.said and (not taken or mentions.near(_RESULT_ONLY)):
        return Answer(untold=True)
    return Answer(
        without(
            necessity=mentions.near(_NECESSARY),
            effect=mentions.near(_EFFECT),
            alternative=mentions.near(_OTHER_WAY),
            separate_consent=_has_separate_consent(mentions)
            or _has_separate_consent(ground.mentions(_OF_SENSITIVE)),
        ),
        taken[0] if taken else None,
    )
