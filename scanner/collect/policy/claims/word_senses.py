"""Words that mean a kind of personal information only in some company, and what tells it."""

from __future__ import annotations

import re

LISTED = {
    "account": "账号 帐号 账户 帐户 account accounts",
    "address": "地址 address addresses",
    "age": "age ages 周岁",
    "audio": "声音 语音 voice audio recordings",
    "browsing": "浏览 点击 收藏 足迹 收藏信息 关注记录 点击信息",
    "calendar": "calendar",
    "carrier": "运营商 carrier",
    "contacts": "联系人 好友 contacts",
    "device_ids": "设备识别 guid",
    "device_model": "型号 机型 制造商 品牌 设备名称 设备类型 手机厂商 设备厂商 品牌型号",
    "files": "文件 文档 附件 媒体文件 存储权限 files documents",
    "health": "身高 体重 睡眠 月经 处方 体检 身体状况 height weight",
    "id_card": "证件号 证件信息 证件类型 身份证明",
    "ip": "ip",
    "location": "位置 定位 location",
    "location_coarse": "城市 国家地区",
    "logs": "使用情况 使用习惯 日志 logs crash",
    "mac": "mac",
    "name": "名字 name names",
    "network_info": "wifi wi-fi wlan",
    "password": "密码 口令 password passwords",
    "phone": "手机 电话 phone telephone",
    "photos": "图片 图像 照片 影像 photo photos pictures images",
    "screen": "截图 截屏",
    "search": "搜索 检索 查询内容 搜索内容 searches",
    "sms": "短信",
    "transactions": "订单 订单号 余额 orders purchases transactions",
    "video": "视频 短视频 录像 video videos",
}
"""Words too common to mean a kind of data by themselves: they do so as one of a list, or where
something of the person's is named by them (您的位置, 位置信息)."""

