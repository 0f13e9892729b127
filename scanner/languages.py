"""In which language a text is written, as far as its characters tell."""

from __future__ import annotations

import functools
import re

from scanner.facts import Language

_PAIRS = (
    "们們这這个個为為说說时時会會来來对對国國发發经經过過进進种種还還样樣学學应應开開现現门門问問间間关關网網请請联聯务務"
    "业業产產导導车車东東书書长長见見电電话話语語读讀识識认認让讓设設证證论論议議许許记記计計订訂讯訊训訓词詞详詳误誤课課"
    "该該谁誰调調谈談谢謝账賬货貨质質费費资資赛賽购購贵貴贸貿赏賞员員图圖团團园園围圍场場块塊坏壞声聲处處备備复復头頭夹夾"
    "夺奪奋奮妇婦孙孫宁寧宝寶实實审審宽寬宾賓层層岁歲岛島带帶帮幫广廣庆慶库庫异異张張归歸录錄径徑总總恶惡战戰户戶护護报報"
    "担擔择擇挂掛换換据據损損摄攝数數断斷无無旧舊显顯机機权權条條极極构構标標树樹检檢楼樓欢歡气氣汉漢汇匯济濟测測浏瀏"
    "满滿灵靈点點热熱爱愛状狀独獨环環疗療监監盘盤确確码碼离離积積称稱稳穩穷窮竞競笔筆签簽简簡类類红紅级級纪紀约約纯純纸紙"
    "线線组組细細终終结結给給统統继繼续續维維综綜编編缴繳罗羅节節范範药藥获獲营營虑慮补補装裝观觀规規视視览覽觉覺触觸"
    "质質转轉轻輕较較载載输輸边邊达達迁遷运運选選适適遗遺释釋钟鐘钱錢银銀链鏈销銷锁鎖错錯镇鎮阅閱队隊阳陽际際陆陸险險随隨"
    "隐隱难難须須顾顧预預领領频頻题題颜顏额額风風飞飛馆館驾駕验驗龄齡龙龍"
)
_MORE_PAIRS = (
    "与與专專丝絲丢丟两兩严嚴丧喪丰豐临臨丽麗举舉义義乌烏乐樂乔喬习習乡鄉买買乱亂争爭亏虧亚亞亲親亿億仅僅从從仓倉仪儀价價众眾优優伙夥传傳伤傷伟偉伪偽体體余餘侠俠侣侶侧側侦偵侨僑债債倾傾偿償储儲"
    "儿兒兑兌党黨兰蘭兴興养養兽獸内內册冊写寫军軍农農冲衝决決况況冻凍净淨准準减減凑湊凤鳳凭憑凯凱击擊划劃刘劉则則刚剛创創删刪剂劑剑劍剧劇劝勸办辦动動励勵劳勞势勢匀勻区區医醫华華单單卖賣卫衛却卻"
    "厂廠历歷厉厲压壓厕廁厅廳县縣参參双雙变變叙敘号號叹嘆后後吓嚇吗嗎启啟吴吳响響哑啞唤喚嘱囑圆圓圣聖坚堅坛壇垄壟垒壘垫墊执執扩擴扫掃扬揚抚撫抛拋抢搶拟擬拥擁拦攔拨撥拣揀挡擋挤擠挥揮捞撈捡撿掷擲"
    "揽攬搀攙搁擱携攜撑撐敌敵斗鬥旷曠晋晉晒曬晓曉暂暫术術杂雜杀殺杨楊枪槍枢樞档檔桥橋梦夢棂欞欧歐歼殲残殘殴毆毁毀毕畢氢氫汤湯汹洶沟溝没沒沪滬泄洩泪淚泽澤洁潔洒灑浅淺浆漿涂塗涌湧润潤涨漲渊淵渐漸"
    "渔漁湾灣湿濕溃潰滞滯滤濾灭滅灯燈灾災炉爐炼煉烂爛烟煙烦煩烧燒牺犧犹猶狭狹猎獵猪豬献獻玛瑪画畫畅暢痒癢盐鹽盖蓋盗盜矫矯矿礦础礎硕碩祸禍税稅笼籠筛篩筑築筹籌篮籃粮糧纠糾纤纖纳納纵縱纷紛纹紋纺紡"
    "练練绍紹绑綁绕繞绘繪络絡绝絕绩績绿綠缓緩缔締缘緣缩縮罚罰罢罷职職聪聰肃肅肠腸肿腫胁脅胜勝脉脈脏臟脑腦脚腳脱脫脸臉舆輿舰艦艺藝苏蘇苹蘋荐薦荣榮莱萊萨薩蓝藍虏虜虚虛虽雖蚀蝕蛮蠻衅釁衔銜衬襯袜襪"
    "裤褲誉譽誊謄讣訃讨討讲講访訪诀訣评評诈詐诉訴诊診译譯试試诗詩诚誠诞誕询詢诱誘诸諸诺諾谅諒谊誼谋謀谎謊谓謂谨謹谱譜贝貝负負贡貢财財责責贤賢败敗贩販贪貪贫貧贯貫贴貼贷貸贺賀贼賊赋賦赌賭赎贖赔賠"
    "赖賴赚賺赞贊赠贈赢贏趋趨跃躍践踐踪蹤轨軌轩軒轮輪软軟轰轟辅輔辆輛辈輩辉輝辑輯辞辭辩辯迟遲违違连連远遠逊遜递遞逻邏遥遙邓鄧郑鄭邮郵邻鄰酱醬里裡鉴鑒针針钉釘钢鋼钥鑰钦欽钮鈕铁鐵铃鈴铭銘铺鋪锐銳"
    "键鍵锦錦镜鏡闪閃闭閉闲閒闹鬧闻聞阀閥阁閣阐闡阴陰阵陣阶階陕陝隶隸雇僱雾霧静靜韩韓页頁顶頂项項顺順顿頓颁頒颗顆饥飢饭飯饮飲饰飾饱飽饿餓驱驅驻駐骂罵骑騎骗騙骚騷鱼魚鲁魯鲜鮮鸟鳥鸡雞鸣鳴鸿鴻麦麥"
    "黄黃齐齊齿齒龟龜帐帳师師帅帥帧幀币幣当當忆憶忧憂怀懷态態恋戀恳懇悬懸惊驚惧懼惨慘惩懲惯慣愤憤愿願扑撲托託拢攏弃棄弥彌强強弹彈彻徹征徵忏懺恒恆恼惱悦悅敛斂斋齋斩斬昼晝晕暈朴樸杰傑栏欄栋棟榄欖"
    "横橫爷爺牵牽猫貓玺璽珐琺琐瑣疮瘡疯瘋疟瘧症癥皱皺盏盞睁睜瞒瞞矶磯砖磚碍礙礼禮禅禪窃竊窝窩竖豎笺箋紧緊纲綱纽紐织織绪緒缄緘羡羨翘翹耻恥耸聳聋聾肤膚胆膽胶膠艰艱芦蘆萧蕭蒋蔣蚁蟻蝇蠅觅覓谣謠谦謙"
    "赁賃坝壩垦墾墙牆壮壯壳殼壶壺够夠夸誇奖獎妆妝妈媽娱娛婴嬰宠寵宪憲宫宮寝寢寻尋寿壽将將尔爾尘塵尝嘗尽盡屉屜届屆属屬屡屢岗崗岭嶺庄莊庙廟庞龐废廢么麼伞傘仆僕兹茲凉涼几幾别別刹剎剥剝协協卧臥厌厭"
    "叶葉吕呂呕嘔闸閘陈陳马馬制製复複台臺系係周週只隻面麵松鬆云雲表錶才纔布佈干幹尽儘于於并並占佔志誌致緻签籤回迴向嚮采採咨諮线綫启啓为爲里裏群羣户戸众衆说説阅閲温溫产産污汙搜蒐注註"
)
"""Pairs that do not tell the script of a text so well: rarer ones, and such as 后 and 里, which
traditional texts use too."""
SIMPLIFIED = {
    ord(pairs[place + 1]): ord(pairs[place])
    for pairs in (_MORE_PAIRS, _PAIRS)
    for place in range(0, len(pairs), 2)
}
"""Traditional characters and the simplified one that stands for each, for `str.translate`."""
_SIMPLE = frozenset(_PAIRS[0::2])
_TRADITIONAL = frozenset(_PAIRS[1::2])
_LONGEST = 20_000
_LEAST = 20
"""Letters below which nothing is said of a text."""
_ENGLISH = re.compile(
    r"\b(?:the|and|of|to|in|is|for|with|you|your|we|our|this|that|are|on|by|or|not|from|as|it|be"
    r"|will|may|can|have|us|about|all|privacy|policy|sign|log|home|contact)\b",
    re.IGNORECASE,
)


