// SPDX-License-Identifier: Apache-2.0
#include "pipeline/hardware/vectors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>

#include "base/error.hpp"
#include "fixed/quantizer.hpp"
#include "graph/trace.hpp"
#include "nac/cpp/rng.hpp"

namespace nac::fw {
namespace {

constexpr uint64_t kVectorStream = 0x766563746f7273u;  // "vectors"

/// The grid that an input is rounded to.
struct InputGrid {
  double step = 1;
  double low = 0, high = 0;  ///< in steps
  bool saturates = true;
  int64_t elements = 0;  ///< of a row

  float at(double steps) const { return static_cast<float>(steps * step); }
  double middle() const { return std::clamp(0.0, low, high); }
};

InputGrid grid_of(const Graph &graph, const Trace &trace, ValueId input) {
  for (const NodeId user : trace.users(input)) {
    const Node &node = graph.node(user);
    if (node.op != "Quant" || !graph.value(node.inputs[1]).data) continue;
    const QuantType type = quant_type_of(graph, node);
    const std::string what = "the quantizer of input '" + graph.value(input).name + "'";
    InputGrid grid;
    grid.step = std::ldexp(1.0, -fractions_of(*graph.value(node.inputs[1]).data, what).at(0));
    grid.low = static_cast<double>(type.lowest());
    grid.high = static_cast<double>(type.highest());
    grid.saturates = type.overflow == Overflow::sat;
    grid.elements = elements_of(graph.value(input).shape);
    return grid;
  }
  throw Error(fmt::format("no quantizer with a constant scale reads the input '{}': deploy the network first",
                          graph.value(input).name),
              NAC_INVALID_ARGUMENT);
}

/// The value of element e of a row.
using Pattern = std::function<float(const InputGrid &, int64_t e)>;

/// Values that a whole row has, then those that mix.
std::vector<Pattern> patterns(int64_t one_hot) {
  const auto everywhere = [](auto value) { return Pattern([value](const InputGrid &g, int64_t) { return value(g); }); };
  const auto beside = [](double steps_of_high, double steps_of_low, double add, float towards) {
    return Pattern([=](const InputGrid &g, int64_t) {
      return std::nextafter(g.at(steps_of_high * g.high + steps_of_low * g.low + add), towards);
    });
  };
  std::vector<Pattern> all;
  all.push_back(everywhere([](const InputGrid &g) { return g.at(g.low); }));
  all.push_back(everywhere([](const InputGrid &g) { return g.at(g.high); }));
  all.push_back(everywhere([](const InputGrid &) { return 0.0F; }));
  for (const double tie : {0.5, -0.5, 1.5, -1.5, 2.5, -2.5})
    all.push_back(everywhere([tie](const InputGrid &g) { return g.at(tie); }));
  for (const double tie : {0.5, -0.5, 1.5, -1.5})
    for (const float towards : {-1e30F, 1e30F}) all.push_back(beside(0, 0, tie, towards));
  for (const float towards : {-1e30F, 1e30F}) {
    all.push_back(beside(1, 0, 0.5, towards));
    all.push_back(beside(0, 1, -0.5, towards));
  }
  for (const double part : {0.25, -0.25, 0.3, -0.7, 1.0 / 3})
    all.push_back(everywhere([part](const InputGrid &g) { return g.at(part); }));
  for (const double beyond : {1.0, 2.0, 1000.0}) {
    all.push_back(everywhere([beyond](const InputGrid &g) { return g.at(g.high + beyond); }));
    all.push_back(everywhere([beyond](const InputGrid &g) { return g.at(g.low - beyond); }));
  }
  // A wrapped number of so many steps is beyond the integers that hold it.
  all.push_back(everywhere([](const InputGrid &g) { return g.saturates ? 1e30F : g.at(g.high); }));
  all.push_back(everywhere([](const InputGrid &g) { return g.saturates ? -1e30F : g.at(g.low); }));
  all.push_back([](const InputGrid &g, int64_t e) { return g.at(e % 2 == 0 ? g.low : g.high); });
  all.push_back([](const InputGrid &g, int64_t e) { return g.at(e % 2 == 0 ? g.high : g.low); });
  all.push_back([](const InputGrid &g, int64_t e) { return g.at(e % 2 == 0 ? 0.5 : -0.5); });
  for (int64_t hot = 0; hot < one_hot; ++hot)
    for (const bool high : {false, true})
      all.push_back([hot, high](const InputGrid &g, int64_t e) {
        return e == hot % g.elements ? g.at(high ? g.high : g.low) : g.at(g.middle());
      });
  return all;
}

/// One element of a random row of some kind.
float random_element(const InputGrid &g, uint64_t kind, nac::rng &draws) {
  const double on_grid = std::floor(draws.uniform(g.low, g.high + 1));
  switch (kind) {
    case 0: return g.at(on_grid);
    case 1: return g.at(on_grid + draws.uniform());
    case 2: return g.at(on_grid + 0.5);
    case 3: return draws.chance(0.5) ? g.at(g.low + draws.uniform(-3, 3)) : g.at(g.high + draws.uniform(-3, 3));
    case 4: return g.at(std::clamp(draws.normal() * (g.high - g.low) / 8, g.low, g.high));
    default: return draws.chance(0.8) ? g.at(g.middle()) : g.at(on_grid);
  }
}
constexpr uint64_t kRandomKinds = 6;

Tensor new_rows(const Graph &graph, ValueId input, int64_t count) {
  const Value &v = graph.value(input);
  if (v.dtype != DType::f32)
    throw Error(fmt::format("the input '{}' is {}; float32 is supported", v.name, name_of(v.dtype)), NAC_UNSUPPORTED);
  Shape shape = v.shape;
  shape.at(0) = count;
  return Tensor(DType::f32, shape);
}

}  // namespace

TestVectors test_vectors(const Graph &deployed, const std::vector<Tensor> &real, int64_t count) {
  if (count < 1) throw Error("a proof needs at least one vector", NAC_INVALID_ARGUMENT);
  const Trace trace(deployed);
  std::vector<InputGrid> grids;
  int64_t widest = 1;
  for (const ValueId id : deployed.inputs()) {
    grids.push_back(grid_of(deployed, trace, id));
    widest = std::max(widest, grids.back().elements);
  }
  const std::vector<Pattern> corners = patterns(widest);
  TestVectors vectors;
  vectors.corners = std::min<int64_t>(static_cast<int64_t>(corners.size()), std::max<int64_t>(1, count / 2));
  const int64_t rest = count - vectors.corners;
  const int64_t known = real.empty() ? 0 : real.front().shape().at(0);
  vectors.real = std::min(known, (rest + 1) / 2);
  vectors.random = rest - vectors.real;
  for (std::size_t i = 0; i < grids.size(); ++i) {
    const InputGrid &grid = grids[i];
    Tensor rows = new_rows(deployed, deployed.inputs()[i], count);
    float *out = rows.mutable_data<float>();
    for (int64_t r = 0; r < vectors.corners; ++r)
      for (int64_t e = 0; e < grid.elements; ++e) *out++ = corners[static_cast<std::size_t>(r)](grid, e);
    for (int64_t r = 0; r < vectors.real; ++r) {
      const float *row = real.at(i).data<float>() + r * known / vectors.real * grid.elements;
      out = std::copy(row, row + grid.elements, out);
    }
    for (int64_t r = 0; r < vectors.random; ++r) {
      nac::rng draws(nac::stream_key(kVectorStream, i, static_cast<uint64_t>(r)));
      for (int64_t e = 0; e < grid.elements; ++e)
        *out++ = random_element(grid, static_cast<uint64_t>(r) % kRandomKinds, draws);
    }
    // A subnormal counts as 0, see docs/quantized-graphs.md; it tells nothing.
    float *data = rows.mutable_data<float>();
    for (int64_t e = 0; e < rows.elements(); ++e)
      if (std::fpclassify(data[e]) == FP_SUBNORMAL) data[e] = 0;
    vectors.inputs.push_back(std::move(rows));
  }
  return vectors;
}

}  // namespace nac::fw
