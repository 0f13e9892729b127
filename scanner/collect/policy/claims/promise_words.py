"""The words of promises, Chinese and English: verbs, recipients, objects, and what limits them."""

from __future__ import annotations

import re

COLLECT = (
    r"收集|采集|获取|读取|搜集|访问(?!量|者|记录|网络)"
    r"|\b(?:collect|gather|access|read|obtain|record)(?:s|ed|ing)?\b"
)
SHARE = (
    r"共享|分享|提供|披露|透露"
    r"|\b(?:shar(?:e[sd]?|ing)|disclos(?:e[sd]?|ing)|provid(?:e[sd]?|ing))\b"
)
SELL = r"出售|售卖|贩卖|售予|\b(?:sell(?:s|ing)?|sold|rent(?:s|ed|ing)?)\b"
ABROAD = (
    r"跨境|出境|境外(?!收集|获取|产生)|海外|国外"
    r"|\boutside\s+(?:of\s+)?(?:the\s+)?(?:mainland\s+)?(?:china|prc)\b|\babroad\b|\bcross-border\b"
)
UPLOAD = r"上传|\bupload(?:s|ed|ing)?\b"
SDK = (
    r"接入|集成|嵌入|使用|包含|含有?(?!义)|引入|植入|内置"
    r"|\b(?:use|include|contain|integrate|embed)s?\b"
)
VERBS = re.compile(
    rf"(?P<not_collected>{COLLECT})|(?P<no_sharing>{SHARE})|(?P<no_sale>{SELL})"
    rf"|(?P<no_export>{ABROAD})|(?P<upload>{UPLOAD})|(?P<no_sdk>{SDK})"
)
MORE_VERBS = re.compile(
    r"(?:(?:、|或者?|和|及|与|以及|/|\s|,|and|or)*(?:收集|采集|获取|读取|搜集|访问|使用|存储|保存|留存|处理|共享|分享"
    r"|提供|转让|披露|公开|透露|泄露|出售|出租|售卖|贩卖|售予|交易|上传|传输|记录|监听|追踪|collect|store|use|process|share|sell|rent"
    r"|trade|disclose|transfer|read|access|lease|publish)(?![a-z]))+"
)
SDK_OBJECT = re.compile(
    r"[^,;:。]{0,6}?(?:任何)?(?:的)?(?:第三方|三方)?(?:的)?(?:sdk|软件开发(?:工具)?包|代码插件"
    r"|(?<=三方)(?:代码|插件|组件)"
    r"|third[- ]party\s+(?:sdks?|librar(?:y|ies)))(?=\s*(?:[,;.。:!?)、]|和|或|及|$))"
)
ANYONE = re.compile(
    r"(?:向|与|和|同|给|对|至|到|予|于)(?:除?[^,;:。向与给将把]{1,12}(?:以外|之外)的)?(?:任何|任意|外部|其他|其它)*的?"
    r"(?:第三方|第三人|第三者|他人|别人|任何人|公司|企业|组织|机构|单位|个人|实体)"
    r"(?:(?:、|和|或者?|及|与|以及)(?:任何|其他|其它)*(?:第三方|他人|公司|企业|组织|机构|单位|个人|实体|主体))*"
    r"(?=$|[,、\s]|共享|分享|提供|披露|透露|转让|出售|售卖|公开|传输|传递|出租|泄露|您|你|用户|任何|所有|进行|将|把|的个人信息)"
    r"|对外(?=提供|共享|分享)"
)
ANYONE_EN = re.compile(
    r"\b(?:with|to)\s+(?:any\s+)?(?:(?:other\s+)?third[\s-]+part(?:y|ies)|other\s+(?:companies|parties)"
    r"|anyone(?:\s+else)?|others|anybody)\b"
)
SOMEONE = re.compile(r"[向与给同](?!意|时|样|步)|\b(?:with|to)\s")
GENERAL = re.compile(
    r"(?:了|过|到|于|任何|所有|全部|一切|任意|您|你|用户|本人|个人|贵方|自己|的|any|all|of|your|the|users?(?:['’]s?)?|personal"
    r"|personally|private|\s|\*)*"
    r"(?:个人信息|信息|数据|资料|隐私|个人数据|personal|information|data)"
    r"(?:和|及|或|以及|与|and|or)?(?:个人信息|数据|隐私|资料|信息|data|information)?(?:的)?\W*"
)
IDENTIFYING = re.compile(
    r"[^,;。]{0,12}?(?:(?:能|可|能够|可以|用于|用来|直接|以)*(?:识别|辨识|确定)(?:出)?(?:您|用户|你|个人|特定)?[^,;。]{0,12}?的?"
    r"(?:个人)?(?:信息|数据)|个人身份(?:识别)?(?:的)?信息|(?:any\s+|your\s+)?personally\s+identif\w+\s+(?:information|data))"
)
ANONYMOUS = re.compile(
    r"(?:仅|只)(?:会|是)?(?:收集|获取|采集)(?:您|用户|的|一些)*(?:匿名|去标识|非个人|(?:不|无法)(?:能|可|会)?(?:识别|辨识))"
    r"|\bonly\s+collects?\s+(?:anonymous|anonymi[sz]ed|non-personal|de-identified)"
)
IN_BACKGROUND = re.compile(
    r"后台|退出(?:应用|本?软件|app)|未(?:在)?使用.{0,10}?(?:期间|时)|in\s+the\s+background|not\s+using"
)
ONLY_IN_USE = re.compile(
    r"(?:仅|只|只有|仅仅)(?:会|限)?(?:在|当|于)[^,;:。]{0,30}?(?:使用|前台|运行|打开|开启|启动)[^,;:。]{0,24}?"
    r"(?:时候?|期间|情况下|过程中|状态下?)[^;:。]{0,14}?"
    rf"(?P<verb>{COLLECT}|调用|使用)"
    r"|\bonly\s+(?P<verb_en>collect|access|read|use)s?\b(?P<what>[^,;.]{0,60}?)\b(?:when|while)\s+(?:you\s+are\s+using"
    r"|you\s+use|using|the\s+app\s+is\s+(?:open|in\s+use|running|in\s+the\s+foreground))"
)
ONLY_AFTER_CONSENT = re.compile(
    r"(?:(?:仅|只|只有)(?:会)?在?[^,;:。]{0,8}?(?:征得|获得|取得|经|得到)[^,;:。]{0,16}?(?:同意|授权)[^;:。]{0,16}?"
    r"|(?:仅|只|只有)(?:会)?[在当于][^,;:。不未]{0,20}?同意[^,;:。不]{0,16}?(?:之?后|时|的情况下|的前提下)[^;:。]{0,12}?"
    r"|(?:征得|获得|取得|经|得到)[^,;:。]{0,16}?(?:同意|授权)[^;:。]{0,12}?(?:才会?|(?<!三)方(?:可|会|能)|后再)[^,;:。]{0,6}?)"
    rf"(?P<verb>{COLLECT})"
)
AT_HOME = re.compile(
    r"(?:存储|保存|储存|存放|留存|stored)(?:于|在|至|到|\s+(?:only\s+)?(?:in|within|on\s+servers\s+(?:located\s+)?in))"
    r"[^,;。]{0,24}?(?:(?:中国|中华人民共和国|我国|国)(?:大陆)?(?:地区)?(?:关境|境内|大陆|内)|\b(?:mainland\s+)?china\b"
    r"|\bthe\s+(?:prc|people['’]s\s+republic\s+of\s+china)|境内)"
    r"|(?:存储|保存)(?:地点|位置|地域)(?:[:为是]|在|于){1,3}(?:中国|中华人民共和国|我国)(?:大陆)?(?:关境|境内)"
    r"|在(?:中国|中华人民共和国|我国)(?:大陆)?(?:地区)?(?:境内)?[^,;。收产获]{0,16}?(?:存储|保存|储存|存放)(?![的在于至])"
)
OFF = re.compile(
    r"默认(?:为|是)关(?![闭注联于])|默认(?:状态)?(?:下)?(?:是|为|均为|处于|均|都)?(?:关闭|不开启|未开启|不启用|不勾选|不打开)"
    r"|(?:不会|并不会?|均不会?|不)默认(?:开启|打开|启用|勾选|授权)"
    r"|\b(?:off|disabled|turned\s+off)\s+by\s+default\b"
)
ENCRYPTED = re.compile(
    r"(?:传输|通信|通讯|交换数据|数据交换)[^,;。]{0,30}?(?:加密|\bssl|\btls|https)"
    r"|(?:加密|ssl|tls|https)[^,;。]{0,30}?(?:传输|通信|通讯|信道|通道|协议|链接|连接)"
    r"|\bencrypt\w*[^,;.]{0,30}?(?:in\s+transit|transmission|transmitted|in\s+transfer)"
    r"|(?:in\s+transit|transmi\w+)[^,;.]{0,40}?(?:encrypt\w*|\bssl\b|\btls\b|https)"
)
HEDGE = re.compile(
    r"某些|部分|可能|尽可?能|尽量|力求|努力|必要时|适当|敏感|重要|如有|包括但不限于|例如|比如|等(?:技术|手段|方式|措施)"
    r"|\b(?:some|certain|may|where\s+appropriate|such\s+as|try|strive|reasonable|sensitive)\b"
)
WHOLE = re.compile(r"全量|全部|整个|完整|\bentire\b|\bwhole\b")
"""Who does not take all of something may take some of it."""
TRYING = re.compile(r"努力|尽力|尽可?能|力求|\b(?:try|strive|endeavou?r)\b")
CIPHERS = re.compile(r"加密|\bssl|\btls|https|\bencrypt")
ENCIPHERED = re.compile(r"(?:将|把|对)+([^,;。]{1,24}?)(?:通过|采用|使用|进行|以|提供|$)")
ALL_DATA = re.compile(
    r"(?:您的?|你的?|用户的?|所有|全部|相关|任何|个人)*的?(?:个人信息|信息|数据|通信|通讯|网络)"
)
EXAMPLE = re.compile(r"(?:例如|比如|包括(?:但不限于)?|如)[:,]?\s{0,3}$")
"""What introduces a measure as an example of several."""
ON_THE_WAY = re.compile(r"交换数据|数据交换|传输过程|传输中|数据(?:的)?传输|网络传输|之间")
WEAK = re.compile(
    r"通常|一般(?!信息|个人|性|人)|原则上|基本(?:上|不)|几乎|大?多数|大部分|大多|正常情况|默认|(?:情况|情形)(?:之|以)?外|(?:以|之)外的"
    r"|尽量|尽可能|尽力|尽最大|努力|力求|力争|争取|倾向|希望|计划|打算|致力|旨在"
    r"|\b(?:generally|usually|normally|typically|ordinarily|mostly|almost|most\s+cases|by\s+default"
    r"|in\s+principle|try|trying|strive|endeavou?r|aim|intend|seek|plan)\b"
)
"""What makes of a promise a rule with exceptions, or an effort."""
TOPIC = {
    "": re.compile(r"(?!)"),
    "not_collected": re.compile(r"收集|采集|获取|读取|情形|情况|例外|除外|\bcollect|\baccess"),
    "no_sharing": re.compile(
        r"共享|分享|提供|披露|转让|情形|情况|例外|除外|\bshar|\bdisclos|\bprovid"
    ),
    "no_sale": re.compile(r"出售|情形|情况|例外|除外|\bsell|\bsale"),
    "no_export": re.compile(
        r"境外|出境|跨境|海外|传输|情形|情况|例外|除外|\btransfer|\boutside|\boverseas"
    ),
    "upload": re.compile(r"上传|情形|情况|例外|除外|\bupload"),
    "no_sdk": re.compile(r"sdk|插件|情形|情况|例外|除外"),
}
"""What a later sentence speaks of when it takes a promise back."""
SENT = re.compile(r"发送|收取|传输|交换|服务器|网络|\b(?:send|sent|transmi|transfer|server)")
BEFOREHAND = re.compile(
    r"[\s*_#>-]*(?:[\d一二三四五六七八九十]{1,2}[.、)])?(?!.*(?:我们|任何|同意|授权|许可|承诺|保护|保障|法律|安全|隐私))"
    r"((?:自|在|对于|针对|为)[^,;]{2,24}|[^,;]{2,24}(?:后|起|中|上|下|时|的|用户|版本?))"
)
"""A clause before a promise that says for whom, where or since when it holds (在访客模式下，…)."""
DISOWNED = re.compile(
    r"(?:要求|请求|希望|想要|有权让|建议)(?:我们|我司|本公司|本应用)[^,;。]{0,8}$"
    r"|(?:无法|不能|不|难以|并?未|没有)(?:会|向您|对此|完全|绝对){0,2}(?:承诺|保证|确保|担保)[^,;。]{0,20}$"
    r"|(?:声明|声称|宣称|称|写明|表示)[:,]?\s?[\"“「‘][^”」’]{0,60}$"
    r"|(?:法律?|法规|条例|规定|办法|标准)》?(?:中|第.{1,8}条)?(?:规定|要求)(?:(?!我们)[^。]){0,60}$"
    r"|(?:原文|摘录|旧版|声明|称):[^。;]{0,40}$"
    r"|\b(?:cannot|can\s+not|can['’]t|do\s+not|unable\s+to)\s+(?:guarantee|promise|ensure)\b[^.;]{0,60}$"
)
"""What before a promise makes it another's, a wish, a law, or the contrary."""
REFUSING = re.compile(r"拒绝|撤[回销]|取消|withdr|revok|refus")
UNTRUE = re.compile(r"[^,;。]{0,20}(?:是不可能|不现实|不属实|不准确)")
"""What after a promise says that it cannot be kept."""
ABOUT = re.compile(r"\s*(?:关于|对于|针对|就)")
ANYHOW = re.compile(r"以任何(?:形式|方式|途径|目的)|任何形式的?|在任何情况下|by\s+any\s+means")
NEEDS_ANYONE = ("提供", "披露", "透露")
"""Verbs that share only where a recipient is named."""
CLAUSE = re.compile(r"[,;:。\n]|但是?")
PARTS = re.compile(r"(?:信息|数据|记录)?(?:\([^()。;]{0,80}|[中里内]的?[^,;。:]{0,60})")
"""What a thing holds: 通讯录（姓名、电话）, 通讯录中的姓名."""
POSSESSED = re.compile(r"的(?![、,和或及等信数资]|$)")
