"""Signing many credentials: templates instead of a JSON-LD processor, byte for byte the same.

One in `check_every` is canonicalised by PyLD as well, before it is given away; a difference stops
everything, for then none of the others can be trusted either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from laurels.adapters.signing.canonical import canonicalise
from laurels.adapters.signing.proofs import (
    Document,
    Signer,
    digest,
    options_hash,
    proof_options,
    proof_value,
)
from laurels.adapters.signing.templates import Templates

CHECK_EVERY = 100
BATCH = 256


class TemplateWrong(RuntimeError):
    """A filled template differs from what PyLD makes of the document: nothing may be signed."""

    status_code = 500
    code = "template_wrong"


class BulkSigner:
    """Signs documents at one moment with one key.

    The first document is checked and then every hundredth; `start` shifts the count, so that
    processes which sign few each do not all check the same ones.
    """

    def __init__(
        self,
        signer: Signer,
        created: int,
        *,
        templates: Templates | None = None,
        check_every: int = CHECK_EVERY,
        start: int = 0,
    ) -> None:
        self._signer = signer
        self._options = proof_options(signer.method, created)
        self._templates = templates or Templates()
        self._check_every = check_every
        self._count = start
        self._hashes: dict[tuple[str, ...], bytes] = {}

    def sign(self, document: Mapping[str, Any]) -> Document:
        """Return a document with its proof; raises Refused, or TemplateWrong."""
        return self._with_proof(document, self._signer.sign(self._hash_data(document)))

    def sign_all(self, documents: Iterable[Mapping[str, Any]]) -> Iterator[Document]:
        """Sign many, a batch at a time: of a batch in which one is refused, none is given away.

        Hashing and signing go in turns of a batch, for the tables of the curve and the templates
        do not fit a processor's nearest memory together.
        """
        rest = iter(documents)
        while batch := list(islice(rest, BATCH)):
            hashes = [self._hash_data(document) for document in batch]
            signatures = [self._signer.sign(hashed) for hashed in hashes]
            yield from map(self._with_proof, batch, signatures)

    def _hash_data(self, document: Mapping[str, Any]) -> bytes:
        quads = self._templates.canonical_of(document)
        if self._count % self._check_every == 0 and canonicalise(document).encode() != quads:
            name = document.get("id")
            raise TemplateWrong(f"the template of {name!r} is wrong; nothing is signed")
        self._count += 1
        contexts = tuple(document["@context"])
        hashed = self._hashes.get(contexts)
        if hashed is None:
            hashed = self._hashes[contexts] = options_hash(list(contexts), self._options)
        return hashed + digest(quads)

    def _with_proof(self, document: Mapping[str, Any], signature: bytes) -> Document:
        proof = {**self._options, "proofValue": proof_value(signature)}
        return {**document, "proof": [proof]}
