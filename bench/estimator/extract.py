#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Turns published synthesis results into the text that bench_estimator reads: one `design` line per result with the
vendor's figures, then a `layer` line per layer, `w` and `b` lines with integer weights after the matrices.

    extract.py [--data ../shared/data/fpga_synth] > designs.txt

Designs that the estimator has no model for are counted on stderr, with the reason. Needs only the standard library.
"""
import argparse
import ast
import collections
import csv
import json
import math
import os
import random
import re
import struct
import sys
import zipfile

skipped = collections.Counter()


def read_npz(path):
    """Arrays of float32, flat."""
    out = {}
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            raw = archive.read(name)
            wide = raw[6] > 1
            size, start = struct.unpack("<I", raw[8:12])[0] if wide else struct.unpack("<H", raw[8:10])[0], 12 if wide else 10
            header = ast.literal_eval(raw[start:start + size].decode())
            if header["descr"] != "<f4":
                raise SystemExit(f"{path}: {name} holds {header['descr']}, only <f4 is read")
            body = raw[start + size:]
            out[name.removesuffix(".npy")] = struct.unpack(f"<{len(body) // 4}f", body)
    return out


class Type:
    """ap_fixed and relatives, alone or in an nnet::array."""

    def __init__(self, text):
        m = re.search(r"ap_(u?)(fixed|int|uint)<\s*(-?\d+)\s*(?:,\s*(-?\d+))?([^>]*)", text or "")
        if m:
            self.width = int(m[3])
            self.integer = int(m[4]) if m[4] else self.width
            self.rounds = "RND" in m[5]
            self.saturates = "SAT" in m[5]
        elif text and re.match(r"ap_uint<", text):
            self.width = self.integer = 1
            self.rounds = self.saturates = False
        else:
            raise ValueError(f"type {text!r}")

    def integers(self, values):
        scale = 2.0 ** (self.width - self.integer)
        low, high = -(1 << (self.width - 1)), (1 << (self.width - 1)) - 1
        to = (lambda v: math.floor(v + 0.5)) if self.rounds else math.floor
        return [max(low, min(high, to(v * scale))) for v in values]


def resolve(value, entry, layer, depth=0):
    """A number of the generated code: literal, macro, or a product of those."""
    if isinstance(value, (int, float)):
        return int(value)
    if value is None or depth > 4:
        raise ValueError("size")
    def name(m):
        word = m[0]
        if word in entry["numbers"]:
            return str(resolve(entry["numbers"][word], entry, layer, depth + 1))
        if word in layer:
            return str(resolve(layer[word], entry, layer, depth + 1))
        raise ValueError(f"size {word}")
    text = re.sub(r"[A-Za-z_]\w*", name, str(value))
    if not re.fullmatch(r"[\d+*/() ]+", text):
        raise ValueError(f"size {value!r}")
    return int(eval(text.replace("/", "//")))  # digits and operators only, checked above


def fields(**values):
    return " ".join(f"{k}={v}" for k, v in values.items())


class Design:
    def __init__(self, entry, arrays):
        self.e, self.arrays = entry, arrays
        self.configs = {}
        for layer in entry["layers"]:
            self.configs[layer["config"]] = layer
        self.by_config = {}   # config -> lines
        self.dsp = 0 if re.search(r"/LUT_", entry["root"]) else 1
        self.stream = "array" in str(entry["types"].get("input_t", "")) or any(
            l.get("io_type") == "io_stream" for l in entry["layers"])

    def type(self, name):
        name = name.strip()
        return Type(self.e["types"].get(name, name))

    def array(self, prefix, config):
        m = re.search(r"(\d+)", config)
        key = self.e.get("weights", {}).get(prefix + m[1]) if m else None
        return self.arrays.get(key) if key else None

    def matrix(self, config, n_in, n_out, source, result, positions, window):
        layer = self.configs[config]
        mult = self.configs.get(layer.get("type_mult_config"), layer)
        weight = Type(mult.get("type_weight_t") or layer["type_weight_t"])
        acc = Type(mult.get("type_accum_t") or layer["type_accum_t"])
        values = self.array("w", config)
        if values is None or len(values) != n_in * n_out:
            raise ValueError("weights missing")
        q = weight.integers(values)
        strategy = (mult.get("strategy") or layer.get("strategy") or "latency").lower()
        if strategy == "resource":
            q = [q[o * n_in + i] for i in range(n_in) for o in range(n_out)]
        bias = self.array("b", config)
        bias_q = Type(mult.get("type_bias_t") or layer.get("type_bias_t") or str(layer["type_weight_t"])).integers(bias) if bias else None
        reuse = resolve(mult.get("reuse_factor", layer.get("reuse_factor", 1)), self.e, mult)
        line = "layer " + fields(
            kind="matrix", inputs=n_in, outputs=n_out, strategy=strategy, reuse=reuse,
            stream=int(self.stream), dsp=self.dsp, positions=positions, input_bits=source.width, weight_bits=weight.width,
            accumulator_bits=acc.width, output_bits=result.width, pixel_pipeline=0, **window)
        lines = [line, "w " + " ".join(map(str, q))]
        if bias_q and len(bias_q) == n_out:
            lines.append("b " + " ".join(map(str, bias_q)))
        return lines

    def simple(self, kind, elements, source, result, positions=1, **more):
        values = dict(kind=kind, elements=elements, stream=int(self.stream), dsp=self.dsp, positions=positions,
                      input_bits=source.width, weight_bits=source.width, accumulator_bits=source.width,
                      output_bits=result.width, pixel_pipeline=1, reuse=1, strategy="pixel")
        values.update(more)
        return ["layer " + fields(**values)]

    def channels(self, name, otherwise):
        """Values of one word of a stream."""
        m = re.search(r",\s*([\d* ]+)>\s*$", str(self.e["types"].get(name, "")))
        return math.prod(int(v) for v in m[1].split("*")) if self.stream and m else otherwise

    def layer(self, function, args):
        parts = [p.strip() for p in re.split(r",(?![^<]*>)", args)]
        config = next((p for p in parts if "config" in p), None)
        if config is None or config not in self.configs:
            raise ValueError(f"layer {function}")
        layer = self.configs[config]
        source, result = self.type(parts[0]), self.type(parts[-2])
        number = lambda k, d=None: resolve(layer.get(k, d), self.e, layer)
        if function.endswith("_me") or "v2" in function:
            raise ValueError("kernel of the repository's own")
        if re.search(r"separable|depthwise", function):
            raise ValueError("depthwise convolution")
        if function.startswith("dense") or function.startswith("compute_layer"):
            return config, self.matrix(config, number("n_in"), number("n_out"), source, result, 1, {})
        if "conv_1d" in function or "conv_2d" in function:
            kh, kw, chan = number("filt_height", 1), number("filt_width", 1), number("n_chan")
            height, width = number("in_height", 1), number("in_width")
            positions = height * width if self.stream else number("out_height", 1) * number("out_width")
            window = dict(window_rows=kh - 1, row_bits=width * chan * source.width) if self.stream else {}
            if not self.stream:
                window["copies"] = number("n_partitions", 1) if layer.get("n_partitions") is None else positions // max(
                    1, number("n_partitions"))
            return config, self.matrix(config, kh * kw * chan, number("n_filt"), source, result, positions, window)
        if "softmax" in function:
            return config, self.simple("softmax", number("n_in"), source, result, table_bits=18 * 1024)
        if re.search(r"sigmoid|tanh|elu$|selu|softplus|softsign|gelu", function) and "relu" not in function:
            n = number("n_in")
            return config, self.simple("lookup", n, source, result, table_bits=18 * 1024)
        if "relu" in function or function in ("linear", "hard_tanh"):
            n = number("n_in")
            chan = self.channels(parts[0], n)
            rounds = int(result.rounds or (result.saturates and result.width < source.width))
            return config, self.simple("pointwise", chan, source, result, max(1, n // chan), rounds=rounds)
        if function.startswith("normalize"):
            n = number("n_in")
            chan = self.channels(parts[0], n)
            scale = self.array("s", config)
            if scale is None or len(scale) < chan or self.dsp and len(set(scale)) > 2:
                return config, self.simple("product", chan, source, result, max(1, n // chan), depth=1)
            return config, self.simple("pointwise", chan, source, result, max(1, n // chan), rounds=1)
        if "pool" in function:
            kind = "compare" if "max" in function or "max" in str(layer.get("name")) else "sum"
            size = number("pool_height", 1) * number("pool_width", layer.get("n_in", 2))
            height, width = number("in_height", 1), number("in_width", layer.get("n_in", 1))
            filters = number("n_filt")
            if self.stream:
                return config, self.simple(kind, filters, source, result, height * width, depth=size)
            return config, self.simple(kind, filters * height * width, source, result, 1, depth=size)
        if re.search(r"zeropad|resize|clone|repack|transpose|concat", function):
            height, width = number("out_height", layer.get("new_height", 1)), number("out_width", layer.get("new_width", 1))
            return config, self.simple("move", number("n_chan", 1), source, result, height * width)
        raise ValueError(f"layer {function}")

    def lines(self):
        out = []
        for function, args in self.e["calls"]:
            if function.startswith("load") or function in ("Block_proc",):
                continue
            config, lines = self.layer(function, args)
            self.by_config[config] = lines
            out += lines
        if not out:
            raise ValueError("no layers")
        return out


def figures(resources, latency, interval):
    dsp = resources.get("DSP", resources.get("DSP48E", 0))
    return dict(lut=resources["LUT"], ff=resources["FF"], dsp=dsp, bram=resources.get("BRAM_18K", 0),
                latency_min=latency[0], latency=latency[1], interval=interval)


def emit(head, lines):
    print("design " + head)
    print("\n".join(lines))


def projects(data):
    entries = json.load(open(os.path.join(data, "hls4ml_projects.json")))
    arrays = read_npz(os.path.join(data, "hls4ml_projects_weights.npz"))
    for entry in entries:
        where = f"{entry['repo']} #{entry['id']}"
        if entry.get("duplicate_of") is not None:
            skipped["same numbers as another entry"] += 1
            continue
        if not entry.get("layers") or not entry.get("calls"):
            skipped["no layers published"] += 1
            continue
        if re.search(r"gru|lstm|garnet|bdt", json.dumps(entry["calls"]).lower()):
            skipped["recurrent layer (GRU, LSTM)"] += 1
            instances_only(entry, arrays)
            continue
        cs, vs = entry.get("csynth"), entry.get("vivado_synth")
        try:
            design = Design(entry, arrays)
            lines = design.lines()
        except (ValueError, KeyError, TypeError) as error:
            skipped[f"{error}"] += 1
            print(f"{where}: {error}", file=sys.stderr)
            instances_only(entry, arrays)
            continue
        common = technology_fields(entry)
        if cs:
            best, worst = cs["latency_best"], cs["latency_worst"]
            head = fields(id=entry["id"], repo=entry["repo"], scope="total", stage="c", **common,
                          **figures(cs["resources"], (best, worst), cs["ii_max"]))
            emit(head, lines)
        if vs:
            head = fields(id=entry["id"], repo=entry["repo"], scope="total", stage="logic", **common, lut=vs["LUT"],
                          ff=vs["FF"], dsp=vs["DSP"], bram=round(2 * vs["BRAM_tile"]), latency_min=-1, latency=-1, interval=-1)
            emit(head, lines)
        instances(entry, design)


def technology_fields(entry):
    cs = entry.get("csynth") or {}
    part = cs.get("part") or (entry.get("vivado_synth") or {}).get("device") or "unknown"
    clock = cs.get("target_clock_ns") or float((entry.get("config") or {}).get("ClockPeriod", 5) or 5)
    share = (cs.get("clock_uncertainty") or 0.125 * clock) / clock
    return dict(part=part, clock=clock, share=round(share, 4), tool=cs.get("tool_version") or "unknown")


def instances_only(entry, arrays):
    """Single layers of designs that as a whole have no model."""
    if not entry.get("instances") or not entry.get("calls"):
        return
    design = Design(entry, arrays)
    for function, args in entry["calls"]:
        try:
            config, lines = design.layer(function, args)
            design.by_config[config] = lines
        except (ValueError, KeyError, TypeError):
            continue
    instances(entry, design)


def instances(entry, design):
    if not entry.get("csynth"):
        return
    timing = {row[1]: row for row in entry.get("latency_instances") or []}
    for row in entry.get("instances") or []:
        module = row["Module"]
        m = re.search(r"((?:[a-z]+_)*config\d+)(?:_|$)", module)
        if not m:
            continue
        config = next((c for c in design.by_config if m[1].endswith(c) or m[1] == c), None)
        if config is None:
            continue
        t = timing.get(module)
        latency, interval = (-1, -1), -1
        if t:
            try:
                latency, interval = (int(t[2]), int(t[3])), int(t[7])
            except (ValueError, IndexError):
                pass
        head = fields(id=entry["id"], repo=entry["repo"], scope="layer", stage="c", **technology_fields(entry),
                      **figures(row, latency, interval))
        emit(head, design.by_config[config])


def single_dense(data):
    """wa_hls4ml: weights are not published; they are drawn as Keras initialises them (Glorot, uniform) and truncated."""
    drawn = random.Random(2024)
    for n, row in enumerate(csv.DictReader(open(os.path.join(data, "wa_hls4ml_dense1.csv")))):
        if row["hls_synth_success"] != "1":
            skipped["single dense layer, synthesis did not finish"] += 1
            continue
        n_in, n_out, prec, reuse = (int(row[k]) for k in ("d_in", "d_out", "prec", "rf"))
        if row["strategy"] == "latency" and reuse > 1:
            skipped["single dense layer, latency strategy with a reuse factor above 1: limits not published"] += 1
            continue
        limit = math.sqrt(6 / (n_in + n_out))
        kind = Type(f"ap_fixed<{prec},1>")
        # With reuse the weights stand in memory, and their values do not matter.
        q = kind.integers([drawn.uniform(-limit, limit) for _ in range(n_in * n_out)]) if reuse == 1 else []
        lines = ["layer " + fields(kind="matrix", inputs=n_in, outputs=n_out, strategy=row["strategy"], reuse=reuse, stream=0,
                                   dsp=1, positions=1, input_bits=16, weight_bits=prec, accumulator_bits=16, output_bits=16),
                 *(["w " + " ".join(map(str, q))] if q else []),
                 "layer " + fields(kind="pointwise", elements=n_out, stream=0, dsp=1, positions=1, input_bits=16,
                                   weight_bits=16, accumulator_bits=16, output_bits=prec, rounds=0, strategy="latency", reuse=1)]
        head = fields(id=f"wa{n}", repo="wa-hls4ml/dense1", scope="total", wrapped=1, stage="c", part="xcu250", clock=5, share=0.125,
                      tool="unknown", lut=row["LUT_hls"], ff=row["FF_hls"], dsp=row["DSP_hls"], bram=row["BRAM_18K_hls"],
                      latency_min=row["BestLatency_hls"], latency=row["WorstLatency_hls"], interval=row["IntervalMax_hls"])
        emit(head, lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default=os.path.join("..", "shared", "data", "fpga_synth"))
    data = parser.parse_args().data
    if not os.path.isfile(os.path.join(data, "hls4ml_projects.json")):
        raise SystemExit(f"{data}: holds no hls4ml_projects.json; name the folder of the published results with --data")
    projects(data)
    single_dense(data)
    for reason, n in skipped.most_common():
        print(f"left out: {n:4d}  {reason}", file=sys.stderr)


main()
