"""Words by which each element of a policy is known, in Chinese and English.

They say that an element is spoken of; whether what is said suffices is for `value_tests`. All are
searched for in folded text: lower case, half-width.
"""

from __future__ import annotations

import re

_WORDS = {
    "pol-01": (
        r"注册地址|统一社会信用代码|运营主体|运营者|开发者|公司名称|以下(?:简称|统称"
        r"|合称)[^)。\n]{0,20}我们"
        r"|(?:我们|本公司|本app|本应用)[^。\n]{0,20}(?:公司|中心|委员会|医院|大学)"
        r"|data controller|operated by|provided by|co\., ?ltd|\binc\b\.?|\bllc\b"
    ),
    "pol-02": (
        r"联系我们|联系方式|与我们联系|和我们联系|客服|邮箱|电子邮件|电邮|联系电话|联系地址"
        r"|个人信息保护(?:负责人|专员)|反馈给我们|致电"
        r"|(?:电话|热线)\s?[:是为]|(?<!ip)(?<!mac)地址\s?[:是为]"
        r"|contact (?:us|[a-z]{2,20}\b)|get in touch|how to (?:reach|contact)|e-?mail"
        r"|data protection officer|reach us"
    ),
    "pol-03": (
        r"收集[^。\n]{0,30}(?:信息|数据|资料|如下|以下)|(?:获取|采集|提供)[^。\n]{0,12}(?:个人信息"
        r"|信息|数据)|个人信息的?(?:种类|类型|范围)"
        r"|(?:information|data) (?:that )?we (?:may )?(?:collect|process|gather)"
        r"|we (?:may |also |will |do )?(?:collect|gather|receive|process|obtain)"
    ),
    "pol-04": (
        r"用于|目的|以便|用途|为了?(?:向您|给您|您|实现|提供|保障|完成)|业务功能|使用场景|如何使用"
        r"|purposes?|in order to|how we use|we use (?:the |your |this )?(?:information|data)"
        r"|used? to"
    ),
    "pol-05": (
        r"(?:保存|存储|储存|保留|留存)(?:的|方式和|地点和)?(?:期限|时间|时限|期间|时长|周期|期)"
        r"|(?:最短|必要"
        r"|必需)的?(?:期限|时间|期间)"
        r"|(?:保存|存储|储存|保留|留存)[^。;\n]{0,40}?\d{1,4}\s?个?(?:天|日|月|年|小时|工作日)"
        r"|(?:保存|保留|存储|储存|留存)[^。;\n]{0,20}?(?:至|直至|直到|多久)|(?:期间|期限"
        r"|时间)内?[^。\n]{0,16}(?:保留|保存|存储|储存|留存)|期限(?:届满|到期)"
        r"|超(?:过|出)[^。\n]{0,16}期限"
        r"|\d{1,4}\s?个?(?:天|日|月|年)内?[^。;\n]{0,70}(?:保留|保存|存储|储存|留存)"
        r"|retention|retain|keep (?:your|the|this|it|them)|stored? for|how long|store (?:your|the"
        r"|this)"
    ),
    "pol-06": (
        r"(?:存储|储存|保存|存放)(?:的)?(?:地点|地域|位置|于|在)|境内[^。\n]{0,30}(?:存储|储存"
        r"|保存|存放)|中(?:华人民共和)?国境内|存储地|服务器(?:位于|设在|放置)"
        r"|stored? (?:in|on|at)|servers? (?:are |is )?(?:located|in\b)|data cent(?:er|re)s?"
        r"|where we store|hosted"
    ),
    "pol-07": (
        r"(?:查阅|查询|查看|访问|复制|更正|更改|修改|补充|副本)[^。\n]{0,20}(?:信息|资料|数据|权"
        r"|副本)|(?:信息|资料)的?(?:查阅|查询|访问|更正|复制|副本)"
        r"|(?:查阅|查询|查看|复制|更正|补充)[^。\n]{0,12}(?:查阅|复制|更正|补充|修改|删除)"
        r"|(?:信息|资料)[^。\n]{0,30}(?:查阅|查看|复制|更正|补充)"
        r"|(?:access|view|copy|correct)[a-z]{0,3}(?:,| and| or)[^.\n]{0,12}"
        r"(?:access|copy|correct|delet|edit|updat)"
        r"|right (?:to|of) (?:access|rectif|correct)|access(?:ing)?[^.\n]{0,40}(?:information|data)"
        r"|(?:correct|rectify|update|edit)[^.\n]{0,30}(?:information|data|profile)|copy of your"
    ),
    "pol-08": (
        r"删除[^。\n]{0,20}(?:信息|资料|数据|账|帐|权|记录)|(?:信息|资料)的?删除|注销"
        r"|delet(?:e|ing|ion)|eras(?:e|ure|ing)|clos(?:e|ing) (?:your |an |the )?account|deactivat"
    ),
    "pol-09": (
        r"(?:撤回|撤销|收回|取消|改变|变更)[^。,\n]{0,12}(?:同意|授权)|(?:关闭|取消"
        r"|停用)[^。\n]{0,12}(?:权限|授权)|同意的?(?:撤回|撤销)|授权管理|管理[^。,\n]{0,6}权限"
        r"|权限进行管理"
        r"|(?:关闭|停用)[^。\n]{0,12}(?:功能|开关|定位|服务)[^。\n]{0,20}(?:停止|不再|拒绝)[^。\n]{0,16}(?:收集|获取|使用)"
        r"|withdraw[^.\n]{0,30}(?:consent|permission|authori[sz]ation)|revoke|opt[- ]?(?:ing )?out"
        r"|change your (?:consent|permission)"
    ),
    "pol-10": (
        r"投诉|举报|申诉|12377|12321|12315|网信(?:办|部门)|complain|supervisory authority"
        r"|report (?:abuse|a problem)"
    ),
    "pol-11": (
        r"(?:共享|分享)[^。\n]{0,20}(?:信息|数据|第三方|合作|关联)|(?:信息|数据|资料)的?(?:共享"
        r"|分享|转让|公开披露|委托处理|对外提供)"
        r"|(?:向|给|与|和)[^。\n]{0,20}(?:第三方|合作伙伴|合作方|关联公司|服务商"
        r"|任何公司)[^。\n]{0,16}(?:提供|共享|分享|披露|转让)|(?:提供|共享|披露"
        r"|转让)给[^。\n]{0,20}(?:第三方|合作|他人|其他)"
        r"|公开披露|委托处理|接收方|委托[^。\n]{0,20}处理"
        r"|(?:shar|disclos)(?:e|es|ed|ing)\b|third[- ]part(?:y|ies)|recipients?"
    ),
    "pol-12": (
        r"sdks?(?![a-z])|软件(?:开发)?工具(?:开发)?包|软件开发套件|第三方(?:代码|插件|组件)"
        r"|third[- ]party librar|software development kit"
    ),
    "pol-13": (
        r"已?收集(?:的)?(?:您的|用户)?(?:个人)?信息(?:的)?(?:明示)?(?:清单|列表|目录)"
        r"|个人信息(?:已)?(?:收集|采集)(?:情况)?(?:使用)?(?:明示)?(?:清单|列表)"
        r"|(?<!共享)(?<!提供)(?<!享的)个人信息(?:收集使用|明示|查阅|浏览)?清单"
        r"|收集使用(?:个人信息)?(?:的)?清单|双清单"
        r"|list of (?:the |your )?(?:personal )?(?:information|data) (?:that )?(?:we )?(?:have )?"
        r"(?:already )?collect|collected (?:personal )?(?:information|data) list"
    ),
    "pol-14": (
        r"(?:第三方|对外|合作方|合作伙伴)[^。\n]{0,8}(?:信息)?共享[^。\n]{0,10}(?:清单|列表|目录)"
        r"|(?:共享|提供)(?:的)?(?:个人)?信息(?:的)?(?:清单|列表|目录)|第三方[^。\n]{0,16}(?:清单"
        r"|目录|列表)|双清单"
        r"|sharing list|list of third[- ]part"
    ),
    "pol-15": (
        r"权限(?:的)?(?:申请|使用|调用|列表|说明|清单|管理|目的|用途|名称)|(?:申请|调用|获取|开启"
        r"|授予|授权|使用|访问|系统|设备|应用|敏感|相机|摄像头|麦克风|定位|位置|存储|相册|通讯录"
        r"|电话)(?:的)?(?:相关)?权限"
        r"|(?:device|app|system|camera|location|microphone|storage|following) permissions?"
        r"|permissions? (?:list|we|for|to)"
    ),
    "pol-16": (
        r"敏感(?:的)?(?:个人)?信息|个人敏感信息|sensitive (?:personal )?(?:information|data)"
        r"|special categor"
    ),
    "pol-17": (
        r"未成年|儿童|(?:不满|未满|不足|年满|满)\s?(?:14|18|十四|十八)\s?周?岁|监护人|children"
        r"|minors?\b|guardian|under (?:the age of |age )?1[3-8]"
    ),
    "pol-18": (
        r"境外|出境|跨境|海外|境内存储|中(?:华人民共和)?国境内|其他(?:国家"
        r"|司法)[^。\n]{0,20}(?:传输|转移|提供|存储|处理)|所在(?:国家"
        r"|地区)以外|向[^。\n]{0,16}(?:美国|新加坡|香港|欧盟)[^。\n]{0,20}(?:提供|传输)"
        r"|overseas|cross-?border|international(?:ly)? transfer|outside (?:of )?(?:mainland "
        r"|the people's republic of )?(?:china|your country|the eea|the eu)"
        r"|other (?:countries|jurisdictions)|transfer[^.\n]{0,60}(?:countr|jurisdiction)"
    ),
    "pol-19": (
        r"个性化|定制化|用户画像|画像|自动化决策|自动决策|算法(?:推荐|机制|模型)|定向(?:推送|广告"
        r"|投放)|精准(?:推送|广告|营销)|智能推荐|程序化广告|推荐算法"
        r"|personali[sz]|profiling|automated decision|targeted (?:ad|content)|interest-based"
        r"|tailored (?:ad|content)"
    ),
    "pol-20": (
        r"安全(?:措施|技术|保护|保障|防护|管理|手段|事件)|加密|去标识化|等级保护|等保"
        r"|iso\s?/?(?:iec)?\s?27|访问控制|ssl|https"
        r"|security (?:measure|practice|safeguard|incident)|safeguard|encrypt|data breach"
        r"|protect your (?:personal )?(?:information|data)"
    ),
    "pol-21": (
        r"(?:更新|生效|发布|修订|公布)(?:的)?(?:日期|时间|于)|版本|(?:本)?(?:政策|声明|指引|协议"
        r"|条款|规则)[^。\n]{0,16}(?:变更|更新|修订|修改|调整)|(?:变更|更新|修订|修改"
        r"|调整)[^。\n]{0,10}(?:政策|声明|指引|协议|条款)"
        r"|(?:政策|声明|指引|协议|条款|内容)[^。\n]{0,6}(?:变动|变化|改动|改了)"
        r"|(?:policy|statement|notice) (?:changes|is updated|may change)"
        r"|last (?:updated|modified|revised)|effective(?: date| as of| from)|changes to (?:this"
        r"|our)|updates? to (?:this|our)|(?:update|change|amend|revise|modify) (?:this|our)"
    ),
    "pol-22": (
        r"cookies?|网络信标|网站信标|web ?beacons?|像素(?:标签|代码)|pixel tags?|同类技术|类似技术"
        r"|本地存储|local ?storage"
    ),
    "pol-23": (
        r"自启动|自动启动|自动运行|开机启动|关联启动|链式启动|唤醒|auto(?:matically)?[- ]?start"
        r"|start(?:s|ed)? automatically|launch at boot"
    ),
    "pol-24": (
        r"(?:无需|不需要?|无须|不必|毋需|免于)(?:事先|另行|再)?(?:征得|取得|获得|经过?|经由"
        r"|您)[^。\n]{0,16}(?:同意|授权)|(?:征得|授权)[^。\n]{0,8}同意的例外|同意的?例外|例外情形"
        r"|无需[^。\n]{0,6}同意|without (?:your |obtaining |the )?(?:prior |explicit )?(?:consent"
        r"|authori[sz]ation)|exceptions? to consent|legal basis|lawful basis"
    ),
    "pol-25": (
        r"人脸|面部(?:识别|特征|信息|图像)|刷脸|活体|脸部|face ?id|facial (?:recognition|feature"
        r"|data|image)|face (?:recognition|data|information)|faceprint"
    ),
    "pol-26": (
        r"合并|分立|收购|破产|重组|资产转让|逝者|去世|近亲属|委托(?:处理|第三方"
        r"|[^。\n]{0,12}(?:处理|提供服务))|merger|acquisition|acquired|bankruptcy"
        r"|sale of (?:assets|business)|deceased|on our behalf"
    ),
    "pol-27": (
        r"(?:个人信息|隐私|数据)(?:安全)?保护(?:相关)?(?:负责人|专员|官|部门?|机构|团队|小组"
        r"|办公室|专职)"
        r"|(?:个人信息|数据)(?:安全)(?:负责人|责任人|部门?|专员|官)|首席隐私官|境内(?:代表"
        r"|专门机构)"
        r"|\bdpo\b|data protection (?:officer|contact|team)|privacy (?:officer|team|office)"
        r"|representative in (?:china|the)"
    ),
}
CUES = {element: re.compile(words) for element, words in _WORDS.items()}
"""The words of each element by its id; pol-28 has none: `measures` looks for a summary."""
ELEMENTS = tuple(f"pol-{number:02}" for number in range(1, 29))
"""Ids of all elements, in their order."""
