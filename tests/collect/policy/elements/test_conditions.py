from __future__ import annotations

import time

import pytest

from scanner.collect.policy.elements import conditions
from scanner.collect.policy.sentences import Sentence
from scanner.facts import Cue


def found(text: str) -> dict[Cue, str]:
    sentence = Sentence(0, len(text), text, (), cell=False)
    said = {cue: says(sentence) for cue, says in conditions.TESTS.items()}
    return {cue: detail for cue, detail in said.items() if detail is not None}


@pytest.mark.parametrize(
    ("text", "cue", "detail"),
    [
        ("如您拒绝授予位置权限,您将无法使用本应用。", "refused_for_choice", "位置"),
        (
            "若您不提供性别和生日,则不能继续使用我们的服务。",
            "refused_for_choice",
            "性别、生日等资料",
        ),
        ("拒绝此权限将导致您无法正常使用该应用。", "refused_for_choice", "权限"),
        ("您不同意收集设备识别码的,将退出本软件。", "refused_for_choice", "设备标识"),
        ("您开启通讯录权限后方可使用本应用。", "refused_for_choice", "通讯录"),
        ("如您不同意本隐私政策,您应立即停止使用我们的产品和服务。", "refused_for_policy", ""),
        ("若您不接受本政策,请您停止访问或使用本平台。", "refused_for_policy", ""),
        (
            "if you do not agree to this privacy policy, do not use the app.",
            "refused_for_policy",
            "",
        ),
        ("如您不同意更新后的隐私政策,您必须停止使用本平台。", "refused_for_change", "政策变更"),
        (
            "if you do not agree to the changes, you should cease using this website.",
            "refused_for_change",
            "政策变更",
        ),
        ("您不同意新增功能收集信息的,将无法继续使用本应用。", "refused_for_change", "新增功能"),
        ("为了提升您的体验,您需要提供姓名和浏览记录。", "improve_only", "为了提升您的体验"),
        ("我们有权将您的信息用于任何目的。", "use_beyond_scope", ""),
        ("我们可能将您的资料用于商业用途。", "use_beyond_scope", "商业利用"),
        ("公司有权对用户数据库进行分析并予以商业化的利用。", "use_beyond_scope", "商业利用"),
        ("您同意我们可以向关联公司共享您的个人信息。", "blanket_sharing", "关联公司"),
        ("您授权我们将信息提供给第三方。", "blanket_sharing", "第三方"),
        ("您注销账号后,我们将继续保存您的资料。", "kept_after_closing", ""),
        ("我们将在您注销账户后36个月保留您的个人信息。", "kept_after_closing", ""),
        (
            "after you delete your account we may retain your data for two years.",
            "kept_after_closing",
            "",
        ),
        ("完善身份证信息即可获得积分奖励。", "reward_for_data", "身份证—积分"),
        ("录入人脸就能领取优惠券。", "reward_for_data", "人脸—优惠"),
        ("您必须开启通讯录权限,否则将无法使用本应用。", "refused_for_choice", "通讯录"),
        ("您须授予通讯录权限,否则请卸载本应用。", "refused_for_choice", "通讯录"),
        ("如您不授予通讯录权限,本app将不予启动。", "refused_for_choice", "通讯录"),
        ("您拒绝提供位置的,将无法使用我们提供的各项服务。", "refused_for_choice", "位置"),
        ("如您不同意本隐私政策,请勿使用本应用。", "refused_for_policy", ""),
        ("如果您不接受本政策,请不要使用我们的服务。", "refused_for_policy", ""),
        ("如您不同意本隐私政策,您无权使用本软件。", "refused_for_policy", ""),
        ("您须同意本隐私政策方可使用本应用。", "refused_for_policy", ""),
        ("您不同意新增功能收集信息的,将无法使用原有功能。", "refused_for_change", "新增功能"),
        ("为提升服务质量,您必须授权我们读取通讯录。", "improve_only", "为提升服务质量"),
        ("您使用本应用即表示授权我们将个人信息提供给第三方。", "blanket_sharing", "第三方"),
        ("继续使用即视为同意我们向广告主提供您的信息。", "blanket_sharing", "广告主"),
        ("我们有权出售、出租您的个人信息。", "use_beyond_scope", "商业利用"),
        ("我们可不经您同意将您的信息用于新的目的。", "use_beyond_scope", ""),
        ("您注销账号后,您的资料我们会长期保管。", "kept_after_closing", ""),
        ("注销账号后,您的信息我们会一直留着。", "kept_after_closing", ""),
        ("上传身份证送10元红包。", "reward_for_data", "身份证—红包"),
        ("绑定银行卡立得50元话费。", "reward_for_data", "银行卡—话费"),
        ("完善真实姓名领积分。", "reward_for_data", "真实姓名—积分"),
    ],
)
def test_each_condition_is_found_with_what_it_asks(text: str, cue: Cue, detail: str) -> None:
    assert found(text) == {cue: detail}


