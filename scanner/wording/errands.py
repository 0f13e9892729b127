"""Which controls of an app's settings say what they do, so that none of them hides another thing.

The words of a control that closes an account, or switches recommendations off, cannot all be
known. Absence is proven only where every control says something else that is known.
"""

from __future__ import annotations

import re
from functools import lru_cache

from scanner.wording.boxes import purpose_of_box
from scanner.wording.consent import bare, meaning_of
from scanner.wording.documents import bracketed, document_of
from scanner.wording.rights import is_control, plain, right_of, turns_choosing_off

_DOING = (
    r"修改|更改|更换|变更|换绑|设置|设定|重置|管理|查看|查询|我的|编辑|添加|新增|切换|选择|找回|验证|认证|检查|检测"
    r"|开启|打开|启用|允许|接收|显示|自动|关于|联系|分享|前往|点击|完善|上传|扫码|登[录陆]|加入|进入|常用|其[他它]"
    r"|高级|系统|应用|个人|用户|基本|基础|通用|当前|更多|新|旧|是否|在线|时|后|前|内|中|仅|在|下|的|和|与|及|或|、|/|·"
)
"""What controls of settings do with things, and what joins them."""
_ENDING = (
    r"关闭|清除|清理|清空|删除|退出|停用|停止|取消|解绑|解除|移除|隐藏|禁止|屏蔽|注销|销|终止|撤[回销]|放弃|抹"
    r"|作废|永久|彻底"
)
"""What controls do that may end an account as well as a trifle."""
_THINGS = (
    # how the app looks, sounds and stores
    r"缓存|历史|记录|搜索|浏览|播放|消息(?:推送)?|推送(?:消息|通知)|通知|提醒|声音|震动|振动|下载|安装包|角标|弹窗"
    r"|免打扰|勿扰|后台|静音|红点|存储(?:空间)?|空间|网络|省?流量|wi-?fi|4g|5g|移动网络|画质|清晰度|音质|字体|字号"
    r"|大小|深色|夜间|暗黑|浅色|模式|主题|皮肤|外观|语言|地区|国家|时区|单位|护眼|时间|横屏|竖屏|旋转|屏幕|常亮"
    r"|铃声|提示音|快捷方式|小组件|桌面|启动页?|首页|发现|日志|诊断|青少年|未成年人?|儿童|老年|长辈|家长控制"
    # the account and who has it
    r"|(?:登录|支付|手势|独立|交易|锁屏)?密码|手机号?码?|电话(?:号码)?|邮箱|邮件|短信|微信|微博|qq群?|支付宝|抖音"
    r"|[账帐][号户](?:与|和)?(?:安全|管理|信息|设置|绑定|关联|切换|保护)?(?:中心)?|绑定|隐私"
    r"|安全(?:中心|设置|等级|检测)?|实名|身份(?:证|信息)?|人脸(?:识别)?|指纹|面容|手势|声纹"
    r"|登录(?:设备|方式|保护|日志|地点)|设备(?:信息|管理|号)?|两步验证|二次验证|黑名单|拉黑|私信"
    r"|头像|昵称|性别|生日|出生日期|年龄|签名|简介|姓名|名字|学校|学历|职业|行业|公司|星座|身高|体重|二维码|名片"
    r"|资料|主页|个人信息|(?:收货|联系)?地址|发票(?:抬头)?|银行卡|支付|免密|自动续费|续费|钱包|余额|优惠券|红包"
    r"|订单|收藏|足迹|关注|粉丝|会员|积分|等级|签到|任务|课程|书架|阅读"
    # permissions
    r"|相机|摄像头|麦克风|录音|位置|定位|通讯录|联系人|相册|照片|图片|视频|媒体|日历|传感器|蓝牙|悬浮窗|自启动"
    r"|剪[贴切]板|文件|运动|健身|身体|权限"
    # the app and who makes it
    r"|版本|更新|升级|功能介绍|新手|引导|欢迎页|官网|官方网站|公众号|商务|合作|评分|好评|鼓励|备案号?|营业执照|证照"
    r"|资质|开源|许可|版权|致谢|团队|我们|帮助|反馈|客服|意见|建议|问题|常见|招聘"
)
_NAMED = re.compile(
    r"通用|关于|更多|其[他它]|基本|系统|高级|"
    r"(?:安全)?(?:退出|登出)(?:当前|本|此)?(?:登录|登陆|[账帐]号|[账帐]号登录)?|切换[账帐][号户]|法律(?:信息|声明|条款)?|许可证|其他条款"
    r"|紧急联系人|第三方[账帐]号(?:绑定|管理)?|声明|隐私(?:中心|管理|保护)?|(?:个人)?信息(?:与|和)?(?:权限|隐私|授权)?(?:管理|中心)?"
)
"""Whole words of controls that would be in doubt by their parts."""
_COMPOSED = re.compile(rf"(?:{_DOING}|{_ENDING})*(?:{_THINGS})(?:{_DOING}|{_THINGS})*")
_ENDS = re.compile(_ENDING)
_NO_TRIFLE = re.compile(
    r"[账帐][号户]|数据|资料|信息|用户|会员|身份|手机|服务|实名|全部|所有|一切|永久|彻底|注销|销户"
)
_AFTER_MARK = re.compile(r"[（(【\[:：].*$")
_VALUE = re.compile(
    r"(?<![a-z])v?\d[\d.,:*/~%+ -]*(?:[kmg]b?|分钟|小时|天|秒|年|月|日|个|条|元)?(?![a-z])|\*+"
)
_STATE = re.compile(
    r"(?:已|未|去|待|立即)(?:绑定|设置|开启|关闭|认证|登[录陆]|完善|填写|授权|添加|验证)|跟随系统|简体中文|最新版本?"
)
_ENGLISH = re.compile(
    r"a|about|account|accounts|active|address|addresses|alerts|an|and|app|appearance|audio"
    r"|authentication|auto|autoplay|avatar|bio|biometric|birthday|block|blocked|bluetooth|by"
    r"|cache|calendar|call|calls|camera|cards|cellular|center|centre|change|chat|check|clear"
    r"|connected|contact|contacts|country|dark|device|devices|discover|display|download"
    r"|downloads|e|edit|email|face|factor|faq|fi|fingerprint|font|for|gender|general|help"
    r"|history|home|id|in|language|legal|licences|licenses|light|linked|list|location|lock|log"
    r"|login|mail|manage|me|message|messages|methods|microphone|mobile|mode|my|name|nearby"
    r"|nickname|night|notification|notifications|number|of|on|only|open|or|orders|out|passcode"
    r"|password|payment|permission|permissions|phone|photo|photos|picture|pin|play|preferences"
    r"|profile|push|quality|rate|region|reset|ringtone|screen|search|security|sessions|set"
    r"|settings|share|shipping|sign|size|sound|sounds|source|step|storage|subscription"
    r"|subscriptions|support|switch|terms|the|theme|to|two|unlock|update|updates|us|username"
    r"|users|verification|version|vibration|video|view|wallet|watch|website|wi|wifi|with|your"
)
_ENDS_EN = re.compile(
    r"\b(?:delet|clos|deactivat|remov|terminat|disabl|eras|clear|cancel|stop|end|leav)"
)


