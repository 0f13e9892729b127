"""The vocabulary: one frozen class per kind of fact, the only words in which collectors speak.

A field that is null is *unknown*: not read, or not readable. Unknown never means no. Every class
states its identity fields (what makes it the same fact in another run, for fingerprints) and the
channels in which it can be seen at all (so that an unwatched channel is reported as unseen).
"""

from __future__ import annotations

import ast
import functools
import hashlib
import inspect
import itertools
import sys
import types
import typing
from typing import Literal, NamedTuple

import msgspec

from scanner.facts.apps import (
    UNLIMITED_API,
    AgreementAsked,
    AppFramework,
    AppManifest,
    AppPacked,
    AppSigner,
    AppSplit,
    AppStarted,
    AppType,
    AutostartRegistered,
    BridgeOpened,
    CodeLoaded,
    ComponentExported,
    DataAccessed,
    DataHanded,
    EndpointEmbedded,
    PackageTampered,
    PermissionDeclared,
    PermissionRequested,
    Protection,
    Reach,
    RefusalAnswered,
    SdkPresent,
    SdkUnidentified,
    TrickName,
    Trigger,
    Way,
)
from scanner.facts.devices import (
    AccountRestored,
    DeviceRun,
    FunctionRefused,
    PermissionPrompted,
    PermissionReasked,
    PhaseBegan,
    ProcessStarted,
    ScreenKind,
    ScreenShown,
    SettingChanged,
    WindowJumped,
)
from scanner.facts.fact import (
    Channel,
    Fact,
    Phase,
    Source,
)
from scanner.facts.policies import (
    Cue,
    DataUse,
    Lack,
    Language,
    Origin,
    Part,
    PolicyDataItem,
    PolicyDifference,
    PolicyDocument,
    PolicyElement,
    PolicyExport,
    PolicyLink,
    PolicyMention,
    PolicyOperator,
    PolicyPeriod,
    PolicyPermission,
    PolicyPromise,
    PolicyThirdParty,
    PolicyWording,
    Promise,
    PromiseBroken,
)
from scanner.facts.sites import (
    AccountRegistration,
    AgreementImplied,
    AppPushed,
    Certificate,
    ChangeTold,
    CheckboxFound,
    ClosingDemand,
    ClosingDemanded,
    ConsentAnswered,
    ConsentPrompt,
    EndpointAnswered,
    FilingShown,
    FingerprintRead,
    FormField,
    FormFound,
    FormPurpose,
    HandoverOffered,
    InducementShown,
    MinorsAddressed,
    NeededFor,
    PageExposed,
    PageKind,
    PageVisited,
    PopupShown,
    PromptRaised,
    ProofWay,
    RecommendationShown,
    Reward,
    RightsOffered,
    ScanVantage,
    ServiceRetired,
    SiteVisited,
    StorageWritten,
    StoreListing,
    VerificationOffered,
    WalkCompleted,
)
from scanner.facts.traffic import (
    CookieSet,
    DataFrequency,
    DataReturned,
    DataSent,
    EndpointContacted,
    IdentifierSent,
    PackageFetched,
    Party,
    RequestMade,
)

