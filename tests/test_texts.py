from __future__ import annotations

from scanner.texts import decoded


def test_text_files_of_chinese_tools_are_decoded() -> None:
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        assert decoded("隐私政策".encode(encoding)) == "隐私政策"
