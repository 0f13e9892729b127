"""What an app's own words say of a permission, on sentences written for this test."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.device.dialogs import Asked, first_fitting
from scanner.collect.device.reasons import Said, is_plain, said_on, tells_use
from tests.collect.device.drawn import CAMERA, MICROPHONE, PLACE
from tests.collect.device.recordings import APP, Drawn, node, recording, screen, walk

QUESTIONS = {
    "place": PLACE,
    "camera": CAMERA,
    "microphone": MICROPHONE,
    "contacts": "要允许“样例”访问您的通讯录吗？",
    "storage": "要允许“样例”访问您设备上的照片、媒体内容和文件吗？",
    "phone": "要允许“样例”拨打电话和管理通话吗？",
    "calendar": "要允许“样例”访问您的日历吗？",
    "sms": "要允许“样例”发送和查看短信吗？",
    "nearby": "要允许“样例”查找、连接附近的设备吗？",
    "activity": "要允许“样例”获取您的身体活动数据吗？",
    "apps": "允许“样例”获取已安装的应用列表？",
    "notifications": "允许“样例”向您发送通知吗？",
    "calls": "要允许“样例”访问您的通话记录吗？",
    "sensors": "要允许“样例”访问身体传感器数据吗？",
}
PLAIN: list[tuple[str, ...]] = [
    ("place", "指南针校准需要位置信息，请允许获取位置。"),
    ("place", "开启定位，看看附近的天气。"),
    ("place", "位置权限使用说明：根据您的位置显示当地天气预报。"),
    ("place", "定位权限说明 获取您所在城市，自动切换天气预报城市"),
    ("place", "我们需要获取您的位置信息来校正指南针方向。"),
    ("place", "位置权限：校正磁偏角"),
    ("place", "打开GPS，记录您的跑步轨迹和里程。"),
    ("place", "允许定位后，自动展示您所在城市的天气。"),
    ("place", "定位权限使用说明", "校正磁偏角"),
    ("place", "授权后查看附近的门店"),
    ("place", "用于为您展示附近的门店"),
    ("place", "為了顯示附近的門市，需要取得您的位置"),
    ("place", "We use your location to show nearby stores"),
    ("place", "Turn on location to find taxis around you"),
    ("place", "打车需要知道您在哪里，请开启定位"),
    ("place", "签到打卡需获取位置信息"),
    ("camera", "扫描二维码需要使用相机"),
    ("camera", "开启相机，扫码添加设备"),
    ("camera", "相机权限", "拍摄您的头像"),
    ("camera", "实名认证需要使用摄像头采集人脸"),
    ("camera", "请允许访问相机，以便拍照上传凭证"),
    ("camera", "Scan QR codes with your camera: please allow access"),
    ("camera", "需要授权才能扫码"),
    ("microphone", "语音输入需要麦克风权限"),
    ("microphone", "允许使用麦克风，即可与好友连麦"),
    ("microphone", "录音权限：录制您的歌声"),
    ("microphone", "Microphone access is needed for voice search"),
    ("contacts", "读取通讯录，帮您找到正在使用的好友"),
    ("contacts", "通讯录权限用于快速填写收件人"),
    ("contacts", "需要读取通讯录，用于快速选择联系人分享。"),
    ("contacts", "We need your contacts so you can invite friends"),
    ("storage", "存储权限使用说明", "用于保存拍摄的照片和更换头像"),
    ("storage", "打开存储权限后，可保存海报到相册"),
    ("storage", "导入手机里的电子书时，需要读取存储空间中的文件"),
    ("storage", "请授权存储权限以缓存离线内容"),
    ("storage", "选择照片发布动态，需要访问您的相册"),
    ("storage", "Allow access to storage to keep books offline"),
    ("storage", "開啟儲存權限，以便您保存圖片"),
    ("phone", "电话权限：一键拨打商家电话"),
    ("phone", "获取手机识别码，防止账号被盗"),
    ("phone", "需要电话权限识别本机号码以便快速登录"),
    ("calendar", "把考试安排写入日历，需要日历权限"),
    ("calendar", "允许访问日历，开播前提醒您"),
    ("sms", "读取短信，自动填写验证码"),
    ("sms", "需要短信权限识别诈骗短信"),
    ("nearby", "连接手环需要打开蓝牙"),
    ("nearby", "蓝牙权限用于查找附近的打印机"),
    ("activity", "获取运动数据，统计今日步数"),
    ("activity", "身体活动权限：记录跑步消耗"),
    ("apps", "读取应用列表，查杀病毒"),
    ("apps", "获取已安装应用列表用于检查更新"),
    ("notifications", "打开通知，第一时间获知物流动态"),
    ("notifications", "开启消息提醒，不错过优惠"),
    ("calls", "通话记录权限用于识别骚扰来电"),
    ("sensors", "开启传感器权限，测量心率"),
    ("place", "想知道离您最近的充电桩？请打开定位"),
    ("camera", "我们将调用您的摄像头完成车牌识别"),
    ("contacts", "紧急联系人一键添加：允许读取通讯录"),
    ("storage", "照片权限：修图与拼图"),
    ("phone", "为防止恶意刷单，需要读取设备识别码"),
    ("sms", "免手动输入验证码，请允许读取短信"),
    ("nearby", "打开蓝牙，感应开门"),
]
"""Which permission, and lines that say what for."""
GENERAL: list[tuple[str, ...]] = [
    ("place", "为了给您提供更好的服务，需要您授权必要权限。"),
    ("place", "为了您的正常使用，请允许位置权限"),
    ("storage", "需要存储权限以便为您提供更好的服务"),
    ("storage", "为了提升用户体验，需要获取存储权限"),
    ("camera", "为保障应用正常运行，请授权相机权限"),
    ("contacts", "为了您能使用完整功能，请允许以下权限"),
    ("phone", "为了更好地为您服务，请开启电话权限"),
    ("storage", "We need storage permission to provide better service"),
    ("microphone", "授予权限后可体验更多功能"),
    ("place", "請授權以提供更好的服務"),
]
"""Lines that would fit anything."""
NAMED: list[tuple[str, ...]] = [
    ("storage", "本应用需要使用存储权限"),
    ("storage", "可以在设置中打开存储权限"),
    ("storage", "应用启动时需要存储权限"),
    ("storage", "Allow this app to access your photos"),
    ("place", "附近的位置"),
    ("place", "位置权限", "未开启"),
    ("place", "请允许获取位置信息"),
    ("camera", "请授权"),
    ("place", "当前位置：北京市"),
    ("camera", "未获得权限"),
    ("place", "为您推荐附近的好店"),
    ("place", "定位服务未开启，请打开GPS"),
    ("camera", "需要位置权限，用于推荐附近的门店"),
    ("contacts", "我们需要以下权限"),
    ("place", "以便骑手准确送达"),
    ("microphone", "麦克风：测试噪音分贝"),
    ("calendar", "课程表将同步到日历"),
]
"""Lines that speak of it and tell no purpose."""
NOTHING: list[tuple[str, ...]] = [
    ("place", "指南针", "北"),
    ("place", "首页", "附近书店", "河岸书店"),
    ("place", "为您推荐", "优惠券"),
    ("camera", "首页", "商品详情"),
    ("contacts", "我的", "设置", "关于我们"),
    ("storage", "书架", "溪边的风"),
    ("microphone", "聊天", "消息"),
    ("phone", "今日特惠", "立即购买"),
    ("place", "为您提供更好的服务"),
    ("calendar", "热门课程"),
    ("place", "Home", "Best sellers"),
    ("nearby", "商城", "购物车"),
]
"""Lines that say nothing of it."""


def asked_for(group: str) -> list[Asked]:
    found = first_fitting(QUESTIONS[group])
    assert found is not None
    return [found]


def said(group: str, *nodes: Drawn) -> Said:
    with tempfile.TemporaryDirectory() as folder:
        look = recording(Path(folder), walk([(0.0, screen(*nodes))]), edges=()).looks[0]
    return said_on(look, APP, asked_for(group))


def kind(one: Said) -> str:
    if one.words:
        return "plain" if one.plain else "general"
    return "named" if one.named else "nothing"


def test_bench() -> None:
    written = {"plain": PLAIN, "general": GENERAL, "named": NAMED, "nothing": NOTHING}
    wrong = [
        (expected, found, case)
        for expected, cases in written.items()
        for case in cases
        if (found := kind(said(case[0], *map(node, case[1:])))) != expected
    ]
    count = sum(map(len, written.values()))
    print(f"\nwords on permissions: {count - len(wrong)} of {count} read as written")
    assert not wrong
    assert count >= 60


def test_what_is_for_another_permission_is_no_purpose() -> None:
    lines = ("位置权限", "存储权限：用于保存图片", "相机权限")
    assert kind(said("place", *map(node, lines))) == "named"
    assert said("storage", *map(node, lines)).words == "存储权限：用于保存图片"


def test_names_of_controls_say_nothing() -> None:
    assert kind(said("camera", node("扫一扫", "Button"), node("拍照", "Button"))) == "nothing"
    row = node("", "LinearLayout", None, node("我的相册"), clickable=True)
    assert kind(said("storage", row)) == "nothing"
    assert kind(said("place", node("允许定位", "Button"))) == "named"


def test_what_the_user_typed_is_not_said_by_the_app() -> None:
    typed = node("位置权限用于查找附近的门店", "EditText")
    assert said("place", typed) == Said()


def test_words_of_other_apps_are_not_said_by_the_app() -> None:
    other = node("位置权限用于查找附近的门店", package="com.example.other")
    assert said("place", other) == Said()


@pytest.mark.parametrize(
    ("words", "plain"),
    [
        ("为了您的正常使用，请允许存储权限", False),
        ("需要存储权限以便为您提供更好的服务", False),
        ("用于提升体验和保存海报", True),
        ("用于更换头像", True),
        ("We need storage permission to provide better service", False),
    ],
)
def test_phrases_that_fit_anything(words: str, *, plain: bool) -> None:
    assert is_plain(words, asked_for("storage")) is plain


def test_words_that_tell_a_use() -> None:
    assert tells_use("用途：用于推荐附近的门店")
    assert not tells_use("仅限这一次")


LINES = sorted(
    {line for many in (PLAIN, GENERAL, NAMED, NOTHING) for _, *all in many for line in all}
)
WORTH = {"nothing": 0, "named": 1, "general": 2, "plain": 2}


@given(
    st.sampled_from(sorted(QUESTIONS)),
    st.lists(st.sampled_from(LINES), max_size=4),
    st.sampled_from(LINES),
)
def test_a_screen_that_says_more_says_no_less(group: str, lines: list[str], more: str) -> None:
    before, after = said(group, *map(node, lines)), said(group, *map(node, [*lines, more]))
    assert WORTH[kind(after)] >= WORTH[kind(before)]


@given(st.text(max_size=600), st.sampled_from(sorted(QUESTIONS)))
def test_any_words_are_read(words: str, group: str) -> None:
    clean = "".join(one for one in words if one.isprintable())
    found = said(group, node(clean))
    assert (found.plain is not None) == bool(found.words)
