"""Targets into sightings: each is looked at by its collector, and so is what it leads to.

What no collector looked for, and each lead that nobody followed, becomes unseen.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from scanner.errors import NotAuditable, UsageError
from scanner.evidence.vault import Vault
from scanner.exchange import address
from scanner.facts import (
    AppManifest,
    AppSplit,
    Channel,
    DeviceRun,
    EndpointEmbedded,
    Fact,
    Origin,
    PhaseBegan,
    PolicyDocument,
    PolicyLink,
    SiteVisited,
)
from scanner.gathered import Gathered, unseen_of
from scanner.knowledge import Knowledge
from scanner.model import (
    Aid,
    CaseSource,
    Lead,
    PolicyText,
    Site,
    Target,
    Unseen,
    Visit,
    Words,
)
from scanner.targets import (
    ORDER,
    SITE_KINDS,
    AidKind,
    aid_of,
    kind_of_subject,
    named,
    policy_target,
    policy_text,
    with_hosts,
)

COLLECTORS: Mapping[str, str] = {
    "apk": "scanner.collect.apk.collector",
    "website": "scanner.collect.website.collector",
    "qr": "scanner.collect.website.qr",
    "endpoints": "scanner.collect.website.endpoints",
    "traffic": "scanner.collect.traffic.collector",
    "device": "scanner.collect.device.collector",
    "policy": "scanner.collect.policy.collector",
}
"""Which room looks at which kind of target."""
CHANNEL_OF: Mapping[str, Channel] = {
    "apk": "apk",
    "website": "website",
    "qr": "website",
    "endpoints": "website",
    "traffic": "traffic",
    "device": "device",
    "policy": "policy",
}
"""Which channel each kind of target opens."""
MAX_TARGETS = 64
"""Most targets of one subject, leads included; split sets have a few dozen at most."""
MAX_POLICIES = 8
"""Most addresses of policies in a package that are asked: SDKs bring some of theirs."""
MAX_DEPTH = 3
"""Most leads from one to the next."""
RECORDINGS = ("device", "traffic")
"""Kinds of target that were recorded, of whatever subject."""
AIDS: Mapping[str, AidKind] = {"connections": "connections", "sockets": "sockets"}
"""Leads of a run that only help to read its traffic."""
TABLES = ("identity", "connections", "sockets")
"""Aids on which it rests whose values and whose connections a recording shows."""
NO_WORD = Visit()
"""What an auditor states who states nothing."""


def gather(
    words: Sequence[str],
    vault: Vault,
    knowledge: Knowledge,
    say: Callable[[str], None],
    *,
    aids: Iterable[tuple[AidKind, Path]] = (),
    policies: Sequence[tuple[Origin, str]] = (),
    visit: Visit = NO_WORD,
) -> Gathered:
    """Look at each target and at what it leads to, within bounds; last at the texts of the policy.

    A word is the path of a package, of a picture with a QR code, of a recording of traffic or of a
    run on a phone, of a folder of pages, or the address of a site; several addresses are one site.
    What was recorded is read after what it is a recording of, traffic after the run. Raises
    UsageError
    where the targets are several subjects: what one holds must never be read together with what
    another holds.
    """
    gathered = Gathered()
    helping = tuple(aid_of(kind, path, vault) for kind, path in aids)
    with named(words, vault, visit, say) as asked:
        gathered.kind = kind_of_subject(asked, visit)
        _check_traffic(asked, helping, visit)
        texts = [policy_text(origin, word, vault) for origin, word in policies]
        texts += [_given(target) for target in asked if target.kind == "policy"]
        for kept in [e.evidence for e in helping] + [e.evidence for e in asked]:
            gathered.name(kept)
        for text in texts:
            gathered.name(text.evidence)
        targets = [target for target in asked if target.kind != "policy"]
        queue = [(msgspec.structs.replace(each, aids=helping), each) for each in targets]
        while queue:
            target, origin = queue.pop(_next(queue))
            key = (target.evidence.sha256, target.phase)
            if key in gathered.looked_at:
                continue
            gathered.looked_at.add(key)
            if target.kind in RECORDINGS:
                target = _beside(target, gathered)
            before = len(gathered.facts)
            out_of = {origin.evidence.sha256, *_read_with(target, gathered)}
            leads = _look(target, vault, knowledge, gathered, say, out_of)
            new = gathered.facts[before:]
            if any(isinstance(fact, AppManifest) for fact in new):
                gathered.subject = origin.evidence
            landed = [fact.host for fact in new if isinstance(fact, SiteVisited)]
            if landed:  # where its address led is the subject's own too
                visited = with_hosts(target.visit, [f"https://{host}/" for host in landed])
                target = msgspec.structs.replace(target, visit=visited)
            for lead in leads:
                gathered.came(lead.evidence.sha256, [origin.evidence.sha256])
                if lead.kind == "policy":
                    texts.append(_found(lead, target, vault))
                    continue
                if lead.kind in AIDS:
                    gathered.aids.append(_aid(lead, vault))
                    continue
                why = _not_followed(target.depth + 1, len(gathered.looked_at) + len(queue))
                if why is None:
                    queue.append((_further(lead, target, vault), origin))
                else:
                    gathered.unseen.extend(_unfollowed(lead, target, why))
        _ask_endpoints(visit, vault, knowledge, gathered, say)
        _read_policy(texts, targets, visit, vault, knowledge, gathered, say)
    _check_one_app(gathered.facts)
    return gathered


def _next(queue: Sequence[tuple[Target, Target]]) -> int:
    """Choose what is looked at next: a recording after what it is a recording of."""
    ranks = [ORDER.index(one.kind) if one.kind in ORDER else 0 for one, _ in queue]
    return ranks.index(min(ranks))


def _beside(target: Target, gathered: Gathered) -> Target:
    """Tell a recording whose it is, and one of traffic what a run beside it says of it."""
    visit = _of_subject(target.visit, gathered)
    if gathered.subject is not None:
        visit = msgspec.structs.replace(visit, build=gathered.subject.sha256)
    if target.kind != "traffic" or target.channel is not None:
        return msgspec.structs.replace(target, visit=visit)
    began = [fact for fact in gathered.facts if isinstance(fact, PhaseBegan)]
    began.sort(key=lambda fact: fact.source.time or "")
    visit = msgspec.structs.replace(visit, phases=tuple(began))
    return msgspec.structs.replace(target, visit=visit, aids=(*target.aids, *gathered.aids))


def _aid(lead: Lead, vault: Vault) -> Aid:
    return Aid(
        kind=AIDS[lead.kind],
        path=vault.path(lead.evidence.sha256),
        evidence=lead.evidence,
        ahead_s=lead.ahead_s,
    )


def _given(target: Target) -> PolicyText:
    return PolicyText(origin="given", path=target.path, evidence=target.evidence)


def _found(lead: Lead, target: Target, vault: Vault) -> PolicyText:
    """Take a policy to which something led: inside a package, or on a site."""
    return PolicyText(
        origin="package" if _channel(target) == "apk" else "site",
        path=vault.path(lead.evidence.sha256),
        evidence=lead.evidence,
        address=lead.address,
    )


def _read_policy(
    texts: Sequence[PolicyText],
    targets: Sequence[Target],
    visit: Visit,
    vault: Vault,
    knowledge: Knowledge,
    gathered: Gathered,
    say: Callable[[str], None],
) -> None:
    """Have all texts of the policy read together, knowing by now whose it should be."""
    named = [link.href for link in gathered.facts if isinstance(link, PolicyLink)]
    addresses = sorted({each for each in named if each and address(each) is not None})
    if gathered.kind == "apk" and visit.fetch_policies:
        asked = [PolicyText(origin="package", address=each) for each in addresses[:MAX_POLICIES]]
        texts = [*texts, *asked]
    elif gathered.kind == "apk" and addresses and not texts:
        reason = Words(
            "未读取安装包中所写的隐私政策地址（--fetch-policies 读取，或用 --policy 指定）",
            "the addresses of policies in the package were not asked (--fetch-policies asks them, "
            "--policy names one)",
        )
        gathered.unseen.extend(unseen_of(["policy.document"], "policy", reason, "audit"))
    if not texts:
        return
    beside = next((each.visit for each in targets if each.kind in SITE_KINDS), visit)
    visit = _of_subject(beside, gathered)
    _look(policy_target(texts[:MAX_TARGETS], vault, visit), vault, knowledge, gathered, say)
    for left in texts[MAX_TARGETS:]:
        name = left.address or (left.evidence.name if left.evidence else "")
        why = Words(f"{name}：目标超过 {MAX_TARGETS} 个", f"{name}: over {MAX_TARGETS} targets")
        gathered.unseen.extend(unseen_of(["policy.document"], "policy", why, "audit"))


def _of_subject(visit: Visit, gathered: Gathered) -> Visit:
    """Tell who the subject is, as far as it is known by now, to whoever reads what is beside it."""
    manifests = [fact for fact in gathered.facts if isinstance(fact, AppManifest)]
    runs = [fact.package for fact in gathered.facts if isinstance(fact, DeviceRun)]
    said = visit.package
    package = next((fact.package for fact in manifests), said or next(filter(None, runs), None))
    if said not in (None, package):
        raise UsageError(f"--package {said}, but the app is {package}", hint="leave it out")
    sites = [fact for fact in gathered.facts if isinstance(fact, SiteVisited)]
    labels = [fact.label for fact in manifests] + [fact.title for fact in sites]
    names = [name for name in (*labels, package, *(fact.host for fact in sites)) if name]
    visit = with_hosts(visit, [f"https://{fact.host}/" for fact in sites])
    return msgspec.structs.replace(
        visit, subject=gathered.kind, package=package, names=tuple(dict.fromkeys(names))
    )


def _further(lead: Lead, target: Target, vault: Vault) -> Target:
    """Make a lead a target; traffic that a site's session recorded is seen on the site."""
    path, visit = vault.path(lead.evidence.sha256), target.visit
    if lead.kind == "website":
        visit = with_hosts(visit, msgspec.json.decode(path.read_bytes(), type=Site).addresses)
    return Target(
        kind=lead.kind,
        path=path,
        evidence=lead.evidence,
        depth=target.depth + 1,
        aids=target.aids,
        visit=visit,
        channel=_recorded_on(target) if lead.kind == "traffic" else None,
        phase=lead.phase,
        since=lead.since,
    )


