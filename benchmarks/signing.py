"""Signing credentials in bulk with Data Integrity proofs (eddsa-rdfc-2022).

ours       templates of canonical N-Quads, one in a hundred canonicalised by PyLD as well
yardstick  PyLD for the document and for the proof options, as the standard's steps are written
limit      Ed25519 alone, over hashes computed beforehand

A figure is for one credential. Documents are made beforehand, of all kinds, for names in many
scripts and shapes; templates are made within the time. The yardstick signs the first
of them, and what it signs must be what ours signs, byte for byte; the limit's signatures are ours.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from pyld import jsonld

from benchmarks.harness import LIMIT, OURS, YARDSTICK, Contender, Path, faster
from benchmarks.options import Options
from laurels.adapters.keyring import Ring
from laurels.adapters.signing import contexts
from laurels.adapters.signing.bulk import BulkSigner
from laurels.adapters.signing.keys import IssuerKeys
from laurels.adapters.signing.proofs import digest, hash_data, proof_options, proof_value
from laurels.adapters.signing.templates import Templates
from laurels.domain.credentials import awards
from laurels.domain.credentials.documents import credential_document
from laurels.domain.credentials.model import Evidence, Issuer, Organisation, Recipient, Statement
from laurels.domain.credentials.status_list import Place

ENGINES = ("none",)
AT = 1_760_000_000
BASE = "https://laurels.example"
NAMES = (
    "Alice", "Zoë Ångström", "山田 太郎", "أمينة", "יעל כהן", "अनन्या", 'Jo "J" O\'Neil \\ Co',
    "\U0001f469\U0001f3fd\u200d\U0001f4bb dev",
)  # fmt: skip
Document = dict[str, Any]


def run(_: object, options: Options) -> list[Path]:
    """Sign a few thousand credentials in three ways."""
    count, sample = (200, 20) if options.is_quick else (20_000, 100)
    documents = [credential_document(_issuer(), _statement(number)) for number in range(count)]
    told = hashlib.sha256(json.dumps(documents).encode()).hexdigest()
    signing = _Signing(documents, sample)
    contenders = [
        Contender(OURS, {"sign": signing.ours}, lambda _: signing.answer()),
        Contender(YARDSTICK, {"sign": signing.yardstick}, lambda _: signing.answer()),
        Contender(LIMIT, {"sign": signing.limit}, lambda _: signing.answer(), signing.hash_all),
    ]
    path = Path(
        "signing in bulk", "none", f"{count:,} credentials, the yardstick {sample}", told,
        contenders, (faster("sign", 50),),
    )  # fmt: skip
    path.measure(options.rounds)
    rates = [f"{name} {1 / spent:,.0f}" for (_, name), spent in path.medians.items()]
    path.notes.append(f"credentials a second: {', '.join(rates)}")
    path.notes.append(f"shapes of documents: {signing.shapes}; each makes a template in that time")
    return [path]


def _keys() -> IssuerKeys:
    ring = Ring("1", {"1": bytes(range(32))})
    return IssuerKeys(lambda: ring, BASE)


def _issuer() -> Issuer:
    return Issuer(_keys().did, "The Laurels Club", BASE)


def _statement(number: int) -> Statement:
    pulls = [
        Evidence(
            f"https://github.com/org/app/pull/{number * 7 + n}", f"org/app#{n}", "pull request"
        )
        for n in range(number % 3 + 1)
    ]
    name = f"{NAMES[number % len(NAMES)]} {number}"
    common: Document = {
        "number": f"7ZJ9C{number:07}",
        "recipient": Recipient(f"person-{number}", number + 1, name),
        "issued_at": AT + number,
        "status": Place(f"{BASE}/status-lists/1", number),
        "evidence": pulls,
    }
    if number % 10 == 8:
        return awards.leader_certificate(
            project=Organisation("https://github.com/org/app", "org/app"), project_key="org/app",
            title="Release captain", message="Thank you!\nSee you.", leader="Bob", **common,
        )  # fmt: skip
    if number % 10 == 9:
        return awards.badge(
            key="first", name="First Contribution", description="A first merge.",
            criteria="One merged pull request.", image_url=f"{BASE}/badges/first.svg", **common,
        )  # fmt: skip
    return awards.tier_certificate(
        program="The Laurels Club", season_key="2026", season="Season 2026", tier_key="gold",
        tier="Gold", points=1_000 + number, needed=1_000, rules_url=f"{BASE}/rules/3", **common,
    )  # fmt: skip


class _Signing:
    """Signs the same documents in three ways; keeps what came out."""

    def __init__(self, documents: list[Document], sample: int) -> None:
        self._documents = documents
        self._sample = sample
        self._signer = _keys().signer()
        self._options = proof_options(self._signer.method, AT)
        self._hashes: list[bytes] = []
        self._signed: list[Document] = []
        self._values: list[str] = []
        self._signatures: list[bytes] = []
        self.shapes = len({_shape(document) for document in documents})

    def answer(self) -> dict[str, str]:
        """Return the hash of the first documents as signed, and of all signatures."""
        found = {}
        if self._signed:
            first = json.dumps(self._signed[: self._sample], ensure_ascii=False)
            found["first documents"] = hashlib.sha256(first.encode()).hexdigest()
        values = self._values or [proof_value(signature) for signature in self._signatures]
        if len(values) == len(self._documents):
            found["signatures"] = hashlib.sha256("".join(values).encode()).hexdigest()
        return found

    def ours(self) -> int:
        """Sign all by templates."""
        self._signed, self._values = [], []
        for signed in BulkSigner(self._signer, AT).sign_all(self._documents):
            self._values.append(signed["proof"][0]["proofValue"])
            if len(self._signed) < self._sample:
                self._signed.append(signed)
        return len(self._values)

    def yardstick(self) -> int:
        """Sign the first by PyLD."""
        self._signed = [self._by_pyld(document) for document in self._documents[: self._sample]]
        self._values, self._signatures = [], []
        return len(self._signed)

    def _by_pyld(self, document: Document) -> Document:
        config = {**self._options, "@context": document["@context"]}
        hashed = b"".join(hashlib.sha256(_quads(one)).digest() for one in (config, document))
        value = proof_value(self._signer.sign(hashed))
        return {**document, "proof": [{**self._options, "proofValue": value}]}

    def hash_all(self) -> None:
        """Compute what the limit signs, once: by PyLD for as many as the yardstick signs."""
        self._signed, self._values = [], []
        if not self._hashes:
            first, rest = self._documents[: self._sample], self._documents[self._sample :]
            self._hashes = [hash_data(document, self._options) for document in first]
            options, templates = self._hashes[0][:32], Templates()
            self._hashes += [options + digest(templates.canonical_of(one)) for one in rest]

    def limit(self) -> int:
        """Sign all hashes, and nothing else."""
        self._signatures = [self._signer.sign(hashed) for hashed in self._hashes]
        return len(self._signatures)


def _quads(document: Document) -> bytes:
    options = {
        "algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": _load,
    }  # fmt: skip
    quads: str = jsonld.normalize(document, options)
    return quads.encode()


def _load(url: str, _: Any) -> Document:
    """Return a context as PyLD's own loaders do, without the tag that ours gives it."""
    return {name: value for name, value in contexts.load(url).items() if name != "tag"}


def _shape(document: Document) -> str:
    """Return what of a document is not text: enough to count shapes by."""
    if isinstance(document, dict):
        return "{" + ",".join(f"{key}:{_shape(item)}" for key, item in document.items()) + "}"
    return f"[{','.join(map(_shape, document))}]" if isinstance(document, list) else "$"