@lru_cache(maxsize=8192)
def says_its_errand(words: str) -> bool:
    """Say whether the words of a control on a screen of settings say what it does."""
    text = _STATE.sub("", bare(plain(words)))
    if not text:
        return bool(_STATE.search(plain(words)))
    if not is_control(words):
        return bool(bracketed(words))  # a sentence with the names of documents, to be agreed with
    if right_of(words) or turns_choosing_off(words) or _names_papers(words):
        return True
    if (meaning_of(words) in _MEANT and not _GOES.search(text)) or purpose_of_box(
        words
    ) == "agreement":
        return True
    if not re.search(r"[^\W\d_]", text):
        return True  # a number, of a telephone or a version
    return _is_known(_VALUE.sub("", text).strip()) or _is_known(
        _VALUE.sub("", _AFTER_MARK.sub("", text)).strip()
    )


_GOES = re.compile(r"离开|放弃|停止|leave|quit")
_MEANT = frozenset({"accept", "generic", "acknowledge", "refuse", "leave", "close", "save"})


def _names_papers(words: str) -> bool:
    return any(document_of(name) is not None for name in bracketed(words) or [words])


def _is_known(text: str) -> bool:
    """Say whether words are put together of known ones, and none ends what is no trifle."""
    if _NAMED.fullmatch(text):
        return True
    if text.isascii():
        parts = re.findall(r"[a-z]+", text)
        ends_one = _ENDS_EN.search(text) and "account" in text
        return bool(parts) and not ends_one and all(map(_ENGLISH.fullmatch, parts))
    closed = "".join(text.split())
    if _ENDS.search(closed) and _NO_TRIFLE.search(closed):
        return False
    return _COMPOSED.fullmatch(closed) is not None
