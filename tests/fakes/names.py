"""A name server that knows some TXT records, over UDP."""

from __future__ import annotations

import socketserver
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
from dns.resolver import Resolver

from tests.served import in_a_thread


@contextmanager
def names(texts: Mapping[str, str]) -> Iterator[Resolver]:
    """A resolver that asks it; a name that is not in `texts`, and above none that is, does not exist."""

    class Answer(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            data, line = self.request
            question = dns.message.from_wire(data)
            asked = question.question[0]
            name = asked.name.to_text(omit_final_dot=True)
            reply = dns.message.make_response(question)
            reply.flags |= dns.flags.AA | dns.flags.RA
            if asked.rdtype == dns.rdatatype.TXT and name in texts:
                halves = texts[name][:100], texts[name][100:]
                quoted = " ".join(f'"{half}"' for half in halves if half)
                reply.answer.append(dns.rrset.from_text(asked.name, 60, "IN", "TXT", quoted))
            elif not any(known == name or known.endswith(f".{name}") for known in texts):
                reply.set_rcode(dns.rcode.NXDOMAIN)
            line.sendto(reply.to_wire(), self.client_address)

    server = socketserver.ThreadingUDPServer(("127.0.0.1", 0), Answer)
    resolver = Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], server.server_address[1]
    with in_a_thread(server):
        yield resolver
