"""One sentence for whatever goes wrong: what is missing and how to get it."""

import errno

CAUSES = (
    ("no space left", "the disk is full: free some space (4 GB are needed) and run this again"),
    ("disk quota exceeded", "your disk quota is reached: free some space (4 GB are needed) and run this again"),
    (
        (
            "could not resolve",
            "temporary failure in name resolution",
            "temporary failure resolving",
            "name or service not known",
            "network is unreachable",
            "connection refused",
            "connection timed out",
            "failed to establish a new connection",
            "unable to connect to",
            "cannot connect to proxy",
            "enotfound",
            "eai_again",
        ),
        "the network does not answer: check the connection (or its proxy settings) and run this again",
    ),
    ("no matching distribution", "the package index lacks a pinned package: check pip's own configuration"),
    ("is being accessed by other users", "another command uses this database: stop it and run this again"),
    ("permission denied", "a file or folder refuses access: check who owns it"),
)


class SetupError(Exception):
    """A failure told to the person in front of the terminal, as one sentence."""


def cause_of(output):
    """Name the usual cause that a tool's `output` shows; empty when it is none of them."""
    lowered = output.lower()
    for signs, sentence in CAUSES:
        if any(sign in lowered for sign in ([signs] if isinstance(signs, str) else signs)):
            return sentence
    return ""


def sentence_for(error):
    """Turn an OSError into the sentence that says what to do about it."""
    where = f" {error.filename}" if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "The disk is full: free some space (4 GB are needed) and run this again."
    if error.errno in (errno.EACCES, errno.EPERM):
        return (
            f"Access to{where or ' a file'} is refused: give your user the right to read and write there, "
            "or choose another folder with TIERSLIEU_HOME=/path."
        )
    if error.errno == errno.EROFS:
        return f"The disk that holds{where} is read-only: choose another folder with TIERSLIEU_HOME=/path."
    if error.errno == errno.ENOENT:
        return f"{error.filename} is missing: get the project again, or check the path."
    return f"The system refused:{where} {error.strerror or error}."
