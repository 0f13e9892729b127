"""What reading a policy of 30,000 characters takes, as whole processes; figures, no test.

The page is made here: chapters of running text and three tables of 40 rows each; with --pdf it is
read too as Chromium prints it. Beside it stands
what a process takes that only imports. The largest process counts, which may be the child.
Run: python tests/bench/bench_policy.py [--pdf] [FILE ...]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from tests.bench.bench_code import best
from tests.collect.policy.texts.paper import printed

CHARACTERS = 30_000
ROWS = 40
READ = """
import sys, time
from pathlib import Path
from scanner.collect.policy.sentences import sentences_of
from scanner.collect.policy.texts.text import read
path = Path(sys.argv[1])
document = read(
    path.read_bytes(), name=path.name, address=None, origin="given", part="policy", evidence=""
)
assert len(document.text) > 1000 and sum(1 for _ in sentences_of(document)) > 10
"""
IMPORTS = "import scanner.collect.policy.texts.text, scanner.collect.policy.sentences"
SENTENCES = (
    "为了帮助您完成注册与登录，我们会收集您的手机号码与短信验证码；您拒绝提供的，仍可以浏览。",
    "未经您的单独同意，我们不会向第三方提供您的个人信息，法律、行政法规另有规定的除外。",
    "我们在中华人民共和国境内存储您的个人信息，保存期限为实现目的所必要的最短时间。",
)


def rows() -> list[tuple[str, ...]]:
    return [
        (f"组件{number}", f"第{number}科技有限公司", "推送消息与统计分析", "IMEI、IP地址、应用列表")
        for number in range(ROWS)
    ]


def page() -> str:
    table = "<table><tr><th>名称<th>公司<th>目的<th>信息" + "".join(
        "<tr>" + "".join(f"<td><p>{cell}</p>" for cell in row) for row in rows()
    )
    tables = f"<h2>第三方目录</h2>{table}</table>" * 3
    lines, length = ["<!doctype html><meta charset=utf-8><title>隐私政策</title>"], 0
    for number in range(10_000):
        words = SENTENCES[number % len(SENTENCES)] * 3
        heading = f"<h2>第{number // 20}章</h2>" if number % 20 == 0 else ""
        lines.append(f'{heading}<p class="text" style="margin:0"><span>{words}</span></p>')
        length += len(words)
        if length + 3 * sum(len("".join(row)) for row in rows()) > CHARACTERS:
            break
    return "\n".join([*lines, tables])


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the reading of a policy.")
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
    parser.add_argument("--pdf", action="store_true", help="print the page and read that too")
    options = parser.parse_args()
    print(f"{'imports alone':30} {best(5, sys.executable, '-c', IMPORTS)}")
    with tempfile.TemporaryDirectory() as folder:
        html = Path(folder) / f"{CHARACTERS} characters.html"
        html.write_text(page(), "utf-8")
        files = [html]
        if options.pdf:
            files.append(html.with_suffix(".pdf"))
            files[-1].write_bytes(printed(page()))
        for path in [*files, *options.files]:
            print(f"{path.name[:30]:30} {best(5, sys.executable, '-c', READ, str(path))}")


if __name__ == "__main__":
    main()
