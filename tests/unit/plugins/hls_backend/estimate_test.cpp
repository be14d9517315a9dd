// SPDX-License-Identifier: Apache-2.0
#include "hls_backend/estimate/estimate.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <random>

#include "hls_backend/estimate/layer_cost.hpp"

namespace {

using namespace nac::hls;

/// A network of constant matrices with ReLU in between, built by hand.
class network {
 public:
  explicit network(io_type io, int64_t inputs) {
    m_.how.io = io;
    m_.how.target = {"xcu250-figd2104-2L-e", 1728000, 3456000, 12288, 5376, 1280, 4};
    add_tensor(inputs, -1);
    m_.inputs = {0};
    layer l;
    l.kind = layer_kind::input;
    l.output = 0;
    m_.layers.push_back(l);
    m_.tensors[0].producer = 0;
  }

  using draw = std::function<int64_t()>;

  network &dense(int64_t outputs, strategy how, int reuse, const draw &weight) {
    const int64_t inputs = m_.tensors.back().size;
    add_matrix(layer_kind::dense, inputs, outputs, outputs, how, reuse, weight);
    return *this;
  }

  network &conv(const window &g, strategy how, int reuse, const draw &weight) {
    const int64_t size = g.out_channels * g.out_height * g.out_width;
    add_matrix(layer_kind::conv, g.kernel_height * g.kernel_width * g.channels, g.out_channels, size, how, reuse,
               weight);
    m_.layers.back().geometry = g;
    return *this;
  }

  network &relu() {
    pointwise step;
    step.what = pointwise::op::relu;
    m_.layers.back().steps.push_back(step);
    return *this;
  }

  const model &get() {
    m_.outputs = {static_cast<int>(m_.tensors.size()) - 1};
    return m_;
  }
  model &raw() { return m_; }

 private:
  void add_tensor(int64_t size, int producer) {
    tensor t;
    t.shape = {size};
    t.size = size;
    t.type.width = 8;
    t.type.integer = 4;
    t.producer = producer;
    m_.tensors.push_back(t);
  }

  void add_matrix(layer_kind kind, int64_t inputs, int64_t outputs, int64_t size, strategy how, int reuse,
                  const draw &weight) {
    layer l;
    l.kind = kind;
    l.index = static_cast<int>(m_.layers.size());
    l.inputs = {static_cast<int>(m_.tensors.size()) - 1};
    m_.tensors.back().users = {l.index};
    l.weights.inputs = inputs;
    l.weights.outputs = outputs;
    l.weights.type.width = 8;
    for (int64_t i = 0; i < inputs * outputs; ++i) l.weights.values.push_back(weight());
    l.accumulator.width = 16;
    l.how = how;
    l.reuse_factor = reuse;
    add_tensor(size, l.index);
    l.output = static_cast<int>(m_.tensors.size()) - 1;
    m_.layers.push_back(l);
  }

  model m_;
};

network::draw random_weights(double zeros, int64_t most = 127) {
  return [zeros, most, source = std::mt19937(7)]() mutable {
    const auto share = static_cast<double>(source()) / 4294967296.0;
    const auto value = static_cast<int64_t>(source() % static_cast<uint32_t>(most)) + 1;
    return share < zeros ? 0 : (source() % 2 != 0 ? value : -value);
  };
}

double value(const estimates &e, const char *name) { return e.at(name).value; }

window bragg_window() {
  window g;
  g.height = g.width = 11;
  g.kernel_height = g.kernel_width = 3;
  g.out_channels = 8;
  g.out_height = g.out_width = 9;
  return g;
}

}  // namespace

TEST_CASE("signed digits of integers", "[hls][estimate]") {
  CHECK(signed_digits(0) == 0);
  CHECK(signed_digits(-64) == 1);
  CHECK(signed_digits(7) == 2);      // 8 - 1
  CHECK(signed_digits(-11) == 3);    // -(8 + 4 - 1)
  CHECK(signed_digits(85) == 4);     // 64 + 16 + 4 + 1
  CHECK(signed_digits(10923) == 8);  // beyond the table: 10101010101011 in binary
}

