// SPDX-License-Identifier: Apache-2.0
//
// Each value's hash covers everything it is computed from (Merkle 1979). Two things need care: weights of equal shape
// are different weights unless one is used twice, so they are numbered in the order in which a walk from the outputs
// meets them, which no renaming or reordering changes; and running statistics are weights in this sense too.
#include "graph/canonical_hash.hpp"

#include <fmt/format.h>

#include <bit>
#include <cstring>
#include <map>
#include <set>

#include "nac/cpp/rng.hpp"

namespace nac::fw {
namespace {

struct Digest {
  uint64_t a = 0x6E61632E67726170u, b = 0x68617368u;

  void add(uint64_t word) {
    a = nac::mix64(a ^ nac::mix64(word));
    b = nac::mix64(b + nac::mix64(word ^ 0xA5A5A5A5A5A5A5A5u));
  }
  void add(const Digest &d) {
    add(d.a);
    add(d.b);
  }
  void add_bytes(const void *data, std::size_t size) {
    add(size);
    const auto *bytes = static_cast<const unsigned char *>(data);
    for (std::size_t i = 0; i < size; i += 8) {
      uint64_t word = 0;
      std::memcpy(&word, bytes + i, std::min<std::size_t>(8, size - i));
      add(word);
    }
  }
  void add(const std::string &text) { add_bytes(text.data(), text.size()); }
  void add(const Shape &shape) {
    add(shape.size());
    for (const int64_t d : shape) add(static_cast<uint64_t>(d));
  }
};

class Hasher {
 public:
  explicit Hasher(const Graph &graph) : graph_(graph) {
    for (std::size_t i = 0; i < graph.inputs().size(); ++i) position_[graph.inputs()[i]] = i;
  }

  std::string run() {
    number_weights();
    for (const NodeId id : graph_.topological())
      if (reached_.count(id) != 0) done_[graph_.node(id).outputs[0]] = of_node(graph_.node(id));
    Digest d;
    d.add(graph_.outputs().size());
    for (const ValueId id : graph_.outputs()) d.add(of_value(id));
    return fmt::format("{:016x}{:016x}", d.a, d.b);
  }

 private:
  ValueId behind_identity(ValueId id) const {
    for (;;) {
      const NodeId producer = graph_.value(id).producer;
      if (producer == 0 || graph_.node(producer).op != "Identity") return id;
      id = graph_.node(producer).inputs[0];
    }
  }

  static bool is_statistic(const Node &n, std::size_t input) { return n.op == "BatchNormalization" && input >= 3; }

  /// Depth first from the outputs, inputs in their order.
  void number_weights() {
    std::vector<ValueId> open(graph_.outputs().rbegin(), graph_.outputs().rend());
    while (!open.empty()) {
      const ValueId id = behind_identity(open.back());
      open.pop_back();
      const Value &v = graph_.value(id);
      if (v.kind == ValueKind::parameter || statistics_.count(id) != 0) number_.emplace(id, number_.size());
      if (v.producer == 0 || !reached_.insert(v.producer).second) continue;
      const Node &n = graph_.node(v.producer);
      for (std::size_t i = n.inputs.size(); i-- > 0;) {
        if (n.inputs[i] == 0) continue;
        if (is_statistic(n, i)) statistics_.insert(behind_identity(n.inputs[i]));
        open.push_back(n.inputs[i]);
      }
    }
  }

  Digest of_value(ValueId raw) const {
    const ValueId id = behind_identity(raw);
    if (const auto found = done_.find(id); found != done_.end()) return found->second;
    const Value &v = graph_.value(id);
    Digest d;
    d.add(static_cast<uint64_t>(v.kind));
    d.add(static_cast<uint64_t>(v.dtype));
    d.add(v.shape);
    if (const auto number = number_.find(id); number != number_.end()) d.add(number->second);
    if (v.kind == ValueKind::input) d.add(position_.at(id));
    if (v.kind == ValueKind::parameter) {
      d.add(static_cast<uint64_t>(v.init.kind));
      d.add(std::bit_cast<uint64_t>(v.init.scale));
    }
    if (v.kind == ValueKind::constant && statistics_.count(id) == 0) d.add_bytes(v.data->raw(), v.data->bytes());
    return d;
  }

  Digest of_node(const Node &n) const {
    Digest d;
    d.add(n.domain);
    d.add(n.op);
    d.add(n.attributes.size());
    for (const auto &[name, value] : n.attributes) {
      d.add(name);
      d.add(value.index());
      if (const auto *i = std::get_if<int64_t>(&value)) d.add(static_cast<uint64_t>(*i));
      if (const auto *f = std::get_if<float>(&value)) d.add(std::bit_cast<uint32_t>(*f));
      if (const auto *s = std::get_if<std::string>(&value)) d.add(*s);
      if (const auto *ints = std::get_if<std::vector<int64_t>>(&value)) d.add(*ints);
      if (const auto *fs = std::get_if<std::vector<float>>(&value)) d.add_bytes(fs->data(), fs->size() * sizeof(float));
    }
    d.add(n.inputs.size());
    for (const ValueId in : n.inputs) {
      if (in == 0) {
        d.add(uint64_t{0});
      } else {
        d.add(of_value(in));
      }
    }
    const Value &out = graph_.value(n.outputs[0]);
    d.add(static_cast<uint64_t>(out.dtype));
    d.add(out.shape);
    return d;
  }

  const Graph &graph_;
  std::map<ValueId, std::size_t> position_, number_;
  std::set<ValueId> statistics_;
  std::set<NodeId> reached_;
  std::map<ValueId, Digest> done_;
};

}  // namespace

std::string canonical_hash(const Graph &graph) { return Hasher(graph).run(); }

}  // namespace nac::fw