__all__ = [
    "KINDS",
    "UNLIMITED_API",
    "AccountRegistration",
    "AccountRestored",
    "AgreementAsked",
    "AgreementImplied",
    "AnyFact",
    "AppFramework",
    "AppManifest",
    "AppPacked",
    "AppPushed",
    "AppSigner",
    "AppSplit",
    "AppStarted",
    "AppType",
    "AutostartRegistered",
    "BridgeOpened",
    "Certificate",
    "ChangeTold",
    "Channel",
    "CheckboxFound",
    "ClosingDemand",
    "ClosingDemanded",
    "CodeLoaded",
    "ComponentExported",
    "ConsentAnswered",
    "ConsentPrompt",
    "CookieSet",
    "Cue",
    "DataAccessed",
    "DataFrequency",
    "DataHanded",
    "DataReturned",
    "DataSent",
    "DataUse",
    "DeviceRun",
    "EndpointAnswered",
    "EndpointContacted",
    "EndpointEmbedded",
    "Fact",
    "Field",
    "FilingShown",
    "FingerprintRead",
    "FormField",
    "FormFound",
    "FormPurpose",
    "FunctionRefused",
    "HandoverOffered",
    "IdentifierSent",
    "InducementShown",
    "Lack",
    "Language",
    "MinorsAddressed",
    "NeededFor",
    "Origin",
    "PackageFetched",
    "PackageTampered",
    "PageExposed",
    "PageKind",
    "PageVisited",
    "Part",
    "Party",
    "PermissionDeclared",
    "PermissionPrompted",
    "PermissionReasked",
    "PermissionRequested",
    "Phase",
    "PhaseBegan",
    "PolicyDataItem",
    "PolicyDifference",
    "PolicyDocument",
    "PolicyElement",
    "PolicyExport",
    "PolicyLink",
    "PolicyMention",
    "PolicyOperator",
    "PolicyPeriod",
    "PolicyPermission",
    "PolicyPromise",
    "PolicyThirdParty",
    "PolicyWording",
    "PopupShown",
    "ProcessStarted",
    "Promise",
    "PromiseBroken",
    "PromptRaised",
    "ProofWay",
    "Protection",
    "Reach",
    "RecommendationShown",
    "RefusalAnswered",
    "RequestMade",
    "Reward",
    "RightsOffered",
    "ScanVantage",
    "ScreenKind",
    "ScreenShown",
    "SdkPresent",
    "SdkUnidentified",
    "ServiceRetired",
    "SettingChanged",
    "SiteVisited",
    "Source",
    "StorageWritten",
    "StoreListing",
    "TrickName",
    "Trigger",
    "VerificationOffered",
    "WalkCompleted",
    "Way",
    "WindowJumped",
    "attribute_docs",
    "canonical",
    "fact_id",
    "fields_of",
    "identity_of",
    "kind_of",
]

AnyFact = (
    AppManifest
    | AppSplit
    | AppType
    | AppSigner
    | AppPacked
    | PackageTampered
    | PermissionDeclared
    | ComponentExported
    | AutostartRegistered
    | AppFramework
    | SdkPresent
    | SdkUnidentified
    | DataAccessed
    | PermissionRequested
    | EndpointEmbedded
    | CodeLoaded
    | BridgeOpened
    | AgreementAsked
    | AppStarted
    | DataHanded
    | RefusalAnswered
    | SiteVisited
    | PageVisited
    | ConsentPrompt
    | ConsentAnswered
    | CheckboxFound
    | AgreementImplied
    | FormFound
    | FormField
    | FilingShown
    | PromptRaised
    | FingerprintRead
    | StorageWritten
    | PageExposed
    | RightsOffered
    | AccountRegistration
    | RecommendationShown
    | AppPushed
    | PopupShown
    | VerificationOffered
    | InducementShown
    | ClosingDemanded
    | MinorsAddressed
    | WalkCompleted
    | ServiceRetired
    | EndpointAnswered
    | ScanVantage
    | RequestMade
    | EndpointContacted
    | CookieSet
    | IdentifierSent
    | DataSent
    | DataFrequency
    | PolicyLink
    | PolicyDocument
    | PolicyElement
    | PolicyMention
    | PolicyDataItem
    | PolicyThirdParty
    | PolicyPermission
    | PolicyPromise
    | PolicyPeriod
    | PolicyExport
    | PolicyWording
    | PolicyOperator
    | PolicyDifference
    | PromiseBroken
    | DeviceRun
    | PhaseBegan
    | ScreenShown
    | PermissionPrompted
    | PermissionReasked
    | SettingChanged
    | FunctionRefused
    | ProcessStarted
    | WindowJumped
    | AccountRestored
    | HandoverOffered
    | ChangeTold
    | StoreListing
    | DataReturned
    | PackageFetched
)
"""What a line of facts.jsonl decodes to."""