TEST_CASE("a matrix shares equal products of one input and skips zeros", "[hls][estimate]") {
  // Of input 0: 11 twice, 3 and 0; of input 1: 11, -11, 4 and 0; the last output has nothing to add but its bias.
  const std::vector<int64_t> values = {11, 11, 3, 0, 11, -11, 4, 0}, bias = {1, 0, 0, 5};
  const matrix_facts f = count_matrix(values.data(), 2, 4, bias.data());
  CHECK(f.zeros == 2);
  CHECK(f.multipliers == 3);
  CHECK(f.pairs == 1);
  CHECK(f.shifts == 1);
  CHECK(f.digits == 3 * 4 + 2 + 1);
  CHECK(f.additions == 2 + 1 + 1);
  CHECK(f.fan_in == 3);
  CHECK(f.live_outputs == 4);
}

TEST_CASE("the resource strategy keeps to its laws", "[hls][estimate]") {
  const std::vector<int> reuse = {4, 8, 16, 4};
  const std::vector<int64_t> widths = {16, 64, 32, 32, 5};
  network n(io_type::parallel, widths[0]);
  double clocks = -1, multipliers = 0, slowest = 0;
  for (std::size_t i = 0; i < reuse.size(); ++i) {
    n.dense(widths[i + 1], strategy::resource, reuse[i], random_weights(0.3));
    if (i + 1 < reuse.size()) n.relu();
    clocks += reuse[i] + 2;
    multipliers += std::ceil(static_cast<double>(widths[i] * widths[i + 1]) / reuse[i]);
    slowest = std::max(slowest, static_cast<double>(reuse[i]));
  }
  const estimates e = estimate(n.get());
  CHECK(value(e, "dsp") == multipliers);
  CHECK(value(e, "latency") == clocks);
  CHECK(value(e, "interval") == slowest);
  CHECK(value(e, "latency_ns") == clocks * 5);

  SECTION("small factors take no DSP slices") {
    for (tensor &t : n.raw().tensors) t.type.width = 6;
    for (layer &l : n.raw().layers) l.weights.type.width = 6;
    CHECK(value(estimate(n.get()), "dsp") == 0);
  }
}

TEST_CASE("weights in memory take blocks by depth and width", "[hls][estimate]") {
  CHECK(block_rams(16, 64) == 0);  // 1,024 bits stay in lookup tables
  CHECK(block_rams(32, 1024 * 16) == std::ceil(1024 * 16 / 36.0));
  CHECK(block_rams(512, 36) == 1);
  CHECK(block_rams(576, 32) == 2);
  CHECK(block_rams(16384, 1) == 1);
  CHECK(block_rams(40000, 2) == 6);
}

TEST_CASE("sparser weights cost less, and none cost nothing", "[hls][estimate]") {
  for (const strategy how : {strategy::latency, strategy::distributed_arithmetic}) {
    double lut = 1e18, ff = 1e18, dsp = 1e18;
    for (const double zeros : {0.0, 0.25, 0.5, 0.75, 0.9}) {
      network n(io_type::parallel, 32);
      const estimates e = estimate(n.dense(32, how, 1, random_weights(zeros)).get());
      CHECK(value(e, "lut") < lut);
      CHECK(value(e, "ff") < ff);
      CHECK(value(e, "dsp") <= dsp);
      lut = value(e, "lut");
      ff = value(e, "ff");
      dsp = value(e, "dsp");
    }
    network empty(io_type::parallel, 32);
    const estimates e = estimate(empty.dense(32, how, 1, random_weights(1)).get());
    CHECK(value(e, "lut") == 0);
    CHECK(value(e, "ff") == 0);
    CHECK(value(e, "dsp") == 0);
  }
}

TEST_CASE("wider numbers cost more", "[hls][estimate]") {
  constexpr double kLutOfSlice = 100;  // a wide product moves from lookup tables into a DSP slice
  double area = 0, dsp = -1;
  for (const int64_t most : {1, 7, 31, 127}) {
    network n(io_type::parallel, 32);
    const estimates e = estimate(n.dense(32, strategy::latency, 1, random_weights(0, most)).get());
    CHECK(value(e, "lut") + kLutOfSlice * value(e, "dsp") > area);
    CHECK(value(e, "dsp") >= dsp);
    area = value(e, "lut") + kLutOfSlice * value(e, "dsp");
    dsp = value(e, "dsp");
  }
}

