"""How a Chromium has to be started so that it goes out through the guard alone, and only for pages.

Seen with Chromium 156 where one was missing: WebRTC sent packets past the proxy, `localhost` was
opened directly, and update, sign-in and form-filling services of the maker were asked.
"""

from __future__ import annotations

NOT_WANTED = (
    "AimEnabled",
    "AutofillServerCommunication",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
    "Translate",
)
"""Features that are off. The last --disable-features counts, so this holds Playwright's own too."""
_NOWHERE = "http://127.0.0.1:1/"
"""An address that Chromium itself never opens: port 1 is on its list of unsafe ports."""
QUIET = (
    f"--disable-features={','.join(NOT_WANTED)}",
    f"--component-updater=url-source={_NOWHERE}",
    f"--gaia-url={_NOWHERE}",
    "--disable-background-networking",
    "--disable-component-extensions-with-background-pages",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-extensions",
)
"""Flags that keep the browser's own calls (updates, sign-in, clock) off the network."""
OWN_HOSTS = frozenset(
    {
        "connectivitycheck.gstatic.com",
        "content-autofill.googleapis.com",
        "redirector.gvt1.com",
        "update.googleapis.com",
    }
)
"""Hosts that the browser asks of its own accord and pages have no use for: forms described to the
maker, dictionaries for spelling (which no flag stops), updates, whether a portal stands between.
The guard is to refuse them."""


def confined(url: str) -> tuple[str, ...]:
    """Give the flags that send everything to the guard at this URL and leave no other way out.

    Local addresses go to the guard too; names are not asked of the DNS; WebRTC is kept from UDP
    (one flag for the browser, the other for its headless shell) and HTTP from QUIC.
    """
    return (
        f"--proxy-server={url}",
        "--proxy-bypass-list=<-loopback>",
        "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
        "--webrtc-ip-handling-policy=disable_non_proxied_udp",
        "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
        "--disable-quic",
    )
