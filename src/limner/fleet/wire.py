"""Frames on the pipe between the server and its child: a JSON message, then bytes. Never pickle.

    4 bytes, big-endian: length of the JSON | JSON, UTF-8 | payload to the end of the frame

``multiprocessing.connection`` keeps the frames apart.
"""

import struct
from multiprocessing.connection import Connection

from pydantic import TypeAdapter

from limner.contracts.assignment import ORDER, Order
from limner.contracts.event import FleetEvent
from limner.fleet.base import Delivery

_LENGTH = struct.Struct(">I")
_EVENT: TypeAdapter[FleetEvent] = TypeAdapter(FleetEvent)


def send_delivery(pipe: Connection, delivery: Delivery) -> None:
    """Write one event. Raises OSError where nobody listens any more."""
    text = _EVENT.dump_json(delivery.event)
    pipe.send_bytes(_LENGTH.pack(len(text)) + text + delivery.payload)


def receive_delivery(pipe: Connection) -> Delivery:
    """Read one event. Raises EOFError or OSError where the other side is gone."""
    frame = pipe.recv_bytes()
    (length,) = _LENGTH.unpack_from(frame)
    begin = _LENGTH.size
    return Delivery(_EVENT.validate_json(frame[begin : begin + length]), frame[begin + length :])


def send_order(pipe: Connection, order: Order) -> None:
    """Write one order. Raises OSError where nobody listens any more."""
    pipe.send_bytes(ORDER.dump_json(order))


def receive_order(pipe: Connection) -> Order:
    """Read one order. Raises EOFError or OSError where the other side is gone."""
    return ORDER.validate_json(pipe.recv_bytes())
