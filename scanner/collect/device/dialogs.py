"""The system's own dialogs that ask for a permission: what they ask for, and what was answered."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal, NamedTuple

from scanner.collect.device.recorded import Look, Touch
from scanner.collect.device.tree import Node
from scanner.knowledge import Knowledge

Answer = Literal["granted", "denied", "once"]
SYSTEM_BARS = "com.android.systemui"
_A = "android.permission."


class Asked(NamedTuple):
    """What a dialog asks for."""

    permissions: tuple[str, ...]
    """Permissions that one answer decides; the first stands for all."""
    dialog: re.Pattern[str]
    """Words by which the system asks for it."""
    words: re.Pattern[str]
    """Words by which an app speaks of it."""

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


def _asked(names: str, dialog: str, words: str) -> Asked:
    permissions = tuple(name if "." in name else f"{_A}{name}" for name in names.split())
    return Asked(permissions, re.compile(dialog, re.I), re.compile(words, re.I))


_PLACE = r"位置|定位|\blocation"
ASKED = (
    _asked(
        "com.android.permission.GET_INSTALLED_APPS",
        r"(?:应用|應用|软件|軟件|程序)(?:程式|程序)?(?:列表|清單|清单)|已安[装裝].{0,6}(?:应用|應用|软件)"
        r"|installed app",
        r"(?:应用|應用|软件)(?:程式|程序)?(?:列表|清單|清单)|已安[装裝].{0,6}(?:应用|應用|软件)"
        r"|installed app",
    ),
    _asked(
        "POST_NOTIFICATIONS",
        r"(?:发送|傳送|發送|推送|显示|顯示).{0,6}通知|send you notifications",
        r"通知|推送|消息提醒|notification",
    ),
    _asked(
        "ACCESS_MEDIA_LOCATION",
        r"(?:照片|图片|相片).{0,6}(?:位置|地点)",
        r"(?:照片|相片).{0,6}位置",
    ),
    _asked(
        "BLUETOOTH_SCAN BLUETOOTH_CONNECT BLUETOOTH_ADVERTISE NEARBY_WIFI_DEVICES UWB_RANGING",
        r"附近的?(?:设备|裝置|設備)|鄰近裝置|蓝牙|藍[牙芽]|nearby device|bluetooth",
        r"蓝牙|藍[牙芽]|附近的?(?:设备|裝置|設備)|bluetooth|nearby device",
    ),
    _asked(
        "ACCESS_BACKGROUND_LOCATION",
        rf"(?:后台|後台|背景|始终|始終|一律|in the background|all the time).{{0,30}}(?:{_PLACE})"
        rf"|(?:{_PLACE}).{{0,30}}(?:后台|後台|始终|始終|in the background|all the time)",
        _PLACE,
    ),
    _asked(
        "ACCESS_COARSE_LOCATION",
        rf"(?:大致|大概|粗略|模糊|approximate|coarse).{{0,8}}(?:{_PLACE})",
        _PLACE,
    ),
    _asked("ACCESS_FINE_LOCATION ACCESS_COARSE_LOCATION", _PLACE, _PLACE),
    _asked(
        "READ_CALL_LOG WRITE_CALL_LOG PROCESS_OUTGOING_CALLS",
        r"通[话話](?:记录|記錄|紀錄)|call log",
        r"通[话話](?:记录|記錄|紀錄)|call log",
    ),
    _asked(
        "READ_SMS SEND_SMS RECEIVE_SMS RECEIVE_MMS RECEIVE_WAP_PUSH",
        r"短信|短訊|簡訊|彩信|\bsms\b|text message",
        r"短信|短訊|簡訊|\bsms\b|text message",
    ),
    _asked(
        "READ_CONTACTS WRITE_CONTACTS GET_ACCOUNTS",
        r"通[讯訊][录錄]|联系人|聯絡人|\bcontacts\b",
        r"通[讯訊][录錄]|联系人|聯絡人|\bcontacts\b",
    ),
    _asked(
        "READ_CALENDAR WRITE_CALENDAR",
        r"日历|日曆|行事曆|calendar",
        r"日历|日曆|行事曆|日程|calendar",
    ),
    _asked(
        "CAMERA",
        r"拍摄|拍攝|拍照|相机|相機|摄像头|take pictures|take photos|\bcamera\b",
        r"相机|相機|摄像|攝像|拍照|拍摄|拍攝|扫一扫|扫码|\bcamera\b",
    ),
    _asked(
        "RECORD_AUDIO",
        r"录制音频|錄製音訊|录音|錄音|麦克风|麥克風|record audio|\bmicrophone\b",
        r"麦克风|麥克風|录音|錄音|语音|語音|\bmicrophone\b|record audio",
    ),
    _asked(
        "BODY_SENSORS",
        r"(?:身体|身體)(?:传感器|感應器)|生命(?:体征|徵象)|vital signs|body sensor",
        r"传感器|感應器|心率|健康|vital signs|sensor",
    ),
    _asked(
        "ACTIVITY_RECOGNITION",
        r"身体活动|身體活動|体能|體能|健身运动|健身運動|运动(?:数据|健康)|步数|physical activity",
        r"身体活动|身體活動|运动|運動|步数|步數|physical activity",
    ),
    _asked(
        "READ_PHONE_STATE READ_PHONE_NUMBERS CALL_PHONE ANSWER_PHONE_CALLS",
        r"拨打电话|管理通话|撥打電話|電話|电话|手机号码|(?:设备|设备的|手机)(?:信息|识别码|标识)|imei"
        r"|phone calls|phone number",
        r"电话|電話|(?:设备|手机|本机)(?:信息|识别码|状态|标识|号码)|imei"
        r"|phone (?:state|calls|number)",
    ),
    _asked(
        "READ_MEDIA_AUDIO",
        r"音乐和(?:其他)?音频|音樂和(?:其他)?音訊|music and audio",
        r"音乐|音频|音樂|\bmusic\b|\baudio\b",
    ),
    _asked(
        "READ_EXTERNAL_STORAGE WRITE_EXTERNAL_STORAGE READ_MEDIA_IMAGES READ_MEDIA_VIDEO "
        "READ_MEDIA_AUDIO",
        r"文件|檔案|存储|存儲|儲存|\bfiles\b|\bstorage\b",
        r"存储|存儲|儲存|文件|檔案|相册|相簿|照片|图片|相片|\bstorage\b|\bfiles\b|\bphotos\b",
    ),
    _asked(
        "READ_MEDIA_IMAGES READ_MEDIA_VIDEO READ_MEDIA_VISUAL_USER_SELECTED",
        r"照片|相片|图片|相册|影片|视频|\bphotos\b|\bvideos\b",
        r"相册|相簿|照片|图片|相片|视频|\bphotos\b|\bpictures\b|\bvideos\b",
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
    return tuple(node for node in look.nodes if node.package not in {package, SYSTEM_BARS})


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
