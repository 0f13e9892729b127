"""How a phone or a browser comes to trust the certificate with which traffic is opened."""

from __future__ import annotations

import re
from pathlib import Path

from scanner.model import Words

CERTIFICATE = "mitmproxy-ca-cert.pem"
"""Name of the certificate in its folder; beside it mitmproxy keeps the same as .cer and .p12."""
WIREGUARD_KEYS = "wireguard.conf"
"""Name of the file with the keys of the tunnel, in the same folder."""


def how_to_trust(certificate: Path, digest: str) -> Words:
    """Say how to have a certificate trusted, on Android, on iOS and in a browser.

    Since Android 7 apps trust certificates that a user added only where they say so themselves
    (developer.android.com: Network security configuration).
    """
    zh = f"""证书：{certificate}
SHA-256：{_pairs(digest)}
  下载：设备接入本代理后打开 http://mitm.it （由本代理自行应答，不计入记录），
    或将上述文件拷入设备。
  Android 7 及以上：应用默认不信任用户安装的证书。两种办法：
    1. 用测试包：在 network-security-config 的 debug-overrides 或 trust-anchors 中加入
       <certificates src="user"/>，再在 设置 → 安全 → 加密与凭据 中安装 CA 证书；
    2. 用已 root 的测试机：将证书放入系统证书库。
    浏览器（如 Chrome）信任用户安装的证书，按第 1 种办法中的安装步骤即可。
  iOS：安装描述文件（设置 → 通用 → VPN 与设备管理），
    再在 设置 → 通用 → 关于本机 → 证书信任设置 中启用完全信任。
  电脑浏览器：在证书管理中导入到“证书颁发机构”，仅用于测试的用户配置，用毕删除。
  固定证书的应用会拒绝连接：其主机记为“拒绝”，内容未见，不等于没有发送。"""
    en = f"""Certificate: {certificate}
SHA-256: {_pairs(digest)}
  To get it: open http://mitm.it on the device behind this proxy (the proxy itself answers, nothing
    is recorded of it), or copy the file named above.
  Android 7 and later: apps do not trust certificates that a user added, unless they say so. Either
    1. use a test build: add <certificates src="user"/> in its network-security-config, under
       debug-overrides or trust-anchors, and install the CA certificate in the device's settings
       (Security, Encryption and credentials); or
    2. use a rooted test device, and put the certificate into the system's store.
    Browsers such as Chrome do trust what a user added: the installation in 1 is enough.
  iOS: install the profile (Settings, General, VPN and Device Management), then trust it fully in
    Settings, General, About, Certificate Trust Settings.
  A browser on a computer: import it under Authorities, in a profile for tests only, and remove it
    afterwards.
  An app that pins certificates will refuse: its host is recorded as refused. What it sends was not
    seen, which is not the same as nothing sent."""
    return Words(zh, en)


def how_to_connect(host: str, port: int) -> Words:
    """Say where a phone is told to use a proxy; `host` is the address to be typed there."""
    zh = f"""手机接入（与本机在同一无线网络）：主机名填 {host} ，端口填 {port}
  Android：设置 → WLAN → 当前网络的详情或修改 → 代理 → 手动。
  iOS：设置 → 无线局域网 → 当前网络旁的 ⓘ → 配置代理 → 手动。
  用毕改回“无”。不理会系统代理的应用会绕过本代理，可改用 --mode wireguard。"""
    en = f"""On the phone, in the same Wi-Fi as this machine: host name {host}, port {port}
  Android: Settings, Wi-Fi, details of the network in use (or Modify), Proxy, Manual.
  iOS: Settings, Wi-Fi, the (i) beside the network in use, Configure Proxy, Manual.
  Set it back to None afterwards. Apps that take no notice of the phone's proxy go past it: for
    those use --mode wireguard."""
    return Words(zh, en)


def how_to_tunnel(configuration: str, keys: Path) -> Words:
    """Say how to bring a device into the WireGuard tunnel; with the configuration for it."""
    zh = f"""WireGuard 客户端配置（内含私钥，仅供测试设备使用）：

{configuration}

  导入：将以上各行存为 mingjian.conf，在 WireGuard 应用中“从文件或压缩包导入”；
    或用 qrencode -t ansiutf8 < mingjian.conf 生成二维码后扫描。
  Endpoint 须为设备可达的本机地址；密钥保存在 {keys}，再次启动时不变。"""
    en = f"""Configuration of the WireGuard client (it holds a private key: for test devices only):

{configuration}

  To import it: save these lines as mingjian.conf and choose "Import from file or archive" in the
    WireGuard app; or make a QR code with qrencode -t ansiutf8 < mingjian.conf and scan it.
  Endpoint must be an address of this machine that the device can reach. The keys stay in
    {keys}
    so that a device keeps its configuration from one capture to the next."""
    return Words(zh, en)


def _pairs(digest: str) -> str:
    return ":".join(re.findall("..", digest.upper()))
