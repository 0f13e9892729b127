from __future__ import annotations

import hashlib
from pathlib import Path

from scanner.capture.trust import how_to_connect, how_to_trust, how_to_tunnel


def test_the_certificate_can_be_told_by_its_digest() -> None:
    digest = hashlib.sha256(b"certificate").hexdigest()
    said = how_to_trust(Path("/c/mitmproxy-ca-cert.pem"), digest)
    shown = bytes.fromhex(digest).hex(":").upper()
    for words in (said.zh, said.en):
        assert shown in words
        assert "/c/mitmproxy-ca-cert.pem" in words
        assert all(name in words for name in ("Android 7", "iOS", "network-security-config"))
        assert max(len(line) for line in words.splitlines()) <= 104


def test_a_phone_is_told_where_in_its_settings() -> None:
    said = how_to_connect("192.168.1.5", 8080)
    for words in (said.zh, said.en):
        assert all(name in words for name in ("192.168.1.5", "8080", "Android", "iOS"))
        assert max(len(line) for line in words.splitlines()) <= 104
    assert "WLAN" in said.zh
    assert "Wi-Fi" in said.en


def test_the_tunnel_s_configuration_stands_alone_in_its_lines() -> None:
    said = how_to_tunnel("[Interface]\nPrivateKey = k", Path("/c/wireguard.conf"))
    for words in (said.zh, said.en):
        assert "\n\n[Interface]\nPrivateKey = k\n\n" in words
        assert "/c/wireguard.conf" in words
