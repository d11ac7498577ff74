"""What can be refused about recognition."""

from __future__ import annotations


class CertificateNotFound(Exception):
    """There is no certificate of this number."""

    status_code = 404
    code = "certificate_not_found"


class CertificateRefused(Exception):
    """This cannot be done to the certificate as it stands; the message says why."""

    status_code = 409
    code = "certificate_refused"


class AlreadyErased(Exception):
    """The person was erased before; there is nothing left to erase."""

    status_code = 409
    code = "already_erased"
