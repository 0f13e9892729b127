from __future__ import annotations

import time

import pytest

from scanner.facts import Cue
from tests.collect.policy.elements.sound import SOUND, wordings_of


def cues(text: str, names: tuple[str, ...] = ()) -> set[Cue]:
    return {fact.cue for fact in wordings_of(f"# 隐私政策\n\n{text}", names=names)}


def test_a_sound_policy_has_no_word_against_it() -> None:
    assert wordings_of(SOUND, names=("山雀骑行",)) == []


@pytest.mark.parametrize(
    ("cue", "text"),
    [
        ("use_is_consent", "您继续使用本应用，即表示您同意本政策。"),
        ("change_by_use", "如您继续使用，视为您接受更新后的政策。"),
        ("use_is_consent", "By continuing to use the app you consent to this policy."),
        ("use_is_consent", "Your continued use constitutes acceptance of the policy."),
        ("open_list", "我们收集您的姓名、手机号等信息。"),
        ("open_list", "我们收集的个人信息包括但不限于姓名、手机号。"),
        ("change_without_notice", "我们有权随时修改本政策，无需另行通知。"),
        ("change_without_notice", "本政策如有变更，恕不另行通知。"),
        ("change_without_notice", "We may change this policy at any time without prior notice."),
        ("no_liability", "因黑客攻击导致您的个人信息泄露的，我们不承担任何责任。"),
        ("no_liability", "We are not liable for any data breach."),
        ("kept_for_ever", "我们将永久保存您的个人信息。"),
        ("kept_for_ever", "您的数据会被长期保存。"),
        ("kept_for_ever", "We keep your data indefinitely."),
        ("last_word", "本政策的最终解释权归本公司所有。"),
        ("placeholder", "本应用由XX科技有限公司运营。"),
        ("wide_exceptions", "以下情形无需征得您的同意：学术研究机构开展研究所必要的；"),
        ("wide_exceptions", "征得同意的例外：用于维护所提供产品的安全稳定运行所必需的；"),
        ("hard_closing", "注销账号时，您需要上传手持身份证照片。"),
        ("hard_closing", "注销账户须携带证件到现场办理。"),
        ("hard_closing", "您申请注销账号前，应先结清积分并开具发票。"),
        ("hard_closing", "注销账号只能拨打客服电话办理。"),
        ("hard_closing", "注销前请您手持证件拍照。"),
        ("hard_closing", "注销账号需提供身份证正反面照片。"),
        ("hard_closing", "注销账号需提供历史充值记录。"),
        ("hard_closing", "如何注销账号？\n\n请携带证件到门店现场办理。"),
        ("change_by_use", "您继续访问，就表示您认可新的政策。"),
        ("use_is_consent", "一旦您安装或注册本应用，即代表您已阅读并同意本政策。"),
        ("open_list", "我们采集您的姓名、手机号以及其他相关信息用于推荐。"),
        ("no_liability", "对于信息泄露造成的损失，本公司概不负责。"),
        ("kept_for_ever", "您的聊天记录将被永久保存。"),
        ("placeholder", "客服热线：【客服热线】"),
        ("placeholder", "本应用由某某文化传媒有限公司运营。"),
    ],
)
def test_each_word_against_a_policy_is_found(cue: Cue, text: str) -> None:
    assert cues(text) == {cue}
    assert cue in {fact.cue for fact in wordings_of(f"{SOUND}\n\n{text}\n", names=("山雀骑行",))}


@pytest.mark.parametrize(
    "text",
    [
        "您继续使用本应用，并不视为您同意变更后的政策。",
        "您点击“同意”并继续使用的，即表示您同意本政策。",
        "使用中的非个人信息与个人信息结合时，将被视为个人信息，取得您的授权后处理。",
        "您享有查阅、复制您的姓名、手机号等权利。",
        "我们不收集您的姓名、手机号等信息。",
        "我们修改本政策时，会另行通知您。",
        "在不影响您权利的文字修改中，本政策的变更不另行通知。",
        "因不可抗力导致个人信息泄露的，依法不承担责任。",
        "因您自身原因造成密码泄露的，我们不承担责任。",
        "对第三方网站泄露您信息的行为，我们不承担责任。",
        "我们不会永久保存您的个人信息。",
        "我们不承诺对本政策享有最终的决定，由法院裁判。",
        "注销账号后，积分将清零。",
        "注销账号只需短信验证码，无需提供手持身份证照片。",
        "您登录时可以使用人脸识别。",
        "您同意服务使用协议之时，即视为您同意本政策。",
        "您开启使用附加功能，即代表您同意我们收集位置。",
        "您自愿在留言板披露个人信息造成泄露的，我们不承担责任。",
        "非因我们过错造成的个人信息泄露，我们不承担责任。",
        "用户把密码告知他人导致个人资料泄露，我们不负任何责任。",
        "本协议的解释适用中国法律。",
        "研究所必需的数据由学术研究机构提供。",
        "We will not keep your data indefinitely.",
        "我们不会因为您继续使用而视为您同意本政策的变更。",
        "例如：若某应用声称“继续使用即视为同意”，该做法无效。",
        "使用燕雀支付即表示您同意燕雀支付的隐私政策。",
        "By using the map you agree to the map provider's terms.",
        "本公司保留本次抽奖活动的最终解释权。",
        "浏览器厂商会永久保存您的访问记录。",
        "公开内容会永久保存在区块链上，不含个人信息。",
        "我们收集您的姓名、手机号等必要信息，除此之外不收集其他信息。",
        "我们采集以下非个人信息类数据：系统版本、设备型号等信息。",
        "合作方收集的姓名、手机号等信息与本应用无关。",
        "文中的某某公司、XX公司均为示例。",
        "注销账号时我们不会要求您手持身份证拍照。",
        "您的书架可长期保存在云端。",
        "学术研究机构使用的，无需征得您的同意，但我们仍会取得您的授权。",
        "We will not change this policy without notice to you.",
        "We are not liable for third-party sites that leak data.",
    ],
)
def test_near_misses_are_no_word_against_a_policy(text: str) -> None:
    assert cues(text) == set()


def test_what_closing_asks_for_is_named() -> None:
    (fact,) = wordings_of("注销账号需要提交银行卡照片和书面申请。")
    assert fact.detail == "银行卡、书面"


def test_a_heading_tells_what_its_sentences_are_of() -> None:
    assert {
        fact.cue for fact in wordings_of("# 政策\n\n## 注销账号\n\n您须提供手持证件照片。")
    } == {"hard_closing"}


def test_every_word_against_a_policy_is_quoted_from_its_place() -> None:
    text = "# 隐私政策\n\n甲。我们将永久保存您的个人信息。乙。"
    (fact,) = wordings_of(text)
    assert fact.quote == "我们将永久保存您的个人信息。"


def test_the_same_words_are_told_once_and_many_are_bounded() -> None:
    same = wordings_of("我们将永久保存您的个人信息。" * 50)
    many = wordings_of("\n\n".join(f"我们将永久保存您的第{at}项个人信息。" for at in range(50)))
    assert (len(same), len(many)) == (1, 20)


@pytest.mark.parametrize(
    "piece", ["使用", "注销须", "无需同意学术", "包括但不限于", "姓名、等", "X", "【", "修改"]
)
def test_a_hostile_text_is_read_in_time(piece: str) -> None:
    start = time.process_time()
    wordings_of("甲" + piece * (30_000 // len(piece)))
    assert time.process_time() - start < 60
