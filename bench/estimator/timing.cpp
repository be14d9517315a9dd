// SPDX-License-Identifier: Apache-2.0
#include "timing.hpp"

#include <chrono>
#include <cstdio>
#include <random>

#include "hls_backend/estimate/estimate.hpp"

namespace nac::bench {
namespace {

void add_matrix(hls::model *m, hls::layer_kind kind, int64_t inputs, int64_t outputs, int64_t size,
                std::mt19937 *random) {
  hls::layer l;
  l.kind = kind;
  l.index = static_cast<int>(m->layers.size());
  l.inputs = {static_cast<int>(m->tensors.size()) - 1};
  l.output = static_cast<int>(m->tensors.size());
  l.weights.inputs = inputs;
  l.weights.outputs = outputs;
  l.weights.type.width = 8;
  for (int64_t i = 0; i < inputs * outputs; ++i)
    l.weights.values.push_back(static_cast<int64_t>((*random)() % 255) - 127);
  l.accumulator.width = 20;
  l.steps.resize(1);
  l.steps[0].what = hls::pointwise::op::relu;
  m->tensors.back().users = {l.index};
  m->layers.push_back(l);
  hls::tensor t;
  t.size = size;
  t.type.width = 8;
  m->tensors.push_back(t);
}

hls::model start(hls::io_type io, int64_t inputs) {
  hls::model m;
  m.how.io = io;
  m.how.target = {"xcu250-figd2104-2L-e", 1728000, 3456000, 12288, 5376, 1280, 4};
  hls::tensor t;
  t.size = inputs;
  t.type.width = 8;
  m.tensors.push_back(t);
  m.inputs = {0};
  hls::layer l;
  l.kind = hls::layer_kind::input;
  l.output = 0;
  m.layers.push_back(l);
  return m;
}

void measure(const char *name, hls::model m) {
  m.outputs = {static_cast<int>(m.tensors.size()) - 1};
  constexpr int kRounds = 100;
  const auto before = std::chrono::steady_clock::now();
  hls::estimates e;
  for (int i = 0; i < kRounds; ++i) e = hls::estimate(m);
  const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - before;
  std::printf("  %-22s %.0f us: lut %.0f, ff %.0f, dsp %.0f, bram_18k %.0f, latency %.0f, interval %.0f\n", name,
              took.count() / kRounds, e.at("lut").value, e.at("ff").value, e.at("dsp").value, e.at("bram_18k").value,
              e.at("latency").value, e.at("interval").value);
}

}  // namespace

void print_timing() {
  std::mt19937 random(1);
  std::printf("\nTime of one estimate, random 8-bit weights\n");
  hls::model jets = start(hls::io_type::parallel, 16);
  for (const auto &[in, out] : {std::pair{16, 64}, {64, 32}, {32, 32}, {32, 5}}) {
    add_matrix(&jets, hls::layer_kind::dense, in, out, out, &random);
  }
  measure("MLP 16-64-32-32-5", jets);
  hls::model bragg = start(hls::io_type::stream, 121);
  hls::window g;
  g.height = g.width = 11;
  g.kernel_height = g.kernel_width = 3;
  g.out_channels = 8;
  g.out_height = g.out_width = 9;
  add_matrix(&bragg, hls::layer_kind::conv, 9, 8, 648, &random);
  bragg.layers.back().geometry = g;
  for (const auto &[in, out] : {std::pair{648, 32}, {32, 32}, {32, 32}, {32, 2}}) {
    add_matrix(&bragg, hls::layer_kind::dense, in, out, out, &random);
  }
  measure("streamed Bragg Tiny", bragg);
}

}  // namespace nac::bench
