"""Names of persons in Chinese, and the words that only begin like one."""

from __future__ import annotations

import re

SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖萧田董袁潘于蒋蔡余杜叶程苏"
    "魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵"
    "万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚"
    "符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农"
    "司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣"
    "巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位"
    "厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿"
    "薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯隆茹诺战慕危玉银亢嵇公哈湛宾戎勾茅利於呼居揭干但尉冶斯元束"
    "檀衣信展阴昝智幸奉植衡富尧闭由"
)
"""One-character surnames, the most frequent first (general knowledge)."""
_TWO_CHARACTERS = (
    "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 司徒 端木 夏侯 南宫 长孙 宇文 轩辕 闻人"
    " 独孤 申屠 淳于 单于 澹台 太史 钟离 百里 呼延 东郭 西门 公羊 赫连 濮阳 第五 完颜"
)
TWO_CHARACTER_SURNAMES = frozenset(_TWO_CHARACTERS.split())
_HAN = re.compile(r"[\u4e00-\u9fff]{2,4}")
_HAN_DOTTED = re.compile(r"[\u4e00-\u9fff]{1,12}[·•][\u4e00-\u9fff]{1,12}")
_NO_NAME = re.compile(
    r"公司|中心|大学|学院|医院|银行|酒店|用户|未知|请输|请填|姓名|名称|必填|先生|女士|游客|测试|默认|系统"
)
_COMMON = (
    "万能 万达 丛林 乐器 习惯 于是 云南 云盘 仇恨 付款 付费 任何 任务 任意 位置 何处 何时"
    " 何记 信件 信号 信息 信用 储值 储物 储蓄 元素 充值 党员 党费 全国 全场 全城 全天 全家"
    " 全屏 全新 全民 全球 全部 公交 公众 公共 公司 公告 公园 公寓 公开 公益 公里 关于 关注"
    " 关联 关键 关闭 农业 农产 农场 农家 农村 况且 冷冻 冷藏 冷饮 包子 包月 包装 包裹 包邮"
    " 单人 单价 单位 单号 单程 古代 古典 古董 古装 史上 向上 向下 吕布 周年 周期 周末 周边"
    " 唐装 商务 商品 商圈 商城 商家 商店 商户 国内 国家 国际 夏季 夏装 姜茶 季度 季节 宁夏"
    " 安全 安卓 安心 安排 安装 宋体 官宣 官网 宫廷 容器 容量 宿舍 封装 封面 尚品 尚未 居家"
    " 居民 展会 展开 展示 崔氏 左侧 左右 左边 师傅 师生 席位 常用 常见 常规 平台 平均 平板"
    " 幸福 幸运 庄园 应急 应用 应该 康养 康复 廖记 强制 强力 成人 成功 成员 成本 成都 支付"
    " 支持 支架 敬请 文件 文具 文化 文字 文本 方便 方块 方式 方案 方法 施工 时代 时刻 时尚"
    " 时装 时间 明天 明显 明细 易用 易碎 易购 景区 景点 景观 智库 智慧 智能 曲目 曲线 权威"
    " 权益 权限 束缚 来宾 来源 来电 林业 柏油 查看 查询 桂花 楼宇 楼层 楼盘 步骤 毛巾 毛衣"
    " 毛重 水果 水电 江苏 江西 池塘 汤圆 汪汪 沙发 沙拉 沙滩 浦东 温度 温泉 游戏 游泳 游览"
    " 满减 满意 熊猫 牛仔 牛奶 牛肉 王府 王者 甘肃 甘蔗 由于 白天 白色 白金 白银 皮具 皮肤"
    " 皮鞋 盘点 石材 石油 程序 程度 章节 符号 符合 简单 简历 管理 管道 米粉 米线 米饭 纪录"
    " 纪念 罗马 羊肉 耿直 舒服 舒适 花卉 花园 花店 花费 苏州 苗木 范例 范围 范本 荣耀 荣誉"
    " 蒋家 衡量 解决 解锁 计划 计时 计算 计费 许多 谈判 谷歌 谷物 费率 费用 贾府 路况 路径"
    " 路由 路线 车主 车位 车型 车票 车辆 车险 边框 边缘 连接 连续 连锁 通用 通知 通讯 通话"
    " 那么 邱记 郑州 都市 都是 都有 金卡 金属 金币 金牌 金融 金钱 金额 钱包 门店 门票 门诊"
    " 门锁 闻名 阳历 阳台 阴影 陈列 陈旧 雷电 雷达 韩国 韩式 韩版 项目 项链 马上 马路 高中"
    " 高校 高端 高级 高考 高速 高铁 鱼类 鲜奶 鲜果 鲜花 麦片 麻将 麻辣 黄油 黄色 龙年 龙虎"
    " 龙虾"
)
_WORDS = frozenset(_COMMON.split())
"""Words of two characters whose first is a surname too, and which hardly anybody is called."""
_ROLES = re.compile(
    "客服|会员|票务|用户|商业|合作|经理|前台|热线|卖家|买家|匿名|顾客|顾问|代理|总机|部门|团队"
    "|地图|商铺|掌柜|管家|旗舰|官方|客户|快递|物流|外卖"
)
"""What stands where a name could, and tells a role, a service or a shop."""
_THING_ENDS = frozenset("店馆厅铺票卡券费款价器版网币站院局校所部室组处")
"""Characters with which names of things and places end, and hardly ever those of persons."""


def is_person_name(value: str) -> bool:
    """Say whether the text could be the name of a person in Chinese, by its surname and length."""
    if _HAN_DOTTED.fullmatch(value):
        return True
    if not _HAN.fullmatch(value) or _NO_NAME.search(value):
        return False
    if value[:2] in TWO_CHARACTER_SURNAMES:
        return len(value) >= 3
    return value[0] in SURNAMES and len(value) <= (3 if value[1:2] in "者品牌" else 4)


def is_likely_word(value: str) -> bool:
    """Say whether a text that could be a name is rather a word: a shop, a ticket, a button.

    Four characters are a name where they begin with two surnames, of both parents or a double one.
    """
    single = value[:2] not in TWO_CHARACTER_SURNAMES and value[1:2] not in SURNAMES
    return (
        value[:2] in _WORDS
        or value[-1:] in _THING_ENDS
        or _ROLES.search(value) is not None
        or (len(value) == _LONGEST_NAME and single and not _HAN_DOTTED.fullmatch(value))
    )


_LONGEST_NAME = 4
"""Characters of a Chinese name at most; peoples that write a dot have longer ones."""
