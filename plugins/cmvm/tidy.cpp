// SPDX-License-Identifier: Apache-2.0
#include "cmvm/tidy.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace nac::cmvm {
namespace {

std::vector<char> reached(const std::vector<node> &nodes, const std::vector<result> &results) {
  std::vector<char> used(nodes.size());
  for (const auto &r : results)
    if (r.what.node >= 0) used[static_cast<std::size_t>(r.what.node)] = 1;
  for (std::size_t i = nodes.size(); i-- > 0;) {
    if (used[i] == 0 || nodes[i].kind != node_kind::sum) continue;
    used[static_cast<std::size_t>(nodes[i].a)] = used[static_cast<std::size_t>(nodes[i].b)] = 1;
  }
  return used;
}

/// Rebuilds what is reached, in the same order. Results follow.
std::vector<node> rebuild(const problem &p, const std::vector<node> &nodes, std::vector<result> &results, bool merge) {
  builder fresh(p, merge);
  const auto used = reached(nodes, results);
  std::vector<term> now(nodes.size());
  const auto follow = [&](term t) {
    const term to = now[static_cast<std::size_t>(t.node)];
    return term{to.node, to.shift + t.shift, to.negate != t.negate};
  };
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (used[i] == 0) continue;
    const node &n = nodes[i];
    switch (n.kind) {
      case node_kind::input: now[i] = {fresh.input(n.index), 0, false}; break;
      case node_kind::constant: now[i] = {fresh.constant(n.value), 0, false}; break;
      case node_kind::sum: now[i] = fresh.sum(follow({n.a, 0, n.negate_a}), follow({n.b, n.shift, n.negate_b})); break;
    }
  }
  for (auto &r : results)
    if (r.what.node >= 0) r.what = follow(r.what);
  return fresh.take();
}

/// Turns differences round (a - b into b - a) that more outputs want negated than not, where their readers can take it:
/// a reader must not come to subtract both of its operands.
void turn(std::vector<node> &nodes, std::vector<result> &results) {
  std::vector<std::vector<int>> readers(nodes.size());
  std::vector<int> wish(nodes.size());
  for (std::size_t i = 0; i < nodes.size(); ++i)
    if (nodes[i].kind == node_kind::sum) {
      readers[static_cast<std::size_t>(nodes[i].a)].push_back(static_cast<int>(i));
      if (nodes[i].b != nodes[i].a) readers[static_cast<std::size_t>(nodes[i].b)].push_back(static_cast<int>(i));
    }
  for (const auto &r : results)
    if (r.what.node >= 0) wish[static_cast<std::size_t>(r.what.node)] += r.what.negate ? 1 : -1;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    node &n = nodes[i];
    if (wish[i] <= 0 || n.kind != node_kind::sum || n.negate_a == n.negate_b) continue;
    const auto turned = [&](const node &reader) {
      const int self = static_cast<int>(i);
      return std::pair{reader.negate_a != (reader.a == self), reader.negate_b != (reader.b == self)};
    };
    const bool possible = std::all_of(readers[i].begin(), readers[i].end(), [&](int reader) {
      const auto [a, b] = turned(nodes[static_cast<std::size_t>(reader)]);
      return !(a && b);
    });
    if (!possible) continue;
    for (const int reader : readers[i]) {
      node &m = nodes[static_cast<std::size_t>(reader)];
      std::tie(m.negate_a, m.negate_b) = turned(m);
    }
    std::swap(n.negate_a, n.negate_b);
    for (auto &r : results)
      if (r.what.node == static_cast<int>(i)) r.what.negate = !r.what.negate;
  }
}

}  // namespace

adder_graph tidy(const problem &p, const std::vector<node> &nodes, const std::vector<result> &results, bool merge) {
  std::vector<result> now = results;
  std::vector<node> kept = rebuild(p, nodes, now, merge);
  turn(kept, now);
  kept = rebuild(p, kept, now, merge);  // ranges of what was turned; what merging left unread

  adder_graph g;
  g.inputs = p.inputs;
  g.nodes = std::move(kept);
  for (const auto &r : now) {
    output o;
    if (r.what.node < 0) {
      o.value = r.constant;
      o.range = {r.constant, r.constant};
    } else {
      o.node = r.what.node;
      o.shift = r.what.shift;
      o.negate = r.what.negate;
      const bounds v = g.nodes[static_cast<std::size_t>(o.node)].range;
      const int64_t scale = (o.negate ? -1 : 1) * (int64_t{1} << o.shift);
      o.range = {std::min(v.low * scale, v.high * scale), std::max(v.low * scale, v.high * scale)};
    }
    g.outputs.push_back(o);
  }
  return g;
}

}  // namespace nac::cmvm
