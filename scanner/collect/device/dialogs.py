"""The system's own dialogs that ask for a permission: what they ask for, and what was answered."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal, NamedTuple

from scanner.collect.device.recorded import Look, Touch
from scanner.knowledge import Knowledge
from scanner.screen_tree import SYSTEM, Node

Answer = Literal["granted", "denied", "once"]
_A = "android.permission."


class Asked(NamedTuple):
    """What a dialog asks for."""

    permissions: tuple[str, ...]
    """Permissions that one answer decides; the first stands for all."""
    dialog: re.Pattern[str]
    """Words by which the system asks for it."""
    words: re.Pattern[str]
    """Words by which an app speaks of it."""
    serves: re.Pattern[str]
    """Words of what apps use it for."""

    def group(self, knowledge: Knowledge) -> str:
        """Give its group, as in permission.declared."""
        row = knowledge.permissions.get(self.permissions[0])
        return "none" if row is None else row.group

    def data_type(self, knowledge: Knowledge) -> str:
        """Give the kind of personal information that it opens; "none" if none."""
        if self.permissions[0] in knowledge.sets.get("app-list-permissions", ()):
            return "installed_apps"
        row = knowledge.permissions.get(self.permissions[0])
        return "none" if row is None else row.data_type


def _asked(names: str, dialog: str, words: str, serves: str) -> Asked:
    permissions = tuple(name if "." in name else f"{_A}{name}" for name in names.split())
    patterns = (re.compile(one, re.I) for one in (dialog, words, serves))
    return Asked(permissions, *patterns)


_PLACE = r"位置|定位|\blocation"
_NAMES_PLACE = (
    rf"{_PLACE}|(?<![a-z])gps(?![a-z])|北斗|经纬度|經緯度|坐标|座標|[所现現]在(?:的?城市|的?地区|的?地區|地|区域|區域)"
    r"|当前城市|當前城市|行踪|行蹤|地理信息|\bwhere you are\b"
)
_SERVES_PLACE = (
    r"天气|天氣|导航|導航|路线|路線|轨迹|軌跡|里程|附近|周边|周邊|指南针|指南針|磁偏角|海拔|打车|叫车|配送"
    r"|送货|收货地址|门店|門店|网点|網點|打卡|签到|地图|地圖|当地|當地|本地|同城|距离|距離|公里|运动记录"
    r"|\bnearby\b|\bnavigat|\broutes?\b|\bweather\b|\bmaps?\b|\bdelivery\b|\bcompass\b"
)
_SERVES_PICTURES = (
    r"头像|頭像|图片|圖片|照片|相片|海报|海報|视频|視頻|保存|上传|上傳|下载|下載|缓存|緩存|离线|離線|导入"
    r"|導入|导出|導出|附件|表情|封面|更换|更換|分享|安装包|更新包|\bsave\b|\bupload|\bdownload|\bavatar"
    r"|\boffline\b|\bimport\b|\bexport\b"
)
ASKED = (
    _asked(
        "com.android.permission.GET_INSTALLED_APPS",
        r"(?:应用|應用|软件|軟件|程序)(?:程式|程序)?(?:列表|清單|清单)|已安[装裝].{0,6}(?:应用|應用|软件)"
        r"|installed app",
        r"(?:应用|應用|软件)(?:程式|程序)?(?:列表|清單|清单)|已安[装裝].{0,6}(?:应用|應用|软件)"
        r"|installed app",
        r"安全|病毒|木马|清理|卸载|卸載|更新|分身|应用锁|管理应用|virus|clean|uninstall",
    ),
    _asked(
        "POST_NOTIFICATIONS",
        r"(?:发送|傳送|發送|推送|显示|顯示).{0,6}通知|send you notifications",
        r"通知|推送|消息提醒|notification",
        r"消息|提醒|订单|物流|动态|推送|及时|\bmessages?\b|\breminders?\b|\bupdates?\b",
    ),
    _asked(
        "ACCESS_MEDIA_LOCATION",
        r"(?:照片|图片|相片).{0,6}(?:位置|地点)",
        r"(?:照片|相片).{0,6}位置",
        r"相册|照片|足迹|地点|\balbum|\bphotos\b",
    ),
    _asked(
        "BLUETOOTH_SCAN BLUETOOTH_CONNECT BLUETOOTH_ADVERTISE NEARBY_WIFI_DEVICES UWB_RANGING",
        r"附近的?(?:设备|裝置|設備)|鄰近裝置|蓝牙|藍[牙芽]|nearby device|bluetooth",
        r"蓝牙|藍[牙芽]|附近的?(?:设备|裝置|設備)|bluetooth|nearby device",
        r"连接|連接|配对|配對|设备|設備|耳机|耳機|手环|手環|手表|打印机|投屏|音箱|\bpair|\bconnect",
    ),
    _asked(
        "ACCESS_BACKGROUND_LOCATION",
        rf"(?:后台|後台|背景|始终|始終|一律|in the background|all the time).{{0,30}}(?:{_PLACE})"
        rf"|(?:{_PLACE}).{{0,30}}(?:后台|後台|始终|始終|in the background|all the time)",
        _PLACE,
        _SERVES_PLACE,
    ),
    _asked(
        "ACCESS_COARSE_LOCATION",
        rf"(?:大致|大概|粗略|模糊|approximate|coarse).{{0,8}}(?:{_PLACE})",
        _PLACE,
        _SERVES_PLACE,
    ),
    _asked("ACCESS_FINE_LOCATION ACCESS_COARSE_LOCATION", _PLACE, _NAMES_PLACE, _SERVES_PLACE),
    _asked(
        "READ_CALL_LOG WRITE_CALL_LOG PROCESS_OUTGOING_CALLS",
        r"通[话話](?:记录|記錄|紀錄)|call log",
        r"通[话話](?:记录|記錄|紀錄)|call log",
        r"骚扰|騷擾|来电|來電|拦截|攔截|备份|備份|\bspam\b|\bbackup\b",
    ),
    _asked(
        "READ_SMS SEND_SMS RECEIVE_SMS RECEIVE_MMS RECEIVE_WAP_PUSH",
        r"短信|短訊|簡訊|彩信|\bsms\b|text message",
        r"短信|短訊|簡訊|\bsms\b|text message",
        r"验证码|驗證碼|骚扰|拦截|备份|備份|\bverification codes?\b|\bbackup\b",
    ),
    _asked(
        "READ_CONTACTS WRITE_CONTACTS GET_ACCOUNTS",
        r"通[讯訊][录錄]|联系人|聯絡人|\bcontacts\b",
        r"通[讯訊][录錄]|联系人|聯絡人|\bcontacts\b",
        r"好友|朋友|亲友|親友|邀请|邀請|充值|收件人|选择号码|备份|\bfriends?\b|\binvite",
    ),
    _asked(
        "READ_CALENDAR WRITE_CALENDAR",
        r"日历|日曆|行事曆|calendar",
        r"日历|日曆|行事曆|日程|calendar",
        r"提醒|日程|预约|預約|待办|开播|开售|\bremind|\bevents?\b",
    ),
    _asked(
        "CAMERA",
        r"拍摄|拍攝|拍照|相机|相機|摄像头|take pictures|take photos|\bcamera\b",
        r"相机|相機|摄像|攝像|拍照|拍摄|拍攝|扫一扫|扫码|\bcamera\b",
        r"扫码|掃碼|扫一扫|掃一掃|扫描|掃描|二维码|条码|条形码|人脸|人臉|刷脸|实名|实人|拍|头像|直播|视频通话|识别|识图"
        r"|试妆|\bscan|\bqr\b|\bvideo calls?\b|\bselfie",
    ),
    _asked(
        "RECORD_AUDIO",
        r"录制音频|錄製音訊|录音|錄音|麦克风|麥克風|record audio|\bmicrophone\b",
        r"麦克风|麥克風|录音|錄音|语音|語音|\bmicrophone\b|record audio",
        r"语音|語音|通话|通話|录制|錄製|直播|唱歌|k歌|配音|说话|发言|听歌识曲|连麦|\bvoice\b|\bcalls?\b|\bspeak",
    ),
    _asked(
        "BODY_SENSORS",
        r"(?:身体|身體)(?:传感器|感應器)|生命(?:体征|徵象)|vital signs|body sensor",
        r"传感器|感應器|心率|健康|vital signs|sensor",
        r"心率|心跳|睡眠|血氧|健康|运动|\bheart rate\b|\bhealth\b",
    ),
    _asked(
        "ACTIVITY_RECOGNITION",
        r"身体活动|身體活動|体能|體能|健身运动|健身運動|运动(?:数据|健康)|步数|physical activity",
        r"身体活动|身體活動|运动|運動|步数|步數|physical activity",
        r"步|跑|运动|運動|健身|消耗|卡路里|\bsteps?\b|\bworkouts?\b|\bfitness\b",
    ),
    _asked(
        "READ_PHONE_STATE READ_PHONE_NUMBERS CALL_PHONE ANSWER_PHONE_CALLS",
        r"拨打电话|管理通话|撥打電話|電話|电话|手机号码|(?:设备|设备的|手机)(?:信息|识别码|标识)|imei"
        r"|phone calls|phone number",
        r"电话|電話|(?:设备|手机|本机)(?:信息|识别码|状态|标识|号码)|imei"
        r"|phone (?:state|calls|number)",
        r"拨打|撥打|客服|来电|來電|一键登录|本机号码|账号安全|帐号安全|账户安全|风控|风险|防刷|作弊|设备安全|暂停播放"
        r"|\bcalls?\b|\bfraud",
    ),
    _asked(
        "READ_MEDIA_AUDIO",
        r"音乐和(?:其他)?音频|音樂和(?:其他)?音訊|music and audio",
        r"音乐|音频|音樂|\bmusic\b|\baudio\b",
        r"播放|歌曲|铃声|鈴聲|导入|導入|扫描本地|\bplay|\bsongs?\b|\bringtones?\b",
    ),
    _asked(
        "READ_EXTERNAL_STORAGE WRITE_EXTERNAL_STORAGE READ_MEDIA_IMAGES READ_MEDIA_VIDEO "
        "READ_MEDIA_AUDIO",
        r"文件|檔案|存储|存儲|儲存|\bfiles\b|\bstorage\b",
        r"存储|存儲|儲存|文件|檔案|相册|相簿|照片|图片|相片|\bstorage\b|\bfiles\b|\bphotos\b",
        _SERVES_PICTURES,
    ),
    _asked(
        "READ_MEDIA_IMAGES READ_MEDIA_VIDEO READ_MEDIA_VISUAL_USER_SELECTED",
        r"照片|相片|图片|相册|影片|视频|\bphotos\b|\bvideos\b",
        r"相册|相簿|照片|图片|相片|视频|\bphotos\b|\bpictures\b|\bvideos\b",
        _SERVES_PICTURES,
    ),
)
"""What dialogs of Android 8 to 15 and of Chinese makers' systems ask for; the first that fits."""
_QUESTION = re.compile(r"[?？]\s*$|允许|允許|想要|请求|請求|申请|\ballow\b", re.I)
_BUTTON = re.compile(r"button|_btn|/button[123]$", re.I)
_ANSWERS: tuple[tuple[re.Pattern[str], Answer], ...] = (
    (re.compile(r"permission_(?:deny|no_upgrade)"), "denied"),
    (re.compile(r"permission_allow_one_time"), "once"),
    (re.compile(r"permission_allow_"), "granted"),
)
_WORDS: tuple[tuple[re.Pattern[str], Answer], ...] = (
    (
        re.compile(
            r"拒绝|拒絕|不允许|不允許|禁止|不同意|保持.{0,12}(?:使用|设置|設定)"
            r"|\bdeny\b|\bdon.?t allow\b|\bdo not allow\b|\bkeep\b",
            re.I,
        ),
        "denied",
    ),
    (
        re.compile(
            r"(?:这|這|本|此|单|單|一)一?次|本次|only this time|ask every time|\bonce\b", re.I
        ),
        "once",
    ),
    (
        re.compile(
            r"允许|允許|同意|使用(?:中|时|期间|該?應用)"
            r"|\ballow\b|\bwhile using\b|\bselect photos\b",
            re.I,
        ),
        "granted",
    ),
)
LONGEST_ANSWER = 40
"""Characters of a button; anything longer is the dialog's text."""


