"""Writes TensorFlow Lite files: just enough of the FlatBuffers wire format for a feed-forward network.

Field numbers are those of the TensorFlow Lite schema, version 3.
"""

import struct

INT8, INT32, FLOAT32 = 9, 2, 0


class Table:
    """A FlatBuffers table: field number -> (struct format, scalar) or a nested object."""

    def __init__(self, **fields):
        self.fields = {int(k[1:]): v for k, v in fields.items() if v is not None}


class Vector:
    """A vector of scalars (struct format character) or, with format None, of tables and strings."""

    def __init__(self, fmt, items, align=4):
        self.fmt, self.items, self.align = fmt, list(items), align


class Writer:
    """Lays objects out front to back; references are patched once their target's place is known."""

    def __init__(self):
        self.buffer = bytearray()

    def _pad(self, align, phase=0):
        while (len(self.buffer) + phase) % align:
            self.buffer.append(0)

    def _patch(self, at):
        struct.pack_into("<I", self.buffer, at, len(self.buffer) - at)

    def finish(self, root, identifier):
        self.buffer += struct.pack("<I", 0) + identifier
        pending = [(0, root)]
        while pending:
            at, item = pending.pop(0)
            if isinstance(item, Table):
                pending += self._table(at, item)
            elif isinstance(item, Vector):
                pending += self._vector(at, item)
            else:
                self._pad(4)
                self._patch(at)
                data = item.encode()
                self.buffer += struct.pack("<I", len(data)) + data + b"\0"
        return bytes(self.buffer)

    def _table(self, at, table):
        count = max(table.fields, default=-1) + 1
        offsets, size, body = [0] * count, 4, []
        order = sorted(table.fields, key=lambda i: -self._size(table.fields[i]))
        for i in order:
            width = self._size(table.fields[i])
            size += -size % width
            offsets[i] = size
            body.append((size, table.fields[i]))
            size += width
        vtable = struct.pack(f"<HH{count}H", 4 + 2 * count, size, *offsets)
        self._pad(8, len(vtable) + (-len(vtable) % 4))
        self._pad(8, len(vtable))
        start = len(self.buffer) + len(vtable)
        self.buffer += vtable
        self._patch(at)
        self.buffer += struct.pack("<i", len(vtable)) + bytes(size - 4)
        references = []
        for offset, value in body:
            if isinstance(value, tuple):
                struct.pack_into("<" + value[0], self.buffer, start + offset, value[1])
            else:
                references.append((start + offset, value))
        return references

    def _vector(self, at, vector):
        self._pad(max(vector.align, 4), 4)
        self._patch(at)
        self.buffer += struct.pack("<I", len(vector.items))
        if vector.fmt:
            self.buffer += struct.pack(f"<{len(vector.items)}{vector.fmt}", *vector.items)
            return []
        start = len(self.buffer)
        self.buffer += bytes(4 * len(vector.items))
        return [(start + 4 * i, item) for i, item in enumerate(vector.items)]

    @staticmethod
    def _size(value):
        return struct.calcsize(value[0]) if isinstance(value, tuple) else 4


class Model:
    """A model under construction; tensors are referred to by index."""

    CODES = {"CONV_2D": 3, "DEPTHWISE_CONV_2D": 4, "FULLY_CONNECTED": 9, "ADD": 0, "AVERAGE_POOL_2D": 1, "RESHAPE": 22, "SOFTMAX": 25}

    def __init__(self):
        self.buffers, self.tensors, self.operators, self.used = [Table()], [], [], []

    def tensor(self, name, shape, kind, scale=None, zero=None, axis=0, data=None):
        buffer = 0
        if data is not None:
            raw = data.tobytes()
            buffer = len(self.buffers)
            self.buffers.append(Table(f0=Vector("B", raw, 16)))
        quant = None
        if scale is not None:
            quant = Table(f2=Vector("f", scale), f3=Vector("q", zero, 8), f6=("i", axis))
        self.tensors.append(Table(f0=Vector("i", shape), f1=("b", kind), f2=("I", buffer), f3=name, f4=quant))
        return len(self.tensors) - 1

    def operator(self, name, inputs, outputs, options_type, options):
        if name not in self.used:
            self.used.append(name)
        self.operators.append(Table(f0=("I", self.used.index(name)), f1=Vector("i", inputs), f2=Vector("i", outputs),
                                    f3=("B", options_type), f4=options))

    def to_bytes(self, inputs, outputs, description):
        codes = [Table(f0=("b", self.CODES[n]), f2=("i", 1), f3=("i", self.CODES[n])) for n in self.used]
        graph = Table(f0=Vector(None, self.tensors), f1=Vector("i", inputs), f2=Vector("i", outputs), f3=Vector(None, self.operators), f4="main")
        root = Table(f0=("I", 3), f1=Vector(None, codes), f2=Vector(None, [graph]), f3=description, f4=Vector(None, self.buffers))
        return Writer().finish(root, b"TFL3")
