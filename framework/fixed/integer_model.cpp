// SPDX-License-Identifier: Apache-2.0
#include "fixed/integer_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <exception>
#include <mutex>
#include <new>

#include "base/error.hpp"
#include "fixed/integer/lanes.hpp"
#include "fixed/integer/plan.hpp"

namespace nac::fw {
namespace {

constexpr int64_t kBlock = static_cast<int64_t>(kLanes);

/// The number of rows; throws Error for inputs that do not fit.
int64_t checked_rows(const Graph &graph, const std::vector<Tensor> &inputs) {
  if (inputs.size() != graph.inputs().size())
    throw Error(fmt::format("the network has {} inputs, {} were given", graph.inputs().size(), inputs.size()),
                NAC_INVALID_ARGUMENT);
  int64_t rows = 0;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Value &v = graph.value(graph.inputs()[i]);
    const Tensor &t = inputs[i];
    const bool fits = t.dtype() == DType::f32 && t.shape().size() == v.shape.size() &&
                      std::equal(v.shape.begin() + 1, v.shape.end(), t.shape().begin() + 1);
    if (!fits)
      throw Error(fmt::format("input '{}' is float32 {}, it was given {} {}", v.name, text_of(v.shape),
                              name_of(t.dtype()), text_of(t.shape())),
                  NAC_INVALID_ARGUMENT);
    if (i > 0 && t.shape()[0] != rows)
      throw Error(fmt::format("input '{}' has {} rows, the inputs before have {}", v.name, t.shape()[0], rows),
                  NAC_INVALID_ARGUMENT);
    rows = t.shape()[0];
    const float *data = t.data<float>();
    const int64_t row = rows == 0 ? 1 : t.elements() / rows;
    for (int64_t k = 0; k < t.elements(); ++k)
      if (!std::isfinite(data[k]))
        throw Error(
            fmt::format("input '{}' is {} in row {}: only finite values can be quantized", v.name, data[k], k / row),
            NAC_INVALID_ARGUMENT);
  }
  return rows;
}

struct Freed {
  void operator()(Unit *memory) const { ::operator delete (memory, std::align_val_t{alignof(Unit)}); }
};

/// Runs the plan over blocks of rows; `out(block's rows, memory)` takes the results.
template <class Out>
struct Pass {
  const Plan &plan;
  const std::vector<Tensor> &inputs;
  const int64_t rows;
  Out out;
  std::mutex mutex{};
  std::exception_ptr failure{};

  void range(uint64_t begin, uint64_t end) {
    const std::unique_ptr<Unit, Freed> memory(
        static_cast<Unit *>(::operator new (plan.units * sizeof(Unit), std::align_val_t{alignof(Unit)})));
    std::memset(static_cast<void *>(memory.get()), 0, kFirstFree * sizeof(Unit));
    for (uint64_t block = begin; block < end; ++block) {
      const int64_t first = static_cast<int64_t>(block) * kBlock;
      const Rows part{&inputs, first, std::min(kBlock, rows - first)};
      for (const std::unique_ptr<Step> &step : plan.steps) step->run(memory.get(), part);
      out(part, memory.get());
    }
  }
  static void range_of(void *context, uint64_t begin, uint64_t end) {
    Pass &pass = *static_cast<Pass *>(context);
    try {
      pass.range(begin, end);
    } catch (...) {
      const std::lock_guard<std::mutex> lock(pass.mutex);
      pass.failure = std::current_exception();
    }
  }
  void run(RangeLoop loop) {
    const auto blocks = static_cast<uint64_t>((rows + kBlock - 1) / kBlock);
    if (blocks == 0) return;
    if (loop == nullptr) return range(0, blocks);
    loop(blocks, range_of, this);
    if (failure) std::rethrow_exception(failure);
  }
};

int64_t integer_at(Unit *memory, const Activation &x, std::size_t element, std::size_t lane) {
  const Ref at = x.cells[element].at;
  return x.wide ? lanes<int64_t>(memory, at)[lane] : int64_t{lanes<int32_t>(memory, at)[lane]};
}

Shape with_rows(Shape shape, int64_t rows) {
  shape[0] = rows;
  return shape;
}

/// The dimension that the fractions alone depend on, with one entry each; none: false.
bool find_channels(const Activation &x, IntegerTensor &out) {
  for (std::size_t axis = 1; axis < x.shape.size(); ++axis) {
    const auto count = static_cast<std::size_t>(x.shape[axis]);
    std::size_t inner = 1;
    for (std::size_t d = axis + 1; d < x.shape.size(); ++d) inner *= static_cast<std::size_t>(x.shape[d]);
    std::vector<int> fraction(count);
    for (std::size_t c = 0; c < count; ++c) fraction[c] = x.cells[c * inner].fraction;
    bool same = true;
    for (std::size_t i = 0; i < x.cells.size() && same; ++i) same = x.cells[i].fraction == fraction[i / inner % count];
    if (!same) continue;
    out.fraction = std::all_of(fraction.begin(), fraction.end(), [&](int f) { return f == fraction[0]; })
                       ? std::vector<int>{fraction[0]}
                       : fraction;
    out.channel_axis = axis;
    return true;
  }
  return false;
}

/// Every element on the finest grid where no dimension tells their grids apart.
IntegerTensor empty_like(const Activation &x, int64_t rows) {
  IntegerTensor out;
  out.shape = with_rows(x.shape, rows);
  out.data.resize(static_cast<std::size_t>(rows) * x.cells.size());
  if (find_channels(x, out)) return out;
  int finest = x.cells.at(0).fraction;
  for (const Cell &cell : x.cells) finest = std::max(finest, cell.fraction);
  out.fraction = {finest};
  return out;
}

}  // namespace