def _channel(target: Target) -> Channel:
    return target.channel or CHANNEL_OF[target.kind]


def _recorded_on(target: Target) -> Channel | None:
    """Say on what a recording of traffic is seen where that is more than the traffic itself."""
    return None if target.kind == "device" else _channel(target)


def _ask_endpoints(
    visit: Visit,
    vault: Vault,
    knowledge: Knowledge,
    gathered: Gathered,
    say: Callable[[str], None],
) -> None:
    """Ask each address in the package of a retired app once, if the auditor may."""
    urls = {f.host: f.url for f in gathered.facts if isinstance(f, EndpointEmbedded)}
    if not visit.retired or gathered.kind != "apk" or not urls:
        return
    if not visit.authorised:
        reason = Words(
            "未询问安装包中的地址（有授权的用 --authorised）",
            "the addresses in the package were not asked (--authorised for those entitled)",
        )
        gathered.unseen.extend(unseen_of(["endpoint.answered"], "website", reason, "audit"))
        return
    data = msgspec.json.encode(Site(addresses=tuple(url for _, url in sorted(urls.items()))))
    kept = vault.keep(data, name="addresses in the package", media_type="application/json")
    path = vault.path(kept.sha256)
    target = Target(kind="endpoints", path=path, evidence=kept, depth=1, visit=visit)
    _look(target, vault, knowledge, gathered, say)


