"""Signing many credentials: templates instead of a JSON-LD processor, byte for byte the same.

One in `check_every` is canonicalised by PyLD as well, before it is given away; a difference stops
everything, for then none of the others can be trusted either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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
        quads = self._templates.canonical_of(document)
        if self._count % self._check_every == 0 and canonicalise(document) != quads:
            raise TemplateWrong(
                f"the template of {document.get('id')!r} is wrong; nothing is signed"
            )
        self._count += 1
        contexts = tuple(document["@context"])
        hashed = self._hashes.get(contexts)
        if hashed is None:
            hashed = self._hashes[contexts] = options_hash(list(contexts), self._options)
        value = proof_value(self._signer.sign(hashed + digest(quads)))
        return {**document, "proof": [{**self._options, "proofValue": value}]}

    def sign_all(self, documents: Iterable[Mapping[str, Any]]) -> Iterator[Document]:
        """Sign one after the other."""
        return map(self.sign, documents)