TEST_CASE("reuse trades multipliers for clocks", "[hls][estimate]") {
  double dsp = 1e18, latency = 0, interval = 0;
  for (const int reuse : {2, 4, 8, 16, 32}) {
    network n(io_type::parallel, 32);
    const estimates e = estimate(n.dense(32, strategy::resource, reuse, random_weights(0)).get());
    CHECK(value(e, "dsp") < dsp);
    CHECK(value(e, "latency") > latency);
    CHECK(value(e, "interval") > interval);
    dsp = value(e, "dsp");
    latency = value(e, "latency");
    interval = value(e, "interval");
  }
  network n(io_type::parallel, 32);
  CHECK(value(estimate(n.dense(32, strategy::latency, 1, random_weights(0)).get()), "interval") == 1);
}

TEST_CASE("figures come in order, inside their intervals, as shares of the part", "[hls][estimate]") {
  network n(io_type::parallel, 16);
  n.dense(64, strategy::latency, 1, random_weights(0)).relu().dense(5, strategy::latency, 1, random_weights(0));
  const estimates e = estimate(n.get());
  std::vector<std::string> names;
  for (const figure &f : e.all) {
    names.push_back(f.name);
    CHECK(f.low <= f.value);
    CHECK(f.value <= f.high);
  }
  CHECK(names == std::vector<std::string>{"lut", "ff", "dsp", "bram_18k", "uram", "latency_min", "latency",
                                          "latency_max", "latency_ns", "interval", "interval_ns", "lut_percent",
                                          "ff_percent", "dsp_percent", "bram_percent"});
  CHECK(value(e, "lut_percent") == Approx(100 * value(e, "lut") / 1728000));
  CHECK(value(e, "dsp_percent") == Approx(100 * value(e, "dsp") / 12288));
  CHECK(value(estimate(n.get(), stage::logic_synthesis), "lut") < value(e, "lut"));
  CHECK_THROWS_AS(e.at("watts"), std::out_of_range);
  n.raw().how.target = {"xc7k325t-ffg900-2", 0, 0, 0, 0, 0, 0};
  CHECK(std::isnan(value(estimate(n.get()), "lut_percent")));
}

TEST_CASE("a streamed convolution takes a pixel per clock, its dense layer folded over them", "[hls][estimate]") {
  network n(io_type::stream, 121);
  n.conv(bragg_window(), strategy::latency, 1, random_weights(0)).relu();
  n.dense(32, strategy::latency, 1, random_weights(0)).relu().dense(32, strategy::latency, 1, random_weights(0)).relu();
  n.dense(32, strategy::latency, 1, random_weights(0)).relu().dense(2, strategy::latency, 1, random_weights(0));
  const estimates e = estimate(n.get());
  CHECK(value(e, "interval") == 121);
  CHECK(value(e, "latency") > 121 + 5);
  CHECK(value(e, "latency") < 121 + 40);
  // 8 channels times 32 outputs at a time, out of memory, beside the constant multipliers of the other layers.
  CHECK(value(e, "dsp") >= 256);
  CHECK(value(e, "bram_18k") >= 256 * 8 / 36);
  CHECK(value(e, "latency_min") <= value(e, "latency"));
  CHECK(value(e, "latency") <= value(e, "latency_max"));
  n.raw().layers[1].reuse_factor = 3;
  CHECK(value(estimate(n.get()), "interval") == 363);
}

TEST_CASE("an array convolution takes its pixels in turn", "[hls][estimate]") {
  network n(io_type::parallel, 121);
  n.conv(bragg_window(), strategy::latency, 1, random_weights(0));
  const estimates one = estimate(n.get());
  CHECK(value(one, "interval") == 81);
  n.raw().layers[1].parallelization_factor = 9;
  const estimates nine = estimate(n.get());
  CHECK(value(nine, "interval") == 9);
  CHECK(value(nine, "dsp") == 9 * value(one, "dsp"));
}

TEST_CASE("an array layer on several rows takes them in turn", "[hls][estimate]") {
  network n(io_type::parallel, 16);
  n.dense(8, strategy::latency, 1, random_weights(0));
  n.raw().layers[1].rows = 4;
  const estimates one = estimate(n.get());
  CHECK(value(one, "interval") == 4);
  n.raw().layers[1].parallelization_factor = 2;
  const estimates two = estimate(n.get());
  CHECK(value(two, "interval") == 2);
  CHECK(value(two, "dsp") == 2 * value(one, "dsp"));
  CHECK(value(two, "lut") > value(one, "lut"));
}