def dialog_nodes(look: Look, package: str) -> tuple[Node, ...]:
    """Give what belongs to the dialog itself and not to the app behind it."""
    return tuple(node for node in look.nodes if node.package not in {package, SYSTEM})


def message_of(look: Look, package: str) -> str:
    """Give the words by which a dialog asks."""
    nodes = [node for node in dialog_nodes(look, package) if node.words]
    named = [node.words for node in nodes if node.id.endswith("permission_message")]
    if named:
        return " ".join(named)
    asking = [n.words for n in nodes if _QUESTION.search(n.words) and not is_answer(n)]
    return max(asking, key=len, default="")


def asked_of(look: Look, package: str) -> tuple[Asked, ...]:
    """Give what a dialog asks for: several where it lists them, none where that is unknown."""
    found = first_fitting(message_of(look, package))
    if found is not None:
        return (found,)
    others = (n.words for n in dialog_nodes(look, package) if n.words and not is_answer(n))
    listed = (first_fitting(words) for words in others)
    return tuple(dict.fromkeys(one for one in listed if one is not None))


def first_fitting(words: str) -> Asked | None:
    """Give what words of the system ask for."""
    return next((one for one in ASKED if one.dialog.search(_unquoted(words))), None)


def _unquoted(words: str) -> str:
    """Leave out the name of the app, which may say anything."""
    said = re.sub(r"[“「『\"][^”」』\"]{1,60}[”」』\"]", "“”", words)
    return re.sub(r"^allow .{1,60}? to ", "allow “” to ", said, flags=re.I)


