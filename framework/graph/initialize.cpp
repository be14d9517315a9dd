// SPDX-License-Identifier: Apache-2.0
#include "graph/graph.hpp"
#include "nac/cpp/rng.hpp"

namespace nac::fw {
namespace {

constexpr uint64_t kPurpose = 0x696E6974;  // "init": apart from the streams for shuffling and searching

/// FNV-1a (Fowler, Noll, Vo): the same for a name on every machine.
uint64_t hash_of(const std::string &text) {
  uint64_t h = 0xCBF29CE484222325u;
  for (const char c : text) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
  return h;
}

}  // namespace

void initialize(Graph &graph, uint64_t seed) {
  for (const ValueId id : graph.values()) {
    const Value &v = graph.value(id);
    if (v.kind != ValueKind::parameter || v.data.has_value()) continue;
    Tensor data(v.dtype, v.shape);
    auto *out = data.mutable_data<float>();
    const int64_t count = data.elements();
    nac::rng random(nac::stream_key(seed, kPurpose, hash_of(v.name)));
    for (int64_t i = 0; i < count; ++i) {
      switch (v.init.kind) {
        case NAC_INIT_ONES: out[i] = 1; break;
        case NAC_INIT_UNIFORM: out[i] = static_cast<float>(random.uniform(-v.init.scale, v.init.scale)); break;
        case NAC_INIT_NORMAL: out[i] = static_cast<float>(random.normal(0, v.init.scale)); break;
        default: break;  // zeros already
      }
    }
    graph.set_data(id, std::move(data));
  }
}

}  // namespace nac::fw
