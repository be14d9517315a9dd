// SPDX-License-Identifier: Apache-2.0
#include "compress_prune/options.hpp"

#include <charconv>

#include "compress_common/state_text.hpp"

namespace nac::compressing {
namespace {

constexpr int64_t kLargestBlock = 64;

void read_structure(const std::string &text, prune_options &o) {
  if (text == "none") return;
  if (text == "channel") {
    o.shape = structure::channel;
    return;
  }
  const char *end = text.data() + text.size();
  const auto kept = std::from_chars(text.data(), end, o.kept);
  const bool colon = kept.ec == std::errc() && kept.ptr < end && *kept.ptr == ':';
  const auto block = colon ? std::from_chars(kept.ptr + 1, end, o.block) : kept;
  if (!colon || block.ec != std::errc() || block.ptr != end || o.kept < 1 || o.block <= o.kept ||
      o.block > kLargestBlock)
    invalid("parameter 'structure' is '" + text +
            "'; accepted are 'none', 'channel', and 'n:m' with 1 <= n < m <= 64, as '2:4'");
  o.shape = structure::blocks;
}

}  // namespace

uint64_t prune_options::fingerprint() const {
  uint64_t h = mixed_hash(mixed_hash(0, fraction), tolerance);
  for (const auto v :
       {iterations, static_cast<int64_t>(epochs), static_cast<int64_t>(layer_wise), static_cast<int64_t>(score),
        static_cast<int64_t>(shape), kept, block, static_cast<int64_t>(from), static_cast<int64_t>(guards), stop_after})
    h = mixed_hash(h, static_cast<uint64_t>(v));
  return h;
}

prune_options prune_options_from(const config &c) {
  prune_options o;
  o.fraction = c.number("fraction");
  o.iterations = c.integer("iterations");
  o.epochs = static_cast<uint32_t>(c.integer("epochs"));
  o.layer_wise = c.text("scope") == "layer";
  o.score = c.text("criterion") == "magnitude" ? criterion::magnitude : criterion::lamp;
  read_structure(c.text("structure"), o);
  const std::string from = c.text("rewind");
  o.from = from == "weights" ? rewind::weights : from == "none" ? rewind::none : rewind::learning_rate;
  o.guards = c.boolean("guards");
  o.tolerance = c.number("tolerance");
  o.stop_after = c.boolean("full_grid") ? 0 : c.integer("stop_after");
  return o;
}

}  // namespace nac::compressing
