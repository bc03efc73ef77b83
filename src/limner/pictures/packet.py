"""The XMP packet in Limner's pictures: that they are machine-made (IPTC), and the facts as JSON.

Written and read as text, never by an XML parser: there are no entities to expand and no DOCTYPE to follow.
XMP: ISO 16684-1; DigitalSourceType: IPTC Photo Metadata Standard 2023.2.
"""

import html
from xml.sax.saxutils import escape  # only writes: replaces three characters

from limner.pictures.facts import Facts

NAMESPACE = "urn:limner:picture:1:"
MADE_BY_A_MODEL = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
MAX_PACKET_BYTES = 2**20

_OPEN, _CLOSE = "<limner:facts>", "</limner:facts>"
_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" \
xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" xmlns:limner="{namespace}">
<xmp:CreatorTool>Limner {version}</xmp:CreatorTool>
<Iptc4xmpExt:DigitalSourceType>{source}</Iptc4xmpExt:DigitalSourceType>
{facts}</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""


def facts_json(facts: Facts) -> str:
    """Return *facts* as JSON on one line, in which every character may stand in an XML text."""
    text = facts.model_dump_json()
    return text.replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")


def write_packet(facts: Facts, json_text: str | None) -> bytes:
    """Return the packet for a picture that *facts* made, with *json_text* as ``limner:facts`` if there is one."""
    element = "" if json_text is None else f"{_OPEN}{escape(json_text)}{_CLOSE}\n"
    return _PACKET.format(
        namespace=NAMESPACE,
        version=escape(facts.limner_version),
        source=MADE_BY_A_MODEL,
        facts=element,
    ).encode()


def json_in_packet(packet: bytes) -> str | None:
    """Return the JSON that ``write_packet`` put into *packet*; None where there is none or it is too long."""
    if len(packet) > MAX_PACKET_BYTES:
        return None
    text = packet.decode("utf-8", "replace")
    start, stop = text.find(_OPEN), text.find(_CLOSE)
    return html.unescape(text[start + len(_OPEN) : stop]) if 0 <= start < stop else None