def language_of(text: str) -> Language | None:
    """Say in which language a text is written; None when it is too short to tell.

    Chinese where at least half of its letters are Chinese characters, a Latin word counting as
    two; simplified or traditional by the characters that differ.
    """
    return _language_of(text[:_LONGEST])


@functools.lru_cache(maxsize=32)
def _language_of(text: str) -> Language | None:
    han = sum("\u4e00" <= character <= "\u9fff" for character in text)
    kana = sum("\u3040" <= character <= "\u30ff" for character in text)
    latin = re.findall(r"[A-Za-z\u00c0-\u024f']+", text)
    strange = sum(character.isalpha() for character in text) - han - kana - sum(map(len, latin))
    weight = han + kana + 2 * len(latin) + max(strange, 0)
    if han + kana + sum(map(len, latin)) + max(strange, 0) < _LEAST:
        return None
    if kana * 10 > han or strange * 3 > weight:
        return "other"
    if han * 2 >= weight:
        return _script_of(text)
    english = len(_ENGLISH.findall(text))
    return "en" if latin and english * 8 >= len(latin) else "other"


def _script_of(text: str) -> Language:
    simple = sum(character in _SIMPLE for character in text)
    traditional = sum(character in _TRADITIONAL for character in text)
    return "zh-Hant" if traditional > simple else "zh-Hans"