def named_apps(words: str) -> tuple[str, ...]:
    """Give the names that a dialog puts in quotes."""
    return tuple(re.findall(r"[“「『\"]([^”」』\"]{1,60})[”」』\"]", words))


def is_answer(node: Node) -> bool:
    """Say whether an element of a dialog is one of its buttons."""
    return answer_of(node, "") is not None


def answer_of(node: Node | None, words: str) -> Answer | None:
    """Say what tapping an element of a dialog answers; None for what answers nothing."""
    if node is not None:
        name = node.id.rpartition("/")[2]
        for pattern, answer in _ANSWERS:
            if pattern.match(name) and not name.endswith(("_radio", "_message", "_layout")):
                return answer
        if node.checkable and not node.kind.endswith("Button"):
            return None
        if not node.clickable and not _BUTTON.search(node.id):
            return None
    said = (words or (node.words if node is not None else "")).strip()
    if not said or len(said) > LONGEST_ANSWER or said.endswith(("?", "？", "吗", "嗎")):
        return None
    return next((answer for pattern, answer in _WORDS if pattern.search(said)), None)


def precise_of(looks: Iterable[Look]) -> bool | None:
    """Say whether the precise place was chosen, where the dialog leaves that choice.

    None where the last look that shows the choice does not tell; True where there is none.
    """
    precise: bool | None = True
    for look in looks:
        chosen = {
            kind: node.checked
            for node in look.nodes
            for kind in ("fine", "coarse")
            if node.id.endswith(f"permission_location_accuracy_radio_{kind}")
        }
        if chosen:
            precise = chosen.get("fine") if len(set(chosen.values())) == 2 else None
    return precise


def touched_answer(touch: Touch) -> Answer | None:
    """Say what a tap on a dialog answered."""
    return answer_of(touch.node, touch.words) if touch.action == "tap" else None