NAMED_BEFORE = re.compile(
    r"(?:[、,/|(和及与或:]|(?:上传|发布|发送|拍摄|提供|存储|保存|录制|选择|填写|输入|使用)的"
    r"|您的|你的|用户的?|本人的?|个人|设备的?|手机的?|终端的?|本地|系统|真实"
    r"|收货人?|联系|包括|比如|例如|读取|获取|收集|采集|访问|填写|输入|上传|提供|提交|记录|使用|选择"
    r"|拍摄|录制|发布|发送|设置|开启|授权|绑定|申请|查看|\byour|\bthe|\band|\bor|\bof|\bincluding"
    r"|\bas|\baccess|\bread|\bobtain|\bgather|\bcollect|\bupload|\bprovide|\buser['’]?s?|\bdevice|^|\d[.)、])[\s\"“‘《*_]*$"
)
NAMED_AFTER = re.compile(
    r"[\s\"”’》*_]*(?:[、,/|)和及与或;:。]|信息|数据|内容|资料|记录|权限|等|并|and\b|or\b|data\b"
    r"|information\b|details\b|$)"
)
ELSE = {
    "android版本": (r"", r"\s*:"),
    "安卓版本": (r"", r"\s*:"),
    "访问数据": (r"(?:、|或|和|您|可以?|限制)$", r"的"),
    "访问信息": (r"(?:、|或|和|您|可以?|限制)$", r"的"),
    "浏览的内容": (r"可以?$", r""),
    "存储内容": (r"(?:来|以|于)$", r""),
    "carrier": (r"", r"s?['’]|s?\s(?:and partners|billing)\b"),
    "使用信息": (r"(?:如何|会|可能|将|和|及|、|我们|以|对)$", r""),
    "使用数据": (r"(?:如何|会|可能|将|和|及|、|我们|以|对)$", r""),
    "身份信息": (r"非(?:个人)?$", r""),
    "个人身份信息": (r"非$", r""),
    "设备信息": (r"非$", r""),
    "位置": (
        r"(?:显著|醒目|明显|突出|显眼|固定|页面|界面|首页|屏幕|相应|适当|底部|顶部|上述|该)的?$",
        r"处|上|和地图|服务|共享功能",
    ),
    "定位": (
        r"(?:快速|便于|帮助|准确|精准)$",
        r"问题|故障|错误|原因|异常|您?遇到|为|和解决|及解决",
    ),
    "文件": (
        r"(?:法律|规范性?|政策|配置|授权|证明|文本|许可|小型?|协议|政府|相关|该|此)$",
        r"规定|要求|约定|夹",
    ),
    "图片": (r"(?:网络|验证|点击|浏览|透明|像素|广告)$", r"验证|编辑|加载|处理|识别功能"),
    "图像": (r"(?:小|微|电子|透明)$", r"识别技术|标签|处理"),
    "视频": (
        r"(?:观看|播放|浏览|推荐|优质|广告|腾讯|感兴趣的)$",
        r"网站|平台|服务|功能|会员|播放|编辑|通话",
    ),
    "语音": (r"", r"识别技术|服务|功能|助手|客服|导航|验证|播报"),
    "联系人": (r"(?:我们的?|公司|官方|指定|负责|安全|保护)$", r"(?:邮箱|电话)?[:为]"),
    "电话": (
        r"(?:客服|服务|投诉|举报|咨询|热线|官方|公司|我们的?|拨打|致电|来|打|接听|通过|办公"
        r"|监督|座机)$",
        r"客服|沟通|回访|联系|通知|投诉|咨询|热线|等(?:方式|渠道|途径)|或者?(?:邮|信|短信)"
        r"|、(?:邮|短信|信)"
        r"|\s*[:]?\s*[(（+]?\d|权限",
    ),
    "手机": (
        r"(?:通过|在|使用|下载|登录|该|您的|品牌|智能)$",
        r"[、,](?:平板|电脑|平台)|等(?:终端|设备|品牌)|厂商|端|(?:应用|客户端|系统|软件|品牌"
        r"|短信|银行|桌面|型)"
        r"|或(?:平板|电脑|其他)|设置",
    ),
    "联系电话": (r"(?:我们的?|公司|官方|客服)$", r"\s*[:]?\s*[(+]?\d"),
    "邮箱": (
        r"(?:客服|投诉|举报|官方|公司|我们的?|专门|反馈|隐私|保护|联系|通过|以下|发送至|至"
        r"|发出|发送|接收|以|回复|发送的|发出的)(?:电子)?$",
        r"\s*[:为(]?\s*[\"“]?[a-z0-9._-]{1,40}@|中的|联系|反馈|投诉|与我们|向我们|等(?:方式"
        r"|渠道|途径)|或(?:其他|者)?(?:方式|短信|电话)|、(?:短信|电话|推送)",
    ),
    "短信": (
        r"(?:通过|发送|接收|以|营销|商业|推广|推送|[收发]到)$",
        r"验证|通知|推送|回复|营销|提醒|方式|校验|动态|等(?:方式|渠道|途径|形式)|或(?:邮|电"
        r"|者)|、(?:电话|邮|通知|弹|站)",
    ),
    "账号": (
        r"(?:注册|登录|注销|创建|删除|切换|找回|冻结|申请|公众|服务|开发者|管理|多个|一个|统一"
        r"|同一|无|该)$",
        r"安全|注销|登[录陆]|体系|异常|功能|服务|时|注册|管理|被盗|丢失|行为|风险|后|下的?"
        r"|密码保护|的|之|或者?使用",
    ),
    "密码": (
        r"(?:修改|重置|找回|保管|妥善|忘记|破解|解锁)",
        r"学|安全|泄[露漏]|找回|保护|被|重置|错误|输入法|技术",
    ),
    "地址": (
        r"(?:注册|联系|办公|公司|我们的?|网络|网站|网页|下载|链接|通讯|url|ip|mac|域名|硬件"
        r"|邮件|邮箱|接口)$",
        r"\s*:|码|栏|链接|簿",
    ),
    "日志": (r"(?:安全|更新|版本|审计|保存)$", r"记录制度|审计|留存制度|留存"),
    "传感器": (r"", r"技术"),
    "运营商": (
        r"(?:通信|电信|移动|与|由|向|各|三大|基础|平台|网站|sdk|app|业务|平台的|网站的|中国)$",
        r"一键|提供|的?(?:隐私|认证|网关|合作)|服务|会|将|处|为|免密|登录|认证|收取|、(?:银"
        r"|中国|支付"
        r"|物流)|合作",
    ),
    "序列号": (r"(?:版本|产品|软件|激活|证书)$", r""),
    "型号": (r"(?:车辆|产品|商品|汽车)$", r""),
    "品牌": (r"(?:我们|旗下|产品|商品|知名|自有|该|商家)", r"方|商|合作|活动|推广|影响"),
    "城市": (r"(?:我们|公司|各|智慧)$", r"管理|服务|建设|运营"),
    "截图": (r"(?:提供|发送|相关|上传)$", r"等(?:证明|材料)"),
    "搜索": (
        r"(?:提供|进行|应用商店|通过)$",
        r"引擎|功能|服务|框|结果|页|栏|服务商|我们|或|并|、(?:浏览|收藏|查看)(?:功能|服务|商品)",
    ),
    "浏览": (
        r"(?:提供|仅|正常|继续|网页|可以|可)$",
        r"器|我们|功能|服务|网页|网站|模式|本|该|页面|商品(?!.{0,4}(?:记录|信息))|内容时",
    ),
    "点击": (
        r"(?:您|可|请|通过|再|可以|主动|您可|进入|用户)$",
        r"[\"“「\[【'’‘《-]|同意|进入|查看|右|左|上|下|此|以|设|链接|确|跳|提|注|我|按|登|这"
        r"|可|播|关|保|页|即|后",
    ),
    "收藏": (r"(?:提供|进行)$", r"功能|服务|夹"),
    "订单": (
        r"(?:完成|生成|提交|支付|取消|查看|管理|处理|查询|该|确认|下)$",
        r"(?:后|时|的|配送|支付|管理|查询|服务|处理)|完成|取消",
    ),
    "好友": (
        r"(?:添加|邀请|推荐|关注|与|向|给|和|您的)$",
        r"分享|互动|推荐|功能|聊天|关系链?功能|之间",
    ),
    "声音": (r"", r"提醒|播放|提示"),
    "附件": (r"", r"[一二三四五六七八九十\d]"),
    "指纹": (r"(?:设备|证书|数字|浏览器|签名|文件)$", r""),
    "人脸": (r"", r"登录功能|门禁"),
    "通讯录": (r"(?:企业|公司|组织|学校)$", r""),
    "处方": (r"", r"药|笺"),
    "账户": (
        r"(?:注册|登录|注销|创建|删除|该|个人|关闭|一个)$",
        r"安全|注销|登[录陆]|体系|异常|功能|服务|时|注册|管理|被盗|丢失|风险|后|下的?|的|之|被|中",
    ),
    "名字": (r"(?:公司|产品|应用|产品的)$", r""),
    "周岁": (r"", r"以[下上]|的"),
    "身份证明": (r"", r"文件|材料"),
    "联系方式": (
        r"(?:我们的?|更新|修改|变更|确认|公司|以下|下述|下列|下方|本政策|提供的各种|公布的?"
        r"|官方|上述|公示的?|客服|接收方的?|其|第三方的?"
        r"|提供商的?|主体的?|负责人|名称(?:、|和|及|或者?|与)|机构的?|sdk.{0,6})$",
        r"(?:与|向|同)(?:我们|其|本)|\s*:|联系|反馈|提交|如下|进行(?:反馈|投诉|咨询)"
        r"|.{0,6}(?:与|向)我们",
    ),
    "ip": (r"", r"形象|版权|内容|授权"),
    "wifi": (r"(?:在|仅|使用|连接|通过[^,。]{0,16})$", r"环境下|网络下|下|\s?等方式"),
    "name": (
        r"(?:domain|file|company|business|brand|trade|product|class|package|app|host|service"
        r"|event|site|our"
        r"|in the|of the)\s$",
        r"\s(?:of|for|a|an|is|was|suggests)\b",
    ),
    "age": (
        r"(?:of|minimum|legal|under the|required|certain)\s$",
        r"\s(?:of|limit|requirement|where|for)\b",
    ),
    "address": (
        r"(?:\bto|we|will|can|that|which|must|help|ip|mac|url|web|our|following|contact)\s$",
        r"\s(?:your|the|any|these|those|security|such|issues|bar|concerns)\b|\s?:",
    ),
    "account": (
        r"(?:create|delete|register|close|registered|into|open|log|access|terminate|closing"
        r"|through|with|in|to"
        r"|of|deactivate|using|manage|takes? into|on)(?:\s(?:your|an|the|a|our|you))?\s$",
        r"\s(?:settings|security|with|is|at|deletion|page|holder|and (?:use|access)|or (?:use"
        r"|access)|to|for|will"
        r"|has|on|is|when|after)\b",
    ),
    "contacts": (r"(?:who|that|person|he|you|us|we)\s$", r"\s(?:us|you|the|our|me|them)\b"),
    "email": (
        r"(?:by|via|send|through|an|please|or|us an|in an|our|contact|mail or)\s$",
        r"\s(?:us|me|to|at|newsletter|marketing|communication|notification|alert|service"
        r"|provider|campaign)s?\b"
        r"|\s?[:(]",
    ),
    "phone": (
        r"(?:by|via|over the|on your|smart|mobile|through|on the|our)\s?$",
        r"\s?[:(+]|\scall|\sor tablet",
    ),
    "files": (
        r"(?:log|cookie|text|small|data|configuration|the)\s$",
        r"\s(?:a|an|that|placed|stored on)\b",
    ),
    "video": (
        r"(?:watch|view|play|this|the|our)\s$",
        r"\s(?:service|content provider|game|platform|ad)s?\b",
    ),
    "location": (
        r"(?:secure|another|any other|storage|processing|same|server)\s$",
        r"\s(?:of our|where we|outside)\b",
    ),
    "weight": (r"", r"\sof\b"),
    "calendar": (r"", r"\s(?:day|year|month)s?\b"),
    "face": (r"(?:we|you|may|to|in the|on the|on its)\s$", r"\s(?:of|the|up|to|any|risk)"),
    "transactions": (
        r"(?:process|complete|fulfil|fulfill|such|corporate|business)\s$",
        r"\s(?:such|like)\b",
    ),
    "passport": (r"(?:microsoft|account)\s$", r"\saccount"),
    "steps": (
        r"(?:take|taken|takes|following|reasonable|these|necessary|appropriate|all|the|few)\s$",
        r"\s(?:to|we)\b",
    ),
    "communications": (
        r"(?:marketing|promotional|electronic|our|send|receive|commercial|email|of such)\s$",
        r"\s(?:from|network|service|commission|act|to you|provider)",
    ),
    "orders": (r"(?:court|legal|process|fulfil|fulfill)\s$", r""),
    "notifications": (r"(?:send|push|receiv\w+|via|through|display|show|email|you)\s$", r""),
    "contact details": (
        r"(?:our|the|following|using the)\s$",
        r"\s(?:below|are|at|of our|for our|set out)\b",
    ),
    "contact information": (
        r"(?:our|the|following|using the)\s$",
        r"\s(?:below|are|at|of our|for our|is)\b",
    ),
}
"""What stands directly before or after such a word when it means something else."""
SAME = {
    "电信运营商": "运营商",
    "移动运营商": "运营商",
    "mobile carrier": "carrier",
    "帐号": "账号",
    "帐户": "账户",
    "口令": "密码",
    "联系信息": "联系方式",
    "电子邮箱": "邮箱",
    "邮箱地址": "邮箱",
    "电子邮件": "邮箱",
    "电子邮件地址": "邮箱",
    "邮件地址": "邮箱",
    "通讯地址": "地址",
    "联系地址": "地址",
    "通信地址": "地址",
    "办公地址": "地址",
    "wi-fi": "wifi",
    "wlan": "wifi",
    "e-mail": "email",
    "email address": "email",
    "电邮": "邮箱",
    "telephone": "phone",
    "phone number": "phone",
    "telephone number": "phone",
    "names": "name",
    "短视频": "视频",
    "网络运营商": "运营商",
    "passwords": "密码",
    "videos": "video",
    "accounts": "account",
    "addresses": "address",
    "mailing address": "address",
    "postal address": "address",
}
"""Words that stand among the same others."""
