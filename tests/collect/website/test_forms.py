"""Forms in a real Chromium: every way to label a field, draw a box, and hide from a reader."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.async_api import Page

from scanner.browser import Unanswered
from scanner.collect.website.form import Box, Field, Form
from scanner.collect.website.forms import MOST_FIELDS, read_forms
from scanner.knowledge import Knowledge, load_knowledge, rules_folder
from scanner.model import Words
from tests.collect.website.pages import Served, served

KNOWLEDGE = load_knowledge(rules_folder() / "lists")
AGREE = "我已阅读并同意<a href=/ua>《用户协议》</a>和<a href=/pp>《隐私政策》</a>"
SEND = "<button>立即注册</button>"


@pytest.fixture(scope="module")
def tab() -> Iterator[Served]:
    with served() as one:
        yield one


def knowledge() -> Knowledge:
    return KNOWLEDGE


async def look(page: Page) -> list[Form]:
    return await read_forms(page, KNOWLEDGE)


def forms_of(tab: Served, html: str) -> list[Form]:
    return tab.see(html, look)


def form_of(tab: Served, html: str) -> Form:
    (form,) = forms_of(tab, html)
    return form


def field_of(tab: Served, html: str) -> Field:
    (field,) = form_of(tab, f"<form method=post action=/r>{html}{SEND}</form>").fields
    return field


def box_of(tab: Served, html: str) -> Box:
    (box,) = form_of(tab, f"<form><input name=mobile>{html}{SEND}</form>").boxes
    return box


# Fields


@pytest.mark.parametrize(
    ("html", "label"),
    [
        ("<label for=a>手机号</label><input id=a>", "手机号"),
        ("<label>手机号 <input></label>", "手机号"),
        ("<label><input> 手机号</label>", "手机号"),
        ("<input aria-label=手机号>", "手机号"),
        ("<b id=x>手机</b><i id=y>号</i><input aria-labelledby='x y'>", "手机 号"),
        ("手机号：<input>", "手机号"),
        ("<span>手机号</span><div><input></div>", "手机号"),
        ("<table><tr><td>手机号</td><td><input></td></tr></table>", "手机号"),
        ("<dl><dt>手机号</dt><dd><input></dd></dl>", "手机号"),
        ("<div class=item><div class=l>手机号</div><div><div><input></div></div></div>", "手机号"),
        ("<input placeholder=请输入手机号>", "请输入手机号"),
        ("<input title=手机号>", "手机号"),
        ("<textarea aria-label=手机号></textarea>", "手机号"),
        ("<p>手机号</p><div contenteditable=true></div>", "手机号"),
        ("<p>手机号</p><div role=textbox tabindex=0>&nbsp;</div>", "手机号"),
    ],
)
def test_every_way_to_label_a_field(tab: Served, html: str, label: str) -> None:
    field = field_of(tab, html)
    assert (field.label, field.data_type) == (label, "phone")


def test_neighbours_keep_their_own_words(tab: Served) -> None:
    form = form_of(
        tab,
        "<form>姓名 <input> 手机 <input><table><tr><td>邮箱<td><input><td>住址<td><input></table>"
        f"<p><label>性别</label><select><option>请选择<option>男<option>女</select></p>{SEND}</form>",
    )
    assert [field.data_type for field in form.fields] == [
        "name",
        "phone",
        "email",
        "address",
        "gender",
    ]


@pytest.mark.parametrize(
    ("html", "data_type", "upload"),
    [
        ("<label>头像<input type=file accept='image/*' capture=user></label>", "photos", True),
        ("<label>人脸识别<input type=file accept='image/*' capture=user></label>", "face", True),
        ("<label>拍照<input type=file accept='image/*' capture=user></label>", "face", True),
        ("<label>身份证正面<input type=file accept='image/*'></label>", "id_card_photo", True),
        ("<label>现场照片<input type=file accept='image/*'></label>", "photos", True),
        ("<label>简历<input type=file accept='.pdf'></label>", "files", False),
        ("<label>录像<input type=file accept='video/*'></label>", "video", True),
        ("<label>上传<input type=file style='display:none' accept=.jpg></label>", "photos", True),
        ("<label>生日<input type=date></label>", "birth_date", False),
        ("<input type=tel>", "phone", False),
        ("<input type=email>", "email", False),
        ("<input type=password>", "password", False),
        ("<input type=name name=x placeholder=昵称>", "account", False),
        ("<input autocomplete='shipping street-address'>", "address", False),
        ("<input name=idCardNo>", "id_card", False),
        (
            "<label>性别</label><input type=radio name=s>男<input type=radio name=s>女",
            "gender",
            False,
        ),
        ("<input type=radio name=s> 男 <input type=radio name=s> 女", "gender", False),
    ],
)
def test_what_a_field_asks_for(tab: Served, html: str, data_type: str, upload: bool) -> None:
    field = field_of(tab, html)
    assert (field.data_type, field.upload) == (data_type, upload)


def test_a_list_of_years_of_birth(tab: Served) -> None:
    def years(first: int, last: int) -> str:
        return "".join(f"<option>{year}年" for year in range(first, last))

    birth = field_of(tab, f"<select><option>年{years(1930, 2027)}</select>")
    assert birth.data_type == "birth_date"
    assert field_of(tab, f"<select><option>年{years(2000, 2027)}</select>").data_type == "none"


@pytest.mark.parametrize(
    ("html", "required"),
    [
        ("<label>手机<input required></label>", True),
        ("<label>手机<input aria-required=true></label>", True),
        ("<label>* 手机<input></label>", True),
        ("<label>手机 <span>*</span>：<input></label>", True),
        ("<td>手机<input placeholder='手机（必填）'>", True),
        (
            "<style>.r:before{content:'*'}</style><label class=r for=q>手机</label><input id=q>",
            True,
        ),
        ("<div class='el-form-item is-required'><label>手机</label><input></div>", True),
        ("<label>手机（选填）<input></label>", False),
        ("<label>手机<input></label>", None),
        ("<label>手机*号<input></label>", None),
    ],
)
def test_whether_a_field_is_required(tab: Served, html: str, required: bool | None) -> None:
    assert field_of(tab, html).required is required


def test_where_a_form_marks_some_the_others_are_free(tab: Served) -> None:
    form = form_of(
        tab, f"<form><label>手机<input required></label><label>邮箱<input></label>{SEND}"
    )
    assert [field.required for field in form.fields] == [True, False]


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<p><label>身份证号<input></label><small>仅用于实名登记</small></p>", True),
        (
            "<p><label>身份证号<input aria-describedby=h></label></p><p id=h>用于核验身份</p>",
            True,
        ),
        ("<p><label>身份证号<input></label></p><p>身份证号将用于办理入住登记。</p>", True),
        ("<p><label>身份证号<input></label></p><p>以上信息仅用于办理入住。</p>", True),
        (
            "<p><label>身份证号<input></label><small>为您提供更好的服务，用于提升体验</small></p>",
            None,
        ),
        ("<p><label>身份证号<input></label><small>请填写18位号码</small></p>", False),
        ("<p><label>身份证号<input></label></p><p>手机号用于接收验证码。</p>", False),
    ],
)
def test_whether_a_purpose_stands_beside(tab: Served, html: str, shown: bool | None) -> None:
    assert field_of(tab, html).purpose_shown is shown


@pytest.mark.parametrize(
    "html",
    [
        "<input type=hidden name=phone>",
        "<input name=phone style='display:none'>",
        "<div style='visibility:hidden'><input name=phone></div>",
        "<input name=phone style='position:absolute;left:-9999px'>",
        "<div style='height:0;overflow:hidden;opacity:0'><input name=phone></div>",
        "<input type=submit value=手机>",
        "<template><input name=phone></template>",
    ],
)
def test_what_nobody_sees_is_not_asked(tab: Served, html: str) -> None:
    assert forms_of(tab, f"<form>{html}<button>提交</button></form>") == []


def test_words_that_can_be_pressed_name_no_field(tab: Served) -> None:
    html = (
        "<form><div><a href=/a>更新头像</a></div><textarea name=reply></textarea>"
        "<button>回复</button></form>"
    )
    (form,) = forms_of(tab, html)
    assert [field.data_type for field in form.fields] == ["none"]


# Forms


@pytest.mark.parametrize(
    ("html", "kinds"),
    [
        (
            "<div style='display:none'><form><input placeholder=手机号><input type=password>"
            "</form></div>",
            ("password", "phone"),
        ),
        (
            "<form><p>第一步<input name=x1></p><div hidden><label>邮箱<input></label>"
            "<button>提交</button></div></form>",
            ("email",),
        ),
        ("<iframe src=/in style='display:none'></iframe>", ("id_card",)),
        ("<form><div hidden><input name=phone></div><button>提交</button></form>", ()),
        ("<div hidden><input name=q placeholder=关键字><button>搜索</button></div>", ()),
        ("<div hidden><input type=hidden name=phone><input type=hidden name=mail></div>", ()),
    ],
)
def test_forms_that_wait_for_a_click(tab: Served, html: str, kinds: tuple[str, ...]) -> None:
    tab.pages["/in"] = "<meta charset=utf-8><label>身份证号<input></label><button>提交</button>"
    forms = forms_of(tab, html)
    assert tuple(kind for form in forms for kind in form.unshown) == kinds
    assert not any(form.data_types for form in forms)


def test_where_a_form_goes(tab: Served) -> None:
    forms = forms_of(
        tab,
        "<form method=post action='http://other.test/r?x=1'><input name=a1></form>"
        "<form action=/g><input name=action><input name=method></form>"
        "<form><input name=c1></form><form action='javascript:go()'><input name=d1></form>"
        "<form action=/h method=''><input name=e1></form>",
    )
    targets = [(form.method, form.action) for form in forms]
    assert targets == [
        ("POST", "http://other.test/r?x=1"),
        ("GET", f"{tab.home}/g"),
        ("", ""),
        ("", ""),
        ("GET", f"{tab.home}/h"),
    ]


def test_fields_outside_a_form_go_with_what_sends_them(tab: Served) -> None:
    forms = forms_of(
        tab,
        "<div class=top><input placeholder=搜索商品><span class=btn>搜索</span></div>"
        "<div class=login><div><input placeholder=手机号><a class=btn>获取验证码</a></div>"
        "<div><input placeholder=短信验证码></div><div class=btn onclick='x()'>登 录</div></div>"
        "<div class=msg><h3>在线留言</h3><input placeholder=您的姓名><textarea></textarea>"
        "<button>提交留言</button></div>",
    )
    told = [(form.purpose, [field.data_type for field in form.fields]) for form in forms]
    assert told == [
        ("search", ["none"]),
        ("login", ["phone", "none"]),
        ("contact", ["name", "none"]),
    ]


def test_one_form_around_the_whole_page_is_taken_apart(tab: Served) -> None:
    forms = forms_of(
        tab,
        "<form method=post action=/Default.aspx><div><input placeholder=关键字>"
        "<button>搜索</button>"
        "</div><div style='height:1500px'>正文</div><div><input placeholder=用户名>"
        "<input type=password><button>登录</button></div></form>",
    )
    assert [form.purpose for form in forms] == ["search", "login"]
    assert {form.method for form in forms} == {"POST"}


def test_shadow_roots_and_frames_are_read(tab: Served) -> None:
    tab.pages["/in"] = "<meta charset=utf-8><label>身份证号<input></label><button>提交</button>"
    forms = forms_of(
        tab,
        "<x-f></x-f><iframe src=/in></iframe><iframe src=/in style='display:none'></iframe>"
        "<script>customElements.define('x-f',class extends HTMLElement{constructor(){super();"
        "this.attachShadow({mode:'open'}).innerHTML='<label>手机号<input></label>"
        "<button>提交</button>'}})</script>",
    )
    assert [(form.frame, form.data_types, form.unshown) for form in forms] == [
        (0, ("phone",), ()),
        (1, ("id_card",), ()),
        (2, (), ("id_card",)),
    ]
    assert " >>> " in forms[0].fields[0].path


@pytest.mark.parametrize(
    ("around", "notice"),
    [
        ("<p>提交即表示您已阅读<a href=/p>《隐私政策》</a></p>", True),
        ("<p>我们仅将您的号码用于回电，不会提供给他人。</p>", True),
        ("<footer><a href=/p>隐私政策</a></footer>", True),
        ("<div style='height:3000px'></div><footer><a href=/p>隐私政策</a></footer>", False),
        ("<p hidden>我们按隐私政策处理个人信息</p>", False),
        ("<footer><a href=/p style='display:none'>隐私政策</a></footer>", False),
        ("<footer><a href=/ua>用户协议</a></footer>", False),
        ("<p>请认真填写</p>", False),
    ],
)
def test_whether_a_notice_stands_in_view(tab: Served, around: str, notice: bool) -> None:
    html = f"<form><input placeholder=手机号><button>提交</button></form>{around}"
    assert form_of(tab, html).notice is notice


# Boxes


@pytest.mark.parametrize(
    ("html", "checked"),
    [
        (f"<label><input type=checkbox>{AGREE}</label>", False),
        (f"<label><input type=checkbox checked>{AGREE}</label>", True),
        (f"<input type=checkbox id=k checked><label for=k>{AGREE}</label>", True),
        (f"<input type=checkbox checked> {AGREE}<br>", True),
        (f"<div><input type=checkbox><span>{AGREE}</span></div>", False),
        (f"<div role=checkbox aria-checked=true tabindex=0>{AGREE}</div>", True),
        (f"<span role=checkbox aria-checked=false tabindex=0>○</span><span>{AGREE}</span>", False),
        (f"<label><input type=checkbox checked style='opacity:0'><i>√</i>{AGREE}</label>", True),
        (f"<label><input type=checkbox checked style='display:none'>{AGREE}</label>", True),
        (f"<p><i class='icon-check checked' style='{{}}'></i><span>{AGREE}</span></p>", True),
        (f"<p><i class='icon-check' style='{{}}'></i><span>{AGREE}</span></p>", None),
        (f"<p><i class='unchecked icon-check' style='{{}}'></i><span>{AGREE}</span></p>", None),
    ],
)
def test_every_way_to_draw_a_box(tab: Served, html: str, checked: bool | None) -> None:
    drawn = html.replace("{}", "display:inline-block;width:14px;height:14px")
    box = box_of(tab, drawn)
    assert (box.purpose, box.checked) == ("agreement", checked)
    assert "隐私政策" in box.label


MARK = "style='display:inline-block;width:14px;height:14px'"


@pytest.mark.parametrize(
    ("html", "checked"),
    [
        # As component libraries draw them: the input without size, the words beside the label.
        (
            "<div><label class='x-checkbox is-checked'><span><b class=inner {m}></b><input "
            "type=checkbox checked style='opacity:0;width:0;height:0'></span></label>"
            f" {AGREE}</div>",
            True,
        ),
        (
            "<label><span><input type=checkbox style='opacity:0'><b class=inner {m}></b></span>"
            f"<span>{AGREE}</span></label>",
            False,
        ),
        (
            "<div><div role=checkbox aria-checked=true tabindex=0><i {m}></i></div>"
            f"<p>{AGREE}</p></div>",
            True,
        ),
        (
            "<input type=checkbox checked style='display:none'><div class=form-checkbox>"
            f"<span>{AGREE}</span><i {{m}}></i></div>",
            True,
        ),
        (
            "<x-view><x-icon class='icons circle' {m}>&#xe65e;</x-icon>"
            f"<x-text>{AGREE}</x-text></x-view>",
            None,
        ),
    ],
)
def test_boxes_of_component_libraries(tab: Served, html: str, checked: bool | None) -> None:
    box = box_of(tab, html.replace("{m}", MARK))
    assert (box.purpose, box.checked) == ("agreement", checked)
    assert "隐私政策" in box.label


@pytest.mark.parametrize(
    "html",
    [
        f"<label hidden><input type=checkbox checked>{AGREE}</label>",
        f"<div style='display:none'><input type=checkbox checked>{AGREE}</div>",
        f"<p>{AGREE}</p>",
        f"<p><img class=logo style='width:20px;height:20px' alt=''>{AGREE}</p>",
    ],
)
def test_near_misses_are_no_boxes(tab: Served, html: str) -> None:
    assert form_of(tab, f"<form><input name=mobile>{html}{SEND}</form>").boxes == ()


@pytest.mark.parametrize(
    ("html", "agreement", "free"),
    [
        (f"<label><input type=checkbox>{AGREE}</label>", "box", True),
        (f"<label><input type=checkbox required>{AGREE}</label>", "box", False),
        (f"<label><input type=checkbox checked>{AGREE}</label>", "box", None),
        (f"<label><input type=checkbox onclick='x()'>{AGREE}</label>", "box", True),
        (
            f"<label><input type=checkbox>{AGREE}</label><p>登录即代表同意《用户协议》</p>",
            "box",
            True,
        ),
        ("<p>登录即代表同意《用户协议》</p>", "implied", None),
        ("<p>注册表示您接受<a href=/ua>用户协议</a></p>", "implied", None),
        ("<p hidden>登录即代表同意《用户协议》</p>", "none", None),
        ("<label><input type=checkbox>记住我</label>", "none", None),
    ],
)
def test_how_agreeing_is_expressed(
    tab: Served, html: str, agreement: str, free: bool | None
) -> None:
    form = form_of(tab, f"<form method=post action=/r><input name=mobile>{html}{SEND}</form>")
    assert (form.agreement, form.submits_unticked) == (agreement, free)


@pytest.mark.parametrize(
    ("attributes", "script", "free"),
    [
        ("", "", True),
        ("onsubmit='return false'", "", None),
        ("", "f.addEventListener('submit',()=>1)", None),
        ("", "document.addEventListener('click',()=>1)", None),
        ("", "window.addEventListener('submit',()=>1,true)", None),
        ("", "document.querySelector('button').onclick=()=>1", None),
        ("", "document.addEventListener('scroll',()=>1)", True),
        ("", "document.querySelector('button').disabled=true", False),
        ("novalidate", "f.querySelector('[type=checkbox]').required=true", True),
    ],
)
def test_a_script_that_may_check_leaves_it_open(
    tab: Served, attributes: str, script: str, free: bool | None
) -> None:
    html = (
        f"<form id=f method=post action=/r {attributes}><input name=mobile>"
        f"<label><input type=checkbox>{AGREE}</label>{SEND}</form><script>{script}</script>"
    )
    assert form_of(tab, html).submits_unticked is free


def test_words_of_one_form_are_not_another_ones(tab: Served) -> None:
    forms = forms_of(
        tab,
        "<form action=/a><input placeholder=手机号><button>登录</button>"
        "<p>登录即代表同意《用户协议》</p></form>"
        "<form action=/b><input placeholder=您的姓名><button>提交留言</button></form>",
    )
    assert [form.agreement for form in forms] == ["implied", "none"]


# Hostile pages


def test_ten_thousand_fields_are_bounded(tab: Served) -> None:
    html = (
        "<form id=d><button>提交</button></form><script>let h='';for(let i=0;i<10000;i++)"
        "h+=`<input name=f${i} placeholder=手机号>`;d.insertAdjacentHTML('beforeend',h)</script>"
    )

    async def bounded(page: Page) -> tuple[list[Form], list[Words], float]:
        unread: list[Words] = []
        begin = time.monotonic()
        forms = await read_forms(page, KNOWLEDGE, unread=unread)
        seconds = time.monotonic() - begin
        with pytest.raises(Unanswered):
            await read_forms(page, KNOWLEDGE)
        return forms, unread, seconds

    forms, unread, seconds = tab.see(html, bounded)
    assert sum(len(form.fields) for form in forms) <= MOST_FIELDS
    assert unread
    assert seconds < 8


def test_clobbered_names_and_throwing_getters(tab: Served) -> None:
    form = form_of(
        tab,
        "<form id=f method=post action=/real><label>手机号<input id=i name=action></label>"
        "<input name=parentNode type=hidden><input name=querySelectorAll type=hidden>"
        "<input name=childNodes type=hidden><input name=getAttribute type=hidden>"
        "<input name=contains type=hidden><input name=localName type=hidden><button>提交</button>"
        "</form><script>for(const n of ['labels','form','type','checked','value','shadowRoot',"
        "'localName','firstChild','textContent'])Object.defineProperty(i,n,{get(){throw 1}})"
        "</script>",
    )
    assert form.action == f"{tab.home}/real"
    assert [field.data_type for field in form.fields] == ["phone"]


@pytest.mark.parametrize(
    "script",
    [
        "Map = class { constructor() { throw new Error('no') } }",
        "Element.prototype.checkVisibility = () => { while (true); }",
        "Array.prototype.push = function () { this[0] = 'x'; this.length = 1 }",
    ],
)
def test_a_page_that_works_against_us_is_unanswered(tab: Served, script: str) -> None:
    with pytest.raises(Unanswered):
        tab.see(f"<form><input name=phone></form><script>{script}</script>", look)


def test_reading_changes_nothing(tab: Served) -> None:
    async def compare(page: Page) -> tuple[str, str, str, str]:
        keys = "() => Object.getOwnPropertyNames(window).sort().join()"
        before, names = await page.content(), await page.evaluate(keys)
        await read_forms(page, KNOWLEDGE)
        return before, await page.content(), names, await page.evaluate(keys)

    html = f"<form action=/r><input name=mobile><label><input type=checkbox>{AGREE}</label>{SEND}"
    before, after, names, names_after = tab.see(html, compare)
    assert (before, names) == (after, names_after)
    assert [path for _, path, _ in tab.asked if path != "/favicon.ico"] == ["/page"]


# Figures


def test_five_thousand_nodes_are_read_in_a_moment(tab: Served) -> None:
    from scanner.collect.website.links import read_links

    rows = "".join(
        f"<li class=item><div><a href=/n/{n}><img alt=''><span>第{n}条新闻</span></a>"
        "<p>文字 <b>重</b></p><em onclick='x()'>关注</em></div></li>"
        for n in range(560)
    )
    form = "".join(f"<p><label>手机{n}<input name=m{n}></label></p>" for n in range(40))
    html = f"<ul>{rows}</ul><form>{form}<button>提交</button></form>"

    async def clock(page: Page) -> tuple[int, float]:
        await read_links(page)
        await read_forms(page, KNOWLEDGE)
        times = []
        for _ in range(5):
            begin = time.perf_counter()
            await read_links(page)
            await read_forms(page, KNOWLEDGE)
            times.append(time.perf_counter() - begin)
        return await page.evaluate("document.querySelectorAll('*').length"), min(times)

    nodes, seconds = tab.see(html, clock)
    print(f"{nodes} nodes: {seconds * 1000:.0f} ms")
    assert nodes > 4500
    assert seconds < 1.0


# What may be a box, and words beside no form

KIT = (
    "<style>.uni-checkbox-input{display:inline-block;width:22px;height:22px}</style><uni-label>"
    "<uni-checkbox><div class=uni-checkbox-wrapper><div class='uni-checkbox-input{on}'></div></div>"
    "</uni-checkbox><uni-text>登录即同意</uni-text><a href=/pp>《隐私政策》</a></uni-label>"
)


@pytest.mark.parametrize(("on", "checked"), [("", None), (" uni-checkbox-input-checked", True)])
def test_a_box_of_a_kit_without_input(tab: Served, on: str, checked: bool | None) -> None:
    form = form_of(tab, f"<div><input placeholder=手机号>{KIT.replace('{on}', on)}{SEND}</div>")
    assert form.agreement == "box"
    assert [(box.purpose, box.checked) for box in form.boxes] == [("agreement", checked)]


SAYING = "登录即表示同意<a href=/pp>《隐私政策》</a>"


@pytest.mark.parametrize(
    ("html", "agreement"),
    [
        (f"<p><img src=/u.png width=16 height=16 alt=''> <span>{SAYING}</span></p>", None),
        (f"<p><svg width=18 height=18><circle r=8 /></svg>{SAYING}</p>", None),
        (f"<i style='display:inline-block;width:16px;height:16px'></i><b>{SAYING}</b>", None),
        (f"<p><img src=/u.png width=300 height=40 alt=''><br>{SAYING}</p>", "implied"),
        (f"<p>{SAYING}</p>", "implied"),
    ],
)
def test_a_picture_left_of_the_words_may_be_a_box(
    tab: Served, html: str, agreement: str | None
) -> None:
    form = form_of(tab, f"<div><input placeholder=手机号>{html}{SEND}</div>")
    assert form.agreement == agreement


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<footer>使用本网站即表示您接受我们的隐私政策</footer>", True),
        ("<footer>使用他人网站即表示您接受其隐私政策</footer>", False),
        ("<div><h3>微信扫码登录</h3><p>扫码登录即代表同意《用户协议》</p></div>", True),
        ("<article><b>登录</b><p>登录即代表同意隐私政策</p></article>", False),
        ("<p>登录即代表同意隐私政策</p>", False),
        ("<div role=dialog>继续使用即视为同意隐私政策</div>", True),
    ],
)
def test_words_that_stand_in_no_form(tab: Served, html: str, words: bool) -> None:
    told = [form for form in forms_of(tab, html) if form.standalone and form.implied_text]
    assert bool(told) is words


@pytest.mark.parametrize(
    ("start", "end", "scripted"),
    [
        ("<form method=post action='http://x.test/'>", "<button>提交</button>", False),
        ("<form onsubmit='x()' action='http://x.test/'>", "<button>提交</button>", True),
        ("<form action='http://x.test/'>", "<button type=button>提交</button>", True),
        (
            "<form action='http://x.test/'>",
            "<button id=s>提交</button><script>s.addEventListener('click',()=>{})</script>",
            True,
        ),
    ],
)
def test_whether_a_script_may_decide_where_it_goes(
    tab: Served, start: str, end: str, scripted: bool
) -> None:
    form = form_of(tab, f"{start}<input placeholder=手机号>{end}</form>")
    assert (form.scripted, form.upgraded) == (scripted, False)


def test_a_page_that_asks_for_tls_everywhere(tab: Served) -> None:
    meta = "<meta http-equiv=Content-Security-Policy content='upgrade-insecure-requests'>"
    form = form_of(tab, f"{meta}<form action='http://x.test/'><input placeholder=手机号></form>")
    assert form.upgraded
