"""Draws the data, trains the example network and writes the model and data files of this folder.

Needs python3-torch; nothing else in the project does. Run in this folder: python3 train.py
"""

import math

import numpy as np
import torch
import torch.nn.functional as F

from tflite_writer import FLOAT32, INT8, INT32, Model, Table

SIZE, CLASSES = 20, ["circle", "disc", "square", "triangle", "plus", "cross", "bars", "arc"]
SEED = 20


def draw(kind, rng):
    """One SIZE x SIZE grey image of a randomly placed, turned and lit shape with noise; values 0..255."""
    scale = 4
    n = SIZE * scale
    y, x = np.mgrid[0:n, 0:n] / scale
    cx, cy, r = rng.uniform(7, 13), rng.uniform(7, 13), rng.uniform(4, 7)
    turn = rng.uniform(-0.35, 0.35)
    u = ((x - cx) * math.cos(turn) + (y - cy) * math.sin(turn)) / r
    v = (-(x - cx) * math.sin(turn) + (y - cy) * math.cos(turn)) / r
    d, t = np.hypot(u, v), rng.uniform(0.14, 0.24)
    box = np.maximum(abs(u), abs(v)) < 1
    masks = [
        abs(d - 0.9) < t,
        d < 0.8,
        abs(np.maximum(abs(u), abs(v)) - 0.8) < t,
        abs(np.maximum(v, 0.87 * abs(u) - 0.5 * v) - 0.5) < t,
        ((abs(u) < t) | (abs(v) < t)) & box,
        ((abs(u - v) < 1.4 * t) | (abs(u + v) < 1.4 * t)) & box,
        (abs(abs(u) - 0.55) < t) & box,
        (abs(d - 0.9) < t) & (v < 0.2),
    ]
    image = masks[kind].reshape(SIZE, scale, SIZE, scale).mean((1, 3))
    background, contrast = rng.uniform(0, 120), rng.uniform(50, 135)
    image = background + contrast * image + rng.normal(0, 12, (SIZE, SIZE))
    return np.clip(np.rint(image), 0, 255).astype(np.uint8)


def data_set(count, seed):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, len(CLASSES), count)
    return np.stack([draw(k, rng) for k in labels]), labels.astype(np.uint8)


# Layer table: name, kind, kernel, stride, inputs, outputs, relu. 'add' joins the result of layer 'expand'.
LAYERS = [
    ("stem", "conv", 3, 1, 1, 8, True),
    ("down1", "depthwise", 3, 2, 8, 8, True),
    ("expand", "conv", 1, 1, 8, 16, True),
    ("res1", "conv", 3, 1, 16, 16, True),
    ("res2", "conv", 3, 1, 16, 16, False),
    ("add", "add", 0, 1, 16, 16, True),
    ("down2", "depthwise", 3, 2, 16, 16, True),
    ("widen", "conv", 1, 1, 16, 32, True),
    ("pool", "pool", 5, 1, 32, 32, False),
    ("classes", "dense", 1, 1, 32, len(CLASSES), False),
]


