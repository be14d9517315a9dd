// SPDX-License-Identifier: Apache-2.0
#include "fused/plan/read_exact.hpp"

#include <algorithm>
#include <cmath>

#include "fixed/function_table.hpp"
#include "fused/weights/scales.hpp"

namespace nac::fw::fused {
namespace {

/// Whether the value goes on to a quantizer or out of the graph, so that each of its bits counts; a loss is neither.
bool counts_exactly(const Planner &p, ValueId id) {
  std::vector<ValueId> open{id};
  std::set<ValueId> seen;
  while (!open.empty()) {
    const ValueId value = open.back();
    open.pop_back();
    if (!seen.insert(value).second || !p.is_sample_value(value)) continue;
    if (p.is_wanted(value)) return true;
    for (const NodeId user : p.users(value)) {
      const Node &node = p.graph.node(user);
      if (node.op == "Quant") return true;
      open.insert(open.end(), node.outputs.begin(), node.outputs.end());
    }
  }
  return false;
}

std::vector<GridPlan> grids_of(const Planner &p, const Node &node) {
  std::vector<GridPlan> grids;
  for (const ValueId id : node.inputs)
    if (id != 0 && p.graph.value(id).dtype == DType::f32) grids.push_back(p.quantized->grid(id));
  return grids;
}

bool exact_product(const std::vector<GridPlan> &grids, double count) {
  return grids.size() == 2 && grids[0].known() && grids[1].known() &&
         grids[0].largest * grids[1].largest * count < kSingleLimit;
}

bool reads_wide(const Planner &p, const Node &node) {
  return std::any_of(node.inputs.begin(), node.inputs.end(),
                     [&](ValueId id) { return id != 0 && p.is_sample_value(id) && p.wide_value(id) != nullptr; });
}

}  // namespace

ExactOp::Compute same_values(int rows) {
  return [rows](const std::vector<const double *> &x, double *y, int width) {
    std::copy_n(x[0], static_cast<std::ptrdiff_t>(rows) * width, y);
  };
}

bool may_be_wide(const Planner &p, const Node &node, const IntegerUse &use) {
  if (!p.quantized || p.mode == Mode::training) return false;  // while statistics move nobody needs exact integers
  if (!p.quantized->is_activation(node.outputs.at(0)) || !counts_exactly(p, node.outputs[0])) return false;
  if (reads_wide(p, node)) return true;
  if (use.kind == IntegerUse::Kind::moves) return false;
  const std::vector<GridPlan> grids = grids_of(p, node);
  const auto known = [](const GridPlan &grid) { return grid.known(); };
  if (std::none_of(grids.begin(), grids.end(), known)) return false;  // no integers
  if (use.kind == IntegerUse::Kind::products) return !exact_product(grids, use.count);
  return !(grids.size() == 1 && grids[0].largest * use.count < kSingleLimit);
}

void make_exact(Planner &p, const Node &node, const IntegerUse &use, ExactOp::Compute compute, const Follower &after) {
  ExactOp::Parts parts;
  for (const ValueId id : node.inputs) {
    if (id == 0 || p.graph.value(id).dtype != DType::f32) continue;
    if (p.is_sample_value(id)) {
      parts.operands.push_back({p.slot(id), 0, p.rows_of(id), p.wide_value(id)});
    } else {
      parts.operands.push_back({kNoSlot, id, p.rows_of(id), nullptr});
    }
    if (node.op == "Quant") break;  // its scale is no operand
  }
  parts.rows = p.rows_of(after.result);
  parts.compute = std::move(compute);
  const std::vector<GridPlan> grids = grids_of(p, node);
  if (use.kind == IntegerUse::Kind::sums)
    parts.exact = [grids, count = use.count](const State &state) { return exact_sum(state, grids, count); };
  if (use.kind == IntegerUse::Kind::products)
    parts.exact = [exact = exact_product(grids, use.count)](const State &) { return exact; };
  parts.activation = after.activation;
  parts.slope = after.slope;
  parts.quantizer = after.quantizer;
  if (!after.quantizer.present()) parts.result = p.make_wide(after.result);
  OpPtr op = std::move(p.plan.ops.back());
  p.plan.ops.back() = std::make_unique<ExactOp>(std::move(op), std::move(parts), p.plan.width);
}

void make_exact(Planner &p, const Node &node, const IntegerUse &use, ExactOp::Compute compute) {
  Follower nothing;
  nothing.result = node.outputs.at(0);
  make_exact(p, node, use, std::move(compute), nothing);
}

std::shared_ptr<WideValue> wide_result(Planner &p, ValueId id) {
  if (p.mode == Mode::training || !counts_exactly(p, id)) return nullptr;
  // The last layer's result only goes out, rounded to float.
  return p.users(id).empty() ? nullptr : p.make_wide(id);
}

std::optional<TableIndex> table_index(const Planner &p, const Node &node) {
  if (!p.quantized || (node.op != "Softmax" && !has_table(node.op))) return std::nullopt;
  const NodeId quant = p.quantized->sole_quantizer(node.inputs.at(0));
  if (quant == 0) return std::nullopt;
  const TableIndex index{quant_type_of(p.graph, p.graph.node(quant)), p.graph.node(quant).inputs.at(1)};
  if (index.type.width > kTableBits)
    p.refuse(node, "it is computed by a table, which " + std::to_string(index.type.width) +
                       " bits make too large; accepted are up to " + std::to_string(kTableBits));
  if (p.wide_value(node.inputs[0]) != nullptr) p.refuse(node, "a table of sums that float32 may not hold");
  return index;
}

}  // namespace nac::fw::fused