@pytest.mark.parametrize(
    "text",
    [
        "如您拒绝授予位置权限,您将无法使用附近门店功能,但不影响其他功能。",
        "如您拒绝授予位置权限,仍可以使用本应用的其他功能。",
        "如您拒绝提供手机号码,将无法注册并使用我们的服务。",
        "如您使用定位功能而拒绝提供位置,可能无法使用我们的服务。",
        "您可以拒绝相机权限,我们不会因此让您无法使用本应用的部分功能。",
        "如您不提供上述信息,您可能无法使用相关服务。",
        "如您的监护人不同意本政策,请您立即终止使用我们的服务。",
        "如您不同意本隐私政策,您可以使用仅浏览模式。",
        "如您不同意修改后的隐私政策,您可以停止使用我们的服务。",
        "if you do not agree to the changes, you can always stop using our services.",
        "您不同意新增功能收集信息的,不影响使用原有功能。",
        "新增功能取代原有功能的,您拒绝后将无法继续使用本应用。",
        "为了提升您的体验,您可以选择提供浏览记录。",
        "为了完成支付,您需要提供银行卡号。",
        "当您使用推荐功能时,为了向您提供更好的推荐,您需要提供浏览记录。",
        "我们将信息用于其他目的前,会征得您的同意。",
        "我们不会将您的信息用于任何其他目的。",
        "我们的合作伙伴无权将信息用于任何其他用途。",
        "用户不得将本软件用于任何商业目的。",
        "我们对匿名化的用户数据进行商业利用。",
        "经您同意,我们会向第三方提供您的个人信息。",
        "未经您同意,我们不会向第三方提供您的个人信息。",
        "您同意我们依照法律法规向司法机关提供您的个人信息。",
        "您授权我们向快递公司等第三方提供收货信息以便配送。",
        "您注销账号后,我们将删除您的个人信息。",
        "注销账号后,我们依法律规定继续保存您的订单信息。",
        "注销账号后,我们不会再保留您的个人信息。",
        "您删除照片后,该照片仍可能保留在备份中。",
        "领取奖品时,请填写真实姓名以便寄送礼品。",
        "提现需要提供身份证号码,以便代扣税款。",
        "如您拒绝授予录音权限,您将无法使用本软件录音。",
        "不开启位置权限将无法使用本应用的导航。",
        "不开启相机权限,您将无法使用我们的扫一扫。",
        "拒绝蓝牙和位置权限的,无法使用本应用连接您的手环。",
        "如您拒绝提供位置,将无法使用本服务中的同城配送。",
        "您须开启相机权限以使用扫码,否则无法使用该功能。",
        "关闭定位权限后,请退出应用并重新进入,设置方可生效。",
        "如您拒绝提供位置,您将无法使用我们的服务,例如附近门店。",
        "如您关闭联网权限,您将无法使用本应用。",
        "修改位置权限后,请退出应用再打开。",
        "您注销账号后,我们为履行反洗钱义务继续保存您的身份信息。",
        "关闭推送后,即使退出本应用也不会再收到通知。",
        "注销账号后,交易记录将继续保存三年(《电子商务法》第三十一条)。",
        "您注销账号后,我们将在15个工作日内删除您的信息,在此期间会保留您的信息。",
        "注销账号后,您手机本地缓存的数据可能仍保留。",
        "注销账号后,我们会保留您的信息7天以便您反悔。",
        "注销账号后,您公开发布的内容仍会保留。",
        "您授权我们向您选择的第三方商家提供预约信息。",
        "您同意我们与关联公司共享个人信息前,会以弹窗征求您的意见。",
        "您理解并同意,我公司会与如下几类第三方主体共享信息:",
        "我们如需将信息用于其他目的,会根据场景以确认协议、弹窗提示等形式另行告知。",
        "法律规定无需征得您同意的情形下,我们可能将您的信息用于其他目的。",
        "广告主可能将其自有用户数据用于商业用途。",
        "您有权要求我们不得将您的信息出售给第三方。",
        "第三方无权出售您的信息。",
        "为提升拍照质量,您需要授权相机权限。",
        "为完善实名登记,您必须提供身份证号码。",
        "为优化网络连接质量,您需要开启位置权限。",
        "您拒绝新增功能的,不能使用我们的新增服务,原服务不变。",
        "上传学生证件,审核通过后可享受学生优惠。",
        "绑定银行卡后可享受会员折扣支付。",
        "您可自愿提供资料即可参与抽奖,也可不提供直接参加。",
        "如您中奖,我们需要向物流提供您的个人信息,以便向您发送奖品。",
    ],
)
def test_what_only_sounds_like_a_condition_is_none(text: str) -> None:
    assert found(text) == {}


def test_a_hostile_sentence_takes_no_long_time() -> None:
    hostile = ("您拒绝" * 3000, "注销后" * 3000, "您同意" * 3000, "无法使用我们的服务和" * 2000)
    started = time.monotonic()
    for text in hostile:
        found(text)
    assert time.monotonic() - started < 5