IntegerModel::IntegerModel(const Graph &deployed)
    : graph_(std::make_unique<Graph>(deployed)), plan_(std::make_unique<Plan>(plan_of(deployed, false))) {}
IntegerModel::~IntegerModel() = default;
IntegerModel::IntegerModel(IntegerModel &&) noexcept = default;
IntegerModel &IntegerModel::operator=(IntegerModel &&) noexcept = default;

const std::vector<AccumulatorProof> &IntegerModel::proofs() const { return plan_->proofs; }

std::vector<Tensor> IntegerModel::run(const std::vector<Tensor> &inputs, RangeLoop loop) const {
  const int64_t rows = checked_rows(*graph_, inputs);
  struct Output {
    const Activation *x;
    std::vector<double> step;
    float *data;
  };
  std::vector<Tensor> results;
  std::vector<Output> outputs;
  for (const ValueId id : graph_->outputs()) {
    const Activation &x = plan_->values.at(id);
    results.emplace_back(DType::f32, with_rows(x.shape, rows));
    Output output{&x, {}, results.back().mutable_data<float>()};
    for (const Cell &cell : x.cells) output.step.push_back(std::ldexp(1.0, -cell.fraction));
    outputs.push_back(std::move(output));
  }
  const auto take = [&](const Rows &part, Unit *memory) {
    for (const Output &output : outputs) {
      const std::size_t elements = output.step.size();
      for (std::size_t e = 0; e < elements; ++e)
        for (std::size_t i = 0; i < static_cast<std::size_t>(part.count); ++i) {
          const auto n = static_cast<double>(static_cast<float>(integer_at(memory, *output.x, e, i)));
          output.data[(static_cast<std::size_t>(part.first) + i) * elements + e] =
              static_cast<float>(n * output.step[e]);
        }
    }
  };
  Pass<decltype(take)> pass{*plan_, inputs, rows, take};
  pass.run(loop);
  return results;
}

std::vector<IntegerTensor> IntegerModel::integers(const std::vector<Tensor> &inputs,
                                                  const std::vector<ValueId> &values) const {
  const int64_t rows = checked_rows(*graph_, inputs);
  const Plan plan = plan_of(*graph_, true);
  std::vector<const Activation *> wanted;
  std::vector<IntegerTensor> results;
  std::vector<ValueId> ids = graph_->outputs();
  ids.insert(ids.end(), values.begin(), values.end());
  for (const ValueId id : ids) {
    const auto found = plan.values.find(id);
    if (found == plan.values.end())
      throw Error(fmt::format("'{}' is no activation that the network computes as integers", graph_->value(id).name),
                  NAC_INVALID_ARGUMENT);
    wanted.push_back(&found->second);
    results.push_back(empty_like(found->second, rows));
  }
  const auto take = [&](const Rows &part, Unit *memory) {
    for (std::size_t v = 0; v < wanted.size(); ++v) {
      const Activation &x = *wanted[v];
      for (std::size_t e = 0; e < x.cells.size(); ++e)
        for (std::size_t i = 0; i < static_cast<std::size_t>(part.count); ++i) {
          int64_t n = integer_at(memory, x, e, i);
          if (results[v].channel_axis == 0) n *= int64_t{1} << (results[v].fraction[0] - x.cells[e].fraction);
          results[v].data[(static_cast<std::size_t>(part.first) + i) * x.cells.size() + e] = n;
        }
    }
  };
  Pass<decltype(take)> pass{plan, inputs, rows, take};
  pass.run(nullptr);
  return results;
}

}  // namespace nac::fw