def same_pad(x, kernel, stride):
    """TensorFlow's SAME padding: the odd row and column go below and to the right."""
    total = max((math.ceil(x.shape[2] / stride) - 1) * stride + kernel - x.shape[2], 0)
    return F.pad(x, (total // 2, total - total // 2, total // 2, total - total // 2))


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = torch.nn.ModuleDict()
        for name, kind, k, s, i, o, _ in LAYERS:
            if kind in ("conv", "depthwise"):
                self.layers[name] = torch.nn.Conv2d(i, o, k, s, bias=True, groups=i if kind == "depthwise" else 1)
            elif kind == "dense":
                self.layers[name] = torch.nn.Linear(i, o)

    def forward(self, x, observe=None):
        kept = {}
        for name, kind, k, s, _, _, relu in LAYERS:
            if kind in ("conv", "depthwise"):
                x = self.layers[name](same_pad(x, k, s))
            elif kind == "add":
                x = x + kept["expand"]
            elif kind == "pool":
                x = F.avg_pool2d(x, k)
            else:
                x = self.layers[name](x.flatten(1))
            x = F.relu(x) if relu else x
            kept[name] = x
            if observe is not None:
                observe(name, x)
        return x


def train(images, labels):
    torch.manual_seed(SEED)
    net, batch, epochs = Net(), 64, 40
    x = torch.from_numpy(images).float()[:, None] / 255
    y = torch.from_numpy(labels).long()
    optimizer = torch.optim.Adam(net.parameters(), 3e-3, weight_decay=1e-5)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 6e-3, epochs * (len(x) // batch))
    for _ in range(epochs):
        order = torch.randperm(len(x))
        for at in range(0, len(x) - batch + 1, batch):
            pick = order[at:at + batch]
            optimizer.zero_grad()
            F.cross_entropy(net(x[pick]), y[pick]).backward()
            optimizer.step()
            schedule.step()
    return net.eval()


def activation_ranges(net, images):
    """Minimum and maximum of every layer's result; zero is always inside."""
    ranges = {}

    def observe(name, t):
        low, high = ranges.get(name, (0.0, 0.0))
        ranges[name] = (min(low, t.min().item()), max(high, t.max().item()))

    with torch.no_grad():
        net(torch.from_numpy(images).float()[:, None] / 255, observe)
    return ranges


def quantization(low, high):
    scale = np.float32((high - low) / 255)
    return scale, int(np.clip(np.rint(-128 - low / scale), -128, 127))


def write_model(net, ranges):
    """The network as a TFLite file: int8 if ranges are given, else float32."""
    model, int8 = Model(), ranges is not None
    kind = INT8 if int8 else FLOAT32

    def activation(name, shape, quant):
        return model.tensor(name, shape, kind, *(([quant[0]], [quant[1]]) if int8 else (None, None)))

    quant = (np.float32(1 / 255), -128)
    height, channels = SIZE, 1
    current = source = activation("image", [1, SIZE, SIZE, 1], quant)
    kept = {}
    for name, op, k, s, _, out, relu in LAYERS:
        result_quant = quant if op == "pool" else quantization(*ranges[name]) if int8 else None
        height = -(-height // s) if op != "pool" else 1
        shape = [1, out] if op == "dense" else [1, height, height, out]
        fused = ("b", 1 if relu else 0)
        if op == "dense":
            flat = activation("flat", [1, channels], quant)
            target = model.tensor("flat/shape", [2], INT32, data=np.array([1, channels], np.int32))
            model.operator("RESHAPE", [current, target], [flat], 17, Table())
            current = flat
        result = activation(name, shape, result_quant)
        if op == "add":
            model.operator("ADD", [current, kept["expand"]], [result], 11, Table(f0=fused))
        elif op == "pool":
            options = Table(f0=("b", 1), f1=("i", k), f2=("i", k), f3=("i", k), f4=("i", k), f5=("b", 0))
            model.operator("AVERAGE_POOL_2D", [current], [result], 5, options)
        else:
            layer = net.layers[name]
            w, b = layer.weight.detach().numpy(), layer.bias.detach().numpy()
            if op != "dense":
                w = w.transpose(1, 2, 3, 0) if op == "depthwise" else w.transpose(0, 2, 3, 1)
            axis = 3 if op == "depthwise" else 0
            reduced = tuple(a for a in range(w.ndim) if a != axis)
            # A channel that died in training rounds to zeros: any scale represents them, one keeps its bias small.
            largest = np.abs(w).max(reduced)
            scales = (np.where(largest > 1e-6, largest, 1) / 127).astype(np.float32)
            along = scales.reshape([-1 if a == axis else 1 for a in range(w.ndim)])
            zeros = [0] * out
            if int8:
                codes = np.clip(np.rint(w / along), -127, 127).astype(np.int8)
                bias_scale = (quant[0] * scales).astype(np.float32)
                weights = model.tensor(name + "/weights", w.shape, INT8, scales, zeros, axis, codes)
                bias = model.tensor(name + "/bias", [out], INT32, bias_scale, zeros, 0, np.rint(b / bias_scale).astype(np.int32))
            else:
                weights = model.tensor(name + "/weights", w.shape, FLOAT32, data=np.ascontiguousarray(w, np.float32))
                bias = model.tensor(name + "/bias", [out], FLOAT32, data=b.astype(np.float32))
            operands = [current, weights, bias]
            if op == "dense":
                model.operator("FULLY_CONNECTED", operands, [result], 8, Table(f0=fused))
            elif op == "depthwise":
                options = Table(f0=("b", 0), f1=("i", s), f2=("i", s), f3=("i", 1), f4=fused, f5=("i", 1), f6=("i", 1))
                model.operator("DEPTHWISE_CONV_2D", operands, [result], 2, options)
            else:
                options = Table(f0=("b", 0), f1=("i", s), f2=("i", s), f3=fused, f4=("i", 1), f5=("i", 1))
                model.operator("CONV_2D", operands, [result], 1, options)
        current, quant, channels = result, result_quant, out
        kept[name] = result
    probabilities = activation("probabilities", [1, len(CLASSES)], (np.float32(1 / 256), -128))
    model.operator("SOFTMAX", [current], [probabilities], 9, Table(f0=("f", 1.0)))
    return model.to_bytes([source], [probabilities], "shapes: the example network of Brim")


def main():
    train_images, train_labels = data_set(6000, SEED)
    test_images, test_labels = data_set(500, SEED + 1)
    net = train(train_images, train_labels)
    with torch.no_grad():
        scores = net(torch.from_numpy(test_images).float()[:, None] / 255).argmax(1).numpy()
    print(f"float accuracy on {len(test_images)} test images: {100 * (scores == test_labels).mean():.1f} %")
    files = {
        "shapes_int8.tflite": write_model(net, activation_ranges(net, train_images[:2000])),
        "shapes_float.tflite": write_model(net, None),
        "test_images.bin": (test_images.astype(np.int16) - 128).astype(np.int8).tobytes(),
        "calibration_images.bin": (train_images[:512].astype(np.int16) - 128).astype(np.int8).tobytes(),
        "test_labels.csv": ("\n".join(["label", *map(str, test_labels)]) + "\n").encode(),
        "calibration_labels.csv": ("\n".join(["label", *map(str, train_labels[:512])]) + "\n").encode(),
    }
    for name, content in files.items():
        with open(name, "wb") as file:
            file.write(content)


if __name__ == "__main__":
    main()