def _check_traffic(targets: Sequence[Target], aids: Iterable[Aid], visit: Visit) -> None:
    """Refuse words about a recording where there is none: they would change nothing, unsaid."""
    given = [f"--{aid.kind}" for aid in aids if aid.kind in ("identity", "connections")]
    given += ["--consent-at"] if visit.consent_at is not None else []
    if given and not any(target.kind in RECORDINGS for target in targets):
        hint = "name a capture, a HAR or a file of flows too"
        raise UsageError(f"{', '.join(given)}, but no recording of traffic", hint=hint)


def _check_one_app(facts: Iterable[Fact]) -> None:
    named = [fact for fact in facts if isinstance(fact, AppManifest | AppSplit)]
    packages = sorted({fact.package for fact in named})
    if len(packages) > 1 or sum(isinstance(fact, AppManifest) for fact in named) > 1:
        hint = "audit each by itself; only the parts of one app belong together"
        raise UsageError(f"these are several apps: {', '.join(packages[:5])}", hint=hint)


def _look(
    target: Target,
    vault: Vault,
    knowledge: Knowledge,
    gathered: Gathered,
    say: Callable[[str], None],
    out_of: Collection[str] = (),
) -> list[Lead]:
    """Let the collector of this kind look; what it cannot audit at all becomes unseen.

    `out_of` are digests of what a person named: what the target came out of, and what it is read
    with; none where that is not known.
    """
    room = importlib.import_module(COLLECTORS[target.kind])
    gathered.looked_for.update((kind, _channel(target)) for kind in room.KINDS)
    leads: list[Lead] = []
    readable = True
    before = len(gathered.facts)
    gathered.came(target.evidence.sha256, out_of)
    try:
        for sighting in room.collect(target, gathered.keeping(vault.keep, out_of), knowledge, say):
            if isinstance(sighting, Fact):
                gathered.facts.append(sighting)
            elif isinstance(sighting, Unseen):
                gathered.unseen.append(sighting)
            else:
                leads.append(sighting)
    except NotAuditable as error:
        if target.depth == 0:
            raise
        readable = False
        name, said = target.evidence.name, str(error)
        reason = Words(f"无法检测 {name}：{said}", f"{name} could not be audited: {said}")
        gathered.unseen.extend(unseen_of(room.KINDS, _channel(target), reason, target.kind))
    if target.kind == "policy":
        gathered.sources += _texts(target, gathered.facts)
    else:
        shown = [fact for fact in gathered.facts[before:] if _of_target(fact, target)]
        captured = all(fact.source.captured for fact in shown) if shown else None
        read = readable and _opened(target, gathered)
        gathered.sources.append(_source(target, read, captured))
    return leads