KINDS: dict[str, type[Fact]] = {
    str(kind.__struct_config__.tag): kind for kind in typing.get_args(AnyFact)
}
"""Every kind of fact by its name."""


class Field(NamedTuple):
    """One field of a kind of fact, as a rule author needs to know it."""

    name: str
    type: Literal["text", "number", "truth", "texts"]
    choices: tuple[str, ...]
    kind: str

    @property
    def doc(self) -> str:
        """What it means, read from the source of its class only when somebody asks."""
        docs = attribute_docs(Fact) | attribute_docs(KINDS[self.kind])
        return docs.get(self.name, "")


def kind_of(fact: Fact) -> str:
    """Give the name of the kind of a fact, e.g. app.manifest."""
    return str(fact.__struct_config__.tag)


def identity_of(fact: Fact) -> tuple[object, ...]:
    """Give what makes it the same fact in another run: its kind and its identity fields."""
    return (kind_of(fact), *(getattr(fact, name) for name in fact.identity))


def fact_id(fact: Fact) -> str:
    """Give the id of a fact: the first 16 hex digits of the SHA-256 of its canonical JSON."""
    return hashlib.sha256(canonical(fact)).hexdigest()[:16]


def canonical(value: object) -> bytes:
    """Give the one JSON form of a value: sorted keys, no spaces, UTF-8, unknown fields left out."""
    return msgspec.json.encode(_without_null(msgspec.to_builtins(value)), order="deterministic")


def _without_null(value: object) -> object:
    if isinstance(value, dict):
        return {key: _without_null(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_without_null(item) for item in value]
    return value


@functools.cache
def fields_of(kind: str) -> dict[str, Field]:
    """Give the fields of a kind that a rule may test, by name, with type, choices and meaning."""
    cls = KINDS[kind]
    stated = Fact.__annotations__ | cls.__annotations__
    names = [name for name in cls.__struct_fields__ if name != "source"]
    return {name: _field(name, _hint(stated[name]), kind) for name in names}


@functools.cache
def _hint(annotation: str) -> object:
    """Evaluate an annotation once, however many fields bear it."""
    bearer = types.SimpleNamespace(__annotations__={"field": annotation})
    return typing.get_type_hints(bearer, globals())["field"]


def _field(name: str, hint: object, kind: str) -> Field:
    plain = hint
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        plain = next(part for part in typing.get_args(hint) if part is not types.NoneType)
    if plain is bool:
        return Field(name, "truth", (), kind)
    if plain is int:
        return Field(name, "number", (), kind)
    if typing.get_origin(plain) is tuple:
        return Field(name, "texts", _choices(typing.get_args(plain)[0]), kind)
    return Field(name, "text", _choices(plain), kind)


def _choices(hint: object) -> tuple[str, ...]:
    return typing.get_args(hint) if typing.get_origin(hint) is Literal else ()


@functools.cache
def attribute_docs(cls: type) -> dict[str, str]:
    """Give the text that stands under each field in the source of a class, by field name."""
    body = _classes_in(sys.modules[cls.__module__])[cls.__name__].body
    docs: dict[str, str] = {}
    for statement, follower in itertools.pairwise(body):
        if (
            isinstance(statement, ast.AnnAssign)
            and isinstance(statement.target, ast.Name)
            and isinstance(follower, ast.Expr)
            and isinstance(follower.value, ast.Constant)
            and isinstance(follower.value.value, str)
        ):
            docs[statement.target.id] = " ".join(follower.value.value.split())
    return docs


@functools.cache
def _classes_in(module: types.ModuleType) -> dict[str, ast.ClassDef]:
    tree = ast.parse(inspect.getsource(module))
    return {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
