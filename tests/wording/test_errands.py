from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.wording.errands import says_its_errand
from scanner.wording.rights import right_of


@pytest.mark.parametrize(
    "words",
    [
        *(
            "修改密码",
            "绑定手机",
            "手机号 138****1234",
            "登录设备管理",
            "退出登录",
            "切换账号",
            "账号与安全",
        ),
        *(
            "清除缓存 12.5MB",
            "字体大小",
            "深色模式",
            "检查更新",
            "当前版本 1.2.0",
            "Wi-Fi下自动播放",
        ),
        *(
            "位置权限",
            "系统权限管理",
            "允许后台播放",
            "消息通知",
            "黑名单",
            "收货地址",
            "实名认证 未认证",
        ),
        *(
            "隐私政策",
            "《用户协议》",
            "第三方SDK目录",
            "个人信息收集清单",
            "帮助与反馈",
            "关于我们",
        ),
        *("注销账号", "撤回同意", "个性化推荐", "确定", "取消", "138****0000", "刪除帳號"),
        *("Change password", "Log out", "Clear cache", "Notifications", "Dark mode"),
    ],
)
def test_words_that_are_known_say_what_a_control_does(words: str) -> None:
    assert says_its_errand(words)


@pytest.mark.parametrize(
    "words",
    [
        *(
            "",
            " ",
            "告别星云",
            "再见",
            "一键消失",
            "账号终结",
            "永久退出",
            "清空数据",
            "解散",
            "我要离开",
        ),
        *(
            "彻底清除",
            "删除",
            "冻结账号",
            "解绑账号",
            "清除账户缓存",
            "删除全部记录",
            "内容口味",
            "关心的内容",
        ),
        *("Wipe my account", "Say goodbye", "Clear account", "Leave", "…", "›"),
        "我们会在您注销账号之后的十五个工作日内处理您的全部个人信息并告知您结果",
    ],
)
def test_other_words_may_hide_anything(words: str) -> None:
    assert not says_its_errand(words)


@given(st.text(alphabet="甲乙丙丁彻底永久再见账号户走", min_size=1, max_size=12))
def test_words_with_something_unknown_in_them_say_nothing(words: str) -> None:
    unknown = any(character in words for character in "甲乙丙丁走")
    assert not (unknown and right_of(words) is None and says_its_errand(words))