def _read_with(target: Target, gathered: Gathered) -> set[str]:
    """Give out of what all that came which says what a recording's values, connections and phases
    are; phases that we saw ourselves need no record."""
    if target.kind not in RECORDINGS:
        return set()
    read = [aid.evidence.sha256 for aid in target.aids if aid.kind in TABLES]
    phases = [fact.source for fact in target.visit.phases if not fact.source.captured]
    read += [source.evidence for source in phases if source.evidence is not None]
    return {root for each in read for root in gathered.descent.get(each, {each})}


def _of_target(fact: Fact, target: Target) -> bool:
    """Say whether a fact was seen in a target, and not in what was handed in beside it."""
    return fact.source.evidence not in {aid.evidence.sha256 for aid in target.aids}


def _source(target: Target, readable: bool, captured: bool | None = None) -> CaseSource:
    return CaseSource(
        channel=_channel(target),
        collector=target.kind,
        sha256=target.evidence.sha256,
        name=target.evidence.name,
        readable=readable,
        captured=captured,
    )


def _opened(target: Target, gathered: Gathered) -> bool:
    """Say whether a site answered: its recordings alone show nothing where it did not."""
    sees = _channel(target) == "website" and target.kind in ("website", "traffic")
    return not sees or any(isinstance(fact, SiteVisited) for fact in gathered.facts)


def _texts(target: Target, facts: Iterable[Fact]) -> Iterator[CaseSource]:
    """Give each text of a policy as a source, read or not; one that may be another's is not."""
    read = [f for f in facts if isinstance(f, PolicyDocument) and f.channel == "policy"]
    of_policy = CaseSource(channel="policy", collector="policy", sha256="", name="", readable=False)
    for fact in read:
        yield msgspec.structs.replace(
            of_policy,
            sha256=fact.source.evidence or "",
            name=fact.url,
            readable=bool(fact.own),
            captured=fact.source.captured,
        )
    known = {fact.source.evidence for fact in read}
    unread = [each.evidence for each in target.texts if each.evidence is not None]
    if not read and not unread:  # addresses alone, none of which gave a text
        yield _source(target, readable=False)
    for kept in unread:
        if kept.sha256 not in known:
            yield msgspec.structs.replace(of_policy, sha256=kept.sha256, name=kept.name)


def _not_followed(depth: int, targets: int) -> Words | None:
    if depth > MAX_DEPTH:
        return Words(f"嵌套超过 {MAX_DEPTH} 层", f"nested more than {MAX_DEPTH} deep")
    if targets >= MAX_TARGETS:
        return Words(f"目标超过 {MAX_TARGETS} 个", f"more than {MAX_TARGETS} targets")
    return None


def _unfollowed(lead: Lead, target: Target, why: Words) -> list[Unseen]:
    """Say what a lead that nobody followed would have shown."""
    name = lead.evidence.name
    reason = Words(f"{name}：{why.zh}", f"{name}: {why.en}")
    room = importlib.import_module(COLLECTORS[lead.kind])
    channel = (_recorded_on(target) if lead.kind == "traffic" else None) or CHANNEL_OF[lead.kind]
    return unseen_of(room.KINDS, channel, reason, "audit")
